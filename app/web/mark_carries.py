"""Carrying marks to a newer revision: what waits, how each place stands, and a person's decision."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from app.markups.actions.carries import CarryMarks, carry_marks
from app.markups.flows import kept_comparisons
from app.markups.queries.carries import Offer, Pair, offers_for, pairs_for
from app.web.bodies import body, texts
from app.web.errors import report_json
from app.web.marks import mark_json, word
from app.web.request import actor, close_reading, reading, require_sign_in, rights, services
from viewers.render.compare.values import Comparison, Region

pages = Blueprint("mark_carries", __name__)


@pages.get("/revisions/<revision_id>/carries")
def carries(revision_id: str) -> Response:
    """Marks of older revisions that wait for a decision on this one, and which comparisons are still to be made."""
    require_sign_in()
    pairs = pairs_for(reading(), rights(), revision_id)
    known = kept_comparisons(services().reading_room, pairs)
    offers = offers_for(reading(), rights(), revision_id, known)
    data = {"offers": [_offer(o) for o in offers], "pairs": [_pair(p, known) for p in pairs]}
    return Response(mark_json(data), content_type="application/json")


@pages.post("/revisions/<revision_id>/carries")
def carry(revision_id: str) -> dict[str, object]:
    """Confirm or drop marks of older revisions; as many as are named, in one act."""
    require_sign_in()
    sent = body()
    ids = texts(sent.get("marks"), "marks", most=500)
    command = CarryMarks(revision_id, ids, word(sent, "decision"))
    known = kept_comparisons(services().reading_room, pairs_for(reading(), rights(), revision_id))
    close_reading()
    with services().database.write(actor()) as tx:
        report = carry_marks(tx, command, known)
    return report_json(report)


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "mark": asdict(offer.mark),
        "label": offer.rev_label,
        "standing": str(offer.place.standing),
        "why": offer.place.why,
        "isUnsure": offer.place.is_unsure,
        "regions": [_region(r) for r in offer.place.regions[:20]],
        "more": max(0, len(offer.place.regions) - 20),
        "there": {"anchor": offer.anchor, "shape": offer.shape},
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "id": region.id,
        "kind": str(region.kind),
        "severity": str(region.severity),
        "before": region.before,
        "after": region.after,
        "texts": [region.text_before[:80], region.text_after[:80]],
    }


def _pair(pair: Pair, known: dict[str, Comparison]) -> dict[str, Any]:
    """``state``: kept, to be computed (the script asks for it), or impossible for want of a file."""
    has_both = pair.before is not None and pair.after is not None
    return {
        "revision": pair.revision_id,
        "label": pair.rev_label,
        "before": pair.before.id if pair.before else None,
        "after": pair.after.id if pair.after else None,
        "state": "kept" if pair.revision_id in known else "waiting" if has_both else "none",
    }
