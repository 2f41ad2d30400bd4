"""The joint review of a case: what each authority has said of this round, and who may say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.queries import parties_of
from app.accounts.models import Organisation, Person
from app.kernel.policy import Rights
from app.review.joint import concluding_seat, conclusions_of, joint_domains
from app.review.models import ReviewCase, ReviewConclusion
from app.review.rules import CONCLUDERS, CONCLUDING


@dataclass(frozen=True)
class ConclusionView:
    """A conclusion, as it was given."""

    round: int
    verdict: str
    note: str
    person: str
    organisation: str
    at: datetime


@dataclass(frozen=True)
class JointView:
    """One domain of a joint review."""

    domain: str
    party_role: str
    """Whose word counts."""
    has_party: bool
    """Whether a party of that role is in the project now: else the owner must add one first."""
    conclusions: tuple[ConclusionView, ...]
    """Those of this round, the newest first: that one counts."""
    earlier: tuple[ConclusionView, ...]
    """Those of earlier rounds, the newest first: on record, and no more."""
    may_conclude: bool
    """Whether the actor may say something now."""

    @property
    def verdict(self) -> str:
        """What counts now; empty while nothing is said in this round."""
        return self.conclusions[0].verdict if self.conclusions else ""


def joint_of(session: Session, rights: Rights, case: ReviewCase, now: datetime) -> tuple[JointView, ...]:
    """Every domain of a case that is reviewed jointly; none of another case."""
    if not joint_domains(case):
        return ()
    roles = {p.role for p in parties_of(session, case.project_id) if p.valid_to is None or p.valid_to > now}
    rows = conclusions_of(session, case)[::-1]
    people, parties = _names(session, rows)
    said = [
        (
            r.domain,
            ConclusionView(
                r.round, r.verdict, r.note, people.get(r.person_id, ""), parties.get(r.party_id, ""), r.at
            ),
        )
        for r in rows
    ]
    is_time = case.state in CONCLUDING
    return tuple(
        JointView(
            domain=domain,
            party_role=CONCLUDERS[domain],
            has_party=CONCLUDERS[domain] in roles,
            conclusions=tuple(v for d, v in said if d == domain and v.round == case.round),
            earlier=tuple(v for d, v in said if d == domain and v.round != case.round),
            may_conclude=is_time and concluding_seat(rights, case, domain) is not None,
        )
        for domain in joint_domains(case)
    )


def _names(session: Session, rows: Sequence[ReviewConclusion]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """People, and the organisations of parties."""
    if not rows:
        return {}, {}
    people = sa.select(Person.id, Person.name).where(Person.id.in_({r.person_id for r in rows}))
    parties = (
        sa.select(Party.id, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.id.in_({r.party_id for r in rows}))
    )
    return dict(session.execute(people).all()), dict(session.execute(parties).all())
