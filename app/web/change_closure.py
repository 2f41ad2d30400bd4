"""How far the changes of a project are closed, and their settlement: a page and a workbook."""

from collections.abc import Mapping

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.changes.closure import TURNS
from app.changes.queries.closure import closure_of, settlement_of
from app.changes.settlement import settlement_xlsx
from app.projects.rules import DISCIPLINE_LABELS
from app.web.layout import use_project
from app.web.request import close_reading, now, reading, require_sign_in, rights, say, zone
from app.web.review_library import table_file
from app.web.words import t

pages = Blueprint("change_closure", __name__)


@pages.before_request
def only_signed_in() -> None:
    """Changes are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/changes/closure")
def closing(project_id: str) -> str:
    """Rates by party, discipline and building; what is open, since when, and at whom; sums of the settlement."""
    use_project(project_id, section="changes")
    closure = closure_of(reading(), rights(), project_id, now())
    settled = settlement_of(reading(), rights(), project_id)
    groups = (
        (t("按专业", "By discipline"), closure.by_discipline),
        (t("按设计单位", "By designer"), closure.by_designer),
        (t("按提出单位", "By who proposed"), closure.by_proposer),
        (t("按单体", "By building"), closure.by_building),
    )
    return render_template(
        "changes/closure.html",
        closure=closure,
        groups=groups,
        names=_names(),
        turns=TURNS,
        sums={
            "count": len(settled),
            "estimated": sum(r.cost_estimate or 0 for r in settled),
            "agreed": sum(r.cost_agreed or 0 for r in settled),
            "unagreed": sum(r.cost_agreed is None for r in settled),
        },
    )


def _names() -> Mapping[str, str]:
    return {str(d): say(label) for d, label in DISCIPLINE_LABELS.items()}


@pages.get("/projects/<project_id>/changes/settlement.xlsx")
def settlement(project_id: str) -> Response:
    """The settlement table (变更结算表)."""
    project = use_project(project_id, section="changes")
    closure = closure_of(reading(), rights(), project_id, now())
    rows = settlement_of(reading(), rights(), project_id)
    place, name = zone(), project.name
    close_reading()
    title = f"{name} {t('变更结算表', 'settlement of changes')}"
    return table_file(settlement_xlsx(rows, closure, place, title=title), f"{title}.xlsx")
