"""What a drawing function is given: the paper, the free area, the sheet's specification and the issue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from app.cli.demo_set.canvas import View
from app.cli.demo_set.catalogue import SheetSpec
from app.cli.demo_set.frame import Area


@dataclass(frozen=True)
class Board:
    """A sheet with its frame and title block drawn, ready for the drawing."""

    v: View
    area: Area
    spec: SheetSpec
    issue: int

    @property
    def changed(self) -> bool:
        """Whether this issue shows revision B."""
        return self.spec.revision(self.issue) == "B"

    def placed(self, width: float, height: float, scale: float, *, dx: float = 0, dy: float = 0) -> View:
        """A view in which a drawing of that real size (mm) stands in the middle of the free area."""
        x = self.area.x + (self.area.w - width / scale) / 2 + dx
        y = self.area.y + (self.area.h - height / scale) / 2 + dy
        return self.v.at(x, y, scale)

    def remarks(self, x: float, top: float, lines: tuple[str, ...], title: str = "说明：") -> None:
        """Numbered remarks under the word 说明, in paper mm."""
        self.v.text(x, top, title, 5, "lt")
        for i, line in enumerate(lines):
            self.v.text(x, top - 10 - i * 6.5, f"{i + 1}. {line}", 3.5, "lt")


Draw: TypeAlias = Callable[[Board], None]
