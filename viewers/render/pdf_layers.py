"""Layers of a PDF (optional content, ISO 32000-2, 8.11): which a page has, and pages whose layers can be switched.

pdfium draws layers as the file sets them and has no switch, but it asks each group for its view state (``/Usage``,
8.11.4.4) anew at every drawing. So a page to be switched is copied once, in memory, into a file in which the view
states of its groups can be reached: as hidden entries among the annotations, which pdfium lets us write to. Switching
then costs no parsing. (Measured: rewriting the file for each set of layers took 0.1 to 1.4 s on real sheets, nearly
all of it parsing the page again.)

States are told as pdfium draws them, which is not the default configuration where a group has a view state.
"""

from __future__ import annotations

import ctypes
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pikepdf
import pypdfium2.raw as pdfium_c
from pikepdf import Array, Dictionary, Name

from viewers.render.errors import RenderRefused
from viewers.render.layer_set import MAX_LAYERS, MAX_NAME
from viewers.render.manifest import Layer

_CATALOGUE_KEPT = {"/Type", "/Pages", "/OCProperties", "/AcroForm", "/Version", "/Extensions"}

_HIDDEN = 2
"""Flag of an annotation that is not drawn (12.5.3)."""

ObjectNumber = tuple[int, int]


def layer_groups(pdf: Any, spend: Callable[[], bool]) -> dict[ObjectNumber, Layer]:
    """Optional content groups of a file by object number, in its order, with the state in which they are drawn."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return {}
    config = _configuration(properties)
    base_on = str(config.get("/BaseState", "/ON")) != "/OFF"
    on = {item.objgen for item in array_of(config.get("/ON"))}
    off = {item.objgen for item in array_of(config.get("/OFF"))}
    groups: dict[ObjectNumber, Layer] = {}
    for group in array_of(properties.get("/OCGs")):
        if not spend():
            break
        is_on = group.objgen not in off and (base_on or group.objgen in on)
        own = _own_state(dictionary_of(group))
        name = str(dictionary_of(group).get("/Name", ""))[:MAX_NAME]
        groups[group.objgen] = Layer(name, is_on if own is None else own)
    return groups


def layers_of_page(
    page: Any, groups: dict[ObjectNumber, Layer], spend: Callable[[], bool]
) -> Iterator[tuple[ObjectNumber, Layer]]:
    """The groups that a page's resources can reach, forms included; in the order of the file."""
    if not groups:
        return
    reached: set[ObjectNumber] = set()
    seen: set[ObjectNumber] = set()
    queue = [page.get("/Resources")]
    while queue and spend():
        resources = dictionary_of(queue.pop())
        for entry in dictionary_of(resources.get("/Properties")).values():
            _mark(entry, reached, spend)
        for form in dictionary_of(resources.get("/XObject")).values():
            if form.objgen in seen or not spend():
                continue
            seen.add(form.objgen)
            _mark(form.get("/OC"), reached, spend)
            queue.append(form.get("/Resources"))
    for note in array_of(page.get("/Annots")):
        _mark(dictionary_of(note).get("/OC"), reached, spend)
    yield from ((key, layer) for key, layer in groups.items() if key in reached)


def switchable_page(source: Any, page: int) -> tuple[bytes, list[Layer], int]:
    """A PDF of one page of a file whose layers can be switched while it is open; see :class:`LayerSwitches`.

    Args:
        source: a stream over the file.
        page: page of the file, from 0.

    Returns:
        the file, the page's layers, and the index of the first switch among the page's annotations.

    Raises:
        RenderRefused: ``no-such-page``, ``pdf-unreadable``.
    """
    try:
        with pikepdf.open(source) as pdf:
            if not 0 <= page < len(pdf.pages):
                raise RenderRefused("no-such-page", {"page": page, "pages": len(pdf.pages)})
            layers, first = _add_switches(pdf, pdf.pages[page].obj)
            del pdf.pages[page + 1 : len(pdf.pages)]
            del pdf.pages[0:page]
            for key in set(pdf.Root.keys()) - _CATALOGUE_KEPT:
                del pdf.Root[key]
            out = io.BytesIO()
            pdf.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                encryption=False,
            )
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise RenderRefused("pdf-unreadable", {"reason": type(error).__name__}) from error
    return out.getvalue(), layers, first


def _add_switches(pdf: Any, page: Any) -> tuple[list[Layer], int]:
    """Give every group of a page a view state that lies among the page's annotations, too."""
    groups = layer_groups(pdf, _always)
    of_page = list(layers_of_page(page, groups, _always))[:MAX_LAYERS]
    notes = array_of(page.get("/Annots"))
    first = len(notes)
    for key, layer in of_page:
        group = pdf.get_object(key)
        state = Dictionary(
            ViewState=Name.ON if layer.is_on else Name.OFF, F=_HIDDEN, Rect=Array([0, 0, 0, 0])
        )
        state = pdf.make_indirect(state)
        group[Name.Usage] = Dictionary(View=state)
        if "/Intent" in group:
            del group[Name.Intent]  # a group not meant for viewing is not asked for its view state
        notes.append(state)
    page[Name.Annots] = Array(notes)
    return [layer for _, layer in of_page], first


