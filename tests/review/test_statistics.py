"""Figures of reviews against a slow and obvious count, and against cases that were lived through the real acts."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.review.actions.answers import ReplyOpinion, RuleDispute, reply_opinion, rule_dispute
from app.review.actions.assignments import FinishDiscipline, finish_discipline
from app.review.actions.decisions import DecideCase, fail_case, pass_case
from app.review.clock import ClockFace
from app.review.models import ReviewCase, ReviewOpinion, ReviewStep
from app.review.periods import Period, around, read_period
from app.review.queries.statistics import figures, timed_cases
from app.review.queries.workload import workload
from app.review.reach import Reach, reach_for, reaches_of
from app.review.rules import Term, Turn
from app.review.statistics import (
    CaseFigure,
    OpinionFigure,
    by_clause,
    by_discipline,
    grouped,
    summarise,
    violations_by_institute,
)
from tests.review.cases import (
    act,
    drafted,
    in_first_review,
    issued,
    plainly,
    reviewed_world,
    sheet_of,
    submitted,
    with_opinions_issued,
)
from tests.world import World

YEAR = around("year", date(2024, 3, 1))


def face(**days: int) -> ClockFace:
    by_turn = {turn: days.get(str(turn), 0) for turn in Turn}
    return ClockFace(Turn.NOBODY, Term.NONE, 0, 0, None, is_overdue=False, by_turn=by_turn)


def some_cases(seed: int, count: int = 60) -> list[CaseFigure]:
    chance = random.Random(seed)

    def opinion() -> OpinionFigure:
        basis = chance.choice(["mandatory_clause", "general_clause", "design_depth"])
        severity = "must_fix" if basis == "mandatory_clause" else chance.choice(["must_fix", "advise"])
        return OpinionFigure(
            chance.choice(["arch", "struct", "plumbing"]), severity, basis, chance.choice([1, 1, 2]),
            chance.random() < 0.8, chance.choice(["GB 1", "gb1", "GB 2"]), "", chance.choice(["1.1", "1.1 ", "2.3"]),
            tuple(chance.sample(["x", "y"], chance.choice([0, 1, 2]))),
        )  # fmt: skip

    return [
        CaseFigure(
            str(n),
            chance.choice("pq"),
            "p",
            "t",
            chance.choice("abc"),
            chance.choice(["filed", "failed", "replying", "certified"]),
            chance.choice([1, 2, 3]),
            chance.choice([None, date(2024, 5, 1)]),
            chance.random() < 0.2,
            chance.choice([None, True, False]),
            face(agency=chance.randrange(30), designer=chance.randrange(30), owner=chance.randrange(9)),
            tuple(chance.sample(["x", "y"], chance.choice([1, 2]))),
            tuple(opinion() for _ in range(chance.choice([0, 0, 1, 3]))),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_the_counting_agrees_with_a_slow_and_obvious_count(seed: int) -> None:
    cases = some_cases(seed)
    told = summarise(cases)
    decided = must = mandatory = violations = late = timed = back = 0
    spent: list[int] = []
    for case in cases:
        if case.decided_on is None:
            continue
        decided += 1
        has_must = has_mandatory = False
        for o in case.opinions:
            if o.issued_round == 1 and o.severity == "must_fix":
                has_must = True
                back += not o.stands
            if o.issued_round == 1 and o.basis == "mandatory_clause":
                has_mandatory = True
            if o.basis == "mandatory_clause" and o.stands:
                violations += 1
        must += not has_must and not case.has_failed_first
        mandatory += not has_mandatory and not case.has_failed_first
        if case.is_late is not None:
            timed, late = timed + 1, late + case.is_late
        if case.state in ("filed", "failed", "certified"):
            spent.append(case.clock.by_turn[Turn.DESIGNER])
    assert (told.cases, told.must_fix.part, told.mandatory.part) == (decided, must, mandatory)
    assert (told.violations, told.taken_back, told.late.part, told.late.whole) == (
        violations,
        back,
        late,
        timed,
    )
    days = told.days[Turn.DESIGNER]
    assert (days.cases, days.total) == (len(spent), sum(spent))
    ordered = sorted(spent)
    half = len(ordered) // 2
    assert days.middle == (ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)
    assert sum(told.rounds.values()) == decided
    assert must <= mandatory
    _by_keys(cases)


def _by_keys(cases: list[CaseFigure]) -> None:
    decided = [c for c in cases if c.decided_on is not None]
    violations = [(c, o) for c in decided for o in c.opinions if o.is_violation]
    agencies = grouped(cases, lambda c: [c.agency_id])
    assert {k: v.violations for k, v in agencies.items()} == {
        a: sum(c.agency_id == a for c, _ in violations) for a in {c.agency_id for c in cases}
    }
    assert {line.discipline: line.violations for line in by_discipline(cases)} == {
        d: sum(o.discipline == d for _, o in violations)
        for d in {o.discipline for c in decided for o in c.opinions if o.stands}
    }
    named, unknown = violations_by_institute(cases)
    homeless = [o for c, o in violations if not o.institutes and len(c.institutes) > 1]
    assert unknown == len(homeless)
    for firm in "xy":
        own = [
            o
            for c, o in violations
            if firm in (o.institutes or (c.institutes if len(c.institutes) == 1 else ()))
        ]
        assert named.get(firm, 0) == len(own)
    for line in by_clause(cases):
        key = (line.standard_no.replace(" ", "").lower(), line.clause_no.strip())
        same = [
            c.id
            for c, o in violations
            if (o.standard_no.replace(" ", "").lower(), o.clause_no.strip()) == key
        ]
        assert (line.violations, line.cases) == (len(same), len(set(same)))
    assert sum(line.violations for line in by_clause(cases)) == len(violations)


def test_of_nothing_there_is_no_rate_but_a_reason() -> None:
    told = summarise([])
    for rate in (told.must_fix, told.mandatory, told.late):
        assert rate.percent is None
        assert rate.why.zh
        assert rate.why.en
    assert (told.violations_each, told.mean_round, told.days[Turn.AGENCY].mean) == (None, None, None)
    under_way = [
        CaseFigure("1", "p", "p", "t", "a", "replying", 1, date(2024, 5, 1), False, None, face(agency=3))
    ]
    told = summarise(under_way)
    assert told.days[Turn.AGENCY].mean is None
    assert told.late.percent is None
    assert told.must_fix.percent == 100


@pytest.mark.parametrize(
    ("asked", "first", "last", "key"),
    [
        ({"period": "month", "at": "2024-02"}, date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        ({"period": "quarter", "at": "2024-Q4"}, date(2024, 10, 1), date(2024, 12, 31), "2024-Q4"),
        ({}, date(2024, 1, 1), date(2024, 12, 31), "2024"),
        ({"period": "quarter"}, date(2024, 4, 1), date(2024, 6, 30), "2024-Q2"),
        (
            {"period": "span", "from": "2024-03-05", "to": "2024-03-05"},
            date(2024, 3, 5),
            date(2024, 3, 5),
            "",
        ),
    ],
)
def test_periods(asked: dict[str, str], first: date, last: date, key: str) -> None:
    period = read_period(asked, date(2024, 5, 6))
    assert (period.first, period.last, period.key) == (first, last, key)
    if key:
        assert period.before is not None
        assert period.before.last == first - timedelta(days=1)
        assert period.before.after == period


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "week"},
        {"period": "month", "at": "2024-13"},
        {"period": "month", "at": "0001-01"},
        {"period": "span", "from": "2024-03-05"},
        {"period": "span", "from": "2024-03-05", "to": "2024-03-04"},
        {"period": "span", "from": "2024-03-05", "to": "9999-12-31"},
    ],
)
def test_a_period_that_is_none_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        read_period(asked, date(2024, 5, 6))
    assert refused.value.code == "invalid-input"


def reach_of(session: Any, world: World, who: str, firm: str, kind: str = "agency") -> Reach:
    rights = rights_of(session, world.actor(who), world.database.clock.now())
    return reach_for(session, rights, kind, world.organisations[firm])


def lived(world: World) -> dict[str, str]:
    """Four cases: one passes at once, one gets a violation that is dismissed and an own one, one fails, one is under way."""
    passed = in_first_review(world, issued(world, "建施-01"))
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(passed, "arch")))
    plainly(world, passed, "consolidate")
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(passed)))
    (second,) = issued(world, "建施-02")
    returned = in_first_review(world, [second])
    disputed = drafted(world, returned, sheet_of(world, second))
    drafted(world, returned, sheet_of(world, second), clause_no="7.2.2")
    with_opinions_issued(world, returned)
    plainly(world, returned, "open_reply")
    answer = ReplyOpinion(disputed, "dispute", "条文不适用")
    act(world, "lead", lambda tx: reply_opinion(tx, answer))
    act(world, "authority", lambda tx: rule_dispute(tx, RuleDispute(disputed, False, "申辩成立")))
    failed = in_first_review(world, issued(world, "建施-03"))
    act(world, "review_lead", lambda tx: fail_case(tx, DecideCase(failed, "结构体系不成立")))
    open_ = in_first_review(world, issued(world, "建施-04"))
    return {"passed": passed, "returned": returned, "failed": failed, "open": open_}


def test_figures_of_cases_that_were_lived(database: Database) -> None:
    world = reviewed_world(database)
    named = lived(world)
    now = database.clock.now()
    with database.read() as session:
        reach = reach_of(session, world, "review_lead", "reviewer")
        every = timed_cases(session, reach.clause(), now)
        found = figures(session, every, YEAR)
        assert {c.id for c in found.cases} == {named["passed"], named["returned"], named["failed"]}
        told = summarise(found.cases)
        assert (told.must_fix.part, told.mandatory.part, told.violations, told.taken_back) == (1, 1, 1, 1)
        assert (found.undecided, found.withdrawn) == (1, 0)
        stored = {c.id: c.is_first_pass for c in session.scalars(sa.select(ReviewCase))}
        for case in found.cases:
            if stored[case.id] is not None:
                assert case.passes_must_fix == stored[case.id]
        assert violations_by_institute(found.cases) == ({world.organisations["designer"]: 1}, 0)
        assert found.names[world.organisations["designer"]] == "designer 单位"
        (line,) = by_clause(found.cases)
        assert (line.clause_no, line.violations) == ("7.2.2", 1)
        assert figures(session, every, around("year", date(2023, 1, 1))).cases == ()
        load = workload(session, every, now)
        assert {c.timed.row.id for c in load.cases} == {named["passed"], named["returned"], named["open"]}
        (mine,) = load.loads
        assert (mine.reviewer, mine.cases, mine.to_review, mine.sheets) == ("reviewer", 3, 1, 1)


def test_the_reach_is_what_the_grants_allow(database: Database) -> None:
    """The lists of :meth:`Reach.clause` are the same as the table of grants says case by case."""
    world = reviewed_world(database)
    submitted(world, issued(world, "建施-01"))
    now = database.clock.now()
    with database.read() as session:
        for who, kinds in (
            ("review_lead", ["agency"]), ("reviewer", ["agency"]), ("legal", ["agency"]), ("review_clerk", []),
            ("authority", ["authority"]), ("inspector", ["authority"]), ("investigator", []), ("owner", []),
            ("lead", []), ("stranger", []), ("admin", []),
        ):  # fmt: skip
            reaches = reaches_of(session, rights_of(session, world.actor(who), now))
            assert [r.kind for r in reaches] == kinds, who
            for reach in reaches:
                assert len(session.scalars(sa.select(ReviewCase).where(reach.clause())).all()) == 1
                assert bool(reach.drawing_seats()) == (reach.kind == "authority"), who


def test_two_seats_for_two_organisations_show_nothing_of_each_other(database: Database) -> None:
    """One person reviews for two agencies in one project: each view holds the cases of its agency alone."""
    from app.access.actions import GiveSeat, JoinParty, give_seat, join_party  # noqa: PLC0415  only here
    from app.access.rules import PartyRole, SeatRole  # noqa: PLC0415
    from app.projects.actions import EVERYWHERE  # noqa: PLC0415

    world = reviewed_world(database)
    first = submitted(world, issued(world, "建施-01"))
    join = JoinParty(world.project_id, world.organisations["stranger"], PartyRole.REVIEWER)
    other = act(world, "owner", lambda tx: join_party(tx, join))
    seat = GiveSeat(other, world.people["reviewer"], SeatRole.TECHNICAL_LEAD, EVERYWHERE, basis="兼任")
    act(world, "owner", lambda tx: give_seat(tx, seat))
    with database.plumbing() as session:
        second = _copied(session, ReviewCase, first, agency_id=other)
    now = database.clock.now()
    with database.read() as session:
        for firm, case in (("reviewer", first), ("stranger", second)):
            reach = reach_of(session, world, "reviewer", firm)
            assert session.scalars(sa.select(ReviewCase.id).where(reach.clause())).all() == [case]
            every = timed_cases(session, reach.clause(), now)
            assert [c.timed.row.id for c in workload(session, every, now).cases] == [case]
        with pytest.raises(Refused):
            reach_of(session, world, "review_lead", "stranger")


def _copied(session: Any, model: Any, key: str, **more: Any) -> str:
    row = session.get_one(model, key)
    values = {c.key: getattr(row, c.key) for c in sa.inspect(model).columns if c.key != "version"}
    made = model(**{**values, "id": new_id(), **more})
    session.add(made)
    session.flush()
    return str(made.id)


@contextmanager
def counted(database: Database) -> Iterator[Callable[[], int]]:
    """How many statements the database was asked."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield lambda: len(seen)
    sa.event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_number_of_statements_does_not_grow_with_the_cases(database: Database) -> None:
    world = reviewed_world(database)
    named = lived(world)
    now = database.clock.now()

    def asked() -> int:
        with database.read() as session:
            clause = reach_of(session, world, "review_lead", "reviewer").clause()
            with counted(database) as statements:
                every = timed_cases(session, clause, now)
                found = figures(session, every, YEAR)
                workload(session, every, now)
                assert found.cases
                return statements()

    before = asked()
    with database.plumbing() as session:
        for _ in range(5):
            for case in named.values():
                key = _copied(session, ReviewCase, case)
                for model in (ReviewStep, ReviewOpinion):
                    for row in session.scalars(sa.select(model).where(model.case_id == case)).all():
                        _copied(session, model, row.id, case_id=key)
    assert asked() == before == 11


def test_a_period_holds_its_edges() -> None:
    period = Period("span", date(2024, 1, 1), date(2024, 1, 2), YEAR.label)
    assert [date(2024, 1, n) in period for n in (1, 2, 3)] == [True, True, False]
