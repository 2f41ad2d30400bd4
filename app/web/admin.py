"""Platform administration: organisations and people. Never drawings (law 5)."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.accounts.actions import (
    CreateOrganisation,
    CreatePerson,
    create_organisation,
    create_person,
    set_password,
)
from app.accounts.factor_queries import people_with_factor
from app.accounts.factors import reset_factor
from app.accounts.queries import organisations, people
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.seals.actions.officers import AppointOfficer, appoint_officer, dismiss_officer
from app.seals.queries.keeping import officers
from app.web.request import actor, now, reading, require_sign_in, services

pages = Blueprint("admin", __name__)


@pages.before_request
def only_administrators() -> None:
    """Everybody else sees nothing here.

    Raises:
        Refused: ``not-found``.
    """
    if not require_sign_in().person.is_platform_admin:
        raise Refused(NOT_FOUND)


@pages.get("/admin")
def overview() -> str:
    """Organisations, people, seal officers."""
    return render_template(
        "admin/overview.html",
        section="admin",
        organisations=organisations(reading()),
        people=people(reading()),
        officers=officers(reading(), now()),
        with_factor=people_with_factor(reading()),
    )


@pages.post("/admin/organisations")
def organisation() -> Response:
    """Enter an organisation."""
    form = request.form
    command = CreateOrganisation(form.get("name", ""), form.get("name_en", ""), form.get("uscc") or None)
    with services().database.write(actor()) as tx:
        create_organisation(tx, command)
    return redirect("/admin#organisations")


@pages.post("/admin/people")
def person() -> Response:
    """Enter a person."""
    form = request.form
    for field in ("name", "login"):
        if not form.get(field, "").strip():
            raise invalid(field, "不能为空", "must not be empty")
    command = CreatePerson(
        name=form.get("name", ""),
        login=form.get("login", ""),
        password=form.get("password") or None,
        organisation_id=form.get("organisation") or None,
        email=form.get("email", ""),
        phone=form.get("phone", ""),
    )
    with services().database.write(actor()) as tx:
        create_person(tx, command)
    return redirect("/admin#people")


@pages.post("/admin/people/<person_id>/password")
def password(person_id: str) -> Response:
    """Set somebody's password; his sessions end."""
    with services().database.write(actor()) as tx:
        set_password(tx, person_id, request.form.get("password", ""))
    return redirect("/admin#people")


@pages.post("/admin/seal-officers")
def seal_officer() -> Response:
    """Appoint an organisation's seal officer on its letter; the organisation is the person's own."""
    form = request.form
    found = {one.id: one for one in people(reading())}.get(form.get("person", ""))
    if found is None or found.organisation_id is None:
        raise invalid("人员 / person", "请选择有单位的人员", "choose a person of an organisation")
    command = AppointOfficer(found.organisation_id, found.id, form.get("basis", ""))
    with services().database.write(actor()) as tx:
        appoint_officer(tx, command)
    return redirect("/admin#seal-officers")


@pages.post("/admin/seal-officers/<officer_id>/dismiss")
def seal_officer_dismiss(officer_id: str) -> Response:
    """End an appointment."""
    with services().database.write(actor()) as tx:
        dismiss_officer(tx, officer_id)
    return redirect("/admin#seal-officers")


@pages.post("/admin/people/<person_id>/factor/reset")
def factor_reset(person_id: str) -> Response:
    """Turn somebody's one-time codes off, with a reason; the secret is shown to nobody."""
    with services().database.write(actor()) as tx:
        reset_factor(tx, person_id, request.form.get("reason", ""))
    return redirect("/admin#people")
