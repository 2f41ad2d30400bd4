"""Judging happens in a child; whatever happens to the child, the answer is a report."""

from dataclasses import replace

import pytest

from app.seals.rules import Verdict
from app.seals.verifying import child, jail
from app.seals.verifying.values import Report
from tests.seals.makers import sheet


@pytest.fixture
def path(tmp_path, victim):
    place = tmp_path / "sheet.pdf"
    place.write_bytes(victim.lasting)
    return place


def test_a_sealed_file_is_judged_in_a_child(desk, path):
    report = jail.judge_file(path, desk.trust, desk.now)
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    assert report.trust_version == "1"


def test_a_changed_file_is_judged_in_a_child(desk, victim):
    report = jail.judge_bytes(victim.certified + b"%\n", desk.trust, desk.now)
    assert report.verdict is Verdict.INVALID
    assert "bytes-after-end" in report.codes


def test_a_file_that_nobody_sealed_is_judged_in_a_child(desk):
    assert jail.judge_bytes(sheet(), desk.trust, desk.now).verdict is Verdict.NO_SEAL


def test_a_child_that_is_too_slow_is_an_open_question(desk, path):
    report = jail.judge_file(path, desk.trust, desk.now, wall=0.01)
    assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"over-time"})


def test_a_child_that_dies_is_an_open_question(desk, path):
    report = jail.judge_file(path, desk.trust, desk.now, limits=replace(jail.LIMITS, memory=64 << 20))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.codes <= {"judge-killed", "over-memory"}
    assert report.sha256


def test_a_child_that_answers_nonsense_is_an_open_question(desk, path, monkeypatch):
    answers = iter([{"report": {"verdict": "valid"}}, {"report": None}, {}])
    monkeypatch.setattr(jail._Judge, "ask", lambda *_, **__: (next(answers), b""))
    for _ in range(3):
        assert jail.judge_file(path, desk.trust, desk.now).codes == {"judge-killed"}


def test_a_child_that_judged_another_file_is_not_believed(desk, path, monkeypatch):
    true = jail.judge_file(path, desk.trust, desk.now)
    lie = replace(true, sha256="0" * 64).to_dict()
    monkeypatch.setattr(jail._Judge, "ask", lambda *_, **__: ({"report": lie}, b""))
    assert jail.judge_file(path, desk.trust, desk.now).verdict is Verdict.INDETERMINATE


def test_memory_that_ran_out_is_told():
    def hungry() -> None:
        raise MemoryError

    assert child._answer(hungry) == {"refused": "over-memory"}
    assert isinstance(Report, type)
