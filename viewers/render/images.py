"""Pictures as sheets: PNG, JPEG and TIFF (many pages) become a ``view.pdf`` of true size, and then a PDF like any.

A JPEG goes into the PDF byte for byte; all else is decoded by Pillow and deflated without loss.
"""

from __future__ import annotations

import dataclasses
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageSequence, UnidentifiedImageError
from PIL import __version__ as pillow_version

from viewers.render.errors import RenderRefused
from viewers.render.manifest import Manifest, PageKind, Problem, SourceKind
from viewers.render.pdf import RENDERER, PdfReading, inspect_pdf

MAX_BYTES = 640_000_000
"""Decoded bytes of one picture: an A0 scan of 600 dpi in grey, or of 300 dpi in colour."""
MAX_FRAMES = 500
ASSUMED_DPI = 300
_LIKELY_DPI = (50, 4_800)
_UPRIGHT = {1: 0, 3: 180, 6: 90, 8: 270}
"""EXIF orientations that are plain turns, and the clockwise rotation that undoes them."""
_FORMATS = {SourceKind.PNG: "PNG", SourceKind.JPEG: "JPEG", SourceKind.TIFF: "TIFF"}


@dataclass(frozen=True)
class _Placed:
    """A picture as it goes into the PDF."""

    image: Any
    width_pt: float
    height_pt: float
    rotation: int
    problems: tuple[Problem, ...]


def inspect_image(source: Path, out: Path, kind: SourceKind, reading: PdfReading | None = None) -> Manifest:
    """Write ``view.pdf`` (one page per picture) and read it as pages of kind IMAGE.

    Raises:
        RenderRefused: ``image-unreadable``, ``image-too-large``, ``too-many-pages``.
    """
    view = out / "view.pdf"
    placed = _write_view(source, view, kind)
    reading = dataclasses.replace(reading or PdfReading(), page_kind=PageKind.IMAGE)
    manifest = inspect_pdf(view, out, reading)
    pages = tuple(
        dataclasses.replace(
            page,
            name="",
            rotation=rotation,
            problems=tuple(p for p in page.problems if p.code != "scan-only") + problems,
        )
        for page, (rotation, problems) in zip(manifest.pages, placed, strict=True)
    )
    return dataclasses.replace(
        manifest,
        kind=kind,
        format_version="",
        pages=pages,
        has_view=True,
        producer="",
        title="",
        renderer=f"{RENDERER}, Pillow {pillow_version}",
    )


def _write_view(source: Path, view: Path, kind: SourceKind) -> list[tuple[int, tuple[Problem, ...]]]:
    # Pillow's own bomb warning counts pixels whatever they hold; the limit here counts decoded bytes.
    Image.MAX_IMAGE_PIXELS = None
    placed = []
    try:
        with Image.open(source, formats=[_FORMATS[kind]]) as picture, pikepdf.new() as pdf:
            frames = getattr(picture, "n_frames", 1) if kind is SourceKind.TIFF else 1
            if frames > MAX_FRAMES:
                raise RenderRefused("too-many-pages", {"pages": frames, "most": MAX_FRAMES})
            for frame in ImageSequence.Iterator(picture) if frames > 1 else [picture]:
                one = _place(frame, pdf, source if kind is SourceKind.JPEG else None)
                _add_page(pdf, one)
                placed.append((one.rotation, one.problems))
            pdf.save(view, deterministic_id=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, zlib.error) as error:
        raise RenderRefused(
            "image-unreadable", {"reason": f"{type(error).__name__}: {error}"[:200]}
        ) from error
    return placed


def _add_page(pdf: Any, one: _Placed) -> None:
    page = pdf.add_blank_page()
    page.MediaBox = pikepdf.Array([0, 0, round(one.width_pt, 4), round(one.height_pt, 4)])
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=one.image))
    page.Contents = pdf.make_stream(f"{one.width_pt:.4f} 0 0 {one.height_pt:.4f} 0 0 cm /Im0 Do".encode())
    if one.rotation:
        page.Rotate = one.rotation


