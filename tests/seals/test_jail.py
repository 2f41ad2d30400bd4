"""Judging happens in a child; whatever happens to the child, the answer is a report."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.seals import child
from app.seals.rules import Verdict
from app.seals.verifying import jail
from app.seals.verifying.trust import TrustList
from tests.seals.makers import sheet
from viewers.render.wire import MAX_PAYLOAD


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
    monkeypatch.setattr(jail, "ask_child", lambda *_: (next(answers), b""))
    for _ in range(3):
        assert jail.judge_file(path, desk.trust, desk.now).codes == {"judge-killed"}


def test_a_child_that_judged_another_file_is_not_believed(desk, path, monkeypatch):
    true = jail.judge_file(path, desk.trust, desk.now)
    lie = replace(true, sha256="0" * 64).to_dict()
    monkeypatch.setattr(jail, "ask_child", lambda *_: ({"report": lie}, b""))
    assert jail.judge_file(path, desk.trust, desk.now).verdict is Verdict.INDETERMINATE


def test_memory_that_ran_out_is_told(path):
    class Hungry:
        @staticmethod
        def work(*_: object) -> None:
            raise MemoryError

    class Endless:
        @staticmethod
        def work(*_: object) -> tuple[dict[str, object], bytes]:
            return {}, bytes(MAX_PAYLOAD + 1)

    with path.open("rb") as file:
        for work in (Hungry, Endless):
            assert child._answer(work, {}, os.dup(file.fileno())) == ({"refused": "over-memory"}, b"")


def test_the_instant_survives_the_way_to_the_child(tmp_path):
    at = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(sheet())
    report = jail.judge_file(plain, TrustList("test", "1", ()), at)
    assert report.judged_at == at.isoformat()
    assert report.verdict is Verdict.NO_SEAL
