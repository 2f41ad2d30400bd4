"""Self-check (自审): a design institute's own sheets under the assisted rules, for the institute alone."""

from app.api.request import act, reading, rights
from app.api.review_assist import assist_out
from app.api.shapes.common import Created
from app.api.shapes.review import AssistOut
from app.api.table import Answer, Table
from app.review.actions.self_check import ask_self_check
from app.review.queries.self_check import self_check_of

table = Table("self-check")
HERE = "/projects/{project_id}/self-check"


@table.add("GET", HERE, answer=AssistOut)
def get_self_check(project_id: str) -> Answer:
    """What each rule said of one's own sheets in the newest run; no finding becomes an opinion."""
    return Answer(assist_out(self_check_of(reading(), rights(), project_id)))


@table.add("POST", HERE, answer=Created, status=202, repeats=True)
def ask_for_self_check(project_id: str) -> Answer:
    """Have the rules run over one's own sheets; read the address again for the answer."""
    return act(lambda tx: Answer(Created(id=ask_self_check(tx, project_id)), 202))
