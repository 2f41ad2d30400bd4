"""Steps of revisions, many at a time; every row reports."""

from app.api.request import act
from app.api.shapes.common import Report
from app.api.shapes.drawings import CancelBody, ReleaseBody, RevisionsBody, SignBody
from app.api.table import Answer, Table
from app.drawings.actions.revisions import (
    MoveRevisions,
    SignRevisions,
    issue_revisions,
    send_to_checking,
    sign_revisions,
    withdraw_revisions,
)
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions

table = Table("steps of revisions")
HERE = "/projects/{project_id}/revisions"


@table.add("POST", f"{HERE}/send-check", body=RevisionsBody, answer=Report, repeats=True)
def send_check(project_id: str, body: RevisionsBody) -> Answer:
    """Drafts go to checking (提交校审)."""
    command = MoveRevisions(project_id, body.revisions, "send_check")
    return act(lambda tx: Answer(Report.of(send_to_checking(tx, command))))


@table.add("POST", f"{HERE}/sign", body=SignBody, answer=Report, repeats=True)
def sign(project_id: str, body: SignBody) -> Answer:
    """Check, verify, approve or co-sign (校对 审核 审定 会签), or reject with a comment."""
    command = SignRevisions(
        project_id, body.revisions, body.role, body.is_rejection, body.comment, str(body.discipline or "")
    )
    return act(lambda tx: Answer(Report.of(sign_revisions(tx, command))))


@table.add("POST", f"{HERE}/issue", body=RevisionsBody, answer=Report, repeats=True)
def issue(project_id: str, body: RevisionsBody) -> Answer:
    """Issue checked revisions (出图): content freezes."""
    command = MoveRevisions(project_id, body.revisions, "issue")
    return act(lambda tx: Answer(Report.of(issue_revisions(tx, command))))


@table.add("POST", f"{HERE}/withdraw", body=RevisionsBody, answer=Report, repeats=True)
def withdraw(project_id: str, body: RevisionsBody) -> Answer:
    """Take revisions back before release (撤回)."""
    command = MoveRevisions(project_id, body.revisions, "withdraw")
    return act(lambda tx: Answer(Report.of(withdraw_revisions(tx, command))))


@table.add("POST", f"{HERE}/release", body=ReleaseBody, answer=Report, repeats=True)
def release(project_id: str, body: ReleaseBody) -> Answer:
    """Release to site (发布): from the instant of effect these are the drawings in force."""
    command = ReleaseRevisions(project_id, body.revisions, body.effective_at, body.reason)
    return act(lambda tx: Answer(Report.of(release_revisions(tx, command))))


@table.add("POST", f"{HERE}/cancel", body=CancelBody, answer=Report, repeats=True)
def cancel(project_id: str, body: CancelBody) -> Answer:
    """Cancel released sheets (图纸作废) with their basis; the numbers stay reserved."""
    command = CancelSheets(project_id, body.revisions, body.basis, body.effective_at)
    return act(lambda tx: Answer(Report.of(cancel_sheets(tx, command))))
