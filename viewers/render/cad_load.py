"""Bytes of a DXF -> an ezdxf document, and what had to be done to read it."""

from __future__ import annotations

import contextlib
import io
import logging
from dataclasses import dataclass
from pathlib import Path

from ezdxf import filemanagement, recover
from ezdxf.document import Drawing
from ezdxf.lldxf.encoding import decode_dxf_unicode, has_dxf_unicode
from ezdxf.lldxf.validator import is_binary_dxf_file, is_dxf_file
from ezdxf.tools.codepage import is_supported_encoding

from viewers.render.cad_encoding import read_encoding
from viewers.render.cad_refused import CadRefused
from viewers.render.cad_tags import read_tags
from viewers.render.manifest import Problem

# Its warnings about every repaired number would fill the log of the process; what matters becomes a problem.
logging.getLogger("ezdxf").setLevel(logging.CRITICAL)

MAX_BYTES = 200_000_000
"""A DXF of this size needs about 1.6 GB to read (8 MB per MB)."""

_UTF8_SINCE = "AC1021"
_WORDED = frozenset({"TEXT", "ATTRIB", "ATTDEF"})


@dataclass(frozen=True)
class LoadedDxf:
    """A document that could be read, and how."""

    doc: Drawing
    problems: tuple[Problem, ...]


def load_dxf(source: Path) -> LoadedDxf:
    """Read a DXF strictly, then by recovery.

    Raises:
        CadRefused: ``too-large`` or ``dxf-unreadable``.
    """
    if source.stat().st_size > MAX_BYTES:
        raise CadRefused("too-large", {"bytes": source.stat().st_size, "limit": MAX_BYTES})
    encoding = read_encoding(source.read_bytes())
    problems: list[Problem] = []
    if encoding.guessed:
        detail = {"declared": encoding.declared, "used": encoding.guessed}
        problems.append(Problem("encoding-guessed", "warning", detail))
    try:
        # Readers raise every class of exception on damaged input: seen are DXFStructureError, DXFValueError,
        # DXFTypeError, ValueError, AttributeError, IndexError.
        doc = _read(source, encoding.guessed)
    except MemoryError:
        raise
    except Exception as strict_error:  # noqa: BLE001
        doc = _recover(source, encoding.guessed, strict_error)
        problems.append(Problem("recovered", "warning", {"error": _line(strict_error)}))
    _spell_out(doc)
    return LoadedDxf(doc, tuple(problems))


def _spell_out(doc: Drawing) -> None:
    r"""Letters that the code page of an old file has not are written as ``\U+623F``; every CAD program reads them."""
    if doc.dxfversion >= _UTF8_SINCE:
        return
    for entity in doc.entitydb.values():
        if entity.dxftype() == "MTEXT":
            if has_dxf_unicode(entity.text):  # type: ignore[attr-defined]
                entity.text = decode_dxf_unicode(entity.text)  # type: ignore[attr-defined]
        elif entity.dxftype() in _WORDED and has_dxf_unicode(str(entity.dxf.get("text", ""))):
            entity.dxf.text = decode_dxf_unicode(entity.dxf.text)


def _read(source: Path, guessed: str) -> Drawing:
    if is_binary_dxf_file(str(source)) or not is_dxf_file(str(source)):
        return filemanagement.readfile(str(source))
    used = guessed or filemanagement.dxf_file_info(str(source)).encoding
    with source.open("rt", encoding=used, errors="surrogateescape") as stream:
        doc = Drawing.from_tags(read_tags(stream))
    doc.filename = str(source)
    if guessed and is_supported_encoding(guessed):
        doc.encoding = guessed
    return doc


def _recover(source: Path, guessed: str, strict_error: Exception) -> Drawing:
    # What the recovery loader prints about its repairs is of no use to anybody here.
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            doc, _auditor = recover.readfile(str(source)) if not guessed else _recover_as(source, guessed)
    except MemoryError:
        raise
    except Exception as error:
        detail = {"strict": _line(strict_error), "recover": _line(error)}
        raise CadRefused("dxf-unreadable", detail) from error
    return doc


def _recover_as(source: Path, encoding: str) -> tuple[Drawing, object]:
    # ``recover`` believes the header, so it is given the same text in UTF-8 under a header that needs none.
    text = source.read_bytes().decode(encoding, "replace")
    return recover.read(io.BytesIO(text.encode("utf-8")))


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
