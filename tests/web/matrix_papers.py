"""Who may what with papers, tables and the library of a review."""

from tests.web.matrix_case import DESIGN, NOT_FOUND, OK, Case, get, post
from tests.web.matrix_review import CASE, LEAD, OWN, SEERS, C, P, _seen, filled_json

SCRIPT = {"Accept": "application/json"}
WRITERS = frozenset({"reviewer", "review_lead"})
NOWHERE = "0" * 20
"""An identifier that nothing has."""
CERTIFICATE = "/review/certificates/<certificate_id>"
ONE = "/review/certificates/{certificate}"
PHRASE = f"{P}/phrases/<phrase_id>"

LIBRARY_CASES: tuple[Case, ...] = (
    get(f"{P}/library", f"{OWN}/library", WRITERS),
    get(f"{P}/library.xlsx", f"{OWN}/library.xlsx", WRITERS),
    get(f"{P}/library-template.xlsx", f"{OWN}/library-template.xlsx", WRITERS),
    get(f"{P}/clauses", f"{OWN}/clauses?q=GB", WRITERS),
    get(f"{P}/phrases", f"{OWN}/phrases?q=x", WRITERS),
    post(f"{P}/phrases", f"{OWN}/phrases", WRITERS, json=filled_json(text="请核对")),
    post(f"{PHRASE}/used", f"{OWN}/phrases/{NOWHERE}/used", WRITERS, headers=SCRIPT, json=filled_json(), done=NOT_FOUND),
    post(f"{PHRASE}/drop", f"{OWN}/phrases/{NOWHERE}/drop", WRITERS, headers=SCRIPT, json=filled_json(), done=NOT_FOUND),
    # No file is sent: who may import is told that one is needed.
    post(f"{P}/library/preview", f"{OWN}/library/preview", LEAD, headers=SCRIPT, json=filled_json(), done="invalid-input"),
    post(f"{P}/library/import", f"{OWN}/library/import", LEAD, headers=SCRIPT, json=filled_json(), done="invalid-input"),
    post(f"{P}/library/drop-standard", f"{OWN}/library/drop-standard", LEAD, headers=SCRIPT,
         json=filled_json(standard="GB 0"), done=NOT_FOUND),
)  # fmt: skip
PAPER_CASES: tuple[Case, ...] = (
    _seen("GET", f"{C}/opinions.xlsx", f"{CASE}/opinions.xlsx", SEERS),
    _seen("GET", f"{C}/opinion-template.xlsx", f"{CASE}/opinion-template.xlsx", SEERS),
    _seen("GET", f"{C}/opinion-table", f"{CASE}/opinion-table", WRITERS),
    *(
        _seen("POST", f"{C}/opinion-table/{verb}", f"{CASE}/opinion-table/{verb}", WRITERS, json=filled_json(),
              done="invalid-input")
        for verb in ("preview", "import")
    ),
    _seen("GET", f"{C}/opinion-notice.pdf", f"{CASE}/opinion-notice.pdf", SEERS),
    _seen("GET", f"{C}/reply-sheet.pdf", f"{CASE}/reply-sheet.pdf?round=1", SEERS),
    _seen("GET", f"{C}/exchange", f"{CASE}/exchange", SEERS),
    _seen("GET", f"{C}/exchange.<kind>", f"{CASE}/exchange.json", SEERS),
    _seen("GET", f"{CERTIFICATE}/certificate.pdf", f"{ONE}/certificate.pdf", SEERS),
    _seen("GET", f"{CERTIFICATE}/extract.pdf", f"{ONE}/extract.pdf", SEERS),
)  # fmt: skip
SELF = "/projects/<project_id>/self-check"
OWN_SELF = "/projects/{project}/self-check"
SELF_CHECK_CASES: tuple[Case, ...] = (
    get(SELF, OWN_SELF, DESIGN),
    get(f"{SELF}/assist.json", f"{OWN_SELF}/assist.json", DESIGN),
    post(SELF, OWN_SELF, DESIGN),
    post(f"{SELF}/findings/<decision>", f"{OWN_SELF}/findings/drop", DESIGN, headers=SCRIPT,
         json=filled_json(findings=[])),
)  # fmt: skip
"""Of the design institute alone: owner and agency learn nothing of it."""
CERTIFICATE_CASES: tuple[Case, ...] = tuple(
    get(
        f"/c/<short_code>{kind}",
        f"/c/{{code~certificate}}{kind}",
        frozenset(),
        rest=OK,
        outside=OK,
        anonymous=OK,
        at_home=OK,
    )
    for kind in ("", ".json")
)
"""Behind a printed code: for everybody."""
