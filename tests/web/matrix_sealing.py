"""Who may what on the pages where sets are sealed.

The seal is kept by the institute's approver and its lead; a decision waits for one of them. At home the stranger keeps
his own seal and looks at his own decision.
"""

from tests.web.matrix_case import (
    DESIGN,
    FORBIDDEN,
    NOT_FOUND,
    OK,
    OWNERS,
    SIGNED_IN,
    Case,
    form_of,
    get,
    post,
)

P, OWN = "/projects/<project_id>", "/projects/{project}"
B, BATCH = f"{P}/sealing/<batch_id>", "/projects/{project}/sealing/{batch}"
KEEPERS = frozenset({"approver", "lead"})
SEALERS = KEEPERS | OWNERS | {"reviewer", "review_lead", "legal", "contractor", "supervisor"}
SCRIPT = {"Accept": "application/json"}
HIDDEN = {"rest": NOT_FOUND, "at_home": OK}

SEALING_CASES: tuple[Case, ...] = (
    get(f"{P}/sealing", f"{OWN}/sealing", SEALERS, rest=NOT_FOUND),
    get(f"{P}/sealing/new", f"{OWN}/sealing/new?seal={{seal}}", KEEPERS, **HIDDEN),
    get(f"{P}/sealing/pictures/<seal_id>.svg", f"{OWN}/sealing/pictures/{{seal}}.svg", KEEPERS, **HIDDEN),
    post(f"{P}/sealing", f"{OWN}/sealing", KEEPERS, rest=NOT_FOUND, done="invalid-input", at_home="invalid-input",
         headers=SCRIPT, form=form_of(seal="{seal}", code="000000")),
    get(B, BATCH, DESIGN, **HIDDEN),
    get(f"{B}/progress.json", f"{BATCH}/progress.json", DESIGN, **HIDDEN),
    # Nothing was sealed: there is no manifest and no proof; tests/seals look at those that are there.
    get(f"{B}/manifest.<kind>", f"{BATCH}/manifest.pdf", frozenset(), rest=NOT_FOUND, at_home=NOT_FOUND),
    get(f"{B}/proofs/<use_id>.json", f"{BATCH}/proofs/x.json", frozenset(), rest=NOT_FOUND, at_home=NOT_FOUND),
    get("/sealing/check_membership.py", "/sealing/check_membership.py", SIGNED_IN),
    get(f"{B}/picture.svg", f"{BATCH}/picture.svg", DESIGN, **HIDDEN),
    # Nobody of this world has a second factor: refused by it, after the right was asked.
    post(f"{B}/<act>", f"{BATCH}/confirm", KEEPERS, rest=NOT_FOUND, done=FORBIDDEN, at_home=FORBIDDEN,
         headers=SCRIPT, form=form_of(code="000000")),
    post(f"{B}/<act>", f"{BATCH}/resume", KEEPERS, rest=NOT_FOUND, done="seal-batch-state",
         at_home="seal-batch-state", headers=SCRIPT),
    post(f"{B}/<act>", f"{BATCH}/refuse", KEEPERS, **HIDDEN),
    post(f"{B}/<act>", f"{BATCH}/nonsense", frozenset(), rest=NOT_FOUND, at_home=NOT_FOUND),
)  # fmt: skip