def _place(frame: Image.Image, pdf: Any, jpeg: Path | None) -> _Placed:
    _check_size(frame)
    problems: list[Problem] = []
    dpi_x, dpi_y = _resolution(frame, problems)
    turn = frame.getexif().get(0x0112, 1)
    rotation = _UPRIGHT.get(turn, 0)
    if turn not in _UPRIGHT:
        problems.append(Problem("image-mirrored", "warning", {"orientation": turn}))
    width, height = frame.size
    image = _jpeg(pdf, frame, jpeg.read_bytes()) if jpeg else _deflated(pdf, frame)
    return _Placed(image, width * 72 / dpi_x, height * 72 / dpi_y, rotation, tuple(problems))


def _check_size(frame: Image.Image) -> None:
    width, height = frame.size
    channels = len(frame.getbands()) * (4 if frame.mode in {"I", "F"} else 1)
    if width * height * channels > MAX_BYTES:
        raise RenderRefused("image-too-large", {"px": [width, height], "mode": frame.mode, "most": MAX_BYTES})


def _resolution(frame: Image.Image, problems: list[Problem]) -> tuple[float, float]:
    """Pixels per inch as the file says; 300 and a problem when it does not, or says nonsense."""
    said = frame.info.get("dpi")
    try:
        x, y = (float(n) for n in said) if said else (0.0, 0.0)
    except (TypeError, ValueError, ZeroDivisionError):
        x = y = 0.0
    if _LIKELY_DPI[0] <= x <= _LIKELY_DPI[1] and _LIKELY_DPI[0] <= y <= _LIKELY_DPI[1]:
        return x, y
    problems.append(
        Problem("dpi-assumed", "warning", {"dpi": ASSUMED_DPI, "said": [round(x, 2), round(y, 2)]})
    )
    return ASSUMED_DPI, ASSUMED_DPI


def _jpeg(pdf: Any, frame: Image.Image, raw: bytes) -> Any:
    """The JPEG's own bytes as an image; Adobe's CMYK is stored inverted, which Decode undoes."""
    if frame.mode not in {"L", "RGB", "CMYK"}:
        return _deflated(pdf, frame)
    frame.draft(None, (1, 1))
    frame.load()  # a truncated file must be refused here, not drawn half
    image = pikepdf.Stream(pdf, raw)
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    _describe(image, frame, spaces[frame.mode], "/DCTDecode")
    if frame.mode == "CMYK" and "adobe" in frame.info:
        image.Decode = pikepdf.Array([1, 0] * 4)
    return image


def _deflated(pdf: Any, frame: Image.Image) -> Any:
    """The decoded picture, deflated; transparency is laid on white paper, 16 bit grey cut to 8."""
    if frame.mode == "1":
        data, space, bits = frame.tobytes(), "/DeviceGray", 1
    else:
        flat = _flatten(frame)
        data, space, bits = flat.tobytes(), "/DeviceGray" if flat.mode == "L" else "/DeviceRGB", 8
    image = pikepdf.Stream(pdf, zlib.compress(data, 3))
    _describe(image, frame, space, "/FlateDecode", bits)
    return image


def _flatten(frame: Image.Image) -> Image.Image:
    if frame.mode.startswith("I;16") or frame.mode in {"I", "F"}:
        low, high = (float(v) for v in frame.getextrema())  # type: ignore[arg-type]  # one band, so two numbers
        scale = 255 / (65_535 if frame.mode.startswith("I") and high > 255 else max(high, 1.0))
        return frame.convert("F").point(lambda v: v * scale + min(0.0, low) * 0).convert("L")
    if frame.mode == "L":
        return frame
    if "A" in frame.getbands() or "transparency" in frame.info:
        paper = Image.new("RGBA", frame.size, "white")
        return Image.alpha_composite(paper, frame.convert("RGBA")).convert("RGB")
    return frame.convert("RGB")


def _describe(image: Any, frame: Image.Image, space: str, decoder: str, bits: int = 8) -> None:
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = frame.size
    image.ColorSpace, image.BitsPerComponent = pikepdf.Name(space), bits
    image.Filter = pikepdf.Name(decoder)
