"""A margin for seals at the foot of a sheet that has no clear space: the paper grows, the drawing stays where it is."""

import io
from pathlib import Path

import pikepdf
from pikepdf import Array, Name

from app.seals.sealing.places import Sheet


def add_margin(source: Path, target: Path, mm: float, *, page: int = 0) -> None:
    """Write ``target``: a file that was made ready, one of its pages longer at the foot, as it is shown, by ``mm``.

    What lies outside the page as it was is cut away first, so that the margin is empty. Equal input, equal bytes.
    """
    target.write_bytes(with_margin(source.read_bytes(), mm, page=page))


def with_margin(content: bytes, mm: float, *, page: int = 0) -> bytes:
    """As :func:`add_margin`, from bytes to bytes: a locked child has no paths."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = pdf.pages[page]
        sheet = Sheet.of(found)
        box = [sheet.left, sheet.foot, sheet.right, sheet.top]
        clip = f"q {box[0]:.4f} {box[1]:.4f} {box[2] - box[0]:.4f} {box[3] - box[1]:.4f} re W n\n"
        found.contents_add(clip.encode(), prepend=True)
        found.contents_add(b"\nQ")
        side, sign = {0: (1, -1), 90: (2, 1), 180: (3, 1), 270: (0, -1)}[sheet.turn]
        box[side] += sign * mm / sheet.unit_mm
        for key in ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
            if key == "/MediaBox" or key in found.obj:
                found.obj[Name(key)] = Array([round(value, 4) for value in box])
        pdf.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            min_version="1.7",
        )
    return target.getvalue()
