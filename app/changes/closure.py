"""How far changes are closed, counted: pure functions over plain facts. Every change closes twice (DOMAIN 2.4).

It closes on site when its implementation is verified, and in the papers when the as-built sheet says it. What is counted
are changes that took effect and still hold; one that another took the place of, or cancelled, has nothing left to close
and is counted beside. What is open and not in effect yet is open too, but of no rate: nobody can build it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.changes.rules import OPEN, STANDING, ChangeState
from app.kernel.labels import Label

C = ChangeState
CLOSED_ON_SITE = frozenset({C.VERIFIED, C.INCORPORATED})
ENDED = frozenset({C.SUPERSEDED, C.CANCELLED})
NONE_IN_EFFECT = Label("没有已生效且仍有效的变更", "no change is in effect")

TURNS: Mapping[str, Label] = {
    "supervisor": Label("监理单位", "Supervisor"),
    "designer": Label("设计单位", "Designer"),
    "owner": Label("建设单位", "Owner"),
    "agency": Label("审查机构", "Review agency"),
    "builder": Label("施工单位", "Contractor"),
    "compiler": Label("竣工图编制单位", "Compiler of the as-built"),
    "nobody": Label("未到生效日", "Its day has not come"),
}
"""At whom an open change is."""


@dataclass(frozen=True)
class ClosureFact:
    """A change, as far as its closing is counted."""

    id: str
    name: str
    title: str
    kind: str
    discipline: str
    state: str
    since: datetime
    """When it came to where it is."""
    effective_at: datetime | None
    is_irregular: bool
    """An emergency whose formalities are missing."""
    proposer: str
    designer: str
    buildings: tuple[str, ...]
    """Numbers of the buildings of its sheets; an empty text: the whole site."""
    has_places: bool
    """It is said of each sheet where the as-built has it."""
    is_assessed: bool
    """This project's policy has the supervisor assess what is proposed."""


@dataclass(frozen=True)
class Share:
    """So many of so many; of none there is no rate, and why."""

    part: int
    whole: int
    why: Label = NONE_IN_EFFECT

    @property
    def percent(self) -> float | None:
        """The rate, or None where there is none."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class ClosureLine:
    """The changes of one party, discipline or building; ``key`` as it was grouped by."""

    key: str
    on_site: Share
    """Implemented and verified."""
    in_as_built: Share
    open: int
    """Not closed twice, or not even in effect."""
    irregular: int
    ended: int
    """Superseded or cancelled after they took effect: nothing is left to close but the formalities of an emergency."""


@dataclass(frozen=True)
class OpenChange:
    """A change that is not closed twice: since when it waits, and at whom."""

    fact: ClosureFact
    turn: str
    """Key of :data:`TURNS`."""
    since: datetime
    days: int
    """Whole days since then."""


def count(key: str, facts: Iterable[ClosureFact]) -> ClosureLine:
    """Count some changes."""
    known = list(facts)
    standing = [f for f in known if f.state in STANDING]
    return ClosureLine(
        key=key,
        on_site=Share(sum(f.state in CLOSED_ON_SITE for f in standing), len(standing)),
        in_as_built=Share(sum(f.state == C.INCORPORATED for f in standing), len(standing)),
        open=sum(is_open(f) for f in known),
        irregular=sum(f.is_irregular for f in known),
        ended=sum(f.state in ENDED for f in known),
    )


def grouped(
    facts: Iterable[ClosureFact], keys: Callable[[ClosureFact], Iterable[str]]
) -> tuple[ClosureLine, ...]:
    """Lines by key, the one with most open first; a change of two buildings counts in both."""
    groups: dict[str, list[ClosureFact]] = {}
    for fact in facts:
        for key in dict.fromkeys(keys(fact)):
            groups.setdefault(key, []).append(fact)
    lines = [count(key, group) for key, group in groups.items()]
    return tuple(sorted(lines, key=lambda line: (-line.open, line.key)))


def open_changes(facts: Iterable[ClosureFact], now: datetime) -> tuple[OpenChange, ...]:
    """What is open, irregular emergencies first, then what waits longest."""
    found = [
        OpenChange(fact, turn_of(fact, now), waits_since(fact), max((now - waits_since(fact)).days, 0))
        for fact in facts
        if is_open(fact)
    ]
    return tuple(sorted(found, key=lambda o: (not o.fact.is_irregular, o.since, o.fact.id)))


def is_open(fact: ClosureFact) -> bool:
    """Whether something is still to be done about it; of an ended one, the formalities of an emergency."""
    return fact.state in OPEN or fact.is_irregular


def waits_since(fact: ClosureFact) -> datetime:
    """Since when somebody could go on: what took effect for a later day waits from that day."""
    if fact.state == C.EFFECTIVE and fact.effective_at is not None:
        return max(fact.since, fact.effective_at)
    return fact.since


def turn_of(fact: ClosureFact, now: datetime) -> str:
    """At whom an open change is."""
    if fact.state == C.EFFECTIVE and fact.effective_at is not None and fact.effective_at > now:
        return "nobody"
    if fact.state == C.PROPOSED:
        return "supervisor" if fact.is_assessed else "designer"
    if fact.state == C.VERIFIED and fact.has_places:
        return "designer" if fact.is_irregular else "supervisor"
    if fact.state in ENDED:
        return "designer"
    return _TURN[fact.state]


_TURN: Mapping[str, str] = {
    C.ASSESSED: "designer",
    C.DESIGNING: "designer",
    C.DESIGN_ISSUED: "owner",
    C.IN_REVIEW: "agency",
    C.REVIEW_PASSED: "owner",
    C.APPROVED: "supervisor",
    C.EFFECTIVE: "builder",
    C.IMPLEMENTED: "supervisor",
    C.VERIFIED: "compiler",
}
