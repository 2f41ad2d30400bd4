"""Who may what on the pages of contact notes and joint drawing reviews.

The note goes from the contractor to the designer; the joint review collects questions and has one of the contractor. At
home the stranger is the owner's lead and asked everything himself.
"""

from typing import Any

from tests.web.matrix_case import DESIGN, FORBIDDEN, NOT_FOUND, OK, OWNERS, RECORD, SEATED, Case, form_of, get
from tests.web.matrix_review import filled_json

P, OWN = "/projects/<project_id>", "/projects/{project}"
N, NOTE = "/notes/<note_id>", "/notes/{note}"
J, JOINT = "/joint-reviews/<review_id>", "/joint-reviews/{joint}"
I, ITEM = "/joint-items/<item_id>", "/joint-items/{joint item}"  # noqa: E741  short in the table below
SITE = frozenset({"contractor", "supervisor"})
PENS = OWNERS | DESIGN | SITE
ASKERS = OWNERS | SITE
CONVENERS = OWNERS | {"supervisor"}
HIDDEN = SEATED - RECORD
CONTRACTOR = frozenset({"contractor"})
SCRIPT = {"Accept": "application/json"}


def _seen(method: str, rule: str, path: str, may: frozenset[str], **more: Any) -> Case:
    """On a thing that the archive does not see."""
    headers = SCRIPT if "json" in more else {}
    return Case(f"{method} {rule}", path, may, **{"hidden_from": HIDDEN, "headers": headers, **more})


QUESTION_CASES: tuple[Case, ...] = (
    get(f"{P}/notes", f"{OWN}/notes", RECORD),
    _seen("GET", f"{P}/notes/new", f"{OWN}/notes/new?revision={{revision~released}}&region=0,0,9000,9000", PENS),
    Case(f"POST {P}/notes", f"{OWN}/notes", PENS, headers=SCRIPT,
         json=filled_json(to="=note party", question="问", revision="=revision:released")),
    _seen("GET", N, NOTE, RECORD),
    _seen("POST", f"{N}/move", f"{NOTE}/move", CONTRACTOR, at_home=OK, json=filled_json(event="withdraw", text="误发")),
    _seen("POST", f"{N}/move", f"{NOTE}/move", DESIGN, at_home=FORBIDDEN, json=filled_json(event="answer", text="答")),
    _seen("POST", f"{N}/move", f"{NOTE}/move", DESIGN | CONTRACTOR, at_home=OK, json=filled_json(event="turn")),
    _seen("POST", f"{N}/files", f"{NOTE}/files?name=a.pdf", DESIGN | CONTRACTOR, at_home=OK),
    _seen("GET", "/notes/files/<file_id>", "/notes/files/{note file}", RECORD),
    # The file is no photo; a photo's picture is looked at in test_questions.
    get("/notes/files/<file_id>/<name>.webp", "/notes/files/{note file}/thumb.webp", frozenset(), rest=NOT_FOUND,
        at_home=NOT_FOUND),
    get(f"{P}/joint-reviews", f"{OWN}/joint-reviews", RECORD),
    Case(f"POST {P}/joint-reviews", f"{OWN}/joint-reviews", CONVENERS, form=form_of(title="会审")),
    Case(f"POST {P}/joint-waivers", f"{OWN}/joint-waivers", frozenset({"owner"}), form=form_of(reason="小修")),
    *(_seen("GET", f"{J}{more}", f"{JOINT}{more}", RECORD)
      for more in ("", "/meeting", "/record.pdf", "/record.txt", "/items.xlsx", "/item-template.xlsx")),
    _seen("POST", f"{J}/move", f"{JOINT}/move", CONVENERS, json=filled_json(event="collect")),
    _seen("POST", f"{J}/meeting-facts", f"{JOINT}/meeting-facts", ASKERS,
          json=filled_json(version="=joint version", meeting_on="2026-05-20", place="会议室", attendees=[["", "某"]])),
    _seen("POST", f"{J}/items", f"{JOINT}/items", ASKERS, json=filled_json(question="问", discipline="arch")),
    _seen("POST", f"{J}/order", f"{JOINT}/order", ASKERS, json=filled_json(items=["=joint item"])),
    _seen("POST", f"{J}/sign", f"{JOINT}/sign", frozenset({"owner", "lead", "supervisor"}), done="jdr-not-signing",
          json=filled_json(digest="0" * 64)),
    *(_seen("POST", f"{J}/table/{verb}", f"{JOINT}/table/{verb}", ASKERS, headers=SCRIPT,
            form=form_of(pasted="问题\t专业\n门洞宽度\t建筑")) for verb in ("preview", "import")),
    _seen("PATCH", I, ITEM, CONTRACTOR, at_home=OK, json=filled_json(version=1, question="改", discipline="arch")),
    _seen("POST", f"{I}/withdraw", f"{ITEM}/withdraw", CONTRACTOR, at_home=OK, headers=SCRIPT),
    _seen("POST", f"{I}/answer", f"{ITEM}/answer", DESIGN, at_home=FORBIDDEN,
          json=filled_json(version=1, answer="答")),
)  # fmt: skip
