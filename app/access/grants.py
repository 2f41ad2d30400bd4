"""The rights table (DOMAIN 2.11) as data. ``kernel.policy`` interprets it; a test walks every cell.

States are those of ``drawings.rules.REVISIONS``; a test compares the words, because this floor may not look up.
"""

from app.access.rules import PERMISSION_LABELS, Permission
from app.access.rules import PartyRole as P
from app.access.rules import SeatRole as S
from app.access.site_grants import SITE_GRANTS
from app.kernel.errors import ACTION_WORDS
from app.kernel.policy import ANY_SEAT, Grant, GrantTable

PUBLIC_STATES = frozenset({"released", "void"})
"""What left the designer and the review: the set that the site builds from, past and present."""
REVIEW_STATES = PUBLIC_STATES | {"submitted", "returned", "approved"}
OWNER_STATES = REVIEW_STATES | {"issued", "withdrawn"}

DESIGNERS = (P.DESIGNER, P.SPECIALIST_DESIGNER, P.SURVEYOR)
READERS = (
    P.CONTRACTOR,
    P.SUBCONTRACTOR,
    P.SUPERVISOR,
    P.AUTHORITY,
    P.SUPERVISION_STATION,
    P.FIRE_AUTHORITY,
    P.OTHER_AUTHORITY,
    P.INVESTIGATOR,
    P.JUDICIAL,
    P.TESTING,
    P.COST,
)
"""Parties that read what was released. Archive and operator read after hand-over, which is not yet built."""

_PREPARERS = frozenset({S.PROJECT_LEAD, S.DISCIPLINE_LEAD, S.DRAFTER, S.DOCUMENT_CLERK})
_LEADS = frozenset({S.PROJECT_LEAD, S.PROJECT_MANAGER})


def _designers(seats: frozenset[str]) -> tuple[Grant, ...]:
    return tuple(Grant(p, seats, own=True) for p in DESIGNERS)


def _seats(*roles: S) -> frozenset[str]:
    return frozenset(roles)


_SEE_RELEASED = tuple(Grant(p, ANY_SEAT, states=PUBLIC_STATES) for p in (*READERS, *DESIGNERS))
_COSIGNERS_SEE = tuple(
    Grant(
        p,
        _seats(S.COSIGNER, S.DISCIPLINE_LEAD),
        own=True,
        states=frozenset({"checking"}),
        any_discipline=True,
    )
    for p in DESIGNERS
)
"""Who co-signs for a discipline must see the sheets of the others while they are being checked."""
_REMARKERS = (
    P.CONTRACTOR,
    P.SUBCONTRACTOR,
    P.SUPERVISOR,
    P.AUTHORITY,
    P.SUPERVISION_STATION,
    P.FIRE_AUTHORITY,
    P.OTHER_AUTHORITY,
)
"""Readers who may say something on what they see (DOMAIN 2.11, *remark*); laboratories, cost consultants, investigators
and courts only look."""
_PENS = frozenset(S) - {S.READER}
"""A reader's seat (查阅人) reads."""
_DRAW = (
    Grant(P.OWNER, _PENS, states=OWNER_STATES),
    Grant(P.REVIEWER, _PENS, states=REVIEW_STATES),
    *_designers(_PENS),
    *_COSIGNERS_SEE,
    *(Grant(p, _PENS, states=PUBLIC_STATES) for p in (*_REMARKERS, *DESIGNERS)),
)
"""Whoever draws sees by the same seat what he draws on."""
_SETTLE = tuple(Grant(p, _PENS, own=True) for p in (P.OWNER, P.REVIEWER, *DESIGNERS, *_REMARKERS))
"""Whether an answer settles a mark is for the party that made it."""
_REVIEW_LEADS = _seats(S.PROJECT_LEAD, S.TECHNICAL_LEAD)
_REVIEW_SEERS = (
    Grant(P.OWNER),
    Grant(P.REVIEWER, own=True),
    *(Grant(p) for p in DESIGNERS),
    *(
        Grant(p)
        for p in (
            P.AUTHORITY,
            P.SUPERVISION_STATION,
            P.FIRE_AUTHORITY,
            P.OTHER_AUTHORITY,
            P.INVESTIGATOR,
            P.JUDICIAL,
        )
    ),
)
"""A case is seen by who submits, designs, supervises and by its own agency; builders see its result in the register."""
_OVERSEERS = (P.AUTHORITY, P.SUPERVISION_STATION, P.FIRE_AUTHORITY, P.OTHER_AUTHORITY)
"""Authorities whose standing work is the review; investigators and courts look at one case at a time."""
_IMPORTERS = (Grant(P.OWNER, _seats(S.PROJECT_LEAD, S.DOCUMENT_CLERK), own=True),)

