"""Where a question stands: a revision that the asker sees, the bytes he looked at, a region."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.access.rules import Permission
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, invalid
from app.kernel.policy import Rights
from app.projects.rules import Discipline
from app.questions.refusals import SHEET_NOT_VISIBLE
from app.questions.rules import MOST_TEXT

MOST_UM = 10_000_000
"""Ten metres: no sheet is larger."""


@dataclass(frozen=True)
class Place:
    """A revision with its bytes."""

    sheet_id: str | None
    revision_id: str | None
    base_sha256: str
    discipline: str


NOWHERE = Place(None, None, "", "")


def place_of(tx: Tx, rights: Rights, project_id: str, revision_id: str) -> Place:
    """The revision that a question is about; nothing when none is named.

    Raises:
        Refused: ``question-sheet-unknown``.
    """
    if not revision_id:
        return NOWHERE
    row = tx.session.get(SheetRevision, revision_id)
    if (
        row is None
        or row.project_id != project_id
        or not rights.may(Permission.REVISION_VIEW, revision_target(row))
    ):
        raise Refused(SHEET_NOT_VISIBLE)
    return Place(row.sheet_id, row.id, row.base_sha256 or "", row.discipline)


def checked_region(region: Sequence[int], place: Place) -> list[int]:
    """A region as it is kept; none without a sheet.

    Raises:
        Refused: ``invalid-input``.
    """
    if not region or place.sheet_id is None:
        return []
    if len(region) != 4 or any(not isinstance(v, int) or isinstance(v, bool) for v in region):
        raise invalid("区域 / region", "区域应为四个整数", "is four whole numbers")
    x0, y0, x1, y1 = region
    if not (x0 < x1 and y0 < y1) or max(map(abs, region)) > MOST_UM:
        raise invalid("区域 / region", "区域为空或过大", "is empty or too large")
    return list(region)


def checked_text(name: str, text: str, *, is_needed: bool = False, most: int = MOST_TEXT) -> str:
    """A text of somebody, its lines kept.

    Raises:
        Refused: ``invalid-input``.
    """
    said = text.replace("\r\n", "\n").strip()
    if is_needed and not said:
        raise invalid(name, "不能为空", "must not be empty")
    if len(said) > most:
        raise invalid(name, f"不超过 {most} 字", f"has at most {most} characters")
    return said


def checked_day(name: str, text: str) -> str:
    """An ISO day, or nothing.

    Raises:
        Refused: ``invalid-input``.
    """
    said = text.strip()
    if not said:
        return ""
    try:
        found = date.fromisoformat(said)
    except ValueError as error:
        raise invalid(name, "日期格式应如 2024-05-12", "write the day as 2024-05-12") from error
    if not 1900 <= found.year < 2200:
        raise invalid(name, "年份应在 1900 至 2199 之间", "the year is between 1900 and 2199")
    return found.isoformat()


def checked_discipline(code: str, place: Place) -> str:
    """A discipline: as said, else the sheet's.

    Raises:
        Refused: ``invalid-input``.
    """
    found = code or place.discipline
    if found not in set(Discipline):
        raise invalid("专业 / discipline", "请选择专业", "choose one")
    return found
