"""What of draws waits for a person: a value to enter, a number to reveal, a result to draw."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.labels import Label
from app.kernel.policy import Rights
from app.review.draws.models import DrawReveal, DrawShare
from app.review.draws.queries import DrawLine, draws_about
from app.review.draws.rules import DrawState
from app.review.reach import reaches_of

VALUE = Label("录入公开数值", "Enter the public value")
COMPLETE = Label("得出抽取结果", "Complete the draw")
CANCEL = Label("撤销作废的抽取", "Cancel the void draw")
REVEAL = Label("揭示您的随机数", "Reveal your number")
_RUN = {DrawState.VALUE_DUE: VALUE, DrawState.TO_COMPLETE: COMPLETE, DrawState.VOID: CANCEL}


@dataclass(frozen=True)
class WaitingDraw:
    """One thing that waits in one draw."""

    draw: DrawLine
    label: Label


def draws_waiting(session: Session, rights: Rights, project_id: str, now: datetime) -> list[WaitingDraw]:
    """What waits for the actor in the draws whose pool has something of a project."""
    lines = [d for d in draws_about(session, project_id, now) if d.state not in _QUIET]
    if not lines:
        return []
    run = {r.organisation_id for r in reaches_of(session, rights) if r.drawing_seats()}
    mine = (
        sa.select(DrawShare.draw_id)
        .outerjoin(DrawReveal, DrawReveal.share_id == DrawShare.id)
        .where(
            DrawShare.draw_id.in_([d.id for d in lines]),
            DrawShare.person_id == (rights.actor.person_id or ""),
            DrawReveal.id.is_(None),
        )
    )
    hidden = set(session.scalars(mine))
    found = [WaitingDraw(d, _RUN[d.state]) for d in lines if d.organisation_id in run and d.state in _RUN]
    open_to_reveal = (DrawState.VALUE_DUE, DrawState.REVEALING)
    return found + [WaitingDraw(d, REVEAL) for d in lines if d.id in hidden and d.state in open_to_reveal]


_QUIET = (DrawState.ANNOUNCED, DrawState.DRAWN, DrawState.CANCELLED)
