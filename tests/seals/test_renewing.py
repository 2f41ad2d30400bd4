"""Sealed files over many years: renewed in time they hold, renewed too late or not honestly they do not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.kernel.errors import Refused
from app.seals.demo_pki import YEAR, DemoAuthority
from app.seals.rules import Level, Verdict
from app.seals.sealing.aging import ENDS, algorithm_end, renewal_due
from app.seals.verifying import proofs
from app.seals.verifying.values import Report
from tests.seals import sealing_set as given
from tests.seals.aging import Years


@pytest.fixture
def years() -> Years:
    return Years()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sheet.pdf"


def fields(report: Report) -> list[str]:
    return [seal.field for seal in report.seals if not seal.is_timestamp]


@pytest.mark.parametrize("level", list(Level))
def test_renewed_in_time_every_level_holds_for_years(years, path, level):
    years.sealed(path, level, count=2)
    names = fields(years.judged(path, 0))
    for at, generation in ((1.6, 1), (3.1, 2), (4.6, 3)):
        before = path.read_bytes()
        renewed = years.renew(path, at, generation)
        assert path.read_bytes().startswith(before)
        assert (renewed.size, renewed.grown) == (path.stat().st_size, path.stat().st_size - len(before))
        assert renewed.stamped_at == years.at(at)
        assert renewed.holds_until == years.tsa[generation].certificate.not_valid_after_utc
        for later in (at + 0.1, at + 1.2):
            report = years.judged(path, later)
            assert (report.verdict, report.codes) == (Verdict.VALID, frozenset()), later
            assert fields(report) == names
    assert years.judged(path, 7).verdict is Verdict.INDETERMINATE
    assert renewed.left_out[:1] == (names[0],)


def test_a_file_that_was_locked_by_its_last_seal_can_be_renewed(years, path):
    years.sealed(path, Level.T, count=2, closing=True)
    years.renew(path, 1.6, 1)
    report = years.judged(path, 2.5)
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())


def test_what_nobody_sealed_and_what_came_too_late_is_refused(years, path, tmp_path):
    with pytest.raises(Refused) as caught:
        years.renew(given.sheet(tmp_path / "plain.pdf"), 0, 0)
    assert caught.value.code == "file-not-sealed"
    years.sealed(path, Level.LTA)
    before = path.read_bytes()
    with pytest.raises(Refused) as caught:
        years.renew(path, 2.5, 1)
    assert caught.value.code == "seal-renewal-refused"
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


def test_a_time_stamp_put_over_it_too_late_proves_nothing(years, path):
    years.sealed(path, Level.LTA)
    years.gather(path, 2.5)
    years.stamp(path, 2.5, 1)
    report = years.judged(path, 2.6)
    assert report.verdict is Verdict.INDETERMINATE
    assert "expired" in report.codes


def test_a_time_stamp_of_somebody_else_proves_nothing(years, path):
    years.sealed(path, Level.LTA)
    other = DemoAuthority.found(years.at(-1), name="Somebody else")
    years.gather(path, 1.6)
    years.stamp(path, 1.6, 1, by=other)
    report = years.judged(path, 2.5)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.seals[-1].verdict is Verdict.UNTRUSTED


def test_evidence_must_be_under_the_time_stamp_that_proves_it(years, path):
    years.sealed(path, Level.T)
    years.stamp(path, 1.6, 1)
    years.gather(path, 1.6)
    assert years.judged(path, 2.5).verdict is Verdict.INDETERMINATE
    years.sealed(path, Level.T)
    years.stamp(path, 1.6, 1)
    years.renew(path, 1.7, 1)
    assert years.judged(path, 2.5).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("since", "known", "verdict"),
    [(1.0, 1.5, "refused"), (1.0, 1.9, Verdict.INDETERMINATE), (1.8, 1.9, Verdict.VALID)],
)
def test_a_revoked_time_stamping_key(years, path, since, known, verdict):
    """Revoked before the renewal: it may have made anything until then, whenever the world came to know."""
    years.sealed(path, Level.LTA)
    if known < 1.6:
        years.authority.revoke(years.tsa[0], years.at(since))
        with pytest.raises(Refused):
            years.renew(path, 1.6, 1)
        years.gather(path, 1.6)
        years.stamp(path, 1.6, 1)
        assert years.judged(path, 2.5).verdict is not Verdict.VALID
        return
    years.renew(path, 1.6, 1)
    years.authority.revoke(years.tsa[0], years.at(since))
    report = years.judged(path, 2.5)
    assert report.verdict is verdict
    assert ("revoked" in report.codes) == (verdict is not Verdict.VALID)


def test_without_a_look_at_later_lists_the_revoked_key_would_pass(years, path, monkeypatch):
    years.sealed(path, Level.LTA)
    years.renew(path, 1.6, 1)
    years.authority.revoke(years.tsa[0], years.at(1.0))
    monkeypatch.setattr(proofs, "_revoked", lambda *_: "")
    assert years.judged(path, 2.5).verdict is Verdict.VALID


@pytest.mark.parametrize(("since", "is_valid"), [(-0.001, False), (0.5, True)])
def test_a_seal_revoked_before_or_after_it_was_used(years, path, since, is_valid):
    years.sealed(path, Level.LTA)
    years.renew(path, 1.6, 1)
    years.authority.revoke(years.issued, years.at(since))
    assert (years.judged(path, 2.5).verdict is Verdict.VALID) == is_valid


def test_a_change_after_the_last_renewal_is_found(years, path):
    years.sealed(path, Level.LTA)
    years.renew(path, 1.6, 1)
    path.write_bytes(path.read_bytes() + b"%")
    assert years.judged(path, 2.5).verdict is Verdict.INVALID


# -- when it is due


@pytest.mark.parametrize("level", list(Level))
def test_due_is_the_first_end_of_what_the_file_rests_on(years, path, level, monkeypatch):
    monkeypatch.setattr("app.seals.sealing.aging.ENDS", ())
    years.sealed(path, level)
    report = years.judged(path, 0)
    own = years.issued.certificate.not_valid_after_utc
    stamp = years.tsa[0].certificate.not_valid_after_utc
    expected = {Level.B: own, Level.LTA: stamp}.get(level, min(own, stamp))
    assert renewal_due(report, years.now) == expected
    years.renew(path, 1.6, 1)
    after = years.judged(path, 1.7)
    assert renewal_due(after, years.at(1.7)) == years.tsa[1].certificate.not_valid_after_utc


def test_a_time_stamp_in_a_seal_that_ends_first_is_seen(years, path, monkeypatch):
    monkeypatch.setattr("app.seals.sealing.aging.ENDS", ())
    years.issued = years.authority.issue("李建筑", "院", life=9 * YEAR)
    years.sealed(path, Level.T)
    report = years.judged(path, 0)
    assert renewal_due(report, years.now) == years.tsa[0].certificate.not_valid_after_utc
    assert renewal_due(Report.from_dict(report.to_dict()), years.now) == renewal_due(report, years.now)


def test_an_algorithm_that_ages_is_a_reason(years, path):
    years.sealed(path, Level.LTA)
    report = years.judged(path, 0)
    assert report.seals[-1].algorithm.startswith("rsa 2048")
    end = algorithm_end(report.seals[-1].algorithm)
    assert end == datetime(2029, 1, 1, tzinfo=UTC)
    later = replace(
        report.seals[-1],
        chain=tuple(replace(one, not_after="2060-01-01T00:00:00+00:00") for one in report.seals[-1].chain),
        who=None,
    )
    assert renewal_due(replace(report, seals=(*report.seals[:-1], later)), years.now) == end


@pytest.mark.parametrize(
    ("algorithm", "year"),
    [
        ("ec 256 / sha256", None),
        ("ec 224 / sha256", 2021),
        ("rsa 4096 / sha512", 2029),
        ("rsassa_pss 2048 / sha256", 2029),
        ("rsassa_pss 4096 / sha256", None),
        ("ec 384 / sha224", 2029),
        ("rsa 2048 / sha1", 2012),
    ],
)
def test_ends_of_algorithms(algorithm, year):
    found = algorithm_end(algorithm)
    assert (found.year if found else None) == year


def test_an_algorithm_that_is_not_written_as_reports_do_is_an_error():
    assert all(one.end.tzinfo is UTC for one in ENDS)
    with pytest.raises(ValueError, match="rsa"):
        algorithm_end("rsa")


def test_nothing_is_due_for_what_is_not_sealed_or_not_valid(years, path, tmp_path):
    plain = given.sheet(tmp_path / "plain.pdf")
    assert renewal_due(years.judged(plain, 0), years.now) is None
    years.sealed(path, Level.B)
    path.write_bytes(path.read_bytes() + b"%")
    report = years.judged(path, 0)
    assert report.verdict is Verdict.INVALID
    assert renewal_due(report, years.now + timedelta(days=1)) is None


def test_the_library_alone_cannot_tell_what_a_renewed_file_is_worth(years, path, monkeypatch):
    """When this fails, the library has learned it, and our own walk along the time stamps may go."""
    years.sealed(path, Level.LTA)
    years.renew(path, 1.6, 1)
    monkeypatch.setattr("app.seals.verifying.library.prove", lambda *_: None)
    assert years.judged(path, 2.5).verdict is Verdict.INDETERMINATE