class LayerSwitches:
    """The switches of a loaded page that :func:`switchable_page` made."""

    def __init__(self, layers: Sequence[Layer], first: int) -> None:
        self._places: dict[tuple[str, int], int] = {}
        self._own: list[bool] = []
        self._now: list[bool] = []
        self._first = first
        seen: Counter[str] = Counter()
        for index, layer in enumerate(layers):
            self._places[layer.name, seen[layer.name]] = index
            seen[layer.name] += 1
            self._own.append(layer.is_on)
        self._now = list(self._own)

    def set(self, page: Any, wanted: Sequence[tuple[str, bool]]) -> None:
        """Show and hide layers of the loaded page; those not named are as the file has them.

        Args:
            page: the page, loaded with pypdfium2.
            wanted: names and states; of equal names the first is the first in the file.

        Raises:
            RenderRefused: ``no-such-layer``.
        """
        states = list(self._own)
        seen: Counter[str] = Counter()
        for name, is_on in wanted:
            index = self._places.get((name, seen[name]))
            if index is None:
                raise RenderRefused("no-such-layer", {"name": name})
            seen[name] += 1
            states[index] = is_on
        for index, is_on in enumerate(states):
            if self._now[index] != is_on:
                self._write(page, index, "ON" if is_on else "OFF")
                self._now[index] = is_on

    def _write(self, page: Any, index: int, state: str) -> None:
        note = pdfium_c.FPDFPage_GetAnnot(page, self._first + index)
        if not note:
            raise RenderRefused("no-such-layer", {"index": index})
        text = (state + "\0").encode("utf-16-le")
        wide = ctypes.cast(ctypes.create_string_buffer(text), pdfium_c.FPDF_WIDESTRING)
        pdfium_c.FPDFAnnot_SetStringValue(note, b"ViewState", wide)
        pdfium_c.FPDFPage_CloseAnnot(note)


def set_layers(pdf: Any, page: int, wanted: Sequence[tuple[str, bool]]) -> None:
    """Make the default state of an open file the wanted one, so that every reader draws it so.

    Raises:
        RenderRefused: ``no-such-layer``.
    """
    groups = layer_groups(pdf, _always)
    states = {key: layer.is_on for key, layer in groups.items()}
    places: dict[tuple[str, int], ObjectNumber] = {}
    seen: Counter[str] = Counter()
    for key, layer in layers_of_page(pdf.pages[page].obj, groups, _always):
        places[layer.name, seen[layer.name]] = key
        seen[layer.name] += 1
    seen.clear()
    for name, is_on in wanted:
        found = places.get((name, seen[name]))
        if found is None:
            raise RenderRefused("no-such-layer", {"name": name})
        seen[name] += 1
        states[found] = is_on
    members = array_of(dictionary_of(pdf.Root.get("/OCProperties")).get("/OCGs"))
    for group in members:
        for entry in ("/Usage", "/Intent"):  # either may overrule the configuration
            if isinstance(group, pikepdf.Dictionary) and entry in group:
                del group[entry]
    hidden = [group for group in members if not states.get(group.objgen, True)]
    config = Dictionary(BaseState=Name.ON, OFF=Array(hidden), Order=Array(members))
    pdf.Root.OCProperties = Dictionary(OCGs=Array(members), D=config)


def dictionary_of(value: Any) -> Any:
    """The value when it is a dictionary (or a stream's), else an empty one."""
    if isinstance(value, pikepdf.Dictionary):
        return value
    return value.stream_dict if isinstance(value, pikepdf.Stream) else pikepdf.Dictionary()


def array_of(value: Any) -> list[Any]:
    """Objects of an array that can have a number of their own; plain numbers are kept too."""
    return list(value) if isinstance(value, pikepdf.Array) else []


def _configuration(properties: Any) -> Any:
    """The configuration that pdfium takes: the first other one meant for viewing, else the default."""
    for config in array_of(properties.get("/Configs")):
        intent = dictionary_of(config).get("/Intent")
        names = array_of(intent) if isinstance(intent, pikepdf.Array) else [intent]
        if any(str(name) in ("/View", "/All") for name in names):
            return config
    return dictionary_of(properties.get("/D"))


def _own_state(group: Any) -> bool | None:
    """The state that a group itself claims for viewing, which comes before the configuration; None without one."""
    intent = group.get("/Intent")
    names = array_of(intent) if isinstance(intent, pikepdf.Array) else [intent]
    if intent is not None and not any(str(name) in ("/View", "/All") for name in names):
        return True  # a group that is not meant for viewing is always drawn
    view = dictionary_of(dictionary_of(group.get("/Usage")).get("/View"))
    state = view.get("/ViewState")
    return None if state is None else str(state) != "/OFF"


def _mark(entry: Any, reached: set[ObjectNumber], spend: Callable[[], bool]) -> None:
    """Add a group, or the groups of a membership dictionary (OCMD)."""
    if isinstance(entry, pikepdf.Dictionary) and spend():
        reached.add(entry.objgen)
        members = entry.get("/OCGs")
        reached.update(item.objgen for item in array_of(members))
        if isinstance(members, pikepdf.Dictionary):
            reached.add(members.objgen)


def _always() -> bool:
    return True
