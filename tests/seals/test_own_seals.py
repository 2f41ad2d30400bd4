"""What we seal, we judge valid; one byte more, or other people's roots, and we do not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.seals.rules import Level, SealKind, Verdict
from app.seals.sealing.fields import place_fields
from app.seals.sealing.pades import Act, Picture
from app.seals.verifying.gate import judge
from app.seals.verifying.trust import TrustList
from tests.seals import sealing_set as given

KINDS = (SealKind.ISSUE, SealKind.REGISTERED, SealKind.REVIEW, SealKind.AS_BUILT)


def _trust(*, is_whole: bool) -> TrustList:
    """With all that is known, or the root alone: what a file does not carry is not known then."""
    authority = given.authority()
    if not is_whole:
        return TrustList.of("own", "1", [authority.root.asn1])
    lists = authority.crls(datetime.now(UTC))
    return TrustList.of("own", "1", [authority.root.asn1], certificates=[authority.issuing.asn1], crls=lists)


def _sealed(folder: Path, level: Level, *, closing: bool) -> bytes:
    path = given.sheet(folder / "sheet.pdf")
    fields = given.fields(KINDS, closing=closing)
    path.write_bytes(place_fields(path.read_bytes(), fields))
    picture, desk = Picture.of(40, 40, b"1 0 0 RG 1 w 1 1 38 38 re S"), given.desk(level)
    for field in fields:
        desk.seal(path, path, Act(field.name, picture, reason="出图 / issue"))
    return path.read_bytes()


@pytest.mark.parametrize("closing", [False, True])
@pytest.mark.parametrize("level", Level)
def test_four_seals_of_our_own_are_judged_valid(tmp_path: Path, level: Level, closing: bool) -> None:
    content = _sealed(tmp_path, level, closing=closing)
    report = judge(content, _trust(is_whole=True), datetime.now(UTC))
    stamps = 4 if level is Level.LTA else 0  # the time stamps over the whole file are judged as seals are
    assert (report.verdict, [s.verdict for s in report.seals]) == (
        Verdict.VALID,
        [Verdict.VALID] * (4 + stamps),
    )
    alone = judge(content, _trust(is_whole=False), datetime.now(UTC)).verdict
    assert alone == (Verdict.VALID if level in (Level.LT, Level.LTA) else Verdict.INDETERMINATE)


def test_with_one_byte_changed_or_added_they_are_not(tmp_path: Path) -> None:
    content = _sealed(tmp_path, Level.B, closing=False)
    at = content.index(b"60 60 2260 1560 re") if b"60 60 2260 1560 re" in content else len(content) // 9
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    for other in (changed, content + b"\n1 0 obj\n<<>>\nendobj\n"):
        assert judge(other, _trust(is_whole=True), datetime.now(UTC)).verdict is not Verdict.VALID


def test_under_an_authority_that_nobody_trusts_they_are_not(tmp_path: Path) -> None:
    content = _sealed(tmp_path, Level.LTA, closing=True)
    stranger = given.DemoAuthority.found(datetime.now(UTC), name="another root")
    trust = TrustList.of("other", "1", [stranger.root.asn1])
    assert judge(content, trust, datetime.now(UTC)).verdict is not Verdict.VALID
