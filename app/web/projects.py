"""Founding a project; its data, codes, buildings, policy, parties and seats."""

import re
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.actions import (
    EndSeat,
    GiveSeat,
    HandOverSeat,
    JoinParty,
    end_seat,
    give_seat,
    hand_over_seat,
    join_party,
)
from app.access.queries import parties_of, seats_of
from app.access.rules import PartyRole, Permission, SeatRole
from app.accounts.queries import organisations, people
from app.kernel.errors import Refused, invalid
from app.kernel.policy import Scope, Target
from app.projects.actions import (
    AddBuilding,
    EditProject,
    FoundProject,
    IdentifyBuilding,
    IdentifyProject,
    add_building,
    edit_project,
    found_project,
    identify_building,
    identify_project,
)
from app.projects.queries import buildings_of
from app.projects.rules import (
    DEFAULT_CHANGE_NUMBER,
    BuildingScheme,
    Discipline,
    IdentifierScheme,
    ReviewMode,
    is_numbering,
)
from app.review.assist.rulebook import RULES
from app.review.rules import DocumentKind
from app.seals.rules import DESIGN_SEALS
from app.web.bodies import text, whole
from app.web.layout import use_project
from app.web.request import actor, reading, require_sign_in, rights, services

pages = Blueprint("projects", __name__)

MOST_DAYS = 365
Choice = TypeVar("Choice", bound=StrEnum)


@pages.before_request
def only_signed_in() -> None:
    """Projects are not for strangers: they are told to sign in, on every page and act alike."""
    require_sign_in()


@pages.get("/projects/new")
def new_project() -> str:
    """The form for a new project."""
    return render_template("projects/new.html", refusal=None, form=request.form)


@pages.post("/projects")
def found() -> Response | tuple[str, int]:
    """Found a project; a doubtful code comes back to the form with everything typed still there."""
    form = request.form
    command = FoundProject(
        name=form.get("name", ""),
        name_en=form.get("name_en", ""),
        short_name=form.get("short_name", ""),
        address=form.get("address", ""),
        project_code=form.get("project_code", ""),
        code_override_reason=form.get("override_reason", ""),
    )
    try:
        with services().database.write(actor()) as tx:
            project_id = found_project(tx, command)
    except Refused as refusal:
        return render_template("projects/new.html", refusal=refusal, form=form), refusal.kind.status
    return redirect(f"/projects/{project_id}/settings")


@pages.get("/projects/<project_id>/settings")
def settings(project_id: str) -> str:
    """The project's page: data, codes, buildings, policy, parties and seats."""
    use_project(project_id, section="project")
    target = Target(project_id)
    allowed = rights()
    parties = parties_of(reading(), project_id)
    may_seat = {
        p.id for p in parties if allowed.may(Permission.SEAT_MANAGE, Target(project_id, party_id=p.id))
    }
    return render_template(
        "projects/settings.html",
        buildings=buildings_of(reading(), project_id),
        parties=parties,
        seats=seats_of(reading(), project_id),
        may_edit=allowed.may(Permission.PROJECT_EDIT, target),
        may_join=allowed.may(Permission.PARTY_MANAGE, target),
        may_seat=may_seat,
        organisations=organisations(reading()) if may_seat else (),
        people=people(reading()) if may_seat else (),
        roles=list(PartyRole),
        seat_roles=list(SeatRole),
        schemes=list(IdentifierScheme),
        building_schemes=list(BuildingScheme),
        disciplines=list(Discipline),
        seal_kinds=DESIGN_SEALS,
        review_modes=list(ReviewMode),
        document_kinds=list(DocumentKind),
        review_rules=RULES,
    )


def _review_policy() -> dict[str, Any]:
    """What the form says of the review's terms and papers.

    Raises:
        Refused: ``invalid-input`` for a term that is no number of days.
    """
    form = request.form
    terms = {}
    for name in ("review_days", "review_intake_days", "review_reply_days", "review_filing_days"):
        days = whole(form.get(name) or "0", name)
        if not 0 <= days <= MOST_DAYS:
            raise invalid(name, f"应为 0 至 {MOST_DAYS} 个工作日", f"is 0 to {MOST_DAYS} working days")
        terms[name] = days
    return {
        **terms,
        "review_recheck_counts": "review_recheck_counts" in form,
        "review_answer_all": "review_answer_all" in form,
        "review_documents": tuple(k for k in DocumentKind if k in form.getlist("review_documents")),
    }


