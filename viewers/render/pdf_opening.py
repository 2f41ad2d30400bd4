"""Opening a PDF to write a copy of it, with the refusals that every copy shares."""

from pathlib import Path

import pikepdf

from viewers.render.errors import RenderRefused


def open_to_copy(source: Path) -> pikepdf.Pdf:
    """The file, opened by pikepdf; a context manager.

    Raises:
        RenderRefused: ``pdf-encrypted``, ``pdf-unreadable``.
    """
    try:
        return pikepdf.open(source)
    except pikepdf.PasswordError as error:
        raise RenderRefused("pdf-encrypted") from error
    except pikepdf.PdfError as error:
        raise RenderRefused("pdf-unreadable", {"reason": str(error)[:200]}) from error