_SEALERS = (
    *_designers(_seats(S.PROJECT_LEAD, S.DISCIPLINE_LEAD, S.APPROVER, S.REGISTERED_PERSON, S.DOCUMENT_CLERK)),
    Grant(
        P.REVIEWER, _REVIEW_LEADS | _seats(S.REVIEW_ENGINEER, S.LEGAL_REPRESENTATIVE), states=REVIEW_STATES
    ),
    *(
        Grant(
            p,
            _LEADS | _seats(S.SITE_TECH_LEAD, S.CHIEF_SUPERVISOR, S.SUPERVISION_ENGINEER, S.DOCUMENT_CLERK),
            states=PUBLIC_STATES,
        )
        for p in (P.OWNER, P.CONTRACTOR, P.SUBCONTRACTOR, P.SUPERVISOR)
    ),
)
"""By which seats a seal is put on a sheet; which seal, its keepers say."""

GRANTS: GrantTable = {
    Permission.PROJECT_VIEW: tuple(Grant(p) for p in P),
    Permission.PROJECT_FOUND: (),  # before a project exists there is no seat: whoever has an organisation may
    Permission.PROJECT_EDIT: (Grant(P.OWNER, _seats(S.PROJECT_LEAD, S.DOCUMENT_CLERK)),),
    Permission.PARTY_MANAGE: (Grant(P.OWNER, _seats(S.PROJECT_LEAD)),),
    Permission.SEAT_MANAGE: (
        Grant(P.OWNER, _seats(S.PROJECT_LEAD)),
        *(Grant(p, _LEADS, own=True) for p in P if p is not P.OWNER),
    ),
    Permission.INTAKE_UPLOAD: (*_designers(_PREPARERS), *_IMPORTERS),
    Permission.INTAKE_VIEW: (*_designers(ANY_SEAT), *_IMPORTERS),
    Permission.REVISION_EDIT: _designers(_PREPARERS),
    Permission.REVISION_CHECK: _designers(_seats(S.CHECKER)),
    Permission.REVISION_VERIFY: _designers(_seats(S.VERIFIER)),
    Permission.REVISION_APPROVE: _designers(_seats(S.APPROVER)),
    Permission.REVISION_COSIGN: _designers(_seats(S.COSIGNER, S.DISCIPLINE_LEAD)),
    Permission.REVISION_ISSUE: _designers(_seats(S.APPROVER, S.PROJECT_LEAD)),
    Permission.REVISION_WITHDRAW: _designers(_seats(S.PROJECT_LEAD, S.DISCIPLINE_LEAD)),
    Permission.REVISION_SUBMIT: (Grant(P.OWNER, _seats(S.PROJECT_LEAD, S.DOCUMENT_CLERK)),),
    Permission.REVISION_REVIEW: (
        Grant(P.REVIEWER, _REVIEW_LEADS | _seats(S.REVIEW_ENGINEER, S.LEGAL_REPRESENTATIVE)),
    ),
    Permission.REVIEW_VIEW: _REVIEW_SEERS,
    Permission.REVIEW_SUBMIT: (Grant(P.OWNER, _seats(S.PROJECT_LEAD, S.DOCUMENT_CLERK)),),
    Permission.REVIEW_INTAKE: (Grant(P.REVIEWER, _REVIEW_LEADS | _seats(S.DOCUMENT_CLERK), own=True),),
    Permission.REVIEW_LEAD: (Grant(P.REVIEWER, _REVIEW_LEADS, own=True),),
    Permission.REVIEW_WRITE: (Grant(P.REVIEWER, _REVIEW_LEADS | _seats(S.REVIEW_ENGINEER), own=True),),
    Permission.REVIEW_CERTIFY: (Grant(P.REVIEWER, _seats(S.LEGAL_REPRESENTATIVE), own=True),),
    Permission.REVIEW_FILE: (Grant(P.REVIEWER, _REVIEW_LEADS | _seats(S.DOCUMENT_CLERK), own=True),),
    Permission.REVIEW_OVERVIEW: (
        Grant(P.REVIEWER, _REVIEW_LEADS | _seats(S.REVIEW_ENGINEER, S.LEGAL_REPRESENTATIVE), own=True),
        *(Grant(p) for p in _OVERSEERS),
    ),
    Permission.REVIEW_DRAW: tuple(
        Grant(p, _seats(S.PROJECT_LEAD, S.INSPECTOR))
        for p in (P.AUTHORITY, P.SUPERVISION_STATION, P.FIRE_AUTHORITY)
    ),
    Permission.REVIEW_DRAW_SHARE: (
        Grant(P.OWNER, _seats(S.PROJECT_LEAD)),
        Grant(P.REVIEWER, _REVIEW_LEADS | _seats(S.LEGAL_REPRESENTATIVE)),
        *(Grant(p, _seats(S.PROJECT_LEAD, S.INSPECTOR)) for p in _OVERSEERS),
    ),
    Permission.REVIEW_REPLY: tuple(
        Grant(p, _seats(S.PROJECT_LEAD, S.DISCIPLINE_LEAD, S.DRAFTER)) for p in DESIGNERS
    ),
    Permission.REVIEW_SELF_CHECK: _designers(ANY_SEAT),
    Permission.REVIEW_RULE: (
        Grant(P.AUTHORITY, _seats(S.PROJECT_LEAD, S.INSPECTOR)),
        Grant(P.FIRE_AUTHORITY, _seats(S.PROJECT_LEAD, S.INSPECTOR)),
    ),
    Permission.REVIEW_CONCLUDE: tuple(
        Grant(p, _seats(S.PROJECT_LEAD, S.INSPECTOR)) for p in (P.FIRE_AUTHORITY, P.OTHER_AUTHORITY)
    ),
    Permission.SEAL_USE: _SEALERS,
    Permission.REVISION_RELEASE: (Grant(P.OWNER, _seats(S.PROJECT_LEAD)),),
    Permission.REVISION_VOID: (Grant(P.OWNER, _seats(S.PROJECT_LEAD)),),
    Permission.REVISION_IMPORT: _IMPORTERS,
    Permission.REVISION_VIEW: (
        Grant(P.OWNER, ANY_SEAT, states=OWNER_STATES),
        Grant(P.REVIEWER, ANY_SEAT, states=REVIEW_STATES),
        *_designers(ANY_SEAT),
        *_COSIGNERS_SEE,
        *_SEE_RELEASED,
    ),
    Permission.RECORD_VIEW: tuple(Grant(p) for p in (P.OWNER, P.REVIEWER, *DESIGNERS, *READERS)),
    Permission.MARK_DRAW: _DRAW,
    Permission.MARK_RESOLVE: _SETTLE,
    Permission.BASELINE_FREEZE: (
        Grant(P.OWNER, _seats(S.PROJECT_LEAD, S.DOCUMENT_CLERK)),
        Grant(P.SUPERVISION_STATION, _seats(S.INSPECTOR)),
        Grant(P.INVESTIGATOR, _seats(S.INSPECTOR)),
    ),
    **SITE_GRANTS,
}

ACTION_WORDS.update({str(action): label for action, label in PERMISSION_LABELS.items()})
