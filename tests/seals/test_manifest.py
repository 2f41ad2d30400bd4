"""The manifest of a sealed set: rows, root, proofs that a stranger checks, and a paper that is sealed itself."""

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from app.kernel.ledger.merkle import leaf_hash, node_hash
from app.seals.rules import Level, Verdict
from app.seals.sealing import check_membership
from app.seals.sealing.appearance.seals import RoundSeal, draw_round
from app.seals.sealing.jail import ready_file
from app.seals.sealing.manifest import (
    FIELD,
    Act,
    Row,
    SetTree,
    leaf_bytes,
    manifest_json,
    manifest_pdf,
    manifest_wishes,
    proof_of,
    read_manifest,
    root_of,
)
from app.seals.sealing.pades import Act as SealAct
from app.seals.verifying.jail import judge_file
from app.seals.verifying.trust import TrustList
from tests.seals import sealing_set as given

SCRIPT = Path(check_membership.__file__)
AT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
ACT = Act(
    "滨江小学 3# 教学楼", "结构施工图 第 2 次出图", "一套图演示建筑设计研究院 出图专用章", "张结构", AT,
    "B-LTA", "SEAL-2026-0007", "https://oneset.example/s/7F3K",
)  # fmt: skip


def content(n: int) -> bytes:
    return b"sealed sheet %d" % n


def rows(count: int) -> list[Row]:
    return [
        Row(
            "结构施工图 / 第 1 册", f"结施-{n:02}", f"{n} 层结构平面图", "B",
            hashlib.sha256(content(n)).hexdigest(), hashlib.new("sm3", content(n)).hexdigest(),
        )
        for n in range(count)
    ]  # fmt: skip


def checked(folder: Path, proof: object, sheet: bytes, root: str) -> subprocess.CompletedProcess[str]:
    """As a stranger does: the script alone, Python alone."""
    (folder / "proof.json").write_text(json.dumps(proof), "utf-8")
    (folder / "sheet.pdf").write_bytes(sheet)
    lonely = folder / "check.py"
    lonely.write_bytes(SCRIPT.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", lonely, folder / "proof.json", folder / "sheet.pdf", root],
        capture_output=True, encoding="utf-8", check=False, cwd=folder,
    )  # fmt: skip


def test_bytes_of_a_row_are_as_documented():
    row = Row("册", "S-1", "a,b", "A", "0" * 64, "f" * 64)
    expected = "oneset-sealed-row-1\n2:12,3:册,3:S-1,3:a,b,1:A,64:" + "0" * 64 + ",64:" + "f" * 64 + ","
    assert leaf_bytes(12, row) == expected.encode()
    assert leaf_bytes(1, replace(row, number="S-1,", title="a,b")) != leaf_bytes(
        1, replace(row, number="S-1", title=",a,b")
    )


@pytest.mark.parametrize("digest", ["", "0" * 63, "F" * 64, "0" * 64 + "\n"])
def test_a_row_without_its_digests_has_no_bytes(digest):
    [row] = rows(1)
    for wrong in (replace(row, sha256=digest), replace(row, sm3=digest)):
        with pytest.raises(ValueError, match="digest"):
            leaf_bytes(1, wrong)


def test_the_root_is_that_of_rfc_9162():
    leaves = [leaf_hash(leaf_bytes(n, row)) for n, row in enumerate(rows(3), start=1)]
    expected = node_hash(node_hash(leaves[0], leaves[1]), leaves[2])
    assert root_of(rows(3)) == expected.hex()
    assert root_of(rows(1)) == leaves[0].hex()
    swapped = rows(3)
    swapped[0], swapped[1] = swapped[1], swapped[0]
    assert root_of(swapped) != root_of(rows(3))
    with pytest.raises(ValueError, match="sheets"):
        root_of([])


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 13])
def test_every_sheet_of_a_set_proves_its_place_and_no_other_does(count):
    tree = SetTree(rows(count))
    for n in range(count):
        proof = json.loads(json.dumps(tree.proof(n)))
        assert check_membership.check(proof, content(n), tree.root) == ""
        assert check_membership.check(proof, content(n + 1), tree.root)
        for place in {1, count, count + 1, n + 2} - {n + 1}:
            assert check_membership.check({**proof, "position": place}, content(n), tree.root)
        if proof["path"]:
            assert check_membership.check({**proof, "path": proof["path"][:-1]}, content(n), tree.root)
        assert check_membership.check({**proof, "path": [*proof["path"], "00" * 32]}, content(n), tree.root)
        assert check_membership.check(proof, content(n), "00" * 32)
        for key in ("document", "number", "title", "revision", "sm3"):
            other = {**proof, "row": {**proof["row"], key: "x"}}
            assert check_membership.check(other, content(n), tree.root)
    with pytest.raises(ValueError, match="not in a tree"):
        proof_of(rows(count), count)


def test_a_stranger_checks_a_sheet_with_the_script_alone(tmp_path):
    proof, root = proof_of(rows(300), 123), root_of(rows(300))
    good = checked(tmp_path, proof, content(123), root)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("是 YES: 第 124 张，共 300 张")
    for sheet, against, given_proof in (
        (content(122), root, proof),
        (content(123), "0" * 64, proof),
        (content(123), root, {}),
        (content(123), root, [1]),
        (content(123), root, {**proof, "path": ["zz"]}),
    ):
        bad = checked(tmp_path, given_proof, sheet, against)
        assert (bad.returncode, bad.stderr) == (1, "")
        assert bad.stdout.startswith("否 NO")
    alone = subprocess.run([sys.executable, "-I", SCRIPT], capture_output=True, encoding="utf-8", check=False)
    assert alone.returncode == 1
    assert "check_membership.py PROOF.json" in alone.stdout


def test_rows_for_programs_come_back_as_they_were():
    data = json.loads(manifest_json(rows(5)))
    assert read_manifest(data).rows == tuple(rows(5))
    assert data["root"] == root_of(rows(5))
    assert manifest_json(rows(5)) == manifest_json(rows(5))
    for wrong in ({"size": 4}, {"root": "0" * 64}, {"format": "x"}, {"rows": data["rows"][:-1]}):
        with pytest.raises(ValueError, match="belong together"):
            read_manifest({**data, **wrong})


def test_the_paper_names_the_root_and_every_row():
    pdf = manifest_pdf(rows(150), ACT)
    assert pdf == manifest_pdf(rows(150), ACT)
    assert b"pdfaid" in pdf
    document = pypdfium2.PdfDocument(pdf)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document).replace(
        "\u200b", ""
    )
    for row in rows(150):
        for value in asdict(row).values():
            assert "".join(value.split()) in text, value
    assert root_of(rows(150)) in text
    assert "成套签章清单" in text
    assert "ManifestofaSealedSet" in text


def test_the_paper_is_made_ready_sealed_and_judged_valid(tmp_path):
    source, target = tmp_path / "manifest.pdf", tmp_path / "sealed.pdf"
    source.write_bytes(manifest_pdf(rows(150), ACT))
    ready = ready_file(source, target, manifest_wishes(), may_add_margin=False)
    [placed] = ready.layout.placed
    assert placed.is_full_size
    assert placed.field.page == 0
    picture = draw_round(RoundSeal("一套图演示建筑设计研究院", "出图专用章", "3301060123456")).picture()
    given.desk(Level.LTA).seal(target, target, SealAct(FIELD, picture))
    report = judge_file(target, TrustList.of("test", "1", [given.authority().root.asn1]))
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    page = pypdfium2.PdfDocument(target)[0].get_textpage().get_text_range()
    assert root_of(rows(150))[:32] in page
