"""Behind the QR code of a printed sheet: asked by anybody, without a token."""

from app.api.answers import not_found
from app.api.request import now, reading
from app.api.shapes.record import StatusOut
from app.api.table import Answer, Table
from app.copies.queries import public_status

table = Table("public status")


@table.add("GET", "/status/{short_code}", answer=StatusOut, is_public=True, also=(404,))
def get_status(short_code: str) -> Answer:
    """Is this copy still the one to build from? No content, no token; restricted projects say the status only."""
    found = public_status(reading(), short_code, now())
    if found is None:
        raise not_found()
    return Answer(StatusOut.model_validate(found))
