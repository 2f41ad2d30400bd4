"""Which sheets a seal may be put on now, by whom, and what stands in the way of the others."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.guards import judge, load_contexts
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target, visible_revisions
from app.drawings.rules import SEALED_IN, Guard, RevisionState
from app.kernel.labels import Label
from app.kernel.policy import Rights
from app.projects.queries import policy_of
from app.seals.models import Seal, SealUse
from app.seals.queries.keeping import seals_kept_by
from app.seals.queries.standing import Standing, standing_of
from app.seals.rules import Provider, SealKind, SealState, UseState, Verdict

_REVISION = "revision"


@dataclass(frozen=True)
class Sealable:
    """A sheet that the seal could be put on, or why not yet."""

    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    discipline: str
    building_id: str | None
    state: RevisionState
    kinds: tuple[SealKind, ...]
    """Seals that are on it."""
    obstacle: Label | None = None
    """None: it may be sealed now."""


def sealable(session: Session, rights: Rights, project_id: str, seal: Seal) -> list[Sealable]:
    """Sheets in a state in which this kind of seal is put on, that do not carry this seal, in the order of the set."""
    kind = SealKind(seal.kind)
    query = sa.select(SheetRevision).where(
        SheetRevision.project_id == project_id,
        SheetRevision.state.in_([str(state) for state in SEALED_IN[kind]]),
        visible_revisions(rights),
    )
    rows = [r for r in session.scalars(query) if rights.may(Permission.SEAL_USE, revision_target(r))]
    ids = [row.id for row in rows]
    standing = standing_of(session, _REVISION, ids)
    contexts = load_contexts(session, rows, policy_of(session, project_id))
    waiting = sa.select(SealUse.owner_id).where(
        SealUse.owner_kind == _REVISION, SealUse.state == UseState.WAITING, SealUse.owner_id.in_(ids)
    )
    busy = set(session.scalars(waiting))
    found = []
    for row in rows:
        on = standing.get(row.id)
        if on is not None and any(one.seal_id == seal.id for one in on.seals):
            continue
        if _is_of_the_past(row, on):
            continue
        context = contexts[row.id]
        signed = judge((Guard.SIGNATURES,), context)[0] if row.state == RevisionState.CHECKING else None
        obstacle = _obstacle(seal, row, on, is_busy=row.id in busy)
        if obstacle is None and signed is not None and signed.stops:
            obstacle = signed.reason
        found.append(
            (
                context.sheet.sort_key,
                Sealable(
                    row.sheet_id,
                    row.id,
                    context.sheet.number,
                    row.title,
                    row.rev_label,
                    row.discipline,
                    row.building_id,
                    RevisionState(row.state),
                    tuple(one.kind for one in on.seals) if on else (),
                    obstacle,
                ),
            )
        )
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].rev_label))]


def _is_of_the_past(row: SheetRevision, on: Standing | None) -> bool:
    """Frozen without having been made ready: no seal of ours will ever be on it, so it waits for none."""
    return row.base_sha256 is not None and (on is None or not on.chain.is_ready)


def _obstacle(seal: Seal, row: SheetRevision, on: Standing | None, *, is_busy: bool) -> Label | None:
    if seal.disciplines is not None and row.discipline not in seal.disciplines:
        return Label("不在此印章的专业范围", "Outside the seal's disciplines")
    if is_busy:
        return Label("正在另一张用印单中", "Being sealed in another batch")
    if on is None or not on.chain.is_pdf:
        return Label("没有可签章的 PDF", "No PDF that could be sealed")
    if on.seals and on.verdict is None:
        return None
    if on.seals and on.verdict is not Verdict.VALID:
        return Label("已有签章核验未通过", "The seals that are there are not valid")
    return None


@dataclass(frozen=True)
class SealWaiting:
    """A seal that sheets wait for, in one's worklist."""

    seal: Seal
    ready: int
    """Sheets that could be sealed now."""


def seals_waiting(session: Session, rights: Rights, project_id: str, now: datetime) -> list[SealWaiting]:
    """Seals that a person keeps and that sheets wait for, where the project asks for them."""
    person, policy = rights.actor.person_id, policy_of(session, project_id)
    if person is None or not (policy.require_seals or policy.require_review_seal):
        return []
    wanted = {SealKind(kind) for kind in policy.seal_kinds} if policy.require_seals else set()
    wanted |= {SealKind.REVIEW} if policy.require_review_seal else set()
    found = []
    for view in seals_kept_by(session, person, now):
        seal = view.seal
        if SealKind(seal.kind) not in wanted or not is_usable(seal, project_id, now):
            continue
        rows = sealable(session, rights, project_id, seal)
        ready = sum(row.obstacle is None and SealKind(seal.kind) not in row.kinds for row in rows)
        if ready:
            found.append(SealWaiting(seal, ready))
    return found


def is_usable(seal: Seal, project_id: str, now: datetime) -> bool:
    """Whether a seal can be used in a project now, as far as the seal itself goes."""
    return (
        seal.state == SealState.ACTIVE
        and seal.provider != Provider.RECORDED
        and seal.valid_from <= now <= seal.valid_to
        and (seal.projects is None or project_id in seal.projects)
    )
