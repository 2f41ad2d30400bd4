"""A second, slow and obvious telling of what is in force, and random histories to try it on.

It knows nothing of SQL: every fact is a tuple, every answer a walk over all of them.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.record.models import SlipEffect
from app.record.queries import InForce
from tests.drawings.sheets import bulk_sheets, insert_facts, insert_many

ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """An instant by its number of days."""
    return ORIGIN + timedelta(days=number)


@dataclass(frozen=True)
class Base:
    """A base fact; ``seq`` None: the sheet was cancelled."""

    seq: int | None
    effective: int
    recorded: int
    order: int


@dataclass(frozen=True)
class Slip:
    """A fact about a change slip; ``by`` is the revision order that absorbed it."""

    change: str
    kind: str
    effective: int
    recorded: int
    order: int
    by: int | None = None


@dataclass
class History:
    """Everything that happened to one sheet."""

    bases: list[Base] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    def answer(self, as_of: float, known_at: float) -> tuple[str, int | None, tuple[str, ...]] | None:
        """(kind, revision order, change documents in the order of their effect), told the slow way."""
        holding = None
        for fact in sorted(self.bases, key=lambda f: (f.effective, f.recorded, f.order)):
            if fact.effective <= as_of and fact.recorded <= known_at:
                holding = fact
        if holding is None:
            return None
        if holding.seq is None:
            return "voided", None, ()
        known = [f for f in self.slips if f.effective <= as_of and f.recorded <= known_at]
        known.sort(key=lambda f: (f.effective, f.recorded, f.order))
        standing: list[Slip] = []
        for slip in known:
            if slip.kind != "absorbed":
                standing = [s for s in standing if s.change != slip.change]
            if slip.kind == "effective":
                standing.append(slip)
        taken_in = {
            f.change for f in known if f.kind == "absorbed" and f.by is not None and f.by <= holding.seq
        }
        return "released", holding.seq, tuple(s.change for s in standing if s.change not in taken_in)


REVISIONS = 5
DAYS = 30


def random_history(chance: random.Random) -> History:
    """Releases, cancellations, backdated and future effects, and slips with every end there is; ties included."""
    history = History()
    for order in range(chance.randrange(0, 8)):
        recorded = chance.randrange(DAYS)
        effective = recorded + chance.choice((0, 0, 0, 0, -1, -7, -20, 1, 5))
        seq = None if chance.random() < 0.12 else chance.randrange(1, REVISIONS + 1)
        history.bases.append(Base(seq, effective, recorded, order))
    for order in range(chance.randrange(0, 9)):
        recorded = chance.randrange(DAYS)
        effective = recorded + chance.choice((0, 0, 0, -3, -15, 4))
        kind = chance.choice(("effective", "effective", "effective", "cancelled", "superseded", "absorbed"))
        by = chance.choice((None, *range(1, REVISIONS + 1))) if kind == "absorbed" else None
        history.slips.append(Slip(chance.choice("ABC"), kind, effective, recorded, order, by))
    return history


@dataclass
class Stored:
    """Histories in a database."""

    project_id: str
    by_sheet: dict[str, History]
    revisions: dict[str, list[str]]

    def expected(
        self, sheet_id: str, as_of: float, known_at: float
    ) -> tuple[str, str | None, tuple[str, ...]] | None:
        """The slow answer, with the revision's id."""
        told = self.by_sheet[sheet_id].answer(as_of, known_at)
        if told is None:
            return None
        kind, seq, slips = told
        return kind, self.revisions[sheet_id][seq - 1] if seq else None, slips


def store(session: Session, project_id: str, histories: list[History]) -> Stored:
    """Write histories, in the order in which they were recorded."""
    made = bulk_sheets(session, project_id, len(histories), REVISIONS, ORIGIN)
    by_sheet = {sheet: history for (sheet, _), history in zip(made, histories, strict=True)}
    revisions = dict(made)
    bases = [(sheet, f) for sheet, h in by_sheet.items() for f in h.bases]
    insert_facts(
        session,
        (
            (
                project_id,
                sheet,
                "released" if f.seq else "voided",
                revisions[sheet][(f.seq or 1) - 1],
                day(f.effective),
                day(f.recorded),
            )
            for sheet, f in sorted(bases, key=lambda b: b[1].order)
        ),
    )
    slips = [(sheet, f) for sheet, h in by_sheet.items() for f in h.slips]
    insert_many(
        session,
        SlipEffect,
        (
            {
                "project_id": project_id,
                "sheet_id": sheet,
                "change_id": f.change,
                "number": f"变更-{f.change}",
                "kind": f.kind,
                "absorbed_by": revisions[sheet][f.by - 1] if f.by else None,
                "regions": {},
                "effective_at": day(f.effective),
                "recorded_at": day(f.recorded),
                "is_backdated": f.effective < f.recorded,
                "reason": "",
                "act_id": "bulk",
            }
            for sheet, f in sorted(slips, key=lambda s: s[1].order)
        ),
    )
    return Stored(project_id, by_sheet, revisions)


def told(answer: InForce | None) -> tuple[str, str | None, tuple[str, ...]] | None:
    """What the product answers, in the words of the slow model."""
    if answer is None:
        return None
    revision = None if answer.is_void else answer.revision_id
    return answer.kind, revision, tuple(s.change_id for s in answer.slips)
