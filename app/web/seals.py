"""Seal administration (印章管理) of an organisation: its officer does it, keepers and holders look."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.labels import Label
from app.seals.actions.editing import EditSeal, ReplaceCertificate, edit_seal, replace_certificate
from app.seals.actions.seals import (
    RegisterSeal,
    end_keeper,
    name_keeper,
    register_seal,
    set_seal_state,
)
from app.seals.flows import with_demo_key
from app.seals.pictures import MOST_ROWS, checked_picture, draw_seal
from app.seals.queries.administration import (
    SealHouseView,
    certified_organisation,
    ending,
    house_for,
    houses_of,
    members_of,
    period_of,
    projects_of_organisation,
    seal_for,
)
from app.seals.queries.history import acts_with, plain_name, uses_of
from app.seals.queries.keeping import SealView
from app.seals.refusals import NOT_OFFICER
from app.seals.rules import (
    BATCH_STATE_LABELS,
    PERSONAL,
    PROVIDER_LABELS,
    SEAL_LABELS,
    SEAL_STATE_LABELS,
    Provider,
    SealKind,
    SealState,
)
from app.seals.sealing.appearance.seals import AS_BUILT_FIELDS
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, services
from app.web.review_library import table_file
from app.web.seal_forms import (
    ROUND,
    demo_subject,
    kind_of,
    proposed_picture,
    provider_of,
    sent_certificate,
    sent_picture,
    sent_scope,
    sent_version,
)
from app.web.seal_tables import log_xlsx
from app.web.words import t

pages = Blueprint("seals", __name__)
HOUSE = "/organisations/<organisation_id>/seals"
SHOWN = 200
"""Lines of each history on the page of a seal; the workbook has all."""
MEANINGS = {
    SealState.ACTIVE: "force",
    SealState.SUSPENDED: "attention",
    SealState.REVOKED: "history",
}
"""The five meanings (UI rule 1)."""
BATCH_MEANINGS = {
    "asked": "waiting",
    "running": "waiting",
    "done": "force",
    "refused": "history",
    "broken": "stop",
}


@pages.before_request
def only_signed_in() -> None:
    """Seals are not for strangers."""
    require_sign_in()


@pages.get("/seals")
def choose() -> Response | str:
    """Straight to the seals of the one organisation, or a choice of several."""
    found = houses_of(reading(), _me(), now())
    if len(found) == 1:
        return redirect(f"/organisations/{found[0][0]}/seals")
    return render_template("seals/choose.html", houses=found)


@pages.get(HOUSE)
def overview(organisation_id: str) -> str:
    """The seals of an organisation: all for its officer, one's own for keepers and holders."""
    house = house_for(reading(), _me(), organisation_id, now())
    return render_template(
        "seals/list.html",
        house=house,
        ending=ending(house.seals, now()),
        projects=dict(projects_of_organisation(reading(), organisation_id)),
        **_words(),
    )


@pages.get(f"{HOUSE}/new")
def new(organisation_id: str) -> str:
    """The form for a seal of one kind."""
    house = _officer(organisation_id)
    kind = kind_of(request.args.get("kind", SealKind.ISSUE))
    return render_template(
        "seals/new.html",
        house=house,
        kind=kind,
        is_personal=kind in PERSONAL,
        picture=proposed_picture(kind, house.organisation),
        form=_form_of(kind),
        rows=range(MOST_ROWS),
        fields=AS_BUILT_FIELDS,
        members=members_of(reading(), organisation_id),
        projects=projects_of_organisation(reading(), organisation_id),
        **_words(),
    )


@pages.get(f"{HOUSE}/preview.svg")
def preview(organisation_id: str) -> Response:
    """What a seal with these texts would look like."""
    _officer(organisation_id)
    kind = kind_of(request.args.get("kind"))
    return _svg(kind, checked_picture(kind, sent_picture(kind, request.args)))


