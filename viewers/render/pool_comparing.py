"""What a pool can be asked about two pages: what differs, and the list of it for paper."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from viewers.render.compare.list_values import LIST_NAME, DifferenceSheet
from viewers.render.compare.values import Comparison, Fields
from viewers.render.errors import RenderCrashed
from viewers.render.outputs import empty_folder, is_plain, read_plain
from viewers.render.sandbox import Limits


class Comparing(ABC):
    """The part of :class:`viewers.render.pool.RenderPool` that reads two files at once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @abstractmethod
    def _checked(self, path: Path) -> Path: ...

    @abstractmethod
    def _once(
        self, request: dict[str, Any], out: Path, timeout: float | None, name: str
    ) -> dict[str, Any]: ...

    def compare(
        self,
        before: tuple[Path, int],
        after: tuple[Path, int],
        out: Path,
        *,
        fields: Fields = ((), ()),
        timeout: float | None = None,
    ) -> Comparison:
        """What differs between two pages (see :mod:`viewers.render.compare.pages`).

        Args:
            before: a file below a read root, and its page from 0: a PDF, a ``view.pdf``, or a CAD file.
            after: the other page, of a file of such a kind too.
            out: the folder to work in; made if missing, must be empty.
            fields: where the title block of each page says what a new revision must change.
            timeout: seconds on the wall clock; ``limits.compare_wall`` if None.

        Raises:
            RenderRefused: also ``compare-kinds``, ``over-segments``, ``over-pixels``; otherwise as :meth:`inspect`.
            RenderCrashed, RenderTimeout: as :meth:`inspect`.
        """
        request = {
            "op": "compare",
            "source": str(self._checked(before[0])),
            "page": before[1],
            "after": str(self._checked(after[0])),
            "after_page": after[1],
            "fields": [[[field.name, *field.box] for field in side] for side in fields],
        }
        out = empty_folder(out)
        wall = self._limits.compare_wall if timeout is None else timeout
        self._once({**request, "out": str(out)}, out, wall, before[0].name)
        raw = read_plain(out / "comparison.json")
        try:
            return Comparison.from_json(raw.decode("utf-8"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RenderCrashed("comparison-malformed") from error

    def compose_differences(
        self,
        before: tuple[Path, int],
        after: tuple[Path, int],
        sheet: DifferenceSheet,
        out: Path,
        *,
        timeout: float | None = None,
    ) -> Path:
        """The list of differences for paper (see :mod:`viewers.render.compare.listing`).

        Args:
            before: a PDF or a ``view.pdf`` below a read root, and its page from 0.
            after: the other page.
            sheet: the list, every word said.
            out: the folder to write, below a read root; made if missing, must be empty.
            timeout: seconds on the wall clock; ``limits.compare_wall`` if None.

        Raises:
            RenderRefused, RenderCrashed, RenderTimeout: as :meth:`inspect`.
        """
        out = empty_folder(out)
        listed = out.with_name(f"{out.name}.list.json")
        sheet.write(listed)
        request = {
            "op": "compose-differences",
            "source": str(self._checked(before[0])),
            "page": before[1],
            "after": str(self._checked(after[0])),
            "after_page": after[1],
            "companions": {"list": str(self._checked(listed))},
        }
        wall = self._limits.compare_wall if timeout is None else timeout
        try:
            self._once({**request, "out": str(out)}, out, wall, before[0].name)
        finally:
            listed.unlink(missing_ok=True)
        if not is_plain(out / LIST_NAME):
            raise RenderCrashed("copy-missing")
        return out / LIST_NAME
