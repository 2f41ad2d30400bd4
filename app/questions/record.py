"""The record of a joint drawing review as lines: their SHA-256 is what the four parties sign.

Format 1 is final. One line of canonical JSON each, UTF-8, ended by LF: the head, then every question that was not
withdrawn, in the order of its number. Anybody can save ``record.txt`` and run ``sha256sum``.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from app.kernel.ledger.canonical import canonical_bytes
from app.questions.models import JointItem, JointReview

FORMAT = "oneset-jdr-1"


def record_lines(review: JointReview, items: Iterable[JointItem]) -> bytes:
    """The record of a review as it is signed."""
    rows = sorted((i for i in items if not i.is_withdrawn), key=lambda i: i.serial)
    lines = [_head(review, len(rows)), *(_line(item) for item in rows)]
    return b"".join(canonical_bytes(line) + b"\n" for line in lines)


def record_digest(review: JointReview, items: Iterable[JointItem]) -> str:
    """SHA-256 of the lines, hex."""
    return hashlib.sha256(record_lines(review, items)).hexdigest()


def _head(review: JointReview, count: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "project": review.project_id,
        "review": review.id,
        "serial": review.serial,
        "title": review.title,
        "disciplines": review.disciplines,
        "meeting_on": review.meeting_on,
        "place": review.place,
        "attendees": review.attendees,
        "edition": review.edition,
        "items": count,
    }


def _line(item: JointItem) -> dict[str, Any]:
    return {
        "item": item.id,
        "serial": item.serial,
        "discipline": item.discipline,
        "sheet": item.sheet_id,
        "revision": item.revision_id,
        "base_sha256": item.base_sha256,
        "region": item.region,
        "place": item.place,
        "question": item.question,
        "asked_by": item.party_id,
        "answer": item.answer,
        "answered_by": item.answering_party,
        "class": item.item_class,
        "severity": item.severity,
        "outcome": item.outcome,
        "touches_mandatory": item.touches_mandatory,
    }
