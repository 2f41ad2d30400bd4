"""What the sealed file itself must not contain: anything by which the same bytes show something else later."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from app.seals.verifying.case import Case

_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/Rendition",
    "/GoToE",
    "/SetOCGState",
    "/Hide",
}
_NO_ZOOM, _NO_VIEW, _TOGGLES = 1 << 3, 1 << 5, 1 << 8
"""Flags of annotations (ISO 32000, 12.5.3)."""
_ACTIVE_KEYS = ("/JS", "/AA", "/XFA")
_ACTIVE_PLACES = {"/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"}


def check_content(case: Case) -> None:
    """Look at every object of the file, and at the layers."""
    with pikepdf.open(io.BytesIO(case.data), attempt_recovery=False) as pdf:
        root = pdf.Root
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                _check_object(case, one)
        if "/JavaScript" in root.get("/Names", {}):
            case.add("active-content", "JavaScript")
        opening = root.get("/OpenAction")
        if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") not in (None, "/GoTo"):
            case.add("active-content", opening.get("/S"))
        if "/OCProperties" in root:
            _check_layers(case, root.OCProperties)


def _check_object(case: Case, one: Any) -> None:
    action = one.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
        case.add("active-content", action)
    for key in _ACTIVE_KEYS:
        if key in one and (key != "/AA" or len(one[key])):
            case.add("active-content", key)
    if one.get("/Type") in (None, "/Annot") and one.get("/Subtype") in _ACTIVE_PLACES:
        case.add("active-content", one.get("/Subtype"))
    if "/Rect" in one and isinstance(one.get("/F"), int) and one.F & _flags_against(one):
        case.add("switching-layers", f"annotation {one.get('/T', '')}")
    if isinstance(one, pikepdf.Stream) and ("/F" in one or "/OPI" in one or "/Alternates" in one):
        case.add("outside-content", "a stream elsewhere")
    if one.get("/Subtype") == "/Form" and "/Ref" in one:
        case.add("outside-content", "a page of another file")


def _flags_against(one: Any) -> int:
    """Not on the screen but in print, or only now and then; a seal must not grow either when one looks closer."""
    is_seen = len(one.Rect) == 4 and one.Rect[0] != one.Rect[2] and one.Rect[1] != one.Rect[3]
    if not is_seen:
        return 0
    return _NO_VIEW | _TOGGLES | (_NO_ZOOM if one.get("/FT") == "/Sig" else 0)


def _check_layers(case: Case, layers: Any) -> None:
    for group in layers.get("/OCGs", ()):
        usage = group.get("/Usage") if isinstance(group, pikepdf.Dictionary) else None
        if not isinstance(usage, pikepdf.Dictionary) or not _is_automatic(layers):
            continue
        states = {
            str(usage[key].get(f"{key}State", ""))
            for key in ("/View", "/Print", "/Export")
            if isinstance(usage.get(key), pikepdf.Dictionary)
        } - {""}
        if "/Zoom" in usage or "/Language" in usage or len(states) > 1:
            case.add("switching-layers", group.get("/Name", ""))


def _is_automatic(layers: Any) -> bool:
    configurations = [layers.get("/D"), *layers.get("/Configs", ())]
    return any(isinstance(one, pikepdf.Dictionary) and len(one.get("/AS", ())) for one in configurations)
