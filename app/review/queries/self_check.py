"""What the rules said of a design institute's own sheets, for the institute alone."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.visibility import revision_target
from app.kernel.outbox import Job, JobState
from app.kernel.policy import Rights, Target
from app.projects.queries import policy_of
from app.review.actions.self_check import self_check_key, self_checking_seat
from app.review.assist.rule import Verdict
from app.review.assist.rulebook import OFF, RULES
from app.review.assist.words import CANNOT, action_of, fact_of
from app.review.facts import own_sheets
from app.review.library_models import SelfCheck, SelfCheckDrop
from app.review.queries.assist import NOT_RUN, AssistView, FindingView, RuleView, RunView, UnjudgedView
from app.review.queries.cases import names_of


def may_self_check(rights: Rights, project_id: str) -> bool:
    """Whether the actor has a seat in a design institute of the project."""
    return any(
        rights.may(Permission.REVIEW_SELF_CHECK, Target(project_id, party_id=s.party_id))
        for s in rights.in_project(project_id)
    )


def self_check_of(session: Session, rights: Rights, project_id: str) -> AssistView:
    """The newest self-check of the actor's institute; of sheets that his scope does not reach nothing is told.

    Raises:
        Refused: ``forbidden``; ``not-found``.
    """
    party = self_checking_seat(rights, project_id).party_id
    query = sa.select(SelfCheck).where(SelfCheck.party_id == party)
    runs = session.scalars(query.order_by(SelfCheck.asked_at.desc(), SelfCheck.id.desc())).all()
    newest = runs[0] if runs else None
    shown = next((r for r in runs if r.finished_at is not None), None)
    names = names_of(session, {r.person_id for r in (newest, shown) if r is not None})
    off = policy_of(session, project_id).review_rules_off
    if shown is None:
        rules = tuple(RuleView(r, OFF if r.id in off else NOT_RUN, {}, (), ()) for r in RULES)
        return AssistView(_run(session, newest, names), None, rules)
    now = {s.sheet_id: s.revision_id for s in own_sheets(session, project_id, party)}
    return AssistView(
        newest=_run(session, newest, names),
        shown=_run(session, shown, names),
        rules=_rules(session, rights, shown, now),
        is_stale=set(shown.revisions) != set(now.values()),
    )


def _run(session: Session, run: SelfCheck | None, names: Mapping[str, str]) -> RunView | None:
    if run is None:
        return None
    alive = sa.select(Job.id).where(
        Job.dedupe_key == self_check_key(run.id), Job.state.in_((JobState.READY, JobState.RUNNING))
    )
    is_broken = run.finished_at is None and session.execute(alive.limit(1)).first() is None
    return RunView(run.id, 0, names.get(run.person_id, ""), run.asked_at, run.finished_at, is_broken)


def _rules(session: Session, rights: Rights, run: SelfCheck, now: Mapping[str, str]) -> tuple[RuleView, ...]:
    seen = _seen(session, rights, run)
    drops = {
        row.key: row
        for row in session.scalars(sa.select(SelfCheckDrop).where(SelfCheckDrop.party_id == run.party_id))
    }
    names = names_of(session, {d.person_id for d in drops.values()})
    views = []
    for rule in RULES:
        kept: Mapping[str, Any] = run.rules.get(rule.id, {})
        mine = [f for f in run.findings if f["rule"] == rule.id]
        findings = [
            _finding(f, seen, now, drops.get(f["key"]), names)
            for f in mine
            if f["verdict"] == Verdict.FINDING and (f["sheet_id"] is None or f["revision_id"] in seen)
        ]
        views.append(
            RuleView(
                rule,
                str(kept.get("verdict", NOT_RUN)),
                {str(v): int(kept.get(v, 0)) for v in Verdict},
                tuple(findings),
                tuple(_unjudged(f, seen) for f in mine if f["verdict"] == Verdict.CANNOT),
            )
        )
    return tuple(views)


Seen = Mapping[str, tuple[str, str, str]]
"""By revision that the actor may see: number, label, discipline."""


def _seen(session: Session, rights: Rights, run: SelfCheck) -> Seen:
    query = (
        sa.select(SheetRevision, Sheet.number)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(SheetRevision.project_id == run.project_id, SheetRevision.id.in_(run.revisions))
    )
    return {
        r.id: (number, r.rev_label, r.discipline)
        for r, number in session.execute(query)
        if rights.may(Permission.REVISION_VIEW, revision_target(r))
    }


def _finding(
    kept: Mapping[str, Any],
    seen: Seen,
    now: Mapping[str, str],
    drop: SelfCheckDrop | None,
    names: Mapping[str, str],
) -> FindingView:
    number, label, discipline = seen.get(kept["revision_id"] or "", ("", "", ""))
    sheet = kept["sheet_id"]
    return FindingView(
        id=kept["key"],
        rule=kept["rule"],
        reason=kept["reason"],
        fact=fact_of(kept["reason"], kept["data"]),
        action=action_of(kept["reason"]),
        sheet_id=sheet,
        revision_id=kept["revision_id"],
        number=number,
        rev_label=label,
        discipline=discipline,
        region=tuple(kept["region"]),
        decision="dropped" if drop else "open",
        is_old=sheet is not None and now.get(sheet) != kept["revision_id"],
        opinion=None,
        decided_by=names.get(drop.person_id, "") if drop else "",
        decided_at=drop.at if drop else None,
    )


def _unjudged(kept: Mapping[str, Any], seen: Seen) -> UnjudgedView:
    sheets = tuple((s, r, n) for s, r, n in kept["data"].get("sheets", ()) if r in seen)
    return UnjudgedView(CANNOT[kept["reason"]], sheets)
