"""The rights of the loop on site as data: changes, questions, distribution (DOMAIN 2.4 to 2.6, 2.11).

A second table, joined to :data:`app.access.grants.GRANTS`; states of changes are those of ``changes.rules.CHANGES``.
"""

from app.access.rules import PartyRole as P
from app.access.rules import Permission
from app.access.rules import SeatRole as S
from app.kernel.policy import ANY_SEAT, Grant, GrantTable

DESIGNERS = (P.DESIGNER, P.SPECIALIST_DESIGNER, P.SURVEYOR)
BUILDERS = (P.CONTRACTOR, P.SUBCONTRACTOR)
WORKING = (P.OWNER, *DESIGNERS, *BUILDERS, P.SUPERVISOR)
"""Parties between whom changes, questions and receipts go."""
WATCHING = (
    P.REVIEWER,
    P.AUTHORITY,
    P.SUPERVISION_STATION,
    P.FIRE_AUTHORITY,
    P.OTHER_AUTHORITY,
    P.INVESTIGATOR,
    P.JUDICIAL,
    P.TESTING,
)
"""Parties that see what became a document, not what was only proposed."""
FORMAL_STATES = frozenset(
    {
        "design_issued",
        "in_review",
        "review_passed",
        "approved",
        "effective",
        "implemented",
        "verified",
        "incorporated",
        "superseded",
        "cancelled",
    }
)
"""A change that its designer has issued, or that takes effect."""

_PENS = frozenset(S) - {S.READER}


def _seats(*roles: S) -> frozenset[str]:
    return frozenset(roles)


_OWNER_OFFICE = _seats(S.PROJECT_LEAD, S.DOCUMENT_CLERK)
_DESIGN_LEADS = _seats(S.PROJECT_LEAD, S.DISCIPLINE_LEAD)
_PREPARERS = _DESIGN_LEADS | _seats(S.DRAFTER, S.DOCUMENT_CLERK)
_SITE_LEADS = _seats(S.PROJECT_MANAGER, S.SITE_TECH_LEAD)
_SITE_OFFICE = _SITE_LEADS | _seats(S.DOCUMENT_CLERK)
_SUPERVISORS = _seats(S.CHIEF_SUPERVISOR, S.SUPERVISION_ENGINEER)
_SUPERVISION_OFFICE = _SUPERVISORS | _seats(S.DOCUMENT_CLERK)
_AGENCY_LEADS = _seats(S.PROJECT_LEAD, S.TECHNICAL_LEAD)
_OFFICERS = _seats(S.PROJECT_LEAD, S.INSPECTOR)

_RECEIVERS = (
    Grant(P.OWNER, _OWNER_OFFICE, own=True),
    *(Grant(p, _PREPARERS, own=True) for p in DESIGNERS),
    *(Grant(p, _SITE_OFFICE, own=True) for p in BUILDERS),
    Grant(P.SUPERVISOR, _SUPERVISION_OFFICE, own=True),
)
"""Who acknowledges for a party (DOMAIN 2.5: a seat with authority)."""

