"""Seals in words for pages: a revision's seals as the sheet page lists them, and its judgements as events.

Every sentence is the judgement's own (:mod:`app.seals.saying`, :mod:`app.seals.verifying.reasons`); nothing is judged here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.drawings.queries.seal_marks import SealsOfRevision
from app.kernel.labels import Label
from app.seals.queries.standing import SealOn
from app.seals.rules import (
    BUSINESS_LABELS,
    CAUSE_LABELS,
    CHECK_LABELS,
    SEAL_LABELS,
    SOURCE_LABELS,
    VERDICT_LABELS,
    CheckResult,
    Verdict,
)
from app.seals.saying import AFTER_LABELS, CLOCK_LABELS, MARK_LABELS, MEANINGS, sentence_of

SEAL_CATALOGUES: Mapping[str, Mapping[Any, Label]] = {
    "seal_mark": MARK_LABELS,
    "seal_kind": SEAL_LABELS,
    "seal_verdict": VERDICT_LABELS,
    "seal_cause": CAUSE_LABELS,
    "seal_clock": CLOCK_LABELS,
    "seal_after": AFTER_LABELS,
    "seal_check": CHECK_LABELS,
    "seal_check_what": BUSINESS_LABELS,
    "seal_check_source": SOURCE_LABELS,
}
"""For templates: ``word('seal_kind', …)``."""

CHECK_MEANINGS: Mapping[str, str] = {
    CheckResult.OK: "force",
    CheckResult.NOT_OK: "stop",
    CheckResult.NOT_CHECKED: "history",
}
_VERDICT_MEANINGS: Mapping[str, str] = {**MEANINGS, Verdict.NO_SEAL: "history"}


@dataclass(frozen=True)
class CheckRow:
    """One business check at the time of sealing."""

    what: Label
    result: Label
    meaning: str
    source: Label


@dataclass(frozen=True)
class SealRow:
    """One seal, or one time stamp over the document, as pages list it."""

    kind: Label | None
    """None: it came with the file, and nobody registered it here."""
    name: str
    organisation: str
    who: Mapping[str, str] | None
    """The certificate's own names."""
    field: str
    is_timestamp: bool
    time: datetime | None
    clock: str
    level: str
    verdict: str
    """Empty: not judged yet."""
    sentence: Label | None
    after: str
    checks: tuple[CheckRow, ...]
    batch_id: str

    @property
    def meaning(self) -> str:
        """Of the five meanings of status."""
        return _VERDICT_MEANINGS[self.verdict] if self.verdict else "waiting"


def seal_rows(session: Session, seals: SealsOfRevision) -> list[SealRow]:
    """The seals of a revision: what the judgement found, joined with what was put on here; one statement."""
    standing = seals.standing
    if standing is None:
        return []
    firms = _organisations(session, {seal.organisation_id for seal in standing.seals})
    put_on = {seal.use.field: seal for seal in standing.seals}
    judged = standing.judgement.summary["seals"] if standing.judgement else []
    rows = [_row(said, put_on.get(said["field"]), firms) for said in judged]
    found = {said["field"] for said in judged}
    return [*rows, *(_unjudged(seal, firms) for field, seal in put_on.items() if field not in found)]


def meaning_of(verdict: str) -> str:
    """The meaning of a verdict among the five of status."""
    return _VERDICT_MEANINGS[verdict]


def instant_of(text: str) -> datetime | None:
    """A time as reports write it."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _row(said: Mapping[str, Any], own: SealOn | None, firms: Mapping[str, str]) -> SealRow:
    who = said["who"]
    return SealRow(
        kind=SEAL_LABELS[own.kind] if own else None,
        name=own.name if own else "",
        organisation=firms.get(own.organisation_id, "") if own else (who or {}).get("organisation", ""),
        who=who,
        field=said["field"],
        is_timestamp=said["is_timestamp"],
        time=instant_of(said["time"]),
        clock=said["clock"],
        level=said["level"],
        verdict=said["verdict"],
        sentence=sentence_of(dict(said)),
        after=said.get("after", ""),
        checks=_checks(own) if own else (),
        batch_id=own.batch_id if own else "",
    )


def _unjudged(own: SealOn, firms: Mapping[str, str]) -> SealRow:
    return SealRow(
        kind=SEAL_LABELS[own.kind],
        name=own.name,
        organisation=firms.get(own.organisation_id, ""),
        who=None,
        field=own.use.field,
        is_timestamp=False,
        time=own.use.sealed_at,
        clock="",
        level="",
        verdict="",
        sentence=None,
        after="",
        checks=_checks(own),
        batch_id=own.batch_id,
    )


def _checks(own: SealOn) -> tuple[CheckRow, ...]:
    return tuple(
        CheckRow(
            BUSINESS_LABELS[check["what"]],
            CHECK_LABELS[check["result"]],
            CHECK_MEANINGS[check["result"]],
            SOURCE_LABELS[check["source"]],
        )
        for check in own.use.checks
    )


def _organisations(session: Session, ids: set[str]) -> dict[str, str]:
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(ids)))
    return {key: name for key, name in session.execute(query)} if ids else {}
