"""Contact notes (工程联系单): the list, asking on a sheet, one note with its answers, photos and papers."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.changes.rules import Reason
from app.drawings.queries.sheets import revision_for
from app.files.names import content_disposition
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.policy import Target
from app.markups.flows import photo_picture
from app.projects.rules import DISCIPLINE_ORDER
from app.questions.actions.notes import AskNote, MoveNote, ask_note, move_note
from app.questions.flows import MOST_FILE_BYTES, SentFile, take_note_file
from app.questions.queries.notes import (
    NoteRow,
    SheetPlace,
    askable_parties,
    note_file_for,
    note_for,
    notes_of,
    places_of,
    sheet_place,
)
from app.questions.rules import NOTE_LABELS
from app.questions.turning import NOTE_KINDS, Turning
from app.web.bodies import body, box_of, text, texts
from app.web.layout import use_project
from app.web.protection import FILE_POLICY
from app.web.question_words import script_words
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, services

pages = Blueprint("notes", __name__)

CHUNK = 1 << 20
PICTURES = {"thumb": "thumb.webp", "view": "view.webp"}
FOREVER = "private, max-age=31536000, immutable"
FACETS = ("state", "discipline", "party", "mine")


@pages.before_request
def only_signed_in() -> None:
    """Notes are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/notes")
def notes(project_id: str) -> str:
    """The notes of a project, with facets."""
    use_project(project_id, section="questions")
    require_notes(project_id)
    found = notes_of(reading(), rights(), project_id, now())
    chosen = {name: request.args.get(name, "") for name in FACETS}
    own = {s.party_id for s in rights().in_project(project_id)}
    return render_template(
        "questions/notes.html",
        notes=[n for n in found if _fits(n, chosen, own)],
        all_count=len(found),
        facets=_facets(found, chosen, own),
        chosen=chosen,
        may_ask=may_ask(project_id),
    )


@pages.get("/projects/<project_id>/notes/new")
def new_note(project_id: str) -> str:
    """The form for a note; ``revision`` and ``region`` say where it stands."""
    use_project(project_id, section="questions")
    rights().require(Permission.NOTE_ASK, Target(project_id), visible_by=Permission.NOTE_VIEW)
    return render_template(
        "questions/ask.html",
        place=_place(project_id),
        parties=askable_parties(reading(), rights(), project_id, now()),
        disciplines=list(DISCIPLINE_ORDER),
        setup={"project": project_id, "key": new_id(), "words": script_words()},
    )


@pages.post("/projects/<project_id>/notes")
def send_note(project_id: str) -> Response:
    """Send a note; the same ``key`` is the same note."""
    sent = body()
    region = sent.get("region", [])
    if not isinstance(region, list):
        raise invalid("region", "需要四个整数", "four whole numbers are needed")
    command = AskNote(
        project_id,
        to_party_id=text(sent.get("to"), "to", most=20),
        question=text(sent.get("question"), "question", most=8_000),
        title=text(sent.get("title"), "title", most=400),
        revision_id=text(sent.get("revision"), "revision", most=20),
        region=region,
        grid=text(sent.get("grid"), "grid", most=20),
        discipline=text(sent.get("discipline"), "discipline", most=40),
        wanted_on=text(sent.get("wanted_on"), "wanted_on", most=20),
        copy_party_ids=texts(sent.get("copies", []), "copies", most=100),
        client_key=text(sent.get("key"), "key", most=40),
    )
    close_reading()
    with services().database.write(actor()) as tx:
        note_id = ask_note(tx, command)
    return answer({"note": note_id})


@pages.get("/notes/<note_id>")
def note(note_id: str) -> str:
    """One note."""
    found = note_for(reading(), rights(), note_id, now())
    use_project(found.project_id, section="questions")
    return render_template(
        "questions/note.html",
        note=found,
        kinds=NOTE_KINDS,
        reasons=list(Reason),
        setup={"note": note_id, "words": script_words()},
    )


@pages.post("/notes/<note_id>/move")
def move(note_id: str) -> Response:
    """Answer, close, reopen, withdraw, or turn into a change."""
    sent = body()
    command = MoveNote(
        note_id,
        text(sent.get("event"), "event", most=20),
        text(sent.get("text"), "text", most=8_000),
        Turning(text(sent.get("kind"), "kind", most=20), text(sent.get("reason"), "reason", most=24)),
    )
    close_reading()
    with services().database.write(actor()) as tx:
        change_id = move_note(tx, command)
    return answer({"note": note_id, "change": change_id})


