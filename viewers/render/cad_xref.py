"""External references (外部参照): put in from files sent along, matched by name, never from a path in the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ezdxf import xref
from ezdxf.document import Drawing
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.math import Vec3

from viewers.render.cad_dwg import convert_dwg, patch_from_dwg
from viewers.render.cad_fonts import base_name
from viewers.render.cad_load import load_dxf
from viewers.render.cad_refused import CadRefused

MAX_XREFS = 100
_XREF_FLAGS = 4 | 8
"""Block type flags (group 70): external reference, overlay."""


def embed_xrefs(doc: Drawing, companions: Mapping[str, Path], scratch: Path) -> list[str]:
    """Load what the references name into their blocks; the names of those that stay empty are returned.

    A reference inside a reference is followed once more when it was attached, not overlaid; a file is loaded at most
    once for each block, and at most 100 files in all.

    Args:
        doc: the document; its blocks are filled.
        companions: files sent along, by name.
        scratch: a folder for converted DWG files.
    """
    files = {base_name(name): path for name, path in companions.items()}
    tried: set[str] = set()
    for _ in range(MAX_XREFS):
        block = next((b for b in _references(doc) if b.name not in tried), None)
        if block is None:
            break
        tried.add(block.name)
        path = files.get(_wanted(block)) or files.get(f"{base_name(block.name)}.dwg")
        if path is not None:
            _fill(doc, block, path, scratch / f"xref{len(tried)}.dxf")
    return sorted({_wanted(block) for block in _references(doc)})


def _references(doc: Drawing) -> list[BlockLayout]:
    return [b for b in doc.blocks if b.block is not None and b.block.dxf.flags & _XREF_FLAGS]


def _wanted(block: BlockLayout) -> str:
    path = block.block.dxf.get("xref_path", "") if block.block is not None else ""
    return base_name(path or block.name)


def _fill(doc: Drawing, block: BlockLayout, path: Path, converted: Path) -> None:
    try:
        source = _load(path, converted)
        doc.dxfversion = max(doc.dxfversion, source.dxfversion)
        loader = xref.Loader(source, doc, conflict_policy=xref.ConflictPolicy.XREF_PREFIX)
        loader.load_modelspace(block)
        loader.execute(xref_prefix=block.name)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - what cannot be put in is reported as missing
        return
    definition = block.block
    if definition is not None:
        definition.dxf.flags &= ~_XREF_FLAGS
        definition.dxf.base_point = Vec3(source.header.get("$INSBASE", (0, 0, 0)))


def _load(path: Path, converted: Path) -> Drawing:
    with path.open("rb") as file:
        is_dwg = file.read(4) == b"AC10"
    if not is_dwg:
        return load_dxf(path).doc
    if convert_dwg(path, converted).lost:
        raise CadRefused("dwg-unreadable", {"lost": "objects of an external reference"})
    doc = load_dxf(converted).doc
    patch_from_dwg(doc, path)
    return doc
