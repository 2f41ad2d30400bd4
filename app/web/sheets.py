"""The sheet page: viewer in the middle, the set at the left, facts, history and proof at the right."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from app.access.rules import Permission
from app.distribution.queries.building import may_build
from app.distribution.rules import Way
from app.drawings.queries.seal_marks import seals_of_revisions
from app.drawings.queries.sheets import RenditionView, RevisionView, SheetView, sheet_for
from app.drawings.shortfalls import NOT_SHOWN, Shortfall, shortfalls
from app.kernel.labels import Label
from app.kernel.ledger.queries import EntryView, chain_of_sheet
from app.kernel.policy import Target
from app.markups.queries.marks import may_draw
from app.markups.visibility import marks_seen, revision_seen
from app.projects.queries import buildings_of
from app.questions.queries.notes import notes_on_sheet
from app.questions.queries.standing import joint_facts_of
from app.record.queries import InForce, base_history, in_force, settle_instants
from app.record.register import standing_of, state_digest
from app.review.queries.certificates import review_facts
from app.review.queries.opinions import may_read_entry
from app.review.queries.sheet_opinions import has_cases
from app.seals.listing import seal_rows
from app.seals.saying import SealSaid
from app.web.bodies import instant
from app.web.comparing import compare_paths
from app.web.layout import use_project
from app.web.mark_words import mark_setup
from app.web.openings import note_opening
from app.web.request import language, now, reading, require_sign_in, rights, say, services
from app.web.review_words import page_words
from app.web.sheet_changes import absorbing, change_setup
from app.web.sheet_setup import setup_of
from app.web.words import day

pages = Blueprint("sheets", __name__)


@dataclass(frozen=True)
class StatusPart:
    """One part of the line above the drawing; each a link to its reason (UI, navigation)."""

    text: str
    anchor: str
    meaning: str = ""


@dataclass(frozen=True)
class Face:
    """A rendition that the page can show instead."""

    label: Label
    path: str
    is_shown: bool


@pages.get("/sheets/<sheet_id>")
def sheet_page(sheet_id: str) -> str:
    """One sheet at one address for life: now, at a revision (``rev``), or as of an instant (``as_of``)."""
    require_sign_in()
    sheet = sheet_for(reading(), rights(), sheet_id, reviewed=review_facts, jointly=joint_facts_of)
    use_project(sheet.project_id, section="drawings")
    as_of, known_at = (
        instant(request.args.get("as_of"), "as_of"),
        instant(request.args.get("known_at"), "known_at"),
    )
    at = settle_instants(reading(), now=now(), as_of=as_of, known_at=known_at)
    may_ask = rights().may(
        Permission.RECORD_VIEW,
        Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline),
    )
    force = in_force(reading(), sheet_id, at) if may_ask else None
    is_past = as_of is not None or known_at is not None
    today = settle_instants(reading(), now=now(), as_of=None, known_at=None)
    force_now = in_force(reading(), sheet_id, today) if may_ask and is_past else force
    revision = chosen_revision(sheet, force, is_past=is_past)
    shown = shown_rendition(revision)
    missing = _missing(shown)
    slips = force.slips if force and revision and force.revision_id == revision.id else ()
    seals = seals_of_revisions(reading(), [revision.id])[revision.id] if revision else None
    building = next((b for b in buildings_of(reading(), sheet.project_id) if b.id == sheet.building_id), None)
    page = render_template(
        "sheets/sheet.html",
        sheet=sheet,
        building=building,
        revision=revision,
        force=force,
        at=at,
        is_past=is_past,
        standing=standing_of(revision.id, revision.state, force) if revision else None,
        status=[
            *status_of(revision, force, force_now, seals.said if seals else None),
            *_confirmed_part(sheet, revision, force),
            *_view_part(missing),
        ],
        shown=shown,
        missing=missing,
        faces=_faces(revision, shown),
        setup=setup_of(sheet, revision, shown) if revision and shown else None,
        facts=base_history(reading(), sheet_id) if may_ask else (),
        chain=_chain(sheet_id) if may_ask else (),
        mark_setup=_mark_setup(revision) if revision else None,
        slips=slips,
        change_setup=change_setup(sheet, slips) if shown else None,
        seals=seals,
        seal_rows=seal_rows(seals.standing) if seals else (),
        may_seal=revision is not None and _may_seal(sheet),
        absorbing=absorbing(revision, force_now) if revision and not is_past else (),
        review_setup=_review_setup(sheet_id) if shown else None,
        ask_path=_ask_path(sheet, revision) if shown else "",
        notes=notes_on_sheet(reading(), rights(), sheet.project_id, sheet_id, now()),
        compare_paths=compare_paths(sheet),
        digest=state_digest(sheet.revisions[0].id, sheet.revisions[0].state, force_now),
    )
    if revision is not None and shown is not None:
        note_opening(sheet.project_id, revision.id, shown.sha256, Way.VIEWER)
    return page


def _confirmed_part(
    sheet: SheetView, revision: RevisionView | None, force: InForce | None
) -> list[StatusPart]:
    """How far what is in force now is confirmed (DOMAIN 2.5); of other revisions and instants nothing is said."""
    place = Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)
    if force is None or revision is None or not rights().may(Permission.DISTRIBUTION_VIEW, place):
        return []
    answer = may_build(reading(), sheet.id, now())
    if not answer.rows or not answer.needed or answer.rows[0].item.id != revision.id:
        return []
    count = f"{answer.confirmed}/{answer.needed}"
    path = f"/sheets/{sheet.id}/confirmation"
    if answer.is_complete:
        return [StatusPart(say(Label(f"已确认 {count}", f"Confirmed {count}")), path, "force")]
    if answer.is_for_construction:
        return [StatusPart(say(Label(f"已确认 {count}", f"Confirmed {count}")), path, "waiting")]
    words = Label(f"已确认 {count}，不得施工", f"Confirmed {count}: not for construction")
    return [StatusPart(say(words), path, "stop")]


def _may_seal(sheet: SheetView) -> bool:
    """Who may use seals in this project is led to the decision by which one was put on."""
    seats = rights().in_project(sheet.project_id)
    return any(
        rights().may(Permission.SEAL_USE, Target(sheet.project_id, discipline=sheet.discipline, party_id=p))
        for p in dict.fromkeys(seat.party_id for seat in seats)
    )


def _ask_path(sheet: SheetView, revision: RevisionView | None) -> str:
    """Where a contact note is written on the revision that is shown; empty for who writes none."""
    target = Target(sheet.project_id, discipline=sheet.discipline)
    if revision is None or not rights().may(Permission.NOTE_ASK, target):
        return ""
    return f"/projects/{sheet.project_id}/notes/new?revision={revision.id}"


def _chain(sheet_id: str) -> list[EntryView]:
    """The entries of a sheet; of another party's own mark, and of a review that is not the person's to see, nothing but
    that there is one, so that the chain is whole.
    """
    entries = chain_of_sheet(reading(), sheet_id)
    marks = {e.content["subjects"]["markup"] for e in entries if "markup" in e.content["subjects"]}
    seen = marks_seen(reading(), rights(), marks)
    return [
        e
        if e.content["subjects"].get("markup", "") in {"", *seen}
        and may_read_entry(reading(), rights(), e.content["subjects"])
        else replace(e, type="", content={})
        for e in entries
    ]


def _review_setup(sheet_id: str) -> dict[str, Any] | None:
    """What the tab of opinions is told; None where the sheet is in no case that the person may see."""
    if not has_cases(reading(), rights(), sheet_id):
        return None
    return {"words": page_words()}


def _mark_setup(revision: RevisionView) -> dict[str, Any]:
    draws = may_draw(rights(), revision_seen(reading(), rights(), revision.id))
    return mark_setup(revision.id, require_sign_in().person.id, may_draw=draws)


def chosen_revision(sheet: SheetView, force: InForce | None, *, is_past: bool) -> RevisionView | None:
    """The revision to show: the one asked for, else the one in force, else the newest."""
    by_id = {r.id: r for r in sheet.revisions}
    wanted = by_id.get(request.args.get("rev", ""))
    if wanted is not None:
        return wanted
    held = by_id.get(force.revision_id or "") if force else None
    return held if held is not None or is_past else sheet.revisions[0]


def _missing(shown: RenditionView | None) -> list[Shortfall]:
    """What the view of a rendition does not show, or not as drawn."""
    manifest = services().derived.manifest(shown.manifest_of) if shown else None
    if manifest is None or shown is None or shown.manifest_page >= len(manifest.pages):
        return []
    return shortfalls([*manifest.pages[shown.manifest_page].problems, *manifest.problems])


def _view_part(missing: list[Shortfall]) -> list[StatusPart]:
    """The line above the drawing says when the drawing is not all there."""
    lost = [s for s in missing if s.code in NOT_SHOWN or s.meaning == "stop"]
    if not lost:
        return []
    return [StatusPart(say(Label("图面不完整", "Not all is shown")), "#problems", lost[0].meaning)]


FACES = {
    "published": Label("正式图", "Published"),
    "cad_source": Label("CAD 源图", "CAD source"),
}
"""Renditions of a revision that can be looked at."""


def shown_rendition(revision: RevisionView | None) -> RenditionView | None:
    """The rendition to look at: the one asked for (``file``), else the record's."""
    if revision is None:
        return None
    wanted = request.args.get("file")
    return next((r for r in revision.renditions if r.role == wanted and r.role in FACES), revision.shown)


