"""Large JSON answers travel compressed. Pages do not: they hold the session's token beside a visitor's words."""

import gzip

from flask import request
from werkzeug.wrappers import Response

FROM_BYTES = 8_192
LEVEL = 5


def compress(response: Response) -> Response:
    """Gzip a large JSON answer when the browser takes it."""
    wanted = (
        response.mimetype == "application/json"
        and response.status_code == 200
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
    )
    if wanted and len(response.get_data()) >= FROM_BYTES:
        response.set_data(gzip.compress(response.get_data(), LEVEL))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
    return response