@pages.post(HOUSE)
def register(organisation_id: str) -> Response:
    """Register a seal; in a demonstration its authority may issue the key."""
    house = _officer(organisation_id)
    form = request.form
    kind = kind_of(form.get("kind"))
    holder = form.get("holder") or None
    projects, disciplines = sent_scope(form)
    is_issued = form.get("issue") == Provider.DEMO
    command: dict[str, Any] = {
        "organisation_id": organisation_id,
        "kind": kind,
        "name": form.get("name", ""),
        "picture": sent_picture(kind, form),
        "holder_id": holder,
        "projects": projects,
        "disciplines": disciplines,
        "needs_two": bool(form.get("needs_two")),
    }
    if is_issued:
        names = {member.id: member.name for member in members_of(reading(), organisation_id)}
        subject = demo_subject(kind, house.organisation, names.get(holder or "", ""))
        close_reading()
        seal_id = with_demo_key(
            services().seals,
            actor(),
            organisation_id=organisation_id,
            subject=subject if subject[0] else ("—", subject[1]),
            act=lambda tx, made: register_seal(
                tx,
                RegisterSeal(
                    provider=Provider.DEMO,
                    key_ref=made.key_ref,
                    certificate=made.certificate.dump(),
                    **command,
                ),
            ),
        )
        return redirect(f"/seals/{seal_id}")
    entered = RegisterSeal(
        provider=provider_of(form.get("provider"), services().seals.keys.providers),
        key_ref=form.get("key_ref", "").strip(),
        certificate=sent_certificate(),
        **command,
    )
    close_reading()
    with services().database.write(actor()) as tx:
        seal_id = register_seal(tx, entered)
    return redirect(f"/seals/{seal_id}")


@pages.get(f"{HOUSE}/log.xlsx")
def log(organisation_id: str) -> Response:
    """What was done with all seals one sees, as a workbook."""
    house = house_for(reading(), _me(), organisation_id, now())
    return _log(house.seals, house.organisation)


@pages.get("/seals/<seal_id>")
def seal(seal_id: str) -> str:
    """One seal: what it is, who keeps it, what was done with it."""
    house, view = seal_for(reading(), _me(), seal_id, now())
    kept = {keeper.person_id for keeper in view.keepers}
    members = members_of(reading(), house.organisation_id)
    holder = view.seal.holder_id
    return render_template(
        "seals/seal.html",
        house=house,
        view=view,
        others=[m for m in members if m.id not in kept and (holder is None or m.id == holder)],
        certified=certified_organisation(view.seal),
        projects=projects_of_organisation(reading(), house.organisation_id),
        acts=acts_with(reading(), [seal_id])[:SHOWN],
        uses=uses_of(reading(), [seal_id])[:SHOWN],
        batch_meanings=BATCH_MEANINGS,
        in_reach=set(rights().project_ids()),
        **_words(),
    )


@pages.get("/seals/<seal_id>/picture.svg")
def picture(seal_id: str) -> Response:
    """A seal's picture, which proves nothing."""
    _, view = seal_for(reading(), _me(), seal_id, now())
    return _svg(SealKind(view.seal.kind), view.seal.picture)


@pages.get("/seals/<seal_id>/log.xlsx")
def log_of_one(seal_id: str) -> Response:
    """What was done with one seal, as a workbook."""
    house, view = seal_for(reading(), _me(), seal_id, now())
    return _log((view,), f"{house.organisation} {view.seal.name}")


@pages.post("/seals/<seal_id>/edit")
def edit(seal_id: str) -> Response:
    """Change name, scope, two-person rule."""
    _officer_of(seal_id)
    projects, disciplines = sent_scope(request.form)
    form = request.form
    version = sent_version(form)
    command = EditSeal(
        seal_id, version, form.get("name", ""), projects, disciplines, bool(form.get("needs_two"))
    )
    close_reading()
    with services().database.write(actor()) as tx:
        edit_seal(tx, command)
    return redirect(f"/seals/{seal_id}")


@pages.post("/seals/<seal_id>/state")
def state(seal_id: str) -> Response:
    """Suspend, take up again, revoke."""
    _officer_of(seal_id)
    wanted = request.form.get("state")
    if wanted not in {str(one) for one in SealState}:
        raise invalid("状态 / state", "没有这个状态", "no such state")
    reason = request.form.get("reason", "")
    close_reading()
    with services().database.write(actor()) as tx:
        set_seal_state(tx, seal_id, SealState(wanted), reason)
    return redirect(f"/seals/{seal_id}")