@pages.post("/notes/<note_id>/files")
def send_file(note_id: str) -> Response:
    """Add a photo or a paper (the body); its name stands in the query."""
    sent = SentFile(note_id, text(request.args.get("name"), "name", most=300), _chunks(MOST_FILE_BYTES))
    close_reading()
    return answer({"file": take_note_file(services().reading_room, actor(), sent)})


@pages.get("/notes/files/<file_id>")
def file(file_id: str) -> Response:
    """A file of a note as it was sent, always as a download."""
    row = note_file_for(reading(), rights(), file_id)
    close_reading()
    response = Response(services().store.read(row.sha256), content_type=row.media_type)
    response.headers["Content-Disposition"] = content_disposition(row.file_name)
    response.headers["Content-Length"] = str(row.size)
    response.headers["X-OneSet-SHA256"] = row.sha256
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@pages.get("/notes/files/<file_id>/<name>.webp")
def picture(file_id: str, name: str) -> Response:
    """A small picture of a photo, drawn anew by a child: without the metadata of the file."""
    row = note_file_for(reading(), rights(), file_id)
    close_reading()
    if name not in PICTURES or not row.is_photo:
        raise Refused(NOT_FOUND)
    data = photo_picture(services().reading_room, row.sha256, PICTURES[name])
    response = Response(data, content_type="image/webp")
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def require_notes(project_id: str) -> None:
    """Refuse who sees no notes.

    Raises:
        Refused: ``forbidden``; ``not-found``.
    """
    seats = rights().in_project(project_id)
    parties = [None, *(s.party_id for s in seats)]
    if not any(rights().may(Permission.NOTE_VIEW, Target(project_id, party_id=p)) for p in parties):
        rights().require(Permission.NOTE_VIEW, Target(project_id))


def may_ask(project_id: str) -> bool:
    """Whether some seat of the person writes notes."""
    return rights().may(Permission.NOTE_ASK, Target(project_id))


def answer(value: Any) -> Response:
    """JSON for a script."""
    response = Response(json.dumps(value, ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _place(project_id: str) -> SheetPlace | None:
    """Where the new note stands, as the address says."""
    revision = request.args.get("revision", "")
    if not revision:
        return None
    sheet, _ = revision_for(reading(), rights(), revision)
    if sheet.project_id != project_id:
        raise Refused(NOT_FOUND)
    box = request.args.get("region", "")
    region = box_of(box, "region") if box else ()
    found = places_of(reading(), rights(), project_id, [revision]).get(revision)
    return sheet_place(found, region, text(request.args.get("grid"), "grid", most=20))


def _fits(row: NoteRow, chosen: dict[str, str], own: set[str]) -> bool:
    state = chosen["state"]
    return (
        (not state or (row.is_overdue if state == "overdue" else row.state == state))
        and (not chosen["discipline"] or row.discipline == chosen["discipline"])
        and (not chosen["party"] or chosen["party"] in (row.party_id, row.to_party_id))
        and (
            not chosen["mine"]
            or (chosen["mine"] == "to" and row.to_party_id in own)
            or (chosen["mine"] == "from" and row.party_id in own)
        )
    )


def _facets(
    rows: Sequence[NoteRow], chosen: dict[str, str], own: set[str]
) -> list[tuple[str, list[tuple[str, str, int, str, bool]]]]:
    """Groups of (value, words, count, address, is chosen); a count leaves its own group out."""
    names = {p: name for r in rows for p, name in ((r.party_id, r.party), (r.to_party_id, r.to_party))}
    values = {
        "mine": ["to", "from"],
        "state": [*NOTE_LABELS, "overdue"],
        "discipline": [d for d in DISCIPLINE_ORDER if any(r.discipline == d for r in rows)],
        "party": sorted(names, key=lambda p: names[p]),
    }
    groups = []
    for name, options in values.items():
        entries = []
        for value in options:
            count = sum(_fits(r, {**chosen, name: value}, own) for r in rows)
            is_chosen = chosen[name] == value
            query = {k: v for k, v in {**chosen, name: "" if is_chosen else value}.items() if v}
            if count or is_chosen:
                entries.append((value, names.get(value, value), count, f"?{urlencode(query)}", is_chosen))
        if entries:
            groups.append((name, entries))
    return groups


def _chunks(most: int) -> Iterator[bytes]:
    request.max_content_length = most + CHUNK
    while chunk := request.stream.read(CHUNK):
        yield chunk
