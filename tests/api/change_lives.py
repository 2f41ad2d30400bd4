"""A change in the world of API tests: one that its designer has, with a file."""

from typing import Any

from app.changes.actions.files import StoredFile, add_file
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from tests.api.conftest import Api
from tests.changes import papers as p
from tests.changes.sites import released
from tests.review.cases import act

NOWHERE = new_id()
CHANGE_BODIES: dict[str, dict[str, Any]] = {
    "state_class_of_change": {"flags": ["general"], "basis": "不涉及审查内容"},
    "move_one_change": {"event": "issue"},
    "say_of_change": {"kind": "emergency", "is_yes": False, "note": "可等待"},
    "tick_absorbed_changes": {"ticks": {NOWHERE: True}},
    "say_where_it_stands": {"places": {NOWHERE: "建竣-01"}},
    "agree_on_costs": {"cost_agreed": 100, "days_agreed": None},
}


def change_things(asked: Api) -> dict[str, str]:
    """A change and its file, by the names that addresses give them."""
    world = asked.world
    sheet = released(world, "建施-95")
    change = p.designing(world, sheet)
    stored = asked.services.store.put(iter([b"%PDF-1.7 a sketch"]))
    fact = FileFact(stored.sha256, stored.sm3, stored.size)
    file = StoredFile("sketch", "附图", "", fact, "application/pdf", "附图.pdf")
    return {
        "change_id": change,
        "changed_revision_id": sheet,
        "file_id": act(world, "designer", lambda tx: add_file(tx, change, file)),
    }


def said_of(asked: Api, things: dict[str, str], *, kind: str) -> dict[str, Any]:
    """What a change says, of the sheet that it is about."""
    revision = things["changed_revision_id"]
    sheet = p.text(asked.world, revision).sheets[0].sheet_id
    body = {
        "title": "窗洞移位",
        "discipline": "arch",
        "reason": "site_condition",
        "sheets": [{"sheet_id": sheet, "revision_id": revision, "boxes": [list(p.BOX)]}],
    }
    return {**body, "kind": kind} if kind else body