@pages.post("/seals/<seal_id>/certificate")
def certificate(seal_id: str) -> Response:
    """Go on with another certificate: a new seal with the same keepers, the old one is revoked."""
    house, view = _officer_of(seal_id)
    if request.form.get("issue") == Provider.DEMO:
        subject = demo_subject(SealKind(view.seal.kind), house.organisation, view.holder)
        close_reading()
        fresh = with_demo_key(
            services().seals,
            actor(),
            organisation_id=house.organisation_id,
            subject=subject,
            act=lambda tx, made: replace_certificate(
                tx, ReplaceCertificate(seal_id, Provider.DEMO, made.key_ref, made.certificate.dump())
            ),
        )
        return redirect(f"/seals/{fresh}")
    provider = provider_of(request.form.get("provider"), services().seals.keys.providers)
    command = ReplaceCertificate(
        seal_id, provider, request.form.get("key_ref", "").strip(), sent_certificate()
    )
    close_reading()
    with services().database.write(actor()) as tx:
        fresh = replace_certificate(tx, command)
    return redirect(f"/seals/{fresh}")


@pages.post("/seals/<seal_id>/keepers")
def keeper(seal_id: str) -> Response:
    """Name a keeper."""
    _officer_of(seal_id)
    person = request.form.get("person", "")
    close_reading()
    with services().database.write(actor()) as tx:
        name_keeper(tx, seal_id, person)
    return redirect(f"/seals/{seal_id}#keepers")


@pages.post("/seals/<seal_id>/keepers/<keeper_id>/end")
def keeper_end(seal_id: str, keeper_id: str) -> Response:
    """Take the seal from a keeper."""
    _, view = _officer_of(seal_id)
    if keeper_id not in {one.id for one in view.keepers}:
        raise Refused(NOT_FOUND)
    close_reading()
    with services().database.write(actor()) as tx:
        end_keeper(tx, keeper_id)
    return redirect(f"/seals/{seal_id}#keepers")


def _me() -> str:
    """Who asks; a platform administrator has nothing to do with seals."""
    person = require_sign_in().person
    if person.is_platform_admin:
        raise Refused(NOT_FOUND)
    return person.id


def _officer(organisation_id: str) -> SealHouseView:
    """The house, for its officer alone; keepers are told why not, everybody else nothing."""
    house = house_for(reading(), _me(), organisation_id, now())
    if not house.is_officer:
        raise Refused(NOT_OFFICER)
    return house


def _officer_of(seal_id: str) -> tuple[SealHouseView, SealView]:
    house, view = seal_for(reading(), _me(), seal_id, now())
    if not house.is_officer:
        raise Refused(NOT_OFFICER)
    return house, view


def _form_of(kind: SealKind) -> str:
    return "round" if kind in ROUND else "as_built" if kind is SealKind.AS_BUILT else "box"


def _svg(kind: SealKind, texts: dict[str, Any]) -> Response:
    drawn = draw_seal(kind, texts)
    close_reading()
    response = Response(drawn.svg(), content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _log(seals: tuple[SealView, ...], title: str) -> Response:
    names = {view.seal.id: view.seal.name for view in seals}
    acts, uses = acts_with(reading(), list(names)), uses_of(reading(), list(names))
    close_reading()
    label = t("用印登记簿", "log of seals")
    return table_file(log_xlsx(names, acts, uses, title=f"{title} {label}"), f"{title} {label}.xlsx")


def _words() -> dict[str, Any]:
    """Labels and what tells how things stand, for all pages of seals."""
    labels: dict[str, dict[Any, Label]] = {
        "kind": {**SEAL_LABELS},
        "state": {**SEAL_STATE_LABELS},
        "provider": {**PROVIDER_LABELS},
        "batch": {**BATCH_STATE_LABELS},
    }
    at = now()
    return {
        "labels": labels,
        "meanings": MEANINGS,
        "providers": [p for p in services().seals.keys.providers if p is not Provider.DEMO],
        "has_demo": Provider.DEMO in services().seals.keys.providers,
        "plain": plain_name,
        "period": lambda one: period_of(one, at),
    }
