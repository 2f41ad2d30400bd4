"""What authorities ask of reviews, counted: pure functions over plain facts. What cannot be known has a reason, not a 0.

A case belongs to the period in which its first round was decided: opinions were issued, it passed, or it failed. All its
figures are counted there, as they are known now.

*First pass* (一次通过, 一次审查合格) has two definitions, and pages show both with their words: no must-fix opinion in the
first round; no opinion on a mandatory clause in the first round. Both count what was issued then, whatever became of it: an
opinion that was retracted or dismissed later is counted beside, not taken back, so that a rate that was reported stays.
*Violations of mandatory clauses* (违反强条) leave out what was retracted or dismissed, as the exchange row does.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TypeVar

from app.kernel.labels import Label
from app.review.clock import ClockFace
from app.review.opinion_rules import Basis, Severity
from app.review.rules import CaseState, Turn

Key = TypeVar("Key", bound=Hashable)

FINISHED = frozenset({CaseState.CERTIFIED, CaseState.FILED, CaseState.FAILED})
"""Whose days are counted: those of a case under way would pull every mean down."""
PARTIES = (Turn.AGENCY, Turn.DESIGNER, Turn.OWNER)

NONE_DECIDED = Label("本期没有完成首轮审查的案卷", "no first round was decided in this period")
NONE_FINISHED = Label("本期案卷均未办结", "none of these cases is finished")
NO_TERM = Label("这些案卷没有约定审查期限", "none of these cases has a term")
NO_INSTITUTE = Label(
    "意见未指明图纸，且案卷有多个设计单位", "the opinion names no sheet and the case has several institutes"
)


@dataclass(frozen=True)
class OpinionFigure:
    """An issued opinion, as far as it is counted."""

    discipline: str
    severity: str
    basis: str
    issued_round: int | None
    stands: bool
    """Neither retracted nor dismissed."""
    standard_no: str = ""
    standard_name: str = ""
    clause_no: str = ""
    institutes: tuple[str, ...] = ()
    """Organisations whose sheets it names."""

    @property
    def is_violation(self) -> bool:
        """Whether it stands as a violation of a mandatory clause."""
        return self.basis == Basis.MANDATORY_CLAUSE and self.stands


@dataclass(frozen=True)
class CaseFigure:
    """A case, as far as it is counted."""

    id: str
    project_id: str
    project: str
    title: str
    agency_id: str
    """Organisation."""
    state: str
    round: int
    decided_on: date | None
    """The day on which the first round was decided."""
    has_failed_first: bool
    is_late: bool | None
    """Whether the first round was decided after its term; None: it had none."""
    clock: ClockFace
    institutes: tuple[str, ...] = ()
    """Organisations that drew its sheets."""
    opinions: tuple[OpinionFigure, ...] = ()

    @property
    def passes_must_fix(self) -> bool:
        """First pass: no must-fix opinion in the first round."""
        return not self.has_failed_first and not any(
            o.severity == Severity.MUST_FIX and o.issued_round == 1 for o in self.opinions
        )

    @property
    def passes_mandatory(self) -> bool:
        """First pass: no opinion on a mandatory clause in the first round."""
        return not self.has_failed_first and not any(
            o.basis == Basis.MANDATORY_CLAUSE and o.issued_round == 1 for o in self.opinions
        )


@dataclass(frozen=True)
class Rate:
    """So many of so many; of none there is no rate, and why."""

    part: int
    whole: int
    why: Label

    @property
    def percent(self) -> float | None:
        """The rate, or None where it cannot be known."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Days:
    """Working days in the hands of one side, over finished cases."""

    cases: int
    total: int
    mean: float | None
    middle: float | None
    why: Label = NONE_FINISHED


@dataclass(frozen=True)
class Summary:
    """The figures of some cases."""

    cases: int
    must_fix: Rate
    mandatory: Rate
    taken_back: int
    """Must-fix opinions of first rounds that were retracted or dismissed later."""
    violations: int
    opinions: int
    days: Mapping[Turn, Days]
    rounds: Mapping[int, int]
    late: Rate
    unknown_years: tuple[int, ...]

    @property
    def violations_each(self) -> float | None:
        """Violations for each case."""
        return self.violations / self.cases if self.cases else None

    @property
    def mean_round(self) -> float | None:
        """Rounds for each case."""
        return sum(n * count for n, count in self.rounds.items()) / self.cases if self.cases else None


