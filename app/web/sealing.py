"""Sealing a set (批量用印): choose a seal and sheets, one code, and watch it being done."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.accounts.factors import use_second_factor
from app.drawings.actions.sealing import SealRevisions, seal_revisions
from app.drawings.queries.sealing import Sealable, is_usable, sealable
from app.files.names import content_disposition
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.policy import Target
from app.projects.queries import buildings_of, policy_of
from app.projects.rules import DISCIPLINE_ORDER
from app.seals.actions.batches import Prove, confirm_batch, refuse_batch, resume_batch
from app.seals.listing import meaning_of
from app.seals.pictures import draw_seal
from app.seals.queries.batches import BatchView, UseView, batch_for, batches_of, uses_of
from app.seals.queries.keeping import SealView, is_keeper, seals_kept_by
from app.seals.rules import (
    BATCH_STATE_LABELS,
    MOST_DOCUMENTS,
    USE_STATE_LABELS,
    VERDICT_LABELS,
    BatchState,
    SealKind,
    Verdict,
)
from app.seals.sealing import check_membership
from app.seals.sealing.manifest import read_manifest
from app.web.bodies import text
from app.web.layout import use_project
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, say, services
from app.web.words import t

pages = Blueprint("sealing", __name__)

STATES = ("checking", "issued", "approved", "released")
"""In one of these a sheet gets a seal."""
BATCH_MEANING = {
    BatchState.ASKED: "attention",
    BatchState.RUNNING: "waiting",
    BatchState.DONE: "force",
    BatchState.REFUSED: "history",
    BatchState.BROKEN: "stop",
}


@pages.before_request
def only_signed_in() -> None:
    """Seals are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/sealing")
def overview(project_id: str) -> str:
    """One's seals with what waits for them, and every decision of the project that one may see."""
    use_project(project_id, section="drawings")
    require_sealer(project_id)
    mine = _my_seals(project_id)
    counts = {}
    for view in mine:
        rows = sealable(reading(), rights(), project_id, view.seal)
        counts[view.seal.id] = (
            sum(r.obstacle is None for r in rows),
            sum(r.obstacle is not None for r in rows),
        )
    return render_template(
        "sealing/overview.html",
        mine=mine,
        counts=counts,
        batches=[b for b in batches_of(reading(), project_id) if _sees(b)],
        meaning=BATCH_MEANING,
        labels=BATCH_STATE_LABELS,
        policy=policy_of(reading(), project_id),
    )


@pages.get("/projects/<project_id>/sealing/new")
def choose(project_id: str) -> str:
    """The sheets that a seal can be put on, all of them chosen unless some were named."""
    use_project(project_id, section="drawings")
    require_sealer(project_id)
    view = _my_seal(project_id, request.args.get("seal", ""))
    rows = sealable(reading(), rights(), project_id, view.seal)
    named = set(request.args.getlist("revision"))
    kind = SealKind(view.seal.kind)
    chosen = {r.revision_id for r in rows if r.obstacle is None and kind not in r.kinds}
    return render_template(
        "sealing/choose.html",
        view=view,
        rows=rows,
        blocked=[r for r in rows if r.obstacle is not None],
        chosen=chosen & named if named else chosen,
        disciplines=_disciplines(rows),
        buildings={b.id: b for b in buildings_of(reading(), project_id)},
        level=services().seals.level,
        most=MOST_DOCUMENTS,
    )


@pages.post("/projects/<project_id>/sealing")
def ask(project_id: str) -> Response | tuple[str, int]:
    """Decide. Sheets that could not be taken are told on the page that follows."""
    use_project(project_id, section="drawings")
    require_sealer(project_id)
    form = request.form
    command = SealRevisions(
        project_id,
        form.getlist("revision"),
        text(form.get("seal"), "seal", most=20),
        services().seals.level,
        text(form.get("words"), "words", most=400),
    )
    _my_seal(project_id, command.seal_id)
    if not command.revision_ids:
        raise invalid("图纸 / sheets", "请至少选择一张", "choose at least one")
    with services().database.write(actor()) as tx:
        opened = seal_revisions(tx, command, _prove())
    refused = opened.report.refused
    if opened.batch_id is None or refused:
        names = {r.revision_id: r for r in _rows_named(project_id, command)}
        page = render_template("sealing/refused.html", batch_id=opened.batch_id, refused=refused, names=names)
        return page, 200 if opened.batch_id else 409
    return redirect(f"/projects/{project_id}/sealing/{opened.batch_id}")


