"""Photos from a site: what a file is, and small pictures of it that say nothing but what is seen.

Runs inside the jailed child. The pictures are drawn anew and upright: nothing of the file's metadata (place, camera,
time) is in them.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from viewers.render.errors import RenderRefused
from viewers.render.photo_sizes import PICTURES
from viewers.render.sniff import HEAD_BYTES, explain

MOST_PIXELS = 120_000_000
_KINDS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}


def make_thumbnail(source: Path, out: Path) -> tuple[int, int, str]:
    """Write the pictures of ``photo_sizes.PICTURES``; answers width and height, upright, and the media type.

    Raises:
        RenderRefused: ``photo-kind`` for what is neither JPEG nor PNG; ``image-too-large``; ``image-unreadable``.
    """
    Image.MAX_IMAGE_PIXELS = None  # bounded below, by what is decoded
    try:
        with Image.open(source, formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RenderRefused("image-too-large", {"px": list(picture.size)})
            kind = _KINDS[str(picture.format)]
            size = picture.size[::-1] if _is_turned(picture) else picture.size
            if kind == "image/jpeg":
                picture.draft("RGB", (PICTURES["view.webp"], PICTURES["view.webp"]))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except UnidentifiedImageError as error:
        with source.open("rb") as stream:
            raise RenderRefused("photo-kind", {"is": explain(stream.read(HEAD_BYTES))}) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise RenderRefused("image-unreadable", {"reason": f"{type(error).__name__}"}) from error
    for name, most in PICTURES.items():
        small = upright.copy()
        small.thumbnail((most, most), Image.Resampling.LANCZOS)
        small.save(out / name, "WEBP", quality=82, method=4)
    return size[0], size[1], kind


def _is_turned(picture: Image.Image) -> bool:
    return picture.getexif().get(0x0112, 1) in {5, 6, 7, 8}