def summarise(cases: Sequence[CaseFigure]) -> Summary:
    """The figures of cases whose first round is decided; others are passed over."""
    cases = [c for c in cases if c.decided_on is not None]
    timed = [c for c in cases if c.is_late is not None]
    return Summary(
        cases=len(cases),
        must_fix=Rate(sum(c.passes_must_fix for c in cases), len(cases), NONE_DECIDED),
        mandatory=Rate(sum(c.passes_mandatory for c in cases), len(cases), NONE_DECIDED),
        taken_back=sum(
            o.severity == Severity.MUST_FIX and o.issued_round == 1 and not o.stands
            for c in cases
            for o in c.opinions
        ),
        violations=sum(o.is_violation for c in cases for o in c.opinions),
        opinions=sum(len(c.opinions) for c in cases),
        days={turn: _days(cases, turn) for turn in PARTIES},
        rounds=dict(sorted(Counter(c.round for c in cases).items())),
        late=Rate(sum(bool(c.is_late) for c in timed), len(timed), NO_TERM if cases else NONE_DECIDED),
        unknown_years=tuple(sorted({year for c in cases for year in c.clock.unknown_years})),
    )


def _days(cases: Iterable[CaseFigure], turn: Turn) -> Days:
    spent = [c.clock.by_turn[turn] for c in cases if c.state in FINISHED]
    if not spent:
        return Days(0, 0, None, None)
    return Days(len(spent), sum(spent), sum(spent) / len(spent), float(median(spent)))


def grouped(cases: Iterable[CaseFigure], keys: Callable[[CaseFigure], Iterable[Key]]) -> dict[Key, Summary]:
    """The same figures by agency, institute or project; a case with several keys counts for each."""
    groups: dict[Key, list[CaseFigure]] = {}
    for case in cases:
        for key in dict.fromkeys(keys(case)):
            groups.setdefault(key, []).append(case)
    return {key: summarise(found) for key, found in groups.items()}


@dataclass(frozen=True)
class DisciplineLine:
    """Opinions of one discipline."""

    discipline: str
    violations: int
    must_fix: int
    opinions: int


def by_discipline(cases: Iterable[CaseFigure]) -> list[DisciplineLine]:
    """Opinions that stand, by discipline; those with most violations first."""
    standing = [o for c in cases if c.decided_on is not None for o in c.opinions if o.stands]
    violations = Counter(o.discipline for o in standing if o.is_violation)
    must_fix = Counter(o.discipline for o in standing if o.severity == Severity.MUST_FIX)
    every = Counter(o.discipline for o in standing)
    lines = [DisciplineLine(d, violations[d], must_fix[d], count) for d, count in every.items()]
    return sorted(lines, key=lambda line: (-line.violations, -line.must_fix, line.discipline))


def violations_by_institute(cases: Iterable[CaseFigure]) -> tuple[dict[str, int], int]:
    """Violations by the institute whose sheets they stand on, and those of which it cannot be said.

    One that stands on sheets of two institutes counts for both. One that names no sheet belongs to the institute of the
    case, if there is one alone.
    """
    found, unknown = Counter[str](), 0
    for case in cases:
        for opinion in case.opinions if case.decided_on is not None else ():
            if opinion.is_violation:
                named = opinion.institutes or (case.institutes if len(case.institutes) == 1 else ())
                found.update(named)
                unknown += not named
    return dict(found), unknown


@dataclass(frozen=True)
class ClauseLine:
    """A mandatory clause and how often it was violated."""

    standard_no: str
    standard_name: str
    clause_no: str
    violations: int
    cases: int


def by_clause(cases: Iterable[CaseFigure], most: int = 20) -> list[ClauseLine]:
    """The clauses that are violated most; spaces and letter case do not make two clauses of one."""
    counts, names, where = (
        Counter[tuple[str, str]](),
        dict[tuple[str, str], OpinionFigure](),
        set[tuple[object, ...]](),
    )
    for case in cases:
        for opinion in case.opinions if case.decided_on is not None else ():
            if opinion.is_violation:
                key = (_folded(opinion.standard_no), _folded(opinion.clause_no))
                counts[key] += 1
                names.setdefault(key, opinion)
                where.add((case.id, *key))
    spread = Counter(key[1:] for key in where)
    ranked = sorted(counts, key=lambda key: (-counts[key], key))[:most]
    return [
        ClauseLine(
            names[key].standard_no, names[key].standard_name, names[key].clause_no, counts[key], spread[key]
        )
        for key in ranked
    ]


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