def _site_policy() -> dict[str, Any]:
    """What the form says of the joint review, changes and confirmation.

    Raises:
        Refused: ``invalid-input`` for a term that is no number of days, or a pattern of numbers that numbers nothing.
    """
    form = request.form
    terms = {}
    for name in ("change_emergency_days", "confirm_days"):
        days = whole(form.get(name) or "0", name)
        if not 0 <= days <= MOST_DAYS:
            raise invalid(name, f"应为 0 至 {MOST_DAYS} 个工作日", f"is 0 to {MOST_DAYS} working days")
        terms[name] = days
    numbering = form.get("change_number", "").strip() or DEFAULT_CHANGE_NUMBER
    if not is_numbering(numbering):
        raise invalid(
            "变更编号规则 / change_number",
            "只能用 {kind} {discipline} {year} {serial}，并须含 {serial}",
            "uses {kind}, {discipline}, {year} and {serial} alone, and needs {serial}",
        )
    return {
        **terms,
        "change_number": numbering,
        "require_joint_review": "require_joint_review" in form,
        "change_assessed": "change_assessed" in form,
        "change_fire_minor_reviewed": "change_fire_minor_reviewed" in form,
        "confirm_roles": tuple(r for r in PartyRole if r in form.getlist("confirm_roles")),
        "confirm_first": "confirm_first" in form,
    }


def _seal_policy() -> dict[str, Any]:
    """What the form says of seals."""
    form = request.form
    return {
        **{name: name in form for name in ("require_seals", "require_review_seal", "accept_unjudged_seals")},
        "seal_kinds": tuple(k for k in DESIGN_SEALS if k in form.getlist("seal_kinds")),
        "seal_disciplines": tuple(d for d in Discipline if d in form.getlist("seal_disciplines")),
    }


@pages.post("/projects/<project_id>/settings")
def edit(project_id: str) -> Response:
    """Change the project's data and policy."""
    project = use_project(project_id, section="project")
    form = request.form
    pattern = form.get("number_pattern", "").strip()
    _check_pattern(pattern, "number_pattern")
    layers = form.get("review_layer_pattern", "").strip()
    _check_pattern(layers, "review_layer_pattern")
    policy = replace(
        project.policy,  # what this page does not show stays as it is
        review_mode=_one_of(ReviewMode, "review_mode")
        if "review_mode" in form
        else project.policy.review_mode,
        signatures=tuple(s for s in ("checker", "verifier", "approver") if form.get(f"sign_{s}")),
        cosign_disciplines=tuple(d for d in form.getlist("cosign") if d in set(Discipline)),
        require_pdf="require_pdf" in form,
        require_title_match="require_title_match" in form,
        number_pattern=pattern,
        review_rules_off=tuple(r.id for r in RULES if r.id not in form.getlist("review_rule"))
        if "review_rules" in form
        else project.policy.review_rules_off,
        review_layer_pattern=layers
        if "review_layer_pattern" in form
        else project.policy.review_layer_pattern,
        **(_review_policy() if "review_days" in form else {}),
        **(_site_policy() if "confirm_days" in form else {}),
        **(_seal_policy() if "seal_policy" in form else {}),
    )
    command = EditProject(
        project_id=project_id,
        version=whole(form.get("version"), "version"),
        name=form.get("name", ""),
        name_en=form.get("name_en", ""),
        short_name=form.get("short_name", ""),
        region_code=form.get("region_code", ""),
        address=form.get("address", ""),
        timezone=form.get("timezone", project.timezone),
        is_name_public="is_name_public" in form,
        is_restricted="is_restricted" in form,
        policy=policy,
    )
    with services().database.write(actor()) as tx:
        edit_project(tx, command)
    return redirect(f"/projects/{project_id}/settings")


