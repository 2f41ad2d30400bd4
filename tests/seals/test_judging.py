"""Honest files are valid at every level, and the report says of them what DOMAIN 4.3 wants to know."""

import io
import json
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest

from app.seals.rules import Level, Verdict
from app.seals.verifying import gate
from app.seals.verifying.reasons import REASONS, worst
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import After, Business, Clock, Report
from tests.seals.makers import ROLES, Desk, sheet

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
MINUTE = timedelta(minutes=1)


def judge(desk, data, *, bare=False, at=None) -> Report:
    return gate.judge(data, desk.bare_trust if bare else desk.trust, at or desk.now + MINUTE)


@pytest.fixture(scope="module")
def sealed(desk):
    """One seal and four, at every level, certified and not."""
    made = {}
    for level in LEVELS:
        for certify in (True, False):
            one = desk.seal(sheet(), level=level, certify=certify)
            made[level, certify, 1] = one
            for role in ROLES[1:]:
                one = desk.seal(one, role, level=level)
            made[level, certify, 4] = one
    return made


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("certify", [True, False])
@pytest.mark.parametrize("count", [1, 4])
def test_an_honest_file_is_valid(desk, sealed, level, certify, count):
    report = judge(desk, sealed[level, certify, count])
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    signers = [seal for seal in report.seals if not seal.is_timestamp]
    assert len(signers) == count
    assert signers[-1].level == Level(level)
    assert [seal.certifies for seal in signers] == [certify] + [False] * (count - 1)


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("renew", ["stamp", "renew"])
@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_renewed_with_time_stamps_and_evidence_it_stays_valid(desk, sealed, level, renew, count):
    data = getattr(desk, renew)(sealed[level, True, count])
    report = judge(desk, data)
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    assert report.seals[-1].is_timestamp


def in_five_years(desk):
    """The trust list of then: the same root, and the lists of revoked certificates of then."""
    then = desk.now + timedelta(days=365 * 5)
    authority = desk.authority
    return then + MINUTE, TrustList.of("test", "5", [authority.root.asn1], crls=authority.crls(then))


def test_a_lasting_seal_is_valid_with_the_root_alone(desk, sealed):
    assert judge(desk, sealed["B-LTA", True, 1], bare=True).verdict is Verdict.VALID


@pytest.mark.parametrize("count", [1, 4])
def test_a_lasting_seal_is_valid_after_its_certificate_ran_out(desk, sealed, count):
    then, trust = in_five_years(desk)
    report = gate.judge(sealed["B-LTA", True, count], trust, then)
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    assert report.seals[0].who is not None
    assert datetime.fromisoformat(report.seals[0].who.not_after) < then


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT"])
def test_a_seal_without_lasting_proof_cannot_be_judged_then(desk, sealed, level):
    then, trust = in_five_years(desk)
    report = gate.judge(sealed[level, True, 1], trust, then)
    assert report.verdict is Verdict.INDETERMINATE
    assert "valid" not in report.codes
    assert report.codes & {"expired", "proof-of-time-missing", "revocation-unknown"}


def test_without_word_of_revocation_it_cannot_be_judged(desk, sealed):
    report = judge(desk, sealed["B-B", True, 1], bare=True)
    assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"revocation-unknown"})


def test_sealed_before_the_revocation_and_lasting_it_stays_valid():
    desk = Desk()
    data = desk.seal(sheet(), level="B-LTA", certify=True)
    desk.authority.revoke(desk.seals["Issue"], desk.now + timedelta(hours=1))
    crls = desk.authority.crls(desk.now + timedelta(days=1))
    known = TrustList.of("test", "2", [desk.authority.root.asn1], crls=crls)
    assert gate.judge(data, known, desk.now + timedelta(days=2)).verdict is Verdict.VALID


def test_a_file_that_nobody_sealed(desk):
    report = judge(desk, sheet())
    assert (report.verdict, report.codes, report.seals) == (Verdict.NO_SEAL, {"no-seal"}, ())


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"\x00" * 4_000, b"%PDF-1.7\n1 0 obj <<>> endobj\nstartxref\n9\n%%EOF"]
)
def test_what_is_no_pdf_is_never_valid(desk, data):
    assert judge(desk, data).verdict is Verdict.INVALID


