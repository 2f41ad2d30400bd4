"""Empty fields for all seals a sheet will ever carry, made in one revision before the first seal.

A field that is added later breaks a certifying seal (ISO 32000-2, 12.8.2.2: it allows forms to be filled, not made).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)

from app.kernel.errors import Refused
from app.seals.rules import SEAL_LABELS, SealKind
from app.seals.sealing.refusals import FIELD_EXISTS, NOT_HARMLESS


@dataclass(frozen=True)
class Field:
    """Where one seal will stand."""

    name: str
    """ASCII, without dots: ``issue``, ``registered-2``."""
    kind: SealKind
    box: tuple[float, float, float, float] | None
    """x0, y0, x1, y1 in the units of the page; None for a seal that is not seen."""
    page: int = 0
    is_last: bool = False
    """This seal locks the file: nothing can be sealed after it (only time stamps are added)."""


def place_fields(content: bytes, fields: Sequence[Field]) -> bytes:
    """The file with one more revision that holds these fields, empty.

    Raises:
        Refused: ``seal-field-exists``, ``pdf-cannot-be-made-harmless`` (not a file that was made ready).
        ValueError: names that are not unique and plain.
    """
    must_be_plain([field.name for field in fields])
    stream = io.BytesIO(content)
    try:
        writer = IncrementalPdfFileWriter(stream)
        if any(True for _ in enumerate_sig_fields(writer.prev)):
            raise Refused(FIELD_EXISTS)
        for field in fields:
            append_signature_field(writer, _spec(field))
    except PdfReadError as error:
        raise Refused(NOT_HARMLESS, what=str(error)[:200]) from error
    writer.write_in_place()  # type: ignore[no-untyped-call]  # the library has no types here
    return stream.getvalue()


def must_be_plain(names: Sequence[str]) -> None:
    """Names of fields: ASCII letters, digits and hyphens, each once.

    Raises:
        ValueError: they are not.
    """
    plain = all(name and name.isascii() and name.replace("-", "").isalnum() for name in names)
    if len(set(names)) < len(names) or not plain:
        raise ValueError(f"names of fields must be unique and plain: {names}")


def _spec(field: Field) -> SigFieldSpec:
    lock = FieldMDPSpec(FieldMDPAction.ALL) if field.is_last else None
    return SigFieldSpec(
        field.name,
        on_page=field.page,
        box=field.box,  # type: ignore[arg-type]  # fractions of a point are meant
        field_mdp_spec=lock,
        doc_mdp_update_value=MDPPerm.NO_CHANGES if field.is_last else None,
        readable_field_name=str(SEAL_LABELS[field.kind]),
    )


@dataclass(frozen=True)
class FieldState:
    """A field as it stands in a file."""

    name: str
    is_sealed: bool
    locks: bool
    size: tuple[float, float]
    """Width and height in the units of the page; (0, 0) when it is not seen."""
    turn: int
    """The page's /Rotate: 0, 90, 180, 270."""
    unit_mm: float
    """Length of a unit of the page."""

    @property
    def shown_mm(self) -> tuple[float, float]:
        """Width and height of the field as a reader of the page sees it."""
        wide, tall = (side * self.unit_mm for side in self.size)
        return (tall, wide) if self.turn in {90, 270} else (wide, tall)


def fields_of(path: Path) -> dict[str, FieldState]:
    """Seal fields of a file that was made ready here.

    Raises:
        Refused: ``pdf-cannot-be-made-harmless``; it is none.
    """
    with path.open("rb") as file:
        try:
            return read_fields(PdfFileReader(file))
        except PdfReadError as error:
            raise Refused(NOT_HARMLESS, what=str(error)[:200]) from error


def read_fields(reader: PdfFileReader) -> dict[str, FieldState]:
    """Seal fields of a file, by name; those of time stamps are among them."""
    found = {}
    for name, value, ref in enumerate_sig_fields(reader):
        field = ref.get_object()
        x0, y0, x1, y1 = (float(number) for number in _entry(field, "/Rect", (0, 0, 0, 0)))
        page = _entry(field, "/P", {})
        lock = _entry(field, "/Lock", {})
        found[name] = FieldState(
            name,
            is_sealed=value is not None,
            locks=_entry(lock, "/P", 0) == MDPPerm.NO_CHANGES.value,
            size=(abs(x1 - x0), abs(y1 - y0)),
            turn=int(_inherited(page, "/Rotate", 0)) % 360,
            unit_mm=float(_entry(page, "/UserUnit", 1)) * 25.4 / 72,
        )
    return found


def _entry(node: Any, key: str, default: Any) -> Any:
    """An entry of a dictionary with references followed (``get`` of the library does not follow them)."""
    return node[key] if key in node else default  # noqa: SIM401


def _inherited(page: Any, key: str, default: Any) -> Any:
    """An attribute of a page or of the nodes above it (7.7.3.4)."""
    for _ in range(50):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            break
        page = page["/Parent"]
    return default
