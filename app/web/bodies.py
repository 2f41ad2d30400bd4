"""Reading what scripts and forms send; wrong shapes are refused with the field's name."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import request

from app.kernel.errors import invalid
from app.web.request import zone

CHUNK = 1 << 20


def body() -> dict[str, Any]:
    """The JSON object of this request.

    Raises:
        Refused: ``invalid-input`` when it is no object.
    """
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise invalid("body", "需要 JSON 对象", "a JSON object is needed")
    return found


def texts(raw: Any, name: str, *, most: int = 10_000) -> Sequence[str]:
    """A list of texts.

    Raises:
        Refused: ``invalid-input``.
    """
    if not isinstance(raw, list) or len(raw) > most or not all(isinstance(v, str) for v in raw):
        raise invalid(name, "需要文本列表", "a list of texts is needed")
    return raw


def text(raw: Any, name: str, *, most: int = 2_000) -> str:
    """A text; absent means empty.

    Raises:
        Refused: ``invalid-input``.
    """
    if raw is None:
        return ""
    if not isinstance(raw, str) or len(raw) > most:
        raise invalid(name, "需要文本", "a text is needed")
    return raw


def instant(raw: Any, name: str) -> datetime | None:
    """An instant typed in the person's zone, or with an offset; None when empty. Years 1900 to 2199: what lies
    beyond cannot be shown in every zone.

    Raises:
        Refused: ``invalid-input``.
    """
    if not raw:
        return None
    try:
        found = datetime.fromisoformat(str(raw))
    except ValueError as error:
        raise invalid(name, "时间格式应如 2024-05-12 14:30", "write the time as 2024-05-12 14:30") from error
    if not 1900 <= found.year < 2200:
        raise invalid(name, "年份应在 1900 至 2199 之间", "the year is between 1900 and 2199")
    return found if found.tzinfo else found.replace(tzinfo=zone())


def whole(raw: Any, name: str) -> int:
    """A whole number.

    Raises:
        Refused: ``invalid-input``.
    """
    try:
        return int(raw)
    except (TypeError, ValueError) as error:
        raise invalid(name, "需要整数", "a whole number is needed") from error


def box_of(raw: str, name: str = "box") -> tuple[int, int, int, int]:
    """A region of a sheet, ``x0,y0,x1,y1`` in whole um of sheet space; not empty, within a kilometre.

    Raises:
        Refused: ``invalid-input``.
    """
    if re.fullmatch(r"-?\d{1,10}(,-?\d{1,10}){3}", raw, re.ASCII):
        x0, y0, x1, y1 = (int(part) for part in raw.split(","))
        if x0 < x1 and y0 < y1 and max(map(abs, (x0, y0, x1, y1))) <= 1_000_000_000:
            return x0, y0, x1, y1
    raise invalid(name, "区域应为 x0,y0,x1,y1", "a region is x0,y0,x1,y1")


def sent_chunks(most: int) -> Iterator[bytes]:
    """The bytes of this request as they come; more than ``most`` are not read."""
    request.max_content_length = most + CHUNK
    while chunk := request.stream.read(CHUNK):
        yield chunk
