"""The set of an instant as rows for the page and for files, and what differs between two sets."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.drawings.queries.register import RegisterRow
from app.drawings.rules import RevisionState
from app.kernel.clock import from_micros, to_micros
from app.record.queries import InForce
from app.record.register import Standing, StandingRow
from app.web.words import when_each

COLUMNS = (
    "sheet", "number", "sort", "title", "discipline", "building", "label", "since", "sinceAt", "recorded",
    "recordedAt", "slips", "slipNumbers", "sha256", "backdated", "reason", "now", "nowLabel", "nowSince",
)  # fmt: skip


def row_values(rows: Iterable[InForce], current: Mapping[str, InForce]) -> list[list[object]]:
    """Sheets in force at the instant, each with what holds now beside it; in the order of :data:`COLUMNS`.

    Args:
        rows: the set, without void sheets.
        current: what holds now by sheet id, void sheets too.
    """
    write = when_each()
    return [_values(row, current.get(row.sheet_id), write) for row in rows]


def _values(row: InForce, current: InForce | None, write: Callable[[datetime | None], str]) -> list[object]:
    standing = against_now(row, current)
    is_backdated = row.is_backdated or any(s.is_backdated for s in row.slips)
    return [
        row.sheet_id,
        row.number,
        row.sort_key,
        row.title,
        row.discipline,
        row.building_id or "",
        row.rev_label,
        write(row.effective_at),
        to_micros(row.effective_at),
        write(row.recorded_at),
        to_micros(row.recorded_at),
        len(row.slips),
        "、".join(s.number for s in row.slips),
        row.base_sha256 or "",
        "yes" if is_backdated else "no",
        row.reason if row.is_backdated else "",
        standing,
        current.rev_label if current is not None and standing == "superseded" else "",
        write(current.effective_at) if current is not None and standing in ("superseded", "void") else "",
    ]


def against_now(row: InForce, current: InForce | None) -> str:
    """``same``, ``superseded``, ``void``, or ``coming`` for a revision that is not in force yet."""
    if current is None or (not current.is_void and current.rev_seq < row.rev_seq):
        return "coming"
    if current.is_void:
        return "void"
    return "same" if current.revision_id == row.revision_id else "superseded"


def file_rows(rows: Iterable[InForce], scales: Mapping[str, str]) -> list[StandingRow]:
    """The set as rows of the register's files: every revision is the one in force at the instant.

    Args:
        rows: the set, without void sheets.
        scales: scales by revision id, as far as the register knows them.
    """
    return [StandingRow(_register_row(row, scales), Standing.IN_FORCE, row) for row in rows]


def _register_row(row: InForce, scales: Mapping[str, str]) -> RegisterRow:
    revision_id = row.revision_id or ""
    return RegisterRow(
        sheet_id=row.sheet_id,
        number=row.number,
        sort_key=row.sort_key,
        discipline=row.discipline,
        building_id=row.building_id,
        title=row.title,
        revision_id=revision_id,
        rev_label=row.rev_label,
        rev_seq=row.rev_seq,
        state=RevisionState.RELEASED,
        stage=row.stage,
        paper=row.paper,
        scales=scales.get(revision_id, ""),
        issue_date=row.issue_date,
        state_at=row.recorded_at,
        origin="",
        completeness="complete",
        version=0,
        rendition_id="",
    )


@dataclass(frozen=True)
class FrozenLine:
    """One line of a frozen set, read back from its canonical form."""

    sheet_id: str
    number: str
    title: str
    label: str
    sha256: str
    effective_at: datetime
    slips: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A sheet that is not the same in two sets."""

    kind: str
    """``added``, ``removed``, ``reissued``, ``slips``, or ``redated``: the same revision from another instant on."""
    before: FrozenLine | None
    after: FrozenLine | None

    @property
    def shown(self) -> FrozenLine:
        """The side that names the sheet: the later one where there are both."""
        found = self.after or self.before
        if found is None:
            raise AssertionError("a difference has at least one side")
        return found


def read_line(raw: str) -> FrozenLine:
    """Read a canonical line, as ``app.record.actions.baseline_line`` wrote it."""
    data = json.loads(raw)
    return FrozenLine(
        sheet_id=data["sheet"],
        number=data["number"],
        title=data["title"],
        label=data["label"],
        sha256=data["sha256"] or "",
        effective_at=from_micros(data["effective_at"]),
        slips=tuple(s["number"] for s in data["slips"]),
    )


def differences(before: Sequence[FrozenLine], after: Sequence[FrozenLine]) -> list[Difference]:
    """What changed from one set to another, in the order of the later set, removed sheets last."""
    old, new = {line.sheet_id: line for line in before}, {line.sheet_id: line for line in after}
    found = []
    for line in after:
        kind = _difference(old.get(line.sheet_id), line)
        if kind:
            found.append(Difference(kind, old.get(line.sheet_id), line))
    return [*found, *(Difference("removed", line, None) for line in before if line.sheet_id not in new)]


def _difference(before: FrozenLine | None, after: FrozenLine) -> str:
    if before is None:
        return "added"
    if (before.sha256, before.label) != (after.sha256, after.label):
        return "reissued"
    if before.slips != after.slips:
        return "slips"
    return "redated" if before.effective_at != after.effective_at else ""