@pages.get("/projects/<project_id>/sealing/<batch_id>")
def batch(project_id: str, batch_id: str) -> str:
    """One decision: how far it is, each sheet with what came of it."""
    use_project(project_id, section="drawings")
    view = _batch(project_id, batch_id)
    uses = uses_of(reading(), batch_id)
    return render_template(
        "sealing/batch.html",
        view=view,
        uses=uses,
        progress=_progress(view, uses),
        meaning=BATCH_MEANING,
        verdict_meaning=meaning_of,
        labels=BATCH_STATE_LABELS,
        use_labels=USE_STATE_LABELS,
        verdicts=VERDICT_LABELS,
        is_mine=view.batch.asked_by == actor().person_id,
        may_act=is_keeper(reading(), view.seal.id, actor().person_id or "", now()),
    )


@pages.get("/projects/<project_id>/sealing/<batch_id>/progress.json")
def progress(project_id: str, batch_id: str) -> Response:
    """How far it is, for the page that watches."""
    use_project(project_id, section="drawings")
    view = _batch(project_id, batch_id)
    return Response(
        json.dumps(_progress(view, uses_of(reading(), batch_id)), ensure_ascii=False),
        content_type="application/json",
    )


@pages.get("/projects/<project_id>/sealing/<batch_id>/manifest.<kind>")
def manifest(project_id: str, batch_id: str, kind: str) -> Response:
    """The sealed manifest of the set (PDF), or its rows for programs (JSON)."""
    use_project(project_id, section="drawings")
    batch = _batch(project_id, batch_id).batch
    digest = {"pdf": batch.manifest_sha256, "json": batch.rows_sha256}.get(kind, "")
    if not digest:
        raise Refused(NOT_FOUND)
    close_reading()
    types = {"pdf": "application/pdf", "json": "application/json"}
    response = Response(b"".join(services().store.read(digest)), content_type=types[kind])
    name = t("成套签章清单", "manifest of a sealed set")
    response.headers["Content-Disposition"] = content_disposition(f"{name} {batch_id}.{kind}")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@pages.get("/projects/<project_id>/sealing/<batch_id>/proofs/<use_id>.json")
def proof(project_id: str, batch_id: str, use_id: str) -> Response:
    """That one sheet belongs to the set: checked by ``check_membership.py`` and nothing of ours."""
    use_project(project_id, section="drawings")
    batch = _batch(project_id, batch_id).batch
    if not batch.rows_sha256:
        raise Refused(NOT_FOUND)
    sealed = [view.use for view in uses_of(reading(), batch_id) if view.use.sha256]
    place = next((n for n, use in enumerate(sealed) if use.id == use_id), None)
    if place is None:
        raise Refused(NOT_FOUND)
    close_reading()
    tree = read_manifest(json.loads(b"".join(services().store.read(batch.rows_sha256))))
    content = json.dumps(tree.proof(place), ensure_ascii=False, indent=1)
    response = Response(content, content_type="application/json")
    name = f"{sealed[place].label} {t('成套证明', 'proof of membership')}.json"
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


@pages.get("/sealing/check_membership.py")
def checker() -> Response:
    """The script a stranger checks a proof with."""
    response = Response(
        Path(check_membership.__file__).read_bytes(), content_type="text/x-python; charset=utf-8"
    )
    response.headers["Content-Disposition"] = content_disposition("check_membership.py")
    return response


@pages.post("/projects/<project_id>/sealing/<batch_id>/<act>")
def act(project_id: str, batch_id: str, act: str) -> Response:
    """The second keeper's word, a refusal, or taking up what broke off."""
    use_project(project_id, section="drawings")
    _batch(project_id, batch_id)
    with services().database.write(actor()) as tx:
        match act:
            case "confirm":
                confirm_batch(tx, batch_id, _prove())
            case "refuse":
                refuse_batch(tx, batch_id)
            case "resume":
                resume_batch(tx, batch_id)
            case _:
                raise Refused(NOT_FOUND)
    return redirect(f"/projects/{project_id}/sealing/{batch_id}")


