"""Writing opinions: drafts with their places, proposing, merging, taking back, and their order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.kernel.db.transactions import Tx
from app.kernel.db.types import Base
from app.kernel.errors import NOT_FOUND, STALE, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.kernel.text import tidy
from app.projects.rules import Discipline
from app.review.actions.cases import case_to_change
from app.review.actions.seats import reviewing_seat
from app.review.earlier import Spoken, clause_of, same_matter, settled_before
from app.review.facts import CaseSheet, sheets_of_case
from app.review.models import OpinionPlace, ReviewCase, ReviewOpinion
from app.review.opinion_rules import (
    INSIDE,
    MOST_OPINIONS,
    MOST_PLACES,
    MOST_TEXT,
    OPINIONS,
    Basis,
    Domain,
    OpinionState,
    Severity,
    is_always_must_fix,
    needs_clause,
)
from app.review.refusals import (
    CLAUSE_NEEDED,
    CONTRADICTION,
    NOT_WRITING,
    REASON_NEEDED,
    SHEET_NOT_IN_CASE,
)
from app.review.rules import CASE_LABELS, WRITING


@dataclass(frozen=True)
class Place:
    """A sheet of the case, with a region on it."""

    sheet_id: str
    region: Sequence[int] = ()
    """``x0, y0, x1, y1`` in um of sheet space; empty: the whole sheet."""
    grid: str = ""


@dataclass(frozen=True)
class OpinionText:
    """What an opinion says."""

    discipline: str
    fact: str
    action: str = ""
    domain: str = Domain.OTHER
    basis: str = Basis.GENERAL_CLAUSE
    severity: str = Severity.MUST_FIX
    standard_no: str = ""
    standard_name: str = ""
    clause_no: str = ""
    clause_text: str = ""
    basis_reason: str = ""
    places: Sequence[Place] = ()


@dataclass(frozen=True)
class DraftOpinion:
    """A new opinion."""

    case_id: str
    text: OpinionText
    origin: str = "person"
    is_confirmed: bool = False
    """The reviewer has seen that it speaks against an earlier round."""


def draft_opinion(tx: Tx, command: DraftOpinion) -> str:
    """Draft an opinion (起草意见); returns its id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-your-discipline``; ``not-writing-now``; ``invalid-input``;
            ``clause-needed``; ``sheet-not-in-case``; ``contradicts-earlier-round``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    settled = settle_text(command.text)
    seat = reviewing_seat(tx, rights, case, settled.discipline)
    must_write(case)
    if not command.is_confirmed:
        _not_against_earlier(tx, case, settled)
    opinion, rows = add_opinion(tx, case, seat, settled, command.origin)
    tell(tx, "opinion.drafted", case.project_id, seat, case, opinion, *rows, opinion=opinion.id, case=case.id)
    return opinion.id


def must_write(case: ReviewCase) -> None:
    """Refuse while opinions are not written.

    Raises:
        Refused: ``not-writing-now``.
    """
    if case.state not in WRITING:
        raise Refused(NOT_WRITING, state=CASE_LABELS[case.state])


def add_opinion(
    tx: Tx,
    case: ReviewCase,
    seat: SeatFact,
    text: OpinionText,
    origin: str,
    *,
    sheets: Mapping[str, CaseSheet] | None = None,
) -> tuple[ReviewOpinion, list[Base]]:
    """An opinion's rows inside an act that was authorised; the caller tells them.

    Who adds many hands in the sheets of the case by identifier, so that they are looked up once.

    Raises:
        Refused: ``sheet-not-in-case``; ``invalid-input`` when the case is full.
    """
    if case.last_opinion >= MOST_OPINIONS:
        raise invalid(
            "意见 / opinions", f"一个案卷最多 {MOST_OPINIONS} 条", f"at most {MOST_OPINIONS} in a case"
        )
    case.last_opinion += 1
    opinion = ReviewOpinion(
        id=new_id(),
        case_id=case.id,
        project_id=case.project_id,
        serial=case.last_opinion,
        position=case.last_opinion,
        state=OpinionState.DRAFT,
        round=case.round,
        issued_round=None,
        origin=origin,
        merged_into=None,
        author_id=seat.person_id,
        party_id=seat.party_id,
        seat_id=seat.seat_id,
        created_at=tx.now,
        changed_at=tx.now,
        issued_at=None,
        settled_at=None,
        **_columns(text),
    )
    tx.session.add(opinion)
    tx.session.flush()
    return opinion, list(_add_places(tx, case, opinion, text.places, sheets))


