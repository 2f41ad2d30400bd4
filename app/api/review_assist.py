"""The assisted review of a case: running the rules, and what reviewers decide about findings."""

from app.api.request import act, reading, rights
from app.api.shapes.common import Created, Report
from app.api.shapes.review import AssistOut, FindingOut, FindingsBody, RuleOut, RunOut, UnjudgedOut
from app.api.table import Answer, Table
from app.kernel.labels import Language
from app.review.actions.assist import (
    DecideFindings,
    accept_findings,
    ask_run,
    drop_findings,
    restore_findings,
)
from app.review.queries.assist import AssistView, RuleView, assist_of

table = Table("assisted review")
CASE = "/review/cases/{case_id}"


@table.add("GET", f"{CASE}/assist", answer=AssistOut)
def get_findings(case_id: str) -> Answer:
    """What each rule said in the newest run: passed, found, or could not be judged and why."""
    return Answer(assist_out(assist_of(reading(), rights(), case_id)))


@table.add("POST", f"{CASE}/assist", answer=Created, status=202, repeats=True)
def ask_for_findings(case_id: str) -> Answer:
    """Have the rules run; answers the run, which may be under way already. Read the address again for its answer."""
    return act(lambda tx: Answer(Created(id=ask_run(tx, case_id)), 202))


@table.add("POST", f"{CASE}/findings/accept", body=FindingsBody, answer=Report, repeats=True)
def accept_many_findings(case_id: str, body: FindingsBody) -> Answer:
    """Make draft opinions of findings (采纳), by the reviewer of their discipline; every row reports."""
    command = _command(case_id, body)
    return act(lambda tx: Answer(Report.of(accept_findings(tx, command))))


@table.add("POST", f"{CASE}/findings/drop", body=FindingsBody, answer=Report, repeats=True)
def drop_many_findings(case_id: str, body: FindingsBody) -> Answer:
    """Drop findings (排除): they stay dropped in later runs."""
    command = _command(case_id, body)
    return act(lambda tx: Answer(Report.of(drop_findings(tx, command))))


@table.add("POST", f"{CASE}/findings/restore", body=FindingsBody, answer=Report, repeats=True)
def restore_many_findings(case_id: str, body: FindingsBody) -> Answer:
    """Take back that findings were dropped (恢复)."""
    command = _command(case_id, body)
    return act(lambda tx: Answer(Report.of(restore_findings(tx, command))))


def _command(case_id: str, body: FindingsBody) -> DecideFindings:
    language: Language = "en" if body.language == "en" else "zh"
    return DecideFindings(case_id, body.findings, language, body.together)


def assist_out(view: AssistView) -> AssistOut:
    """An assisted review as the API tells it."""
    return AssistOut(
        newest=RunOut.model_validate(view.newest) if view.newest else None,
        shown=RunOut.model_validate(view.shown) if view.shown else None,
        is_running=view.is_running,
        is_stale=view.is_stale,
        open=view.open,
        rules=[_rule(rule) for rule in view.rules],
    )


def _rule(view: RuleView) -> RuleOut:
    rule = view.rule
    said = {name: getattr(rule, name) for name in ("id", "name", "looks_at", "standard_no", "clause_no")}
    return RuleOut.model_validate(
        {
            **said,
            "severity": str(rule.severity),
            "verdict": view.verdict,
            "counts": dict(view.counts),
            "findings": [FindingOut.model_validate(f) for f in view.findings],
            "unjudged": [UnjudgedOut.model_validate(u) for u in view.unjudged],
        }
    )
