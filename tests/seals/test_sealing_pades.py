import hashlib
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader

from app.kernel.errors import Refused
from app.seals.rules import Level, SealKind
from app.seals.sealing.fields import place_fields
from app.seals.sealing.pades import Act, Desk, Picture
from tests.seals import sealing_set as given

PICTURE = Picture.of(40, 40, b"1 0 0 RG 1 w 1 1 38 38 re S")
KINDS = list(SealKind)


def _made_ready(folder, kinds, *, closing=False) -> Path:
    path = given.sheet(folder / "sheet.pdf")
    path.write_bytes(place_fields(path.read_bytes(), given.fields(kinds, closing=closing)))
    return path


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("first", KINDS)
def test_one_to_four_seals_of_every_kind_and_level_hold(tmp_path, first, level):
    start = KINDS.index(first)
    kinds = [KINDS[(start + n) % len(KINDS)] for n in range(4)]
    path = _made_ready(tmp_path, kinds)
    desk, names = given.desk(level), [field.name for field in given.fields(kinds)]
    for n, name in enumerate(names, 1):
        before = path.read_bytes()
        sealed = desk.seal(path, path, Act(name, PICTURE, reason="出图 / issue"))
        after = path.read_bytes()
        assert after.startswith(before)
        assert sealed.sha256 == hashlib.sha256(after).hexdigest()
        assert (sealed.size, sealed.grown) == (len(after), len(after) - len(before))
        assert sealed.is_first == (n == 1)
        assert sealed.level is level
        if n in {1, 4} or first is SealKind.ISSUE:
            given.all_hold(after, level, names[:n])


def test_another_tool_says_the_same(tmp_path):
    path = _made_ready(tmp_path, KINDS[:4], closing=True)
    desk = given.desk(Level.LTA)
    for field in given.fields(KINDS[:4]):
        desk.seal(path, path, Act(field.name, PICTURE))
    said = given.pdfsig(path)
    assert said.count("Signature Validation: Signature is Valid") == 4
    assert said.count("ETSI.CAdES.detached") == 4


def test_a_seal_certifies_the_file_for_further_seals_alone(tmp_path):
    path = _made_ready(tmp_path, KINDS[:2])
    given.desk(Level.B).seal(path, path, Act("issue-0"))
    with pikepdf.open(path) as pdf:
        reference = pdf.Root.Perms.DocMDP.Reference[0]
        assert reference.TransformMethod == "/DocMDP"
        assert reference.TransformParams.P == 2


def test_a_picture_is_set_in_true_millimetres_on_turned_pages_too(tmp_path):
    for turn in (0, 90, 180, 270):
        path = given.sheet(tmp_path / f"{turn}.pdf", rotate=turn, unit=2)
        box = (200, 200, 200 + 56.7, 200 + 70.9) if turn % 180 else (200, 200, 200 + 70.9, 200 + 56.7)
        field = given.Field("issue", SealKind.ISSUE, box)
        path.write_bytes(place_fields(path.read_bytes(), [field]))
        given.desk(Level.B).seal(path, path, Act("issue", PICTURE))
        with pikepdf.open(path) as pdf:
            form = pdf.pages[0].Annots[0].AP.N
            assert [round(float(n), 1) for n in form.BBox] == [-5, 0, 45, 40]
            assert form.read_bytes() == b"1 0 0 RG 1 w 1 1 38 38 re S"
            assert [int(n) for n in form.Matrix][:4] == {
                0: [1, 0, 0, 1], 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0],
            }[turn]  # fmt: skip


def test_what_cannot_be_sealed_is_refused_and_leaves_nothing(tmp_path):
    path = _made_ready(tmp_path, KINDS[:3], closing=True)
    desk, target = given.desk(Level.B), tmp_path / "sealed.pdf"

    def refusal(act) -> str:
        with pytest.raises(Refused) as refused:
            desk.seal(path, target, act)
        return refused.value.code

    assert refusal(Act("nobody")) == "seal-field-missing"
    assert refusal(Act("issue-0", Picture.of(90, 40, b""))) == "seal-picture-too-large"
    desk.seal(path, path, Act("issue-0"))
    assert refusal(Act("issue-0")) == "seal-field-taken"
    desk.seal(path, path, Act("review-2"))
    assert refusal(Act("registered-1")) == "seal-set-closed"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sheet.pdf"]
    with pytest.raises(Refused) as refused:
        place_fields(path.read_bytes(), given.fields(KINDS[:1]))
    assert refused.value.code == "seal-field-exists"
    with pytest.raises(Refused) as refused:
        Desk(given.sealer(), Level.T)
    assert refused.value.code == "seal-no-evidence"


def test_a_revoked_seal_is_refused_where_evidence_is_asked_for(tmp_path):
    path = _made_ready(tmp_path, KINDS[:1])
    given.authority().revoke(given.issued("李撤销"), given.authority().began)
    with pytest.raises(Refused) as refused:
        given.desk(Level.LT, "李撤销").seal(path, path, Act("issue-0"))
    assert refused.value.code == "seal-chain-refused"


def test_a_file_that_changed_after_its_seal_no_longer_holds(tmp_path):
    path = _made_ready(tmp_path, KINDS[:1])
    given.desk(Level.LTA).seal(path, path, Act("issue-0", PICTURE))
    content = bytearray(path.read_bytes())
    at = content.index(b"/MediaBox")
    content[at + 11 : at + 12] = b"9"
    [(_, holds, _)] = given.judge(bytes(content), Level.LTA)
    assert not holds


@pytest.mark.parametrize("level", Level)
def test_every_sheet_of_a_batch_holds_as_the_first_does(tmp_path, level):
    """The signature of the first is made by the library, those that follow are put together from its pieces."""
    desk, shapes = given.desk(level), set()
    for number in range(3):
        path = given.sheet(tmp_path / f"{number}.pdf", size=(500 + number, 700))
        path.write_bytes(place_fields(path.read_bytes(), given.fields(KINDS[:1])))
        desk.seal(path, path, Act("issue-0", PICTURE))
        given.all_hold(path.read_bytes(), level, ["issue-0"])
        [seal] = PdfFileReader(path.open("rb")).embedded_regular_signatures
        shapes.add(_shape(seal.signed_data))
        assert "Signature is Valid" in given.pdfsig(path)
    assert len(shapes) == 1


def _shape(signed: cms.SignedData) -> tuple[object, ...]:
    """What must be alike in each: all but digest, signature and time stamp."""
    [signer] = signed["signer_infos"]
    attributes = [(one["type"].native, len(one["values"].dump())) for one in signer["signed_attrs"]]
    unsigned = tuple(one["type"].native for one in signer["unsigned_attrs"] or ())
    alike = [
        signed[key].dump() for key in ("version", "digest_algorithms", "encap_content_info", "certificates")
    ]
    return (*alike, signer["sid"].dump(), signer["signature_algorithm"].dump(), *attributes, unsigned)