@dataclass(frozen=True)
class EditOpinion:
    """An opinion's new text while it is a draft."""

    opinion_id: str
    version: int
    text: OpinionText
    is_confirmed: bool = False
    """As in :class:`DraftOpinion`."""


def edit_opinion(tx: Tx, command: EditOpinion) -> int:
    """Change a draft; returns its version.

    Raises:
        Refused: as :func:`draft_opinion`; ``stale-version``; ``state-conflict`` when it is no draft any more.
    """
    rights, case, opinion = opinion_to_change(tx, command.opinion_id)
    settled = settle_text(command.text)
    seat = reviewing_seat(tx, rights, case, opinion.discipline)
    if settled.discipline != opinion.discipline:
        reviewing_seat(tx, rights, case, settled.discipline)
    must_write(case)
    if opinion.state != OpinionState.DRAFT:
        OPINIONS.step(opinion.state, "propose")  # refuses, with the state in its sentence
    if opinion.version != command.version:
        raise Refused(STALE)
    if not command.is_confirmed:
        known = {e.id for e in _against_earlier(tx, case, _as_it_is(tx, opinion))}
        _not_against_earlier(tx, case, settled, known)
    for name, value in _columns(settled).items():
        setattr(opinion, name, value)
    opinion.changed_at = tx.now
    rows = _replace_places(tx, case, opinion, settled.places)
    tell(tx, "opinion.edited", case.project_id, seat, opinion, *rows, opinion=opinion.id, case=case.id)
    return opinion.version


def _as_it_is(tx: Tx, opinion: ReviewOpinion) -> OpinionText:
    """Clause and places of a draft before it is changed."""
    query = sa.select(OpinionPlace).where(
        OpinionPlace.opinion_id == opinion.id, OpinionPlace.is_dropped.is_(False)
    )
    places = [Place(p.sheet_id, tuple(p.region)) for p in tx.session.scalars(query)]
    return OpinionText(
        opinion.discipline,
        opinion.fact,
        standard_no=opinion.standard_no,
        clause_no=opinion.clause_no,
        places=places,
    )


