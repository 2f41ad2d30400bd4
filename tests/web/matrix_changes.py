"""Who may what on the pages of changes. The change was proposed by the contractor; at home the stranger proposed his."""

from typing import Any

from tests.web.matrix_case import DESIGN, NOT_FOUND, OK, OWNERS, PREPARE, RECORD, SEATED, Case, form_of, get
from tests.web.matrix_review import filled_json

P = "/projects/<project_id>/changes"
OWN = "/projects/{project}/changes"
C = "/changes/<change_id>"
CHANGE = "/changes/{change}"
WORKING = OWNERS | DESIGN | {"contractor", "supervisor"}
NOT_SEEN = SEATED - WORKING
"""What is only proposed is seen by who works with it."""
MINE = frozenset({"contractor"})
TEXT = {
    "title": "窗洞移位",
    "description": "",
    "discipline": "arch",
    "reason": "material",
    "sheets": [{"sheet": "=sheet:released", "revision": "=revision:released", "boxes": [[0, 0, 10, 10]]}],
}


def _seen(method: str, rule: str, path: str, may: frozenset[str], **more: Any) -> Case:
    """An act on the change: those who do not see it learn nothing of it."""
    headers = {"Accept": "application/json"} if "json" in more else {}
    return Case(f"{method} {rule}", path, may, **{"hidden_from": NOT_SEEN, "headers": headers, **more})


def _own(method: str, rule: str, path: str, **more: Any) -> Case:
    """What only who proposed it may."""
    return _seen(method, rule, path, MINE, at_home=OK, **more)


CHANGE_CASES: tuple[Case, ...] = (
    get(P, OWN, SEATED),
    get(f"{P}/closure", f"{OWN}/closure", SEATED),
    get(f"{P}/settlement.xlsx", f"{OWN}/settlement.xlsx", SEATED),
    get(f"{P}/new", f"{OWN}/new", WORKING),
    Case(f"POST {P}", OWN, WORKING, json=filled_json(kind="design_change", **TEXT),
         headers={"Accept": "application/json"}),
    _seen("GET", C, CHANGE, WORKING),
    _seen("GET", f"{C}/notice.pdf", f"{CHANGE}/notice.pdf", WORKING),
    _own("GET", f"{C}/edit", f"{CHANGE}/edit"),
    _own("PATCH", C, CHANGE, json=filled_json(version="=change version", **TEXT)),
    _own("POST", f"{C}/places", f"{CHANGE}/places", json=filled_json(sheet="=sheet:released", boxes=[[1, 1, 9, 9]])),
    _own("POST", f"{C}/files", f"{CHANGE}/files?kind=sketch&name=a.pdf"),
    _seen("GET", "/changes/files/<file_id>", "/changes/files/{change file}", WORKING),
    _seen("POST", f"{C}/move", f"{CHANGE}/move", frozenset({"supervisor"}),
          json=filled_json(event="assess", note="属实")),
    _seen("POST", f"{C}/class", f"{CHANGE}/class", frozenset(), rest="change-frozen", at_home="change-frozen",
          json=filled_json(version="=change version", flags=["general"], basis="不涉及", externals=[], triggers=[])),
    _seen("POST", f"{C}/words", f"{CHANGE}/words", frozenset({"owner", "lead", "supervisor"}),
          json=filled_json(kind="emergency", yes=True, note="险情")),
    _seen("POST", f"{C}/incorporated", f"{CHANGE}/incorporated", PREPARE | MINE, done="change-word-not-now",
          json=filled_json(places={})),
    _seen("POST", f"{C}/costs", f"{CHANGE}/costs", frozenset({"owner"}), form=form_of(cost="1200.50", days="3")),
    get("/sheets/<sheet_id>/changes.json", "/sheets/{sheet~released}/changes.json", RECORD, rest=NOT_FOUND),
    Case("POST /revisions/<revision_id>/absorbed", "/revisions/{revision~released}/absorbed", PREPARE,
         done="change-not-absorbable", hidden_from=frozenset({"archivist"}),
         json=filled_json(ticks={"0" * 20: True}), headers={"Accept": "application/json"}),
)  # fmt: skip
