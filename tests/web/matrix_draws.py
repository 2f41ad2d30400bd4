"""Who may what on the pages across projects and on those of draws.

The draw of these things was announced by the authority over the case of the project; it takes contributions. At home the
stranger is the owner's lead of a project in the pool of another authority's draw.
"""

from tests.web.matrix_case import NOT_FOUND, OK, SIGNED_IN, Case, form_of, get
from tests.web.matrix_review import AGENCY, NOT_SEEN, SEERS

OVERSEERS = frozenset({"authority", "inspector"})
"""Two authorities: the view of one is nothing to the other."""
WORK = "/reviews/<kind>/<organisation_id>"
LIST = "/reviews/authority/<organisation_id>/draws"
OWN = "/reviews/authority/{authority organisation}/draws"
D, DRAW = "/draws/<draw_id>", "/draws/{draw}"
P = "/projects/<project_id>/review/statistics"
AUTHORITY = frozenset({"authority"})
SHARERS = frozenset({"owner", "review_lead", "legal", "authority", "inspector"})
ANNOUNCED = form_of(
    title="抽查", kind="case", item="{case}", take=1, pool="全部", source="双色球", example="00+00",
    known_at="2199-01-01T00:00", contributions=1, reveal_until="2199-01-02T00:00", unrevealed="leave-out",
)  # fmt: skip


def _hidden(method: str, rule: str, path: str, may: frozenset[str], **more: object) -> Case:
    """Who may not see it learns nothing of it; the organisation is foreign to everybody of the other project."""
    return Case(f"{method} {rule}", path, may, rest=NOT_FOUND, at_home=NOT_FOUND, **more)  # type: ignore[arg-type]


def _on_draw(verb: str, may: frozenset[str], **more: object) -> Case:
    """An act on the draw: seen by who sees reviews of its projects."""
    values = {"hidden_from": NOT_SEEN, "headers": {"Accept": "application/json"}, **more}
    return Case(f"POST {D}/{verb}", f"{DRAW}/{verb}", may, **values)  # type: ignore[arg-type]


WORK_CASES: tuple[Case, ...] = (
    # Who has no such seat is told that there is nothing. Of no project: the thing in it is there in one project alone.
    get("/reviews", "/reviews?{party~contractor}", AGENCY | OVERSEERS, rest=NOT_FOUND),
    *(
        _hidden("GET", f"{WORK}{more}", f"/reviews/{kind}/{{{kind} organisation}}{more}", may)
        for more in ("", "/statistics", "/statistics.xlsx")
        for kind, may in (("agency", AGENCY), ("authority", AUTHORITY))
    ),
    get(P, "/projects/{project}/review/statistics", SEERS),
    get(f"{P}.xlsx", "/projects/{project}/review/statistics.xlsx", SEERS),
)
DRAW_CASES: tuple[Case, ...] = (
    _hidden("GET", LIST, OWN, AUTHORITY),
    _hidden("GET", f"{LIST}/new", f"{OWN}/new", AUTHORITY),
    _hidden("POST", LIST, OWN, AUTHORITY, form=ANNOUNCED),
    Case(f"GET {D}", DRAW, SEERS, hidden_from=NOT_SEEN),
    _on_draw("shares", SHARERS, form=form_of(commitment="0" * 64)),
    _on_draw("reveal", SHARERS, done="draw-not-now", form=form_of(secret="x")),
    _on_draw("value", AUTHORITY, rest=NOT_FOUND, done="draw-not-now", at_home=NOT_FOUND,
             form=form_of(value="00+00", again="00+00")),
    _on_draw("complete", AUTHORITY, rest=NOT_FOUND, done="draw-not-now", at_home=NOT_FOUND),
    _on_draw("cancel", AUTHORITY, rest=NOT_FOUND, at_home=NOT_FOUND, form=form_of(reason="改期")),
    *(
        get(f"/d/<short_code>{more}", f"/d/{{code~draw}}{more}", frozenset(), rest=OK, outside=OK, anonymous=OK,
            at_home=OK)
        for more in ("", "/announcement.txt", "/evidence.json")
    ),
    get("/d/check_draw.py", "/d/check_draw.py", SIGNED_IN, anonymous=OK),
)  # fmt: skip
