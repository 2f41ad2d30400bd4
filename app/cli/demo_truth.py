"""What is true of the pages of the demonstration, for the clerk who corrects what was misread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli.demo_second import STORIES
from app.cli.demo_set import DemoSheet
from app.drawings.queries.intakes import ProposalView
from app.kernel.text import code_key
from app.projects.rules import Discipline


@dataclass(frozen=True)
class Truth:
    """What a clerk sees on a page."""

    number: str
    title: str
    discipline: str
    building: str = ""
    revision: str = ""


def drawings(folder: Path, names: Sequence[str]) -> list[Path]:
    """The files an institute would send: not the table of what is true."""
    return [folder / name for name in names if not name.endswith(".csv")]


def for_second(sheets: Sequence[DemoSheet]) -> list[DemoSheet]:
    """A sheet for each story of the second project, and one more: such as lie in a PDF of their own."""
    alone = [s for s in sheets if s.pages[0][0].endswith(".pdf") and not s.number.endswith("-00")]
    found: list[DemoSheet] = []
    for discipline in (*(story.discipline for story in STORIES), Discipline.ARCH):
        found.append(next(s for s in alone if s.discipline == discipline and s not in found))
    return found


def school_truth(sheets: Sequence[DemoSheet]) -> Callable[[ProposalView], Truth | None]:
    """Ground truth by file and page; a CAD file with several frames is matched by the number that was read."""

    def truth(row: ProposalView) -> Truth | None:
        here = [s for s in sheets if any(f == row.file_name for f, _ in s.pages)]
        exact = [s for s in here if (row.file_name, row.page + 1) in s.pages]
        frames = [s for s in here if (row.file_name, 0) in s.pages]
        read = code_key(row.values.get("number", ""))
        named = [s for s in frames if code_key(s.number) == read]
        found = exact or named or (frames[row.page : row.page + 1])
        if not found:
            return None
        sheet = found[0]
        building = {"1#教学楼": "1#", "门卫室": "门卫室"}.get(sheet.building, "")
        return Truth(sheet.number, sheet.title, sheet.discipline, building, sheet.revision)

    return truth
