"""Where a sheet points to other sheets of its set: links for those that are there, a list of those that are not."""

import json
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from app.drawings.callouts import Callout, SetNumber, SetNumbers, callouts_of
from app.drawings.queries.register import register_of
from app.drawings.queries.sheets import byte_source
from app.web.request import close_reading, reading, require_sign_in, rights, services
from viewers.render.manifest import rules_from_json, runs_from_json

pages = Blueprint("callouts", __name__)


@pages.get("/renditions/<rendition_id>/callouts.json")
def callouts(rendition_id: str) -> Response:
    """Callouts of one page, resolved against the sheets of the set that the person may see."""
    require_sign_in()
    source = byte_source(reading(), rights(), rendition_id)
    rows = register_of(reading(), rights(), source.project_id)
    close_reading()
    shown, derived = source.rendition, services().derived
    words = derived.member(shown.manifest_of, shown.manifest_page, "text.json")
    rules = derived.member(shown.manifest_of, shown.manifest_page, "rules.json")
    numbers = [SetNumber(r.sheet_id, r.number, r.title, r.building_id) for r in rows]
    own = next((n for n in numbers if n.sheet_id == source.sheet_id), None)
    found = callouts_of(
        own or SetNumber(source.sheet_id, source.number, source.title),
        SetNumbers(numbers),
        runs_from_json(words.decode()) if words else [],
        rules_from_json(rules.decode()) if rules else [],
    )
    body = json.dumps({"callouts": [_plain(c) for c in found]}, ensure_ascii=False)
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"  # the register changes
    return response


def _plain(callout: Callout) -> dict[str, Any]:
    target = callout.target
    return {
        "text": callout.text,
        "number": callout.number,
        "box": callout.box,
        "sheet": target.sheet_id if target else None,
        "title": target.title if target else "",
    }
