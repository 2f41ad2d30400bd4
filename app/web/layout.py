"""What every page's frame shows: the person, the project, the navigation that the seat may use."""

from dataclasses import dataclass

from flask import Flask, g

from app.access.rules import PARTY_LABELS, SEAT_LABELS, PartyRole, Permission, SeatRole
from app.accounts.factor_queries import has_factor
from app.kernel.labels import Label
from app.kernel.policy import Target
from app.notices.queries import unread_count
from app.projects.queries import ProjectView, project_for
from app.review.reach import has_reach
from app.seals.queries.administration import houses_of
from app.web.demo_accounts import DemoCode, demo_code_of
from app.web.request import now, reading, rights, services, signed_in, zone


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation."""

    key: str
    label: Label
    path: str
    permission: Permission
    state: str = "released"
    """A state in which whoever may use the entry sees its things."""


NAVIGATION = (
    NavItem("worklist", Label("待办", "Worklist"), "/projects/{project}", Permission.PROJECT_VIEW),
    NavItem("drawings", Label("图纸", "Drawings"), "/projects/{project}/register", Permission.PROJECT_VIEW),
    NavItem("intake", Label("收图", "Intake"), "/projects/{project}/intakes", Permission.INTAKE_VIEW),
    NavItem("review", Label("审查", "Review"), "/projects/{project}/review", Permission.REVIEW_VIEW),
    NavItem("questions", Label("联系会审", "Questions"), "/projects/{project}/notes", Permission.NOTE_VIEW),
    NavItem(
        "changes",
        Label("变更", "Changes"),
        "/projects/{project}/changes",
        Permission.CHANGE_VIEW,
        "effective",
    ),
    NavItem(
        "confirmation",
        Label("确认", "Confirmation"),
        "/projects/{project}/confirmation",
        Permission.DISTRIBUTION_VIEW,
    ),
    NavItem("record", Label("查阅", "Inspection"), "/projects/{project}/record", Permission.RECORD_VIEW),
    NavItem("project", Label("项目", "Project"), "/projects/{project}/settings", Permission.PROJECT_VIEW),
)
"""Only what the seat may use is shown (UI, navigation)."""


def use_project(project_id: str, *, section: str) -> ProjectView:
    """Load the project of a page, for the page and its frame.

    Raises:
        Refused: ``not-found`` for foreign projects.
    """
    project = project_for(reading(), rights(), project_id)
    g.project, g.section = project, section
    return project


def navigation() -> list[NavItem]:
    """The entries the person's seats may use in the project of this page."""
    project = g.get("project")
    if project is None:
        return []
    allowed = rights()
    seats = allowed.in_project(project.id)
    return [
        item
        for item in NAVIGATION
        if any(
            allowed.may(item.permission, Target(project.id, party_id=party, state=item.state))
            for party in dict.fromkeys(s.party_id for s in seats)
        )
    ]


def seats_here() -> list[Label]:
    """The person's seats in this project, in words."""
    project = g.get("project")
    if project is None:
        return []
    found = []
    for seat in rights().in_project(project.id):
        party, role = PARTY_LABELS[PartyRole(seat.party_role)], SEAT_LABELS[SeatRole(seat.seat_role)]
        found.append(Label(f"{party.zh}·{role.zh}", f"{party.en} · {role.en}"))
    return found


def unread_notices() -> int:
    """How many notices the person has not read, up to 100."""
    return unread_count(reading(), rights()) if signed_in() else 0


def has_seals() -> bool:
    """Whether the person administers, keeps or holds a seal."""
    found = signed_in()
    if found is None or found.person.is_platform_admin:
        return False
    return bool(houses_of(reading(), found.person.id, now()))


def has_second_factor() -> bool:
    """Whether the person can give a one-time code."""
    found = signed_in()
    return found is not None and has_factor(reading(), found.person.id)


def demo_code() -> DemoCode | None:
    """In a demonstration, what the person's phone would show; nowhere else."""
    found = signed_in()
    if not services().settings.is_demo or found is None:
        return None
    return demo_code_of(reading(), found.person, now())


def install(application: Flask) -> None:
    """Give the frame what it shows."""

    @application.context_processor
    def frame() -> dict[str, object]:
        found = signed_in()
        return {
            "me": found.person if found else None,
            "csrf_token": found.csrf_secret if found else "",
            "project": g.get("project"),
            "section": g.get("section", ""),
            "has_reviews": found is not None and has_reach(rights()),
            "has_seals": has_seals,
            "navigation": navigation,
            "seats_here": seats_here,
            "answered_at": now(),
            "zone_name": zone().key,
            "is_demo": services().settings.is_demo,
            "unread_notices": unread_notices,
            "has_second_factor": has_second_factor,
            "demo_code": demo_code,
        }