def _faces(revision: RevisionView | None, shown: RenditionView | None) -> list[Face]:
    """Ways to the other rendition; none where there is one only."""
    if revision is None or shown is None:
        return []
    roles = [role for role in FACES if any(r.role == role for r in revision.renditions)]
    kept = {name: value for name, value in request.args.items() if name != "file"}
    faces = []
    for role in roles:
        query = kept if role == roles[0] else {**kept, "file": role}
        faces.append(Face(FACES[role], f"{request.path}?{urlencode(query)}", role == shown.role))
    return faces if len(faces) > 1 else []


def status_of(
    revision: RevisionView | None, force: InForce | None, force_now: InForce | None, seals: SealSaid | None
) -> list[StatusPart]:
    """One line that never lies."""
    zh = language() == "zh"
    if revision is None:
        return [
            StatusPart(
                "该时点尚无有效版本" if zh else "Nothing in force at that instant", "#history", "waiting"
            )
        ]
    standing = standing_of(revision.id, revision.state, force)
    parts = [
        StatusPart(
            f"{revision.rev_label}版" if zh and len(revision.rev_label) <= 3 else revision.rev_label, "#facts"
        )
    ]
    is_older = force is not None and not force.is_void and force.rev_seq > revision.rev_seq
    if is_older and force is not None:
        words = f"已被 {force.rev_label} 替代" if zh else f"Superseded by {force.rev_label}"
        parts.append(StatusPart(words, "#history", "stop"))
    else:
        parts.append(StatusPart("", "#history", str(standing)))
    if force is not None and force.revision_id == revision.id:
        parts.append(StatusPart(_since(force.effective_at, zh=zh), "#history"))
        slips = len(force.slips)
        parts.append(StatusPart(f"{slips} 份变更" if zh else f"{slips} change slips", "#slips"))
        if force.is_backdated:
            parts.append(StatusPart("补记" if zh else "Backdated", "#history", "attention"))
    if (
        force is not None
        and force_now is not None
        and (force_now.kind, force_now.revision_id)
        != (
            force.kind,
            force.revision_id,
        )
    ):
        gone = "现已作废" if zh else "void by now"
        replaced = (
            f"现已被 {force_now.rev_label} 替代" if zh else f"superseded by {force_now.rev_label} by now"
        )
        parts.append(StatusPart(gone if force_now.is_void else replaced, "#history", "stop"))
    if seals is not None:
        parts.append(StatusPart(say(seals.short), "#seals", seals.meaning))
    return parts


def _since(effective: datetime, *, zh: bool) -> str:
    return f"自 {day(effective)}" if zh else f"since {day(effective)}"
