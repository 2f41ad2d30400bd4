"""Printing a part of a sheet: the visible or selected region as a PDF of its own."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.copies.copies import compose_copy
from app.copies.region_copies import RegionWish, order_region
from app.drawings.queries.sheets import byte_source
from app.files.names import content_disposition
from app.kernel.errors import BUSY, NOT_FOUND, Refused, invalid
from app.web.bodies import box_of
from app.web.record import COPY_IMPOSSIBLE
from app.web.request import close_reading, now, reading, require_sign_in, rights, services
from storage.errors import NotFound
from viewers.render.errors import RenderError, RenderRefused
from viewers.render.layer_set import decode_layers
from viewers.render.manifest import Page, runs_from_json
from viewers.render.sheet_grid import grid_of

pages = Blueprint("region_copies", __name__)


@pages.get("/renditions/<rendition_id>/region.pdf")
def region_for_printing(rendition_id: str) -> Response:
    """A region (``box``, um) on ``paper`` A4 or A3, with the layers of a set (``layers``), if one is given."""
    require_sign_in()
    house = services()
    shown = byte_source(reading(), rights(), rendition_id).rendition
    manifest = house.derived.manifest(shown.manifest_of)
    if manifest is None or shown.manifest_page >= len(manifest.pages):
        raise Refused(NOT_FOUND)
    page = manifest.pages[shown.manifest_page]
    words = house.derived.member(shown.manifest_of, shown.manifest_page, "text.json")
    order = order_region(
        reading(),
        rights(),
        rendition_id,
        _wish(page),
        page,
        grid_of(page.width_um, page.height_um, runs_from_json(words.decode()) if words else []),
        press=house.press,
        now=now(),
    )
    close_reading()
    try:
        data = compose_copy(order, house.copies, house.renderer, house.scratch)
    except RenderRefused as error:
        raise Refused(COPY_IMPOSSIBLE, reason=error.code) from error
    except RenderError as error:
        raise Refused(BUSY) from error
    except NotFound as error:
        raise Refused(NOT_FOUND) from error
    response = Response(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition(order.file_name, is_inline=True)
    # No sandbox here: the browser's own PDF reader does not open in one, and the copy carries no scripts.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _wish(page: Page) -> RegionWish:
    code = request.args.get("layers", "")
    try:
        layers = tuple(decode_layers(code, page.layers)) if code else None
    except ValueError as error:
        raise invalid("layers", "不是此图的图层组合", "not a set of this sheet's layers") from error
    return RegionWish(box_of(request.args.get("box", "")), request.args.get("paper", "A4"), layers)