@pages.get("/projects/<project_id>/sealing/pictures/<seal_id>.svg")
def picture(project_id: str, seal_id: str) -> Response:
    """What a seal that one keeps looks like. A picture, not a seal."""
    use_project(project_id, section="drawings")
    return _picture(_my_seal(project_id, seal_id))


@pages.get("/projects/<project_id>/sealing/<batch_id>/picture.svg")
def batch_picture(project_id: str, batch_id: str) -> Response:
    """What the seal of a decision looks like."""
    use_project(project_id, section="drawings")
    return _picture(_batch(project_id, batch_id))


def require_sealer(project_id: str) -> None:
    """Whoever has a seat that seals something in some state.

    Raises:
        Refused: ``not-found``; no such seat.
    """
    if not may_seal_here(project_id):
        raise Refused(NOT_FOUND)


def may_seal_here(project_id: str) -> bool:
    """Whether the person has a seat that seals sheets."""
    allowed = rights()
    parties = {seat.party_id for seat in allowed.in_project(project_id)}
    return any(
        allowed.may(Permission.SEAL_USE, Target(project_id, party_id=party, state=state))
        for party in parties
        for state in STATES
    )


def _picture(view: SealView | BatchView) -> Response:
    seal = view.seal
    response = Response(draw_seal(SealKind(seal.kind), seal.picture).svg(), content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Content-Disposition"] = content_disposition(f"{seal.name}.svg", is_inline=True)
    return response


def _prove() -> Prove:
    """The code of the form proves the person, once, inside the act."""
    code, vault = text(request.form.get("code"), "code", most=40), services().factors

    def prove(tx: Tx, purpose: str) -> None:
        use_second_factor(tx, vault, tx.actor.person_id or "", code, purpose)

    return prove


def _my_seals(project_id: str) -> list[SealView]:
    kept = seals_kept_by(reading(), actor().person_id or "", now())
    return [view for view in kept if is_usable(view.seal, project_id, now())]


def _my_seal(project_id: str, seal_id: str) -> SealView:
    for view in _my_seals(project_id):
        if view.seal.id == seal_id:
            return view
    raise Refused(NOT_FOUND)


def _batch(project_id: str, batch_id: str) -> BatchView:
    """A decision, for its party and its keepers.

    Raises:
        Refused: ``not-found``.
    """
    view = batch_for(reading(), project_id, batch_id)
    if not _sees(view):
        raise Refused(NOT_FOUND)
    return view


def _sees(view: BatchView) -> bool:
    parties = {seat.party_id for seat in rights().in_project(view.batch.project_id)}
    return view.batch.party_id in parties


def _rows_named(project_id: str, command: SealRevisions) -> Sequence[Sealable]:
    view = _my_seal(project_id, command.seal_id)
    return sealable(reading(), rights(), project_id, view.seal)


def _disciplines(rows: Sequence[Sealable]) -> list[str]:
    order = {str(code): n for n, code in enumerate(DISCIPLINE_ORDER)}
    return sorted({row.discipline for row in rows}, key=lambda code: order.get(code, len(order)))


def _progress(view: BatchView, uses: Sequence[UseView]) -> dict[str, Any]:
    judged = [use for use in uses if use.judgement is not None]
    valid = sum(use.judgement.verdict == Verdict.VALID for use in judged if use.judgement)
    sealed = view.counts.get("sealed", 0)
    state = BatchState(view.batch.state)
    return {
        "state": str(state),
        "label": say(BATCH_STATE_LABELS[state]),
        "count": view.batch.count,
        "sealed": sealed,
        "refused": view.counts.get("refused", 0),
        "waiting": view.counts.get("waiting", 0),
        "judged": len(judged),
        "valid": valid,
        "settled": state != BatchState.RUNNING and len(judged) >= sealed,
    }
