"""Judgements of one document as events, newest first, and the report of one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import Label
from app.seals.chain import Chain
from app.seals.listing import meaning_of
from app.seals.models import SealJudgement
from app.seals.queries.standing import judgements_of
from app.seals.rules import CAUSE_LABELS, VERDICT_LABELS
from app.seals.saying import sentence_of


@dataclass(frozen=True)
class JudgementRow:
    """One judgement: an event that stays, whatever later ones say."""

    id: str
    sha256: str
    of: Label
    """Which bytes of the document these are."""
    is_of_latest: bool
    verdict: str
    verdict_label: Label
    meaning: str
    """Of the five meanings of status."""
    sentence: Label
    cause: str
    cause_label: Label
    judged_at: datetime
    engine: str
    """Empty when judging broke off."""
    trust_name: str
    trust_version: str
    trust_sha256: str
    """Of the trust list as it was; empty of judgements that did not keep it."""
    report_sha256: str
    seals: int
    due_at: datetime | None


def judgement_rows(session: Session, chain: Chain | None) -> list[JudgementRow]:
    """Every judgement of a document's bytes, newest first; one statement."""
    if chain is None:
        return []
    names = names_of_bytes(chain)
    return [_row(one, names, chain) for one in judgements_of(session, list(names))]


def judgement_in(session: Session, chain: Chain | None, judgement_id: str) -> SealJudgement:
    """A judgement of a document's bytes.

    Raises:
        Refused: ``not-found`` when there is none of that name among them.
    """
    found = judgements_of(session, list(names_of_bytes(chain))) if chain is not None else []
    for one in found:
        if one.id == judgement_id:
            return one
    raise Refused(NOT_FOUND)


def names_of_bytes(chain: Chain) -> Mapping[str, Label]:
    """Digests of all bytes of a document, and what they are called; the first name of equal bytes holds."""
    names = {chain.published.sha256: Label("来件", "as it came")}
    names.setdefault(chain.base.sha256, Label("签章前的基准文件", "base, made ready for seals"))
    for number, rendition in enumerate(chain.sealed, start=1):
        names.setdefault(
            rendition.sha256, Label(f"盖第 {number} 枚章后的文件", f"with {number} seal(s) put on here")
        )
    return names


def _row(one: SealJudgement, names: Mapping[str, Label], chain: Chain) -> JudgementRow:
    seals: Sequence[Mapping[str, Any]] = one.summary["seals"]
    return JudgementRow(
        id=one.id,
        sha256=one.sha256,
        of=names[one.sha256],
        is_of_latest=one.sha256 == chain.latest.sha256,
        verdict=one.verdict,
        verdict_label=VERDICT_LABELS[one.verdict],
        meaning=meaning_of(one.verdict),
        sentence=sentence_of(one.summary),
        cause=one.cause,
        cause_label=CAUSE_LABELS[one.cause],
        judged_at=one.judged_at,
        engine=one.engine,
        trust_name=one.trust_name,
        trust_version=one.trust_version,
        trust_sha256=one.summary.get("trust_sha256", ""),
        report_sha256=one.report_sha256,
        seals=sum(not seal["is_timestamp"] for seal in seals),
        due_at=one.due_at,
    )