@pages.post("/projects/<project_id>/identifiers")
def identify(project_id: str) -> Response:
    """Give the project a code."""
    use_project(project_id, section="project")
    scheme = _one_of(IdentifierScheme, "scheme")
    command = IdentifyProject(
        project_id, scheme, request.form.get("value", ""), request.form.get("override_reason", "")
    )
    with services().database.write(actor()) as tx:
        identify_project(tx, command)
    return redirect(f"/projects/{project_id}/settings#codes")


@pages.post("/projects/<project_id>/buildings")
def building(project_id: str) -> Response:
    """Add a building."""
    use_project(project_id, section="project")
    command = AddBuilding(project_id, request.form.get("number", ""), request.form.get("name", ""))
    with services().database.write(actor()) as tx:
        add_building(tx, command)
    return redirect(f"/projects/{project_id}/settings#buildings")


@pages.post("/projects/<project_id>/buildings/<building_id>/identifiers")
def identify_one_building(project_id: str, building_id: str) -> Response:
    """Enter a building's assigned code."""
    use_project(project_id, section="project")
    if building_id not in {b.id for b in buildings_of(reading(), project_id)}:
        raise invalid("building", "没有这个单体", "no such building")
    command = IdentifyBuilding(
        building_id,
        _one_of(BuildingScheme, "scheme"),
        request.form.get("value", ""),
        request.form.get("issuer", ""),
    )
    with services().database.write(actor()) as tx:
        identify_building(tx, command)
    return redirect(f"/projects/{project_id}/settings#buildings")


@pages.post("/projects/<project_id>/parties")
def join(project_id: str) -> Response:
    """Make an organisation a party."""
    use_project(project_id, section="project")
    command = JoinParty(
        project_id,
        request.form.get("organisation", ""),
        _one_of(PartyRole, "role"),
        request.form.get("lot", "").strip(),
    )
    with services().database.write(actor()) as tx:
        join_party(tx, command)
    return redirect(f"/projects/{project_id}/settings#parties")


@pages.post("/projects/<project_id>/seats")
def seat(project_id: str) -> Response:
    """Give a person a seat."""
    use_project(project_id, section="project")
    form = request.form
    scope = Scope(
        all_buildings="all_buildings" in form,
        buildings=frozenset(form.getlist("buildings")),
        all_disciplines="all_disciplines" in form,
        disciplines=frozenset(form.getlist("disciplines")),
    )
    command = GiveSeat(
        form.get("party", ""),
        form.get("person", ""),
        _one_of(SeatRole, "role"),
        scope,
        basis=form.get("basis", ""),
    )
    with services().database.write(actor()) as tx:
        give_seat(tx, command)
    return redirect(f"/projects/{project_id}/settings#parties")


@pages.post("/projects/<project_id>/seats/<seat_id>/end")
def end(project_id: str, seat_id: str) -> Response:
    """End a seat."""
    use_project(project_id, section="project")
    with services().database.write(actor()) as tx:
        end_seat(tx, EndSeat(seat_id, whole(request.form.get("version"), "version")))
    return redirect(f"/projects/{project_id}/settings#parties")


@pages.post("/projects/<project_id>/seats/<seat_id>/hand-over")
def hand_over(project_id: str, seat_id: str) -> Response:
    """Hand a seat over to another person."""
    use_project(project_id, section="project")
    form = request.form
    basis = text(form.get("basis"), "basis", most=200)
    command = HandOverSeat(seat_id, whole(form.get("version"), "version"), form.get("person", ""), basis)
    with services().database.write(actor()) as tx:
        hand_over_seat(tx, command)
    return redirect(f"/projects/{project_id}/settings#parties")


def _check_pattern(pattern: str, name: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise invalid(name, "正则表达式有误", "not a regular expression") from error
    if len(pattern) > 300:
        raise invalid(name, "过长", "too long")


def _one_of(kind: type[Choice], name: str) -> Choice:
    try:
        return kind(request.form.get(name, ""))
    except ValueError as error:
        raise invalid(name, "请选择", "choose one") from error
