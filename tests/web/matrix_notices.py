"""Who may what on the pages of notices: what one was told is one's own; robots are a party's own."""

from tests.web.matrix_case import NOT_FOUND, SEATED, SIGNED_IN, Case, form_of, get, post

P, OWN = "/projects/<project_id>/robots", "/projects/{project}/robots"
LEAD = frozenset({"owner"})
"""The owner's lead sets up robots of the owner; of another party he learns nothing."""

NOTICE_CASES = (
    get("/notices", "/notices", SIGNED_IN),
    get("/notices/count", "/notices/count", SIGNED_IN),
    post("/notices/read", "/notices/read", SIGNED_IN),
    post("/me/notices", "/me/notices", SIGNED_IN, form=form_of(rhythm="daily", email="")),
    Case(
        "GET /notices/<notice_id>/open",
        "/notices/{notice}/open",
        LEAD,
        rest=NOT_FOUND,
        is_personal=True,
    ),
    get(P, OWN, SEATED),
    post(
        P,
        OWN,
        LEAD,
        rest=NOT_FOUND,
        form=form_of(party="{own party}", kind="wecom", name="群", url="https://127.0.0.1/"),
        done="422",  # an inner address: refused after the right was asked
    ),
    post(f"{P}/<hook_id>/test", f"{OWN}/{{hook}}/test", LEAD, rest=NOT_FOUND),
    post(f"{P}/<hook_id>/remove", f"{OWN}/{{hook}}/remove", LEAD, rest=NOT_FOUND),
)
