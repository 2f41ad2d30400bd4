"""A draw with all that happened to it, in five statements."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.review.draws.models import DrawEnd, DrawResult, DrawReveal, DrawShare, DrawValue, ReviewDraw
from app.review.draws.protocol import NONE, Announcement, Share, read_announcement
from app.review.draws.rules import DrawFacts, DrawState, state_of


@dataclass(frozen=True)
class ShareRow:
    """A contribution as it stands."""

    id: str
    number: int
    person_id: str
    party_id: str
    commitment: str
    at: datetime
    secret: str | None
    revealed_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """A draw and what became of it."""

    row: ReviewDraw
    announced: Announcement
    shares: tuple[ShareRow, ...]
    entered: DrawValue | None
    result: DrawResult | None
    end: DrawEnd | None

    @property
    def known_at(self) -> datetime:
        """From when the public value can be known."""
        return datetime.fromisoformat(self.announced.known_at)

    @property
    def reveal_until(self) -> datetime | None:
        """Until when numbers are revealed."""
        text = self.announced.reveal_until
        return None if text == NONE else datetime.fromisoformat(text)

    @property
    def value(self) -> str | None:
        """The public value, once it was entered."""
        return self.entered.value if self.entered else None

    @property
    def told_shares(self) -> tuple[Share, ...]:
        """The contributions as the seed takes them."""
        return tuple(Share(s.number, s.person_id, s.commitment, s.secret) for s in self.shares)

    @property
    def facts(self) -> DrawFacts:
        """What its state follows from."""
        return DrawFacts(
            known_at=self.known_at,
            reveal_until=self.reveal_until,
            unrevealed=self.announced.unrevealed,
            has_value=self.entered is not None,
            open_shares=sum(s.secret is None for s in self.shares),
            is_drawn=self.result is not None,
            is_cancelled=self.end is not None,
        )

    def state(self, now: datetime) -> DrawState:
        """Where it stands at an instant."""
        return state_of(self.facts, now)


def standing_of(session: Session, row: ReviewDraw) -> Standing:
    """A draw with all that happened to it."""
    query = (
        sa.select(DrawShare, DrawReveal)
        .outerjoin(DrawReveal, DrawReveal.share_id == DrawShare.id)
        .where(DrawShare.draw_id == row.id)
        .order_by(DrawShare.number)
    )
    shares = tuple(
        ShareRow(
            id=s.id,
            number=s.number,
            person_id=s.person_id,
            party_id=s.party_id,
            commitment=s.commitment,
            at=s.at,
            secret=r.secret if r else None,
            revealed_at=r.at if r else None,
        )
        for s, r in session.execute(query)
    )
    return Standing(
        row=row,
        announced=read_announcement(row.announcement),
        shares=shares,
        entered=session.scalars(sa.select(DrawValue).where(DrawValue.draw_id == row.id)).one_or_none(),
        result=session.scalars(sa.select(DrawResult).where(DrawResult.draw_id == row.id)).one_or_none(),
        end=session.scalars(sa.select(DrawEnd).where(DrawEnd.draw_id == row.id)).one_or_none(),
    )
