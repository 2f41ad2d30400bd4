"""What a PDF says of itself outside its pages' drawing: layers, signatures, active content (ISO 32000-2).

Read with qpdf (pikepdf), which repairs what it opens. Nothing is verified and nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

from viewers.render.layer_set import MAX_NAME
from viewers.render.manifest import Layer, Problem, Signature
from viewers.render.pdf_budget import page_forms, refuse_bombs
from viewers.render.pdf_fonts import fonts_not_embedded
from viewers.render.pdf_layers import array_of, dictionary_of, layer_groups, layers_of_page

MAX_NODES = 200_000
"""Dictionaries visited over a whole file; beyond, the file is reported as only partly examined."""

_UNREADABLE = (
    *(pikepdf.PdfError, pikepdf.PasswordError, pikepdf.DataDecodingError),
    *(RecursionError, ValueError, TypeError, KeyError, AttributeError),
)
_MAX_DEPTH = 40


@dataclass
class Structure:
    """Facts of one file; ``layers`` has one entry per page."""

    layers: list[tuple[Layer, ...]] = field(default_factory=list)
    signatures: tuple[Signature, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    user_units: dict[int, float] = field(default_factory=dict)
    """Pages whose unit is not 1/72 inch, and their factor."""


def read_structure(source: Path, page_count: int) -> Structure:
    """Examine the file; what cannot be read is said as a problem, never passed over.

    Args:
        source: a PDF that opens without a password.
        page_count: pages as the renderer counts them; that many entries of ``layers`` are given.

    Raises:
        RenderRefused: ``over-expansion``, before anything is unfolded in memory.
    """
    try:
        with pikepdf.open(source) as pdf:
            found = _Examination(pdf, source).run()
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        pikepdf.DataDecodingError,
        RecursionError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        found = Structure(
            problems=[Problem("pdf-structure-unread", "error", {"reason": type(error).__name__})]
        )
    found.layers = (found.layers + [()] * page_count)[:page_count]
    return found


class _Examination:
    """One walk over an open file with a common budget of nodes."""

    def __init__(self, pdf: Any, source: Path) -> None:
        self.pdf = pdf
        self.root = pdf.Root
        self.source = source
        self.budget = MAX_NODES
        self.active: dict[str, int] = {}

    def run(self) -> Structure:
        found = Structure()
        missing: set[str] = set()
        groups = layer_groups(self.pdf, self._spend)
        found.signatures = tuple(self._signatures())
        self._catalog_actions()
        for index, page in enumerate(self.pdf.pages):
            if self.budget <= 0:
                break
            refuse_bombs(page.obj, index)
            missing |= fonts_not_embedded([page.obj, *page_forms(page.obj)])
            found.layers.append(tuple(layer for _, layer in layers_of_page(page.obj, groups, self._spend)))
            unit = page.obj.get("/UserUnit")
            if unit is not None and float(unit) != 1.0:
                found.user_units[index] = float(unit)
            self._page_actions(page.obj)
        found.problems += [
            Problem(f"pdf-{code}", "warning", {"count": n}) for code, n in sorted(self.active.items())
        ]
        if missing:
            found.problems.append(Problem("font-not-embedded", "warning", {"fonts": sorted(missing)[:100]}))
        if self.budget <= 0:
            found.problems.append(Problem("pdf-structure-partly-read", "error", {"nodes": MAX_NODES}))
        return found

    def _spend(self) -> bool:
        self.budget -= 1
        return self.budget > 0

    # -- signatures -----------------------------------------------------------------------------------------

    def _signatures(self) -> Iterator[Signature]:
        size = self.source.stat().st_size
        for name, entry in self._fields():
            if str(entry.get("/FT", "")) != "/Sig":
                continue
            value = entry.get("/V")
            if not isinstance(value, pikepdf.Dictionary):
                yield Signature(name, is_signed=False)
                continue
            yield Signature(
                name,
                is_signed=True,
                sub_filter=str(value.get("/SubFilter", "")).removeprefix("/")[:MAX_NAME],
                claimed_at=str(value.get("/M", ""))[:MAX_NAME],
                covers_whole_file=self._covers(value.get("/ByteRange"), size),
            )

    def _covers(self, byte_range: Any, size: int) -> bool:
        """True when everything but the signature's own hexadecimal string is covered, to the last byte."""
        try:
            start, length, resume, rest = (int(n) for n in array_of(byte_range))
        except (ValueError, TypeError):
            return False
        if start != 0 or not 0 < length < resume or rest < 0 or resume + rest != size:
            return False
        with self.source.open("rb") as file:
            file.seek(length)
            gap = file.read(resume - length)
        return gap.startswith(b"<") and gap.endswith(b">") and gap.count(b"<") == 1 and gap.count(b">") == 1

    def _fields(self) -> Iterator[tuple[str, Any]]:
        """All terminal form fields with their full names; the type is inherited (12.7.4)."""
        form = dictionary_of(self.root.get("/AcroForm"))
        if "/XFA" in form:
            self._count("xfa-form")
        seen: set[tuple[int, int]] = set()
        queue: list[tuple[str, Any, int]] = [
            ("", item, 0) for item in reversed(array_of(form.get("/Fields")))
        ]
        while queue and self._spend():
            prefix, item, depth = queue.pop()
            if not isinstance(item, pikepdf.Dictionary) or depth > _MAX_DEPTH:
                continue
            if item.is_indirect and item.objgen in seen:
                continue
            seen.add(item.objgen)
            self._actions_of(item)
            name = ".".join(p for p in (prefix, str(item.get("/T", ""))) if p)[:MAX_NAME]
            kids = [k for k in array_of(item.get("/Kids")) if "/T" in dictionary_of(k)]
            if kids:
                queue += [(name, k, depth + 1) for k in reversed(kids)]
            else:
                yield name, item

    # -- active content -------------------------------------------------------------------------------------

    def _count(self, code: str) -> None:
        self.active[code] = self.active.get(code, 0) + 1

    def _catalog_actions(self) -> None:
        self._actions_of(self.root)
        self._action(self.root.get("/OpenAction"))
        names = dictionary_of(self.root.get("/Names"))
        for _ in self._name_tree(names.get("/JavaScript")):
            self._count("javascript")
        for _ in self._name_tree(names.get("/EmbeddedFiles")):
            self._count("embedded-files")

    def _name_tree(self, root: Any) -> Iterator[Any]:
        """Leaves of a name tree (7.9.6)."""
        seen: set[tuple[int, int]] = set()
        queue = [root]
        while queue and self._spend():
            node = dictionary_of(queue.pop())
            if node.is_indirect and node.objgen in seen:
                continue
            seen.add(node.objgen)
            yield from array_of(node.get("/Names"))[1::2]
            queue += array_of(node.get("/Kids"))

    def _page_actions(self, page: Any) -> None:
        self._actions_of(page)
        for note in array_of(page.get("/Annots")):
            if not self._spend():
                return
            entry = dictionary_of(note)
            self._action(entry.get("/A"))
            self._actions_of(entry)
            subtype = str(entry.get("/Subtype", ""))
            if subtype == "/FileAttachment":
                self._count("embedded-files")
            elif subtype in {"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"}:
                self._count("multimedia")

    def _actions_of(self, owner: Any) -> None:
        for action in dictionary_of(owner.get("/AA")).values():
            self._action(action)

    def _action(self, action: Any) -> None:
        """One action and those that follow it; only kinds that reach outside the page are counted."""
        seen: set[tuple[int, int]] = set()
        queue = [action]
        while queue and self._spend():
            item = queue.pop()
            if isinstance(item, pikepdf.Array):
                queue += [
                    x for x in item if isinstance(x, pikepdf.Dictionary)
                ]  # /Next; a destination has none
                continue
            entry = dictionary_of(item)
            if entry.is_indirect and entry.objgen in seen:
                continue
            seen.add(entry.objgen)
            kind = str(entry.get("/S", ""))
            if kind == "/JavaScript" or "/JS" in entry:
                self._count("javascript")
            elif kind in {"/Launch", "/SubmitForm", "/ImportData"}:
                self._count({"/Launch": "launch"}.get(kind, "form-sending"))
            if "/Next" in entry:
                queue.append(entry.get("/Next"))
