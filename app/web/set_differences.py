"""Ways to a comparison: two revisions of one sheet, and what changed in the drawing of record between two instants."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.drawings.queries.sheets import RevisionView, sheet_for
from app.drawings.queries.visibility import recorded_sheets
from app.kernel.errors import Refused, declare
from app.kernel.policy import Target
from app.record.queries import InForce, Instants, moments, set_in_force, settle_instants
from app.web.bodies import instant
from app.web.layout import use_project
from app.web.request import now, reading, require_sign_in, rights

pages = Blueprint("set_differences", __name__)

NOT_TWO_TO_COMPARE = declare(
    "not-two-to-compare",
    409,
    "没有两个可对比的版次：每一边都要选一个有图纸文件的版次。",
    "There are no two revisions to compare: each side needs a revision that has a drawing.",
    "在图纸页“版次与生效”中选旧、新两个版次；只有一个版次时，可在对比页选另一张图。",
    "Choose an old and a new revision on the sheet's page; with a single one, choose another sheet on the compare page.",
)


@dataclass(frozen=True)
class Change:
    """One sheet whose base is another at the later instant."""

    kind: str
    """``added``, ``reissued`` or ``removed``."""
    before: InForce | None
    after: InForce | None

    @property
    def shown(self) -> InForce:
        """The later line, or the only one."""
        found = self.after or self.before
        if found is None:
            raise LookupError("a change of nothing")
        return found


@pages.get("/sheets/<sheet_id>/compare")
def compare_revisions(sheet_id: str) -> Response:
    """To the comparison of two revisions (``before``, ``after``); unless told otherwise the newest and the one before.

    Raises:
        Refused: ``not-found``; ``not-two-to-compare``.
    """
    require_sign_in()
    sheet = sheet_for(reading(), rights(), sheet_id)
    drawn = [r for r in sheet.revisions if r.shown is not None]
    after = _chosen(drawn, request.args.get("after", ""), 0)
    before = _chosen(drawn, request.args.get("before", ""), 1)
    if before is None or after is None or before.shown is None or after.shown is None:
        raise Refused(NOT_TWO_TO_COMPARE)
    return redirect(f"/renditions/{before.shown.id}/compare/{after.shown.id}")


def _chosen(drawn: list[RevisionView], asked: str, otherwise: int) -> RevisionView | None:
    """The revision that was asked for; without a question the one so far from the newest."""
    if asked:
        return next((r for r in drawn if r.id == asked), None)
    return drawn[otherwise] if otherwise < len(drawn) else None


@pages.get("/projects/<project_id>/record/changes")
def record_changes(project_id: str) -> str:
    """Sheets whose base changed from one instant (``from``) to another (``to``), each with its comparison.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``.
    """
    require_sign_in()
    use_project(project_id, section="record")
    rights().require(Permission.RECORD_VIEW, Target(project_id))
    until = instant(request.args.get("to"), "to")
    since = instant(request.args.get("from"), "from") or _change_before(project_id, until or now())
    earlier, later = (settle_instants(reading(), now=now(), as_of=at, known_at=None) for at in (since, until))
    found = base_changes(_set(project_id, earlier), _set(project_id, later))
    return render_template("record/changes.html", earlier=earlier, later=later, changes=found)


def base_changes(before: list[InForce], after: list[InForce]) -> list[Change]:
    """What changed, in the order of the later set; what is no longer in force comes last."""
    old, new = {row.sheet_id: row for row in before}, {row.sheet_id for row in after}
    found = []
    for row in after:
        earlier = old.get(row.sheet_id)
        if earlier is None:
            found.append(Change("added", None, row))
        elif earlier.revision_id != row.revision_id:
            found.append(Change("reissued", earlier, row))
    return [*found, *(Change("removed", row, None) for row in before if row.sheet_id not in new)]


def _set(project_id: str, at: Instants) -> list[InForce]:
    return set_in_force(reading(), project_id, at, visible=recorded_sheets(rights()))


def _change_before(project_id: str, at: datetime) -> datetime:
    """The last change but one up to an instant: what the newest change changed is seen against it."""
    past = [m.effective_at for m in moments(reading(), project_id, visible=recorded_sheets(rights()))]
    past = [moment for moment in past if moment <= at]
    return past[-2] if len(past) > 1 else past[0] if past else at
