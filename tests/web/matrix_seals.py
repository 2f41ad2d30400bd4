"""Who may what with the seals of an organisation: its officer all, a keeper looks, everybody else learns nothing.

In the institute the lead is the officer and the approver keeps the seal; the stranger is both in his organisation.
"""

from tests.web.matrix_case import ADMIN, FORBIDDEN, NOT_FOUND, OK, SEATED, SIGNED_IN, Case, form_of, get, post

HOUSE, OWN = "/organisations/<organisation_id>/seals", "/organisations/{seal house}/seals"
SEAL, IT = "/seals/<seal_id>", "/seals/{office seal}"
OFFICER = frozenset({"lead"})
LOOKS = OFFICER | {"approver"}
TEXTS = {"kind": "firm", "name": "公章", "picture_name": "某某建筑设计院"}
EVERYWHERE = {"all_projects": "1", "all_disciplines": "1"}
KEY = {"provider": "recorded", "certificate": "{pem}"}


def _seen(rule: str, path: str) -> Case:
    return Case(f"GET {rule}", path, LOOKS, rest=NOT_FOUND, at_home=OK)


def _done(method: str, rule: str, path: str, **more: object) -> Case:
    """By the officer alone; a keeper is told so, nobody else learns that it is there."""
    values = {"rest": FORBIDDEN, "hidden_from": SEATED - LOOKS, "at_home": OK, **more}
    return Case(f"{method} {rule}", path, OFFICER, **values)  # type: ignore[arg-type]


SEAL_CASES: tuple[Case, ...] = (
    get("/seals", "/seals", SIGNED_IN - ADMIN, rest=NOT_FOUND),
    _seen(HOUSE, OWN),
    _seen(f"{HOUSE}/log.xlsx", f"{OWN}/log.xlsx"),
    _seen(SEAL, IT),
    _seen(f"{SEAL}/picture.svg", f"{IT}/picture.svg"),
    _seen(f"{SEAL}/log.xlsx", f"{IT}/log.xlsx"),
    _done("GET", f"{HOUSE}/new", f"{OWN}/new?kind=registered"),
    _done("GET", f"{HOUSE}/preview.svg", f"{OWN}/preview.svg?kind=issue&picture_name=某某设计院"),
    _done("POST", HOUSE, OWN, form=form_of(**TEXTS, **EVERYWHERE, **KEY)),
    # A demonstration alone issues keys; this site is none.
    _done("POST", HOUSE, OWN, form=form_of(**TEXTS, **EVERYWHERE, issue="demo"), done="409", at_home="409"),
    _done("POST", f"{SEAL}/edit", f"{IT}/edit", form=form_of(version=1, name="改名", **EVERYWHERE)),
    _done("POST", f"{SEAL}/state", f"{IT}/state", form=form_of(state="suspended", reason="换人")),
    _done("POST", f"{SEAL}/certificate", f"{IT}/certificate", form=form_of(**KEY)),
    _done("POST", f"{SEAL}/keepers", f"{IT}/keepers", form=form_of(person="{officer person}")),
    _done("POST", f"{SEAL}/keepers/<keeper_id>/end", f"{IT}/keepers/{{keeper}}/end"),
)
OFFICER_CASES: tuple[Case, ...] = (
    post(
        "/admin/seal-officers",
        "/admin/seal-officers",
        ADMIN,
        rest=NOT_FOUND,
        form=form_of(person="{keeper person}", basis="任命书 2"),
    ),
    post(
        "/admin/seal-officers/<officer_id>/dismiss",
        "/admin/seal-officers/{officer}/dismiss",
        ADMIN,
        rest=NOT_FOUND,
    ),
)
