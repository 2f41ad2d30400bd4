"""The seals of one document as pages and the API list them: what a judgement found, joined with what was put on here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.kernel.labels import Label
from app.seals.queries.standing import SealOn, Standing
from app.seals.rules import BUSINESS_LABELS, CHECK_LABELS, SEAL_LABELS, SOURCE_LABELS, CheckResult, Verdict
from app.seals.saying import MEANINGS, sentence_of

CHECK_MEANINGS: Mapping[str, str] = {
    CheckResult.OK: "force",
    CheckResult.NOT_OK: "stop",
    CheckResult.NOT_CHECKED: "history",
}
_VERDICT_MEANINGS: Mapping[str, str] = {**MEANINGS, Verdict.NO_SEAL: "history"}
_NO_DISCIPLINES = Label(
    "印章登记未限定专业，未核查", "the seal is registered for no disciplines in particular: not checked"
)


@dataclass(frozen=True)
class CheckRow:
    """One business check at the time of sealing (DOMAIN 4.3)."""

    check: str
    what: Label
    result: str
    result_label: Label
    source: Label

    @property
    def meaning(self) -> str:
        """Of the five meanings of status."""
        return CHECK_MEANINGS[self.result]


@dataclass(frozen=True)
class SealRow:
    """One seal, or one time stamp over the document."""

    field: str
    kind: str
    """Empty: it came with the file, and nobody registered it here."""
    kind_label: Label
    name: str
    """Of the seal as an object; empty as above."""
    organisation: str
    """Whose seal it is; of what came with the file, what the certificate says."""
    who: Mapping[str, str] | None
    """The certificate's own names."""
    is_timestamp: bool
    time: datetime | None
    clock: str
    level: str
    verdict: str
    """Empty: not judged yet."""
    sentence: Label | None
    after: str
    """What came into the file after it; empty where nobody looked."""
    checks: tuple[CheckRow, ...]
    batch_id: str

    @property
    def meaning(self) -> str:
        """Of the five meanings of status."""
        return meaning_of(self.verdict) if self.verdict else "waiting"


_CAME = Label("随文件带来的签章", "Seal that came with the file")
_STAMP = Label("文件时间戳", "Time stamp over the file")


def seal_rows(standing: Standing | None) -> list[SealRow]:
    """The seals of a document, in the order of the file."""
    if standing is None:
        return []
    put_on = {seal.use.field: seal for seal in standing.seals}
    judged = standing.judgement.summary["seals"] if standing.judgement else []
    rows = [_row(said, put_on.get(said["field"])) for said in judged]
    found = {said["field"] for said in judged}
    return [*rows, *(_unjudged(seal) for field, seal in put_on.items() if field not in found)]


def meaning_of(verdict: str) -> str:
    """The meaning of a verdict among the five of status (UI rule 1)."""
    return _VERDICT_MEANINGS[verdict]


def instant_of(text: str) -> datetime | None:
    """A time as reports write it; without a zone it is UTC."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _row(said: Mapping[str, Any], own: SealOn | None) -> SealRow:
    who = said["who"]
    return SealRow(
        field=said["field"],
        kind=str(own.kind) if own else "",
        kind_label=SEAL_LABELS[own.kind] if own else _STAMP if said["is_timestamp"] else _CAME,
        name=own.name if own else "",
        organisation=own.organisation if own else (who or {}).get("organisation", ""),
        who=who,
        is_timestamp=said["is_timestamp"],
        time=instant_of(said["time"]),
        clock=said["clock"],
        level=said["level"],
        verdict=said["verdict"],
        sentence=sentence_of(said),
        after=said.get("after", ""),
        checks=_checks(own) if own else (),
        batch_id=own.batch_id if own else "",
    )


def _unjudged(own: SealOn) -> SealRow:
    return SealRow(
        field=own.use.field,
        kind=str(own.kind),
        kind_label=SEAL_LABELS[own.kind],
        name=own.name,
        organisation=own.organisation,
        who=None,
        is_timestamp=False,
        time=own.use.sealed_at,
        clock="server",
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
            one["check"],
            BUSINESS_LABELS[one["check"]],
            one["result"],
            CHECK_LABELS[one["result"]],
            _source(one["check"], one["source"]),
        )
        for one in own.use.checks
    )


def _source(check: str, source: str) -> Label:
    return _NO_DISCIPLINES if check == "discipline_fits" and not source else SOURCE_LABELS[source]