def opinion_to_change(tx: Tx, opinion_id: str) -> tuple[Rights, ReviewCase, ReviewOpinion]:
    """An opinion with its case, both locked, for who may see it: what did not go out is the agency's own affair.

    Raises:
        Refused: ``not-found``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    found = tx.session.get(ReviewOpinion, opinion_id)
    if found is None:
        raise Refused(NOT_FOUND)
    case = case_to_change(tx, rights, found.case_id)
    query = sa.select(ReviewOpinion).where(ReviewOpinion.id == opinion_id).with_for_update()
    opinion = tx.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    is_inside = any(seat.party_id == case.agency_id for seat in rights.in_project(case.project_id))
    if opinion.state in INSIDE and not is_inside:
        raise Refused(NOT_FOUND)
    return rights, case, opinion


def settle_text(text: OpinionText) -> OpinionText:
    """An opinion's text in normal form, with everything that it must have.

    Raises:
        Refused: ``invalid-input``; ``clause-needed``; ``reason-needed``.
    """
    for value, known, zh, en in (
        (text.discipline, set(Discipline), "专业", "discipline"),
        (text.domain, set(Domain), "领域", "domain"),
        (text.basis, set(Basis), "依据", "basis"),
        (text.severity, set(Severity), "程度", "severity"),
    ):
        if value not in known:
            raise invalid(f"{zh} / {en}", "不在可选范围内", "is not one of those known")
    fact = text.fact.strip()
    if not fact:
        raise invalid(
            "图纸事实 / drawing fact", "须写明图上画的是什么、在哪里", "say what is drawn, and where"
        )
    for name in ("fact", "action", "clause_text", "basis_reason"):
        if len(getattr(text, name)) > MOST_TEXT:
            raise invalid(name, f"不超过 {MOST_TEXT} 字", f"has at most {MOST_TEXT} characters")
    has_clause = bool(tidy(text.standard_no) and tidy(text.clause_no))
    if needs_clause(text.basis) and not has_clause:
        raise Refused(CLAUSE_NEEDED)
    if not has_clause and not text.basis_reason.strip():
        raise Refused(REASON_NEEDED)
    if len(text.places) > MOST_PLACES:
        raise invalid(
            "图纸 / sheets", f"一条意见最多 {MOST_PLACES} 张", f"at most {MOST_PLACES} of an opinion"
        )
    severity = Severity.MUST_FIX if is_always_must_fix(text.domain, text.basis) else text.severity
    return OpinionText(
        discipline=text.discipline,
        fact=fact,
        action=text.action.strip(),
        domain=text.domain,
        basis=text.basis,
        severity=severity,
        standard_no=tidy(text.standard_no)[:60],
        standard_name=tidy(text.standard_name)[:200],
        clause_no=tidy(text.clause_no)[:60],
        clause_text=text.clause_text.strip(),
        basis_reason=text.basis_reason.strip(),
        places=text.places,
    )


def _columns(text: OpinionText) -> dict[str, Any]:
    return {
        "discipline": text.discipline,
        "domain": text.domain,
        "basis": text.basis,
        "severity": text.severity,
        "fact": text.fact,
        "standard_no": text.standard_no,
        "standard_name": text.standard_name,
        "clause_no": text.clause_no,
        "clause_text": text.clause_text,
        "basis_reason": text.basis_reason,
        "action": text.action,
    }


def _add_places(
    tx: Tx,
    case: ReviewCase,
    opinion: ReviewOpinion,
    places: Iterable[Place],
    sheets: Mapping[str, CaseSheet] | None = None,
) -> Iterable[OpinionPlace]:
    current = sheets or {s.sheet_id: s for s in sheets_of_case(tx.session, case.id)}
    for place in places:
        sheet = current.get(place.sheet_id)
        if sheet is None:
            raise Refused(SHEET_NOT_IN_CASE)
        row = OpinionPlace(
            id=new_id(),
            opinion_id=opinion.id,
            sheet_id=sheet.sheet_id,
            revision_id=sheet.revision_id,
            region=_region(place.region),
            grid=place.grid[:20],
            is_dropped=False,
        )
        tx.session.add(row)
        yield row


def _replace_places(
    tx: Tx, case: ReviewCase, opinion: ReviewOpinion, places: Sequence[Place]
) -> list[OpinionPlace]:
    """Places that are gone are dropped, new ones added, equal ones left alone."""
    query = sa.select(OpinionPlace).where(
        OpinionPlace.opinion_id == opinion.id, OpinionPlace.is_dropped.is_(False)
    )
    standing: Mapping[tuple[Any, ...], OpinionPlace] = {
        (p.sheet_id, tuple(p.region)): p for p in tx.session.scalars(query)
    }
    wanted = {(p.sheet_id, tuple(_region(p.region))): p for p in places}
    changed: list[OpinionPlace] = []
    for key, row in standing.items():
        if key not in wanted:
            row.is_dropped = True
            changed.append(row)
    changed += _add_places(tx, case, opinion, [p for key, p in wanted.items() if key not in standing])
    return changed


def _region(region: Sequence[int]) -> list[int]:
    if not region:
        return []
    if len(region) != 4 or not all(isinstance(v, int) and abs(v) <= 10**9 for v in region):
        raise invalid("区域 / region", "区域应为四个整数", "is four whole numbers")
    x0, y0, x1, y1 = region
    if x0 >= x1 or y0 >= y1:
        raise invalid("区域 / region", "区域为空", "is empty")
    return [x0, y0, x1, y1]


def _against_earlier(tx: Tx, case: ReviewCase, text: OpinionText) -> list[Spoken]:
    """Settled opinions of earlier rounds that speak of the same matter."""
    if case.round < 2:
        return []
    said = Spoken(
        "",
        0,
        0,
        clause_of(text.standard_no, text.clause_no),
        tuple((p.sheet_id, p.region) for p in text.places),
    )
    return same_matter(said, settled_before(tx.session, case))


def _not_against_earlier(tx: Tx, case: ReviewCase, text: OpinionText, known: Collection[str] = ()) -> None:
    """A reviewer who speaks against an earlier round is told; of what he knows already he is not told again."""
    for earlier in _against_earlier(tx, case, text):
        if earlier.id not in known:
            raise Refused(CONTRADICTION, round=earlier.round, serial=earlier.serial)
