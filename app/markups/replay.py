"""Marks as the ledger tells them: the chapter that this subject adds to the record's fold."""

from collections.abc import Mapping
from typing import Any

from app.kernel.clock import from_micros
from app.markups.models import Markup, MarkupCarry, MarkupComment, MarkupPhoto
from app.markups.rules import MarkStatus
from app.record.replay import Chapter, ChapterTable, Entry, Replay, Row, Rule

MARKUPS, COMMENTS, PHOTOS, CARRIES = (
    str(m.__tablename__) for m in (Markup, MarkupComment, MarkupPhoto, MarkupCarry)
)


def _drawn(now: Replay, entry: Entry) -> None:
    key, data, at = entry["subjects"]["markup"], dict(entry["data"]), _recorded(entry)
    photo = data.pop("photo", None)
    if photo is not None:
        (file,) = entry["files"]
        now.more[PHOTOS][photo["id"]] = {**photo, **file, "markup_id": key}
    now.more[MARKUPS][key] = {
        "id": key,
        "origin": data.pop("origin", {}),
        "origin_key": data.pop("origin_key", None),
        "project_id": entry["project"],
        "sheet_id": entry["prev"][0][0],
        "revision_id": entry["subjects"]["revision"],
        "client_key": data.pop("key"),
        **data,
        "about": "",
        "status": MarkStatus.OPEN,
        "assignee_id": None,
        "author_id": entry["actor"]["person"],
        "party_id": entry["actor"]["party"],
        "seat_id": entry["actor"]["seat"],
        "created_at": at,
        "changed_at": at,
        "taken_back_at": None,
        "taken_back_by": None,
    }


def _changes(now: Replay, entry: Entry, **values: Any) -> None:
    now.more[MARKUPS][entry["subjects"]["markup"]].update(values, changed_at=_recorded(entry))


def _edited(now: Replay, entry: Entry) -> None:
    _changes(now, entry, **entry["data"])


def _taken_back(now: Replay, entry: Entry) -> None:
    _changes(now, entry, taken_back_at=_recorded(entry), taken_back_by=entry["actor"]["person"])


def _put_back(now: Replay, entry: Entry) -> None:
    _changes(now, entry, taken_back_at=None, taken_back_by=None)


def _assigned(now: Replay, entry: Entry) -> None:
    _changes(now, entry, assignee_id=entry["data"]["assignee"])


def _moves_to(status: MarkStatus) -> Rule:
    def move(now: Replay, entry: Entry) -> None:
        _changes(now, entry, status=status)

    return move


def _commented(now: Replay, entry: Entry) -> None:
    key, data = entry["subjects"]["comment"], entry["data"]
    now.more[COMMENTS][key] = {
        "id": key,
        "markup_id": entry["subjects"]["markup"],
        "text": data["text"],
        "mentions": data["mentions"],
        "author_id": entry["actor"]["person"],
        "party_id": entry["actor"]["party"],
        "seat_id": entry["actor"]["seat"],
        "client_key": data["key"],
        "origin": data.get("origin", {}),
        "written_at": _recorded(entry),
    }


def _carry_decided(now: Replay, entry: Entry) -> None:
    key, data = entry["subjects"]["carry"], entry["data"]
    now.more[CARRIES][key] = {
        "id": key,
        "markup_id": entry["subjects"]["markup"],
        "revision_id": data["to"],
        "decision": data["decision"],
        "standing": data["standing"],
        "carried_id": data["carried"],
        "person_id": entry["actor"]["person"],
        "seat_id": entry["actor"]["seat"],
        "decided_at": _recorded(entry),
    }


def _people(told: Replay) -> set[str]:
    marks, comments = told.more[MARKUPS].values(), told.more[COMMENTS].values()
    found = {
        row[name] for row in marks for name in ("author_id", "assignee_id", "taken_back_by") if row[name]
    }
    found |= {person for row in comments for person in (row["author_id"], *row["mentions"])}
    return found | {row["person_id"] for row in told.more[CARRIES].values()}


def _forget_drafts(now: Replay) -> None:
    """Marks on drafts go with them, and with the marks their threads and what was decided about them."""
    marks = _where(now.more[MARKUPS], {"revision_id": now.revisions})
    now.more[MARKUPS] = marks
    now.more[COMMENTS] = _where(now.more[COMMENTS], {"markup_id": marks})
    now.more[PHOTOS] = _where(now.more[PHOTOS], {"markup_id": marks})
    now.more[CARRIES] = _where(now.more[CARRIES], {"markup_id": marks, "revision_id": now.revisions})


def _where(rows: Mapping[str, Row], inside: Mapping[str, Mapping[str, Any]]) -> dict[str, Row]:
    return {k: row for k, row in rows.items() if all(row[name] in known for name, known in inside.items())}


def _recorded(entry: Entry) -> Any:
    return from_micros(entry["recorded_at"])


MARKS = Chapter(
    tables=(
        ChapterTable("mark", Markup, {"version": 1}),
        ChapterTable("mark-comment", MarkupComment),
        ChapterTable("mark-photo", MarkupPhoto),
        ChapterTable("mark-carry", MarkupCarry),
    ),
    rules={
        "markup.drawn": _drawn,
        "markup.edited": _edited,
        "markup.taken-back": _taken_back,
        "markup.put-back": _put_back,
        "markup.assigned": _assigned,
        "markup.answered": _moves_to(MarkStatus.ANSWERED),
        "markup.resolved": _moves_to(MarkStatus.RESOLVED),
        "markup.reopened": _moves_to(MarkStatus.REOPENED),
        "markup.commented": _commented,
        "markup.carry-decided": _carry_decided,
    },
    people=_people,
    forget_drafts=_forget_drafts,
)
"""Marks, their threads, and carries."""
