"""Marks for tests: one of each kind, and how people draw them."""

from typing import Any

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.markups.actions.marks import DrawMark, draw_mark
from app.markups.actions.photos import PlacePhoto, StoredPhoto, place_photo
from app.markups.importing import Candidate, ImportedReply
from app.markups.queries.marks import MarkView, mark_for
from tests.world import World

BASIS = {"name": "设计变更通知单", "date": "2024-05-01", "number": "变-003", "clause": "第 2 条"}
SQUARE = [[10_000, 10_000], [60_000, 10_000], [60_000, 40_000], [10_000, 40_000]]
SHAPES: dict[str, dict[str, Any]] = {
    "cloud": {"paths": [SQUARE]},
    "arrow": {"paths": [[[10_000, 10_000], [60_000, 40_000]]]},
    "text": {"paths": [[[10_000, 10_000]]], "size": 5_000},
    "ink": {"paths": [[[0, 0], [5_000, 5_000]], [[9_000, 9_000]]]},
    "rectangle": {"paths": [[[10_000, 10_000], [60_000, 40_000]]]},
    "stamp": {"paths": [[[10_000, 10_000], [60_000, 30_000]]], "stamp": "to_check"},
    "measurement": {"paths": [[[0, 0], [30_000, 40_000]]], "measure": "length", "scale": 100},
    "photo": {"paths": [[[10_000, 10_000]]]},
    "markup_strike": {"paths": [[[10_000, 10_000], [60_000, 10_000]]]},
    "markup_cross": {"paths": [[[10_000, 10_000], [60_000, 40_000]]]},
    "markup_ring": {"paths": [SQUARE]},
}
PHOTO = StoredPhoto("ab" * 32, "cd" * 32, 1_234, "image/jpeg", "现场.jpg", 4_000, 3_000)
REGION = {"type": "region", "x0": 10_000, "y0": 10_000, "x1": 60_000, "y1": 40_000}


def of_kind(revision_id: str, kind: str = "cloud", **more: Any) -> DrawMark:
    """A mark of a kind, as a script would send it."""
    basis = BASIS if kind.startswith("markup_") else {}
    wanted = {"anchor": REGION, "shape": SHAPES[kind], "text": "门洞尺寸请核实", "basis": basis, **more}
    return DrawMark(revision_id, kind, **wanted)


def drawn(world: World, who: str, revision_id: str, kind: str = "cloud", **more: Any) -> str:
    """Draw one; returns its id."""
    with world.database.write(world.actor(who)) as tx:
        if kind == "photo":
            wanted = {
                "text": "现场",
                **{k: v for k, v in more.items() if k not in ("anchor", "shape", "basis")},
            }
            return place_photo(tx, PlacePhoto(revision_id, 10_000, 10_000, PHOTO, **wanted))
        return draw_mark(tx, of_kind(revision_id, kind, **more))


def annotation(**more: Any) -> Candidate:
    """An annotation of another program, with a reply."""
    usual: dict[str, Any] = {
        "key": "k1",
        "subtype": "Square",
        "kind": "rectangle",
        "anchor": REGION,
        "shape": SHAPES["rectangle"],
        "colour": "red",
        "text": "洞口尺寸不符",
        "author": "王审图",
        "at": "2026-06-01 09:30 +0800",
        "replies": (ImportedReply("同意", "李设计", "2026-06-02", "r1"),),
        "why": "",
        "note": "",
        "ours": "",
    }
    return Candidate(**{**usual, **more})


def seen(world: World, who: str, mark_id: str) -> MarkView:
    """A mark as somebody sees it."""
    database: Database = world.database
    with database.read() as session:
        return mark_for(session, rights_of(session, world.actor(who), database.clock.now()), mark_id)
