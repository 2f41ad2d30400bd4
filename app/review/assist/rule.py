"""What a rule is, and what it may say. Nothing is passed that was not looked at (law 8)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.kernel.labels import Label
from app.review.assist.facts import SetFacts, SheetFacts
from app.review.opinion_rules import Severity

GB_50001 = "GB/T 50001-2017"


class Verdict(StrEnum):
    """What a rule says of a sheet or of the set."""

    PASS = "pass"  # noqa: S105  a verdict, no password
    FINDING = "finding"
    CANNOT = "cannot_judge"


@dataclass(frozen=True)
class Said:
    """One thing that a rule says."""

    verdict: Verdict
    sheet: SheetFacts | None = None
    """None: of the set."""
    reason: str = ""
    """Code of its sentence; empty when it passes."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What fills the sentence."""
    region: tuple[int, int, int, int] | None = None
    identity: str = ""
    """What tells two findings of one reason on one sheet apart."""

    def key(self, rule: str) -> str:
        """The same finding in another run has the same key; the revision is no part of it."""
        parts = (rule, self.sheet.sheet_id if self.sheet else "", self.reason, self.identity)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Rule:
    """One rule: what it is called, what it rests on, and how it judges."""

    id: str
    name: Label
    looks_at: Label
    """One sentence: what is looked at, and when it passes."""
    judge: Callable[[SetFacts], Iterable[Said]]
    severity: Severity = Severity.ADVISE
    """Proposed for the opinion."""
    standard_no: str = ""
    clause_no: str = ""


def passed(sheet: SheetFacts | None = None) -> Said:
    """It was looked at and is in order."""
    return Said(Verdict.PASS, sheet)


def cannot(reason: str, sheet: SheetFacts | None = None, **data: Any) -> Said:
    """It was not, or could not be, looked at."""
    return Said(Verdict.CANNOT, sheet, reason, data)


def by_sheet(
    judge: Callable[[SheetFacts, SetFacts], Iterable[Said]],
) -> Callable[[SetFacts], Iterable[Said]]:
    """A rule that judges one sheet after the other, and must speak of each."""

    def judge_all(found: SetFacts) -> Iterable[Said]:
        for sheet in found.sheets:
            said = list(judge(sheet, found))
            if not said:
                raise RuntimeError(f"a rule says nothing of sheet {sheet.sheet_id}")
            yield from said

    return judge_all


def unread(sheet: SheetFacts) -> Said | None:
    """Why nothing of a sheet's words can be judged; None when they can be read."""
    if sheet.view is None:
        return cannot("never-read", sheet)
    if not sheet.view.page.text_usable:
        return cannot("text-garbled", sheet)
    return None if sheet.view.runs else cannot("no-text", sheet)