def test_the_report_tells_who_when_and_what(desk, sealed):
    report = judge(desk, sealed["B-LTA", True, 4])
    first = report.seals[0]
    assert first.who is not None
    assert (first.who.name, first.who.organisation) == ("Issue 章", "某某建筑设计院")
    assert first.who.serial == f"{desk.seals['Issue'].certificate.serial_number:X}"
    assert [one.name for one in first.chain][-1] == desk.name
    assert (first.clock, first.after, first.covers_whole_file) == (Clock.TSA, After.SIGNATURES, False)
    assert datetime.fromisoformat(first.time) <= datetime.now(UTC) + MINUTE
    assert (first.revision, first.revisions) == (3, report.seals[-1].revisions)
    assert all((first.evidence.crls, first.evidence.certificates, first.evidence.archive_times))
    assert any("CRL" in one for one in first.evidence.revocation)
    assert "sha256" in first.algorithm
    assert {seal.business for seal in report.seals} == {Business.NOT_CHECKED}
    assert (report.trust_name, report.trust_version) == ("test", "1")
    assert "pyHanko" in report.engine
    assert report.seals[-1].covers_whole_file or report.seals[-1].after is After.EVIDENCE


def test_the_names_shown_are_the_certificates(desk):
    report = judge(desk, desk.seal(sheet(), name="总工程师 / Chief Engineer", reason="approved"))
    assert report.seals[0].who is not None
    assert report.seals[0].who.name == "Issue 章"
    assert "Chief" not in json.dumps(report.to_dict(), ensure_ascii=False)


def test_a_report_is_the_same_after_json(desk, sealed):
    report = judge(desk, sealed["B-LTA", True, 4])
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


def test_nonsense_is_no_report(desk, sealed):
    data = judge(desk, sealed["B-B", True, 1]).to_dict()
    for change in ({"verdict": "fine"}, {"reasons": [{"code": "made-up", "detail": ""}]}, {"seals": [{}]}):
        with pytest.raises((KeyError, ValueError)):
            Report.from_dict(data | change)


def test_every_reason_has_both_languages_and_only_one_is_good():
    for code, reason in REASONS.items():
        assert reason.sentence.zh.endswith("。"), code
        assert reason.sentence.en.endswith("."), code
    assert [code for code, reason in REASONS.items() if reason.verdict is Verdict.VALID] == ["valid"]


def test_a_file_is_as_good_as_its_worst_reason():
    assert worst([]) is Verdict.VALID
    assert worst(["not-trusted"]) is Verdict.UNTRUSTED
    assert worst(["not-trusted", "revoked"]) is Verdict.INDETERMINATE
    assert worst(["revoked", "changed-after", "not-trusted"]) is Verdict.INVALID


def test_a_check_that_breaks_is_an_open_question(desk, sealed, monkeypatch):
    def broken(case) -> None:
        raise ZeroDivisionError

    for name in gate.CHECKS:
        monkeypatch.setattr(gate, "CHECKS", gate.CHECKS | {name: broken})
        report = judge(desk, sealed["B-B", True, 1])
        assert report.verdict in (Verdict.INDETERMINATE, Verdict.INVALID), name
        assert "check-failed" in report.codes
        monkeypatch.undo()


def test_a_seal_of_another_kind_is_an_open_question(desk, sealed):
    data = sealed["B-B", True, 1].replace(b"/ETSI.CAdES.detached", b"/GM.SM2.detached.xyz")
    report = judge(desk, data)
    assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"unknown-format"})


def test_sm2_is_named_and_never_called_valid(desk, sealed):
    ecdsa, sm2 = b"06082a8648ce3d040302", b"06082a811ccf55018375"
    text = sealed["B-B", True, 1]
    place = text.lower().rindex(ecdsa)
    report = judge(desk, text[:place] + sm2 + text[place + len(sm2) :])
    assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"sm2"})


def test_a_locked_file_is_an_open_question(desk):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sheet())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    report = judge(desk, out.getvalue())
    assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"encrypted"})