SITE_GRANTS: GrantTable = {
    Permission.CHANGE_VIEW: (
        *(Grant(p) for p in (*WORKING, P.COST)),
        *(Grant(p, ANY_SEAT, states=FORMAL_STATES) for p in WATCHING),
    ),
    Permission.CHANGE_PROPOSE: tuple(Grant(p, _PENS) for p in WORKING),
    Permission.CHANGE_ASSESS: (Grant(P.SUPERVISOR, _SUPERVISORS),),
    Permission.CHANGE_ACCEPT: (
        Grant(P.OWNER, _seats(S.PROJECT_LEAD)),
        *(Grant(p, _DESIGN_LEADS) for p in DESIGNERS),
    ),
    Permission.CHANGE_DESIGN: tuple(Grant(p, _PREPARERS, own=True) for p in DESIGNERS),
    Permission.CHANGE_ISSUE: tuple(Grant(p, _DESIGN_LEADS | _seats(S.APPROVER), own=True) for p in DESIGNERS),
    Permission.CHANGE_SUBMIT: (Grant(P.OWNER, _OWNER_OFFICE),),
    Permission.CHANGE_REVIEW: (Grant(P.REVIEWER, _AGENCY_LEADS),),
    Permission.CHANGE_CONSENT: tuple(
        Grant(p, _OFFICERS) for p in (P.AUTHORITY, P.FIRE_AUTHORITY, P.OTHER_AUTHORITY)
    ),
    Permission.CHANGE_APPROVE: (Grant(P.OWNER, _seats(S.PROJECT_LEAD)),),
    Permission.CHANGE_COUNTERSIGN: (Grant(P.SUPERVISOR, _seats(S.CHIEF_SUPERVISOR)),),
    Permission.CHANGE_EMERGENCY: (
        Grant(P.OWNER, _seats(S.PROJECT_LEAD)),
        *(Grant(p, _DESIGN_LEADS) for p in DESIGNERS),
        Grant(P.SUPERVISOR, _seats(S.CHIEF_SUPERVISOR)),
    ),
    Permission.CHANGE_IMPLEMENT: tuple(Grant(p, _SITE_OFFICE | _seats(S.SITE_USER)) for p in BUILDERS),
    Permission.CHANGE_VERIFY: (Grant(P.SUPERVISOR, _SUPERVISORS),),
    Permission.CHANGE_INCORPORATE: (
        *(Grant(p, _SITE_OFFICE) for p in BUILDERS),
        *(Grant(p, _PREPARERS) for p in DESIGNERS),
    ),
    Permission.NOTE_VIEW: tuple(Grant(p) for p in (*WORKING, P.COST, *WATCHING)),
    Permission.NOTE_ASK: tuple(Grant(p, _PENS) for p in WORKING),
    Permission.NOTE_ANSWER: tuple(Grant(p, _PENS, own=True) for p in WORKING),
    Permission.JDR_VIEW: tuple(Grant(p) for p in (*WORKING, P.COST, *WATCHING)),
    Permission.JDR_CONVENE: (
        Grant(P.OWNER, _OWNER_OFFICE),
        Grant(P.SUPERVISOR, _seats(S.CHIEF_SUPERVISOR, S.DOCUMENT_CLERK)),
    ),
    Permission.JDR_ASK: tuple(Grant(p, _PENS) for p in (P.OWNER, *BUILDERS, P.SUPERVISOR)),
    Permission.JDR_ANSWER: tuple(Grant(p, _PENS) for p in DESIGNERS),
    Permission.JDR_RECORD: (
        Grant(P.OWNER, _OWNER_OFFICE),
        Grant(P.CONTRACTOR, _SITE_OFFICE),
        Grant(P.SUPERVISOR, _SUPERVISION_OFFICE),
    ),
    Permission.JDR_SIGN: (
        Grant(P.OWNER, _seats(S.PROJECT_LEAD)),
        *(Grant(p, _DESIGN_LEADS) for p in DESIGNERS),
        Grant(P.CONTRACTOR, _SITE_LEADS),
        Grant(P.SUPERVISOR, _seats(S.CHIEF_SUPERVISOR)),
    ),
    Permission.DISTRIBUTION_VIEW: tuple(Grant(p) for p in (*WORKING, *WATCHING)),
    Permission.TRANSMIT: (
        Grant(P.OWNER, _OWNER_OFFICE),
        *(Grant(p, _PREPARERS) for p in DESIGNERS),
        Grant(P.CONTRACTOR, _SITE_OFFICE),
    ),
    Permission.RECEIPT_CONFIRM: _RECEIVERS,
    Permission.RECEIPT_OBJECT: (
        *_RECEIVERS,
        *(Grant(p, _seats(S.SITE_USER), own=True) for p in BUILDERS),
    ),
    Permission.RECEIPT_RESOLVE: (
        Grant(P.OWNER, _OWNER_OFFICE),
        *(Grant(p, _DESIGN_LEADS) for p in DESIGNERS),
    ),
    Permission.COPY_MANAGE: (
        Grant(P.OWNER, _OWNER_OFFICE, own=True),
        *(Grant(p, _SITE_OFFICE, own=True) for p in BUILDERS),
        Grant(P.SUPERVISOR, _SUPERVISION_OFFICE, own=True),
    ),
}
