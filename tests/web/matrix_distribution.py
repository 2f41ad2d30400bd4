"""Who may what on the pages of confirmation, transmittals and controlled copies.

The contractor has objected to the released sheet and keeps a copy of it; at home the stranger has done all of it himself.
"""

from tests.web.matrix_case import (
    NOT_FOUND,
    OWNERS,
    PREPARE,
    RECORD,
    Case,
    Things,
    by_state,
    form_of,
    get,
    post,
)

P, OWN = "/projects/<project_id>", "/projects/{project}"
T, ONE = "/transmittals/<transmittal_id>", "/transmittals/{transmittal}"
ARCHIVE = frozenset({"archivist"})
"""Sees nothing of how drawings are distributed."""
SITE = frozenset({"contractor", "supervisor"})
RECEIVERS = OWNERS | PREPARE | SITE
"""Who confirms for a party, whether its kind must or may."""
SENDERS = OWNERS | PREPARE | {"contractor"}
KEEPERS = OWNERS | SITE
JSON = {"Accept": "application/json"}


def _old(things: Things) -> str:
    """Of the stranger's project there is no void sheet: what he objected to is asked instead."""
    return f"revision:{things.get('revision:void', things['revision:released'])}"


DISTRIBUTION_CASES: tuple[Case, ...] = (
    get(f"{P}/confirmation", f"{OWN}/confirmation", RECORD),
    get(f"{P}/confirmation", f"{OWN}/confirmation?state=waiting&discipline=arch", RECORD),
    get(f"{P}/confirmation.xlsx", f"{OWN}/confirmation.xlsx", RECORD),
    get(f"{P}/confirmation/mine", f"{OWN}/confirmation/mine", RECEIVERS),
    post(
        f"{P}/confirmation/confirm",
        f"{OWN}/confirmation/confirm",
        RECEIVERS,
        json=lambda things: {"items": [{"key": _old(things), "sha256": "0" * 64, "statement": "0" * 64}]},
        headers=JSON,
        done="receipt-not-in-force",
        at_home="state-conflict",
    ),
    post(
        f"{P}/confirmation/object",
        f"{OWN}/confirmation/object",
        RECEIVERS,
        form=lambda things: {"key": _old(things), "sha256": "0" * 64, "reason": "缺尺寸"},
        headers=JSON,
        done="receipt-not-in-force",
        at_home="state-conflict",
    ),
    *by_state("/sheets/<sheet_id>/confirmation", "/sheets/{sheet~STATE}/confirmation"),
    post(
        "/receipts/<fact_id>/resolve",
        "/receipts/{objection}/resolve",
        OWNERS | {"lead"},
        hidden_from=ARCHIVE,
        form=form_of(answer="以详图为准"),
    ),
    get(
        "/receipts/<fact_id>/photo/<name>.webp",
        "/receipts/{objection}/photo/thumb.webp",
        RECORD,
        rest=NOT_FOUND,
    ),
    get(f"{P}/transmittals", f"{OWN}/transmittals", RECORD),
    get(f"{P}/transmittals/new", f"{OWN}/transmittals/new", SENDERS),
    post(
        f"{P}/transmittals",
        f"{OWN}/transmittals",
        SENDERS,
        form=form_of(item="revision:{revision~released}", party="{party}", title="补发"),
    ),
    get(T, ONE, RECORD, rest=NOT_FOUND),
    get(f"{T}.<kind>", f"{ONE}.pdf", RECORD, rest=NOT_FOUND),
    get(f"{T}.<kind>", f"{ONE}.zip", RECORD, rest=NOT_FOUND),
    get(f"{P}/copies", f"{OWN}/copies", RECORD),
    post(
        f"{P}/copies",
        f"{OWN}/copies",
        KEEPERS,
        hidden_from=ARCHIVE,
        form=form_of(item="revision:{revision~released}", holder="钢筋班", copies=2),
    ),
    post(
        f"{P}/copies/move",
        f"{OWN}/copies/move",
        frozenset({"contractor"}),
        hidden_from=ARCHIVE,
        json=lambda things: {"copies": [things["copy"]], "event": "recall"},
        headers=JSON,
        at_home="ok",
    ),
)
