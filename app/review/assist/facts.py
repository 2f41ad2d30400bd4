"""What the rules look at: the sheets of a case with what was read of their files. Values only; nothing here reads a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.drawings.callouts import SetNumber
from app.drawings.reading import FieldReading, ListRow, PageContent, read_drawing_list, read_title_block
from app.drawings.reading.block import find_block, find_labels
from app.drawings.reading.layout import views
from app.drawings.reading.page import Box, around
from app.kernel.text import clean, code_key, loose_key
from viewers.render.manifest import Page, Problem, RuledLine, SourceKind, TextRun

CAD = frozenset({SourceKind.DWG, SourceKind.DXF})
PICTURES = frozenset({SourceKind.PNG, SourceKind.JPEG, SourceKind.TIFF})


@dataclass(frozen=True)
class PageFacts:
    """One page of a file, as it was read when it arrived."""

    kind: SourceKind
    page: Page
    problems: tuple[Problem, ...] = ()
    """Of the page and of its file."""
    runs: Sequence[TextRun] = ()
    lines: Sequence[RuledLine] = ()
    file_name: str = ""
    signatures: int = 0
    """Signature fields that hold something; nothing is verified."""

    def problem(self, *codes: str) -> Problem | None:
        """The first problem of one of these codes."""
        return next((p for p in self.problems if p.code in codes), None)


@dataclass(frozen=True)
class SheetFacts:
    """One sheet of the set."""

    sheet_id: str
    revision_id: str
    number: str
    title: str
    discipline: str
    place: str = ""
    """Building, or empty."""
    rev_seq: int = 1
    """1 is the first issue."""
    view: PageFacts | None = None
    """The page that is read and printed; None when it was never read."""
    cad: PageFacts | None = None
    """The page of the CAD file, which may be the same."""
    known: Mapping[str, FieldReading] = field(default_factory=dict)
    """Fields that intake read, by places that a clerk had taught it."""

    @property
    def key(self) -> str:
        """The number in normal form."""
        return code_key(self.number)

    @property
    def has_words(self) -> bool:
        """Whether there is text that can be read."""
        return self.view is not None and self.view.page.text_usable and bool(self.view.runs)

    @cached_property
    def content(self) -> PageContent:
        """The page as readers of title blocks and lists want it."""
        view = self.view
        if view is None:
            return PageContent(0, 0, (), ())
        return PageContent(
            width_um=view.page.width_um,
            height_um=view.page.height_um,
            runs=[(r.text, r.x0, r.y0, r.x1, r.y1, r.angle) for r in view.runs],
            lines=[(n.x0, n.y0, n.x1, n.y1) for n in view.lines],
            text_usable=view.page.text_usable,
        )

    @cached_property
    def fields(self) -> Mapping[str, FieldReading]:
        """Fields that stand on the page; what only the file's name tells is not among them."""
        read = read_title_block(self.content).fields
        return {n: f for n, f in {**self.known, **read}.items() if f.source != "file_name"}

    @cached_property
    def labels(self) -> Mapping[str, Box]:
        """Fields that the best title block of the page announces, whether or not a value stands beside them."""
        if not self.has_words:
            return {}
        blocks = [b for v in views(self.content) if (b := find_block(v, find_labels(v))) is not None]
        best = max(blocks, key=lambda b: b.score, default=None)
        found: dict[str, Box] = {}
        for label in best.labels if best is not None else ():
            box = around(label.run.boxes)
            if label.field and box is not None:
                found.setdefault(label.field, box)
        return found

    @cached_property
    def list_rows(self) -> Sequence[ListRow]:
        """Rows of the drawing list on this sheet; empty when it has none."""
        return tuple(read_drawing_list(self.content) or ()) if self.has_words else ()

    @cached_property
    def words(self) -> str:
        """All text of the page without spaces and separators, to look whether a number is on it."""
        return "\n".join(loose_key(clean(r.text)) for r in self.view.runs) if self.view else ""


@dataclass(frozen=True)
class SetFacts:
    """The sheets of a case, and what they are held against."""

    sheets: Sequence[SheetFacts]
    register: Sequence[SetNumber] = ()
    """All sheets of the project, those of the case among them."""
    layer_pattern: str = ""
    """What layers must be named like; empty: the project has not said."""
    is_part: bool = False
    """What is under work at an institute, not a submission: its other sheets are in the register, not missing."""
