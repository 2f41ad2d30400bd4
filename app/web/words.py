"""Language, dates and sizes for templates: ``t('图纸', 'Sheets')``, ``{{ label|say }}``, ``{{ instant|when }}``."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup, escape

from app.access.rules import PARTY_LABELS, PERMISSION_LABELS, SEAT_LABELS
from app.distribution.rules import CELL_LABELS, COPY_LABELS, FACT_LABELS, WAY_LABELS
from app.drawings.rules import FIELD_LABELS, FILE_STATE_LABELS, HISTORY_FIELDS, SIGNATURE_LABELS, STATE_LABELS
from app.kernel.labels import Label
from app.projects.rules import (
    BUILDING_SCHEME_LABELS,
    DISCIPLINE_LABELS,
    IDENTIFIER_LABELS,
    REVIEW_MODE_LABELS,
    STAGE_LABELS,
)
from app.record.register import STANDING_LABELS
from app.seals.rules import SEAL_LABELS
from app.web.change_words import CHANGE_CATALOGUES
from app.web.question_words import FOR_TEMPLATES as QUESTION_WORDS
from app.web.request import language, say, zone
from app.web.review_words import FOR_TEMPLATES
from app.web.seal_words import SEAL_CATALOGUES

CATALOGUES: dict[str, dict[Any, Label]] = {
    "party": {**PARTY_LABELS},
    "seat": {**SEAT_LABELS},
    "permission": {**PERMISSION_LABELS},
    "state": {**STATE_LABELS},
    "standing": {**STANDING_LABELS},
    "discipline": {**DISCIPLINE_LABELS},
    "stage": {**STAGE_LABELS},
    "field": {**FIELD_LABELS, **HISTORY_FIELDS},
    "file_state": {**FILE_STATE_LABELS},
    "signature": {**SIGNATURE_LABELS},
    "identifier": {**IDENTIFIER_LABELS},
    "building_scheme": {**BUILDING_SCHEME_LABELS},
    "cell": {**CELL_LABELS},
    "receipt_fact": {**FACT_LABELS},
    "receipt_way": {**WAY_LABELS},
    "paper": {**COPY_LABELS},
    "seal_kind": {**SEAL_LABELS},
    "review_mode": {**REVIEW_MODE_LABELS},
    **{name: dict(labels) for name, labels in SEAL_CATALOGUES.items()},
    **{name: dict(labels) for name, labels in FOR_TEMPLATES.items()},
    **{name: dict(labels) for name, labels in CHANGE_CATALOGUES.items()},
    **{name: dict(labels) for name, labels in QUESTION_WORDS.items()},
}


def t(zh: str, en: str) -> str:
    """One of two texts, in the language of this request."""
    return zh if language() == "zh" else en


def word(catalogue: str, key: str | None) -> str:
    """The label of a code; the code itself when a city added one we do not know."""
    found = CATALOGUES[catalogue].get(key)
    return say(found) if found else (key or "")


def words(catalogue: str) -> dict[str, str]:
    """A whole catalogue in the language of this request, for selects and scripts."""
    return {str(k): say(v) for k, v in CATALOGUES[catalogue].items()}


def when(instant: datetime | None) -> str:
    """``2024-05-12 14:30`` in the person's zone."""
    return _to_the_minute(instant, zone())


def when_each() -> Callable[[datetime | None], str]:
    """:func:`when` for the thousands of a set, which often share instants: the person's zone is asked for once."""
    place = zone()
    return cache(lambda instant: _to_the_minute(instant, place))


def when_exactly(instant: datetime | None) -> str:
    """``2024-05-12 14:30:08.123456 +0800``: for evidence."""
    return instant.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S.%f %z") if instant else ""


def local_input(instant: datetime | None) -> str:
    """``2024-05-12T14:30:08`` in the person's zone: what a field of date and time takes."""
    return instant.astimezone(zone()).strftime("%Y-%m-%dT%H:%M:%S") if instant else ""


def day(instant: datetime | None) -> str:
    """``2024-05-12`` in the person's zone."""
    return _to_the_minute(instant, zone())[:10]


def day_each() -> Callable[[datetime | None], str]:
    """:func:`day` for thousands."""
    place = zone()
    return cache(lambda instant: _to_the_minute(instant, place)[:10])


def _to_the_minute(instant: datetime | None, place: ZoneInfo) -> str:
    return instant.astimezone(place).isoformat(" ", "minutes")[:16] if instant else ""


def today() -> date:
    """Today in the person's zone."""
    return datetime.now(zone()).date()


def size(number: int) -> str:
    """Bytes for people."""
    value = float(number)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GiB"


def number(text: str) -> Markup:
    """A sheet number: tabular, never wrapped (UI rule 8)."""
    return Markup('<span class="sheet-no">{}</span>').format(escape(text))


def discipline_word(code: str) -> str:
    """A discipline's name."""
    return word("discipline", code)


def install(app: Flask) -> None:
    """Give templates their words."""
    app.add_template_global(t, "t")
    app.add_template_global(word, "word")
    app.add_template_global(words, "words")
    app.add_template_global(language, "language")
    app.add_template_filter(say, "say")
    app.add_template_filter(when, "when")
    app.add_template_filter(when_exactly, "when_exactly")
    app.add_template_filter(local_input, "local_input")
    app.add_template_filter(day, "day")
    app.add_template_filter(size, "size")
    app.add_template_filter(number, "sheet_no")
    app.add_template_filter(discipline_word, "discipline_word")
