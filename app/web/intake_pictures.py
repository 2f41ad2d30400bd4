"""Pictures of the intake table: thumbnails, and the title block cut out of its page."""

from flask import request
from werkzeug.wrappers import Response

from app.drawings.queries.intake_rows import RowPicture, row_picture
from app.kernel.errors import BUSY, NOT_FOUND, Refused
from app.web.protection import FILE_POLICY
from app.web.request import close_reading, reading, require_sign_in, rights, services
from storage.errors import NotFound
from viewers.render.errors import RenderError, RenderRefused
from viewers.render.manifest import SourceKind

FOREVER = "private, max-age=31536000, immutable"
"""A row's bytes, page and block never change; only the person's own browser may keep the picture."""
BLOCK_PX = 1_600


def row_thumb(row_id: str) -> Response:
    """Thumbnail of the row's page."""
    picture = _picture(row_id)
    found = services().derived.member(picture.file_sha256, picture.page, "thumb.webp")
    if found is None:
        raise Refused(NOT_FOUND)
    return _answer(found, "image/webp")


def row_block(row_id: str) -> Response:
    """The row's title block, large enough to read."""
    picture = _picture(row_id)
    house = services()
    manifest = house.derived.manifest(picture.file_sha256)
    if manifest is None:
        raise Refused(NOT_FOUND)
    is_pdf = manifest.kind is SourceKind.PDF
    place = house.copies.object(picture.file_sha256) if is_pdf else house.copies.view(picture.file_sha256)
    try:
        with place as path:
            data = house.renderer.crop(path, picture.page, picture.crop, BLOCK_PX)
    except (RenderRefused, NotFound) as error:
        raise Refused(NOT_FOUND) from error
    except RenderError as error:
        raise Refused(BUSY) from error
    return _answer(data, "image/png")


def _picture(row_id: str) -> RowPicture:
    require_sign_in()
    found = row_picture(reading(), rights(), row_id)
    close_reading()
    return found


def _answer(data: bytes, media_type: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.add_etag()
    return response.make_conditional(request.environ)
