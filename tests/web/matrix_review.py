"""Who may what on the pages of the review. The case of these things is in first review, ``reviewer`` has its discipline.

At home the stranger is the owner's lead of a project whose case is in first review too.
"""

from collections.abc import Callable
from typing import Any

from tests.web.matrix_case import (
    DESIGN,
    NOT_FOUND,
    OWNERS,
    RECORD,
    Case,
    Things,
    form_of,
    get,
    post,
)

P = "/projects/<project_id>/review"
OWN = "/projects/{project}/review"
C = "/review/<case_id>"
CASE = "/review/{case}"
O = "/review/opinions/<opinion_id>"  # noqa: E741  short in the table below
OPINION = "/review/opinions/{opinion}"
AGENCY = frozenset({"reviewer", "review_lead", "legal"})
SEERS = OWNERS | DESIGN | AGENCY | {"authority", "inspector", "investigator"}
"""Builders, supervisors and the archive see the result in the register, not the case."""
LEAD = frozenset({"review_lead"})
REVIEWERS = frozenset({"reviewer", "review_lead"})
"""Who writes opinions, or leads: the assisted review is theirs."""
NOT_SEEN = frozenset({"contractor", "supervisor", "archivist"})
OUTSIDE = (SEERS | NOT_SEEN) - AGENCY
"""A draft is the agency's own affair: nobody else learns that it exists."""
TEXT = {
    "discipline": "arch",
    "fact": "门净宽 0.80 m",
    "basis": "design_depth",
    "domain": "other",
    "severity": "advise",
    "basis_reason": "深度不足",
    "places": [],
}


_DRAFT = {"hidden_from": OUTSIDE, "at_home": NOT_FOUND}


def _seen(method: str, rule: str, path: str, may: frozenset[str], **more: Any) -> Case:
    """An act on a thing of the case: those who do not see the case learn nothing of it."""
    more = {
        "hidden_from": NOT_SEEN,
        "headers": {"Accept": "application/json"} if "json" in more else {},
        **more,
    }
    return Case(f"{method} {rule}", path, may, **more)


def filled_json(**values: Any) -> Callable[[Things], dict[str, Any]]:
    """A JSON body; ``=name`` stands for the thing of that name."""

    def filled(value: Any, things: Things) -> Any:
        if isinstance(value, dict):
            return {k: filled(v, things) for k, v in value.items()}
        if isinstance(value, list):
            return [filled(v, things) for v in value]
        is_name = isinstance(value, str) and value.startswith("=")
        return things.get(value[1:], value) if is_name else value

    return lambda things: {k: filled(v, things) for k, v in values.items()}


REVIEW_CASES: tuple[Case, ...] = (
    get(P, OWN, frozenset(SEERS | NOT_SEEN)),
    post(P, OWN, OWNERS, form=form_of(agency="{agency}", title="第二批")),
    _seen("GET", C, CASE, SEERS),
    _seen("GET", f"{C}/opinions.json", f"{CASE}/opinions.json", SEERS),
    _seen("POST", f"{C}/edit", f"{CASE}/edit", OWNERS, form=form_of(version="{case version}", title="改名")),
    _seen("POST", f"{C}/gate", f"{CASE}/gate", SEERS, json=filled_json(revisions=[])),
    _seen("POST", f"{C}/submit", f"{CASE}/submit", frozenset(), rest="state-conflict",
          at_home="state-conflict", json=filled_json(revisions=[])),
    _seen("POST", f"{C}/resubmit", f"{CASE}/resubmit", frozenset(), rest="state-conflict",
          at_home="state-conflict", json=filled_json(note="")),
    _seen("POST", f"{C}/move", f"{CASE}/move", LEAD, done="review-guard-failed", json=filled_json(event="consolidate")),
    _seen("POST", f"{C}/assign", f"{CASE}/assign", LEAD, json=filled_json(reviewers={"arch": "=reviewer"})),
    _seen("POST", f"{C}/done", f"{CASE}/done", frozenset({"reviewer"}), json=filled_json(discipline="arch")),
    _seen("POST", f"{C}/conclude", f"{CASE}/conclude", frozenset(),
          form=form_of(domain="fire", verdict="passed")),
    _seen("POST", f"{C}/certify", f"{CASE}/certify", frozenset(), rest="state-conflict",
          at_home="state-conflict", json=filled_json(number_internal="N-9")),
    _seen("POST", f"{C}/documents", f"{CASE}/documents?kind=survey&name=a.pdf", OWNERS),
    _seen("GET", "/review/documents/<document_id>", "/review/documents/{document}", SEERS),
    _seen("POST", f"{C}/opinions", f"{CASE}/opinions", frozenset({"reviewer"}), json=filled_json(**TEXT)),
    _seen("POST", f"{C}/opinions/<event>", f"{CASE}/opinions/propose",
          frozenset({"reviewer", "review_lead"}), json=filled_json(opinions=["=opinion"])),
    _seen("POST", f"{C}/opinions/from-marks", f"{CASE}/opinions/from-marks", REVIEWERS, json=filled_json(marks=[])),
    _seen("POST", f"{C}/opinion-order", f"{CASE}/opinion-order", LEAD, json=filled_json(opinions=[])),
    _seen("GET", O, OPINION, AGENCY, rest=NOT_FOUND),
    _seen("GET", f"{O}/fixes.json", f"{OPINION}/fixes.json", AGENCY, rest=NOT_FOUND),
    _seen("PATCH", O, OPINION, frozenset({"reviewer"}), **_DRAFT, json=filled_json(version=1, **TEXT)),
    _seen("POST", f"{O}/reply", f"{OPINION}/reply", frozenset(), **_DRAFT,
          json=filled_json(event="reply_explain", text="说明")),
    _seen("POST", f"{O}/judgement", f"{OPINION}/judgement", frozenset({"reviewer"}), **_DRAFT,
          done="not-judging-now",
          json=filled_json(settled=True)),
    _seen("POST", f"{O}/ruling", f"{OPINION}/ruling", frozenset(), **_DRAFT,
          json=filled_json(upheld=True, text="维持")),
    _seen("GET", f"{O}/flags.json", f"{OPINION}/flags.json", AGENCY, rest=NOT_FOUND),
    get("/sheets/<sheet_id>/opinions.json", "/sheets/{sheet~released}/opinions.json", RECORD, rest=NOT_FOUND),
    _seen("GET", f"{C}/assist.json", f"{CASE}/assist.json", REVIEWERS, rest=NOT_FOUND),
    _seen("POST", f"{C}/assist", f"{CASE}/assist", REVIEWERS),
    _seen("POST", f"{C}/findings/<decision>", f"{CASE}/findings/drop", REVIEWERS, json=filled_json(findings=["=finding"])),
    _seen("GET", "/review/certificates/<certificate_id>", "/review/certificates/{certificate}", SEERS),
    _seen("POST", "/review/certificates/<certificate_id>/void", "/review/certificates/{certificate}/void",
          frozenset({"legal"}), form=form_of(reason="重大变更")),
)  # fmt: skip
