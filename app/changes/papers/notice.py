"""A change document as PDF (设计变更通知单 and its kin). Layout idea: JGJ/T 185 C.2.5 and C.2.6 [R]; no seal is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.facts import file_rows, name_of, needs_review, sheet_rows
from app.changes.models import ChangeDocument, ChangeFile, ChangeStep
from app.changes.queries.names import parties_named, people_named
from app.changes.rules import (
    ACTION_LABELS,
    CHANGE_LABELS,
    END_LABELS,
    EXTERNAL_LABELS,
    FILE_LABELS,
    FLAG_LABELS,
    KIND_LABELS,
    REASON_LABELS,
    STANDING,
)
from app.drawings.models import Sheet, SheetRevision
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import Label
from app.papers.typesetting import typeset
from app.projects.queries import policy_of
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.papers.parts import count_of, day, fact, foot, minute
from app.review.queries.papers import Checkpoint, ProjectOnPaper, checkpoint_of, project_on_paper

PAGE_LABEL = Label("查看", "Page")
SIGNING: dict[str, Label] = {
    "propose": Label("提出", "Proposed"),
    "assess": Label("监理评估", "Assessed"),
    "issue": Label("设计出具", "Issued by the designer"),
    "pass": Label("审查通过", "Review passed"),
    "confirm_review": Label("补审确认", "Review confirmed"),
    "approve": Label("建设单位批准", "Approved by the owner"),
    "countersign": Label("总监会签", "Countersigned"),
    "emergency": Label("紧急生效", "Emergency"),
    "enact": Label("随会审记录生效", "With the signed record"),
}
"""Steps behind which somebody stands on the paper."""


@dataclass(frozen=True)
class AffectedLine:
    """A sheet as the paper lists it."""

    number: str
    title: str
    label: str
    sha256: str
    action: str
    regions: int
    note: str


@dataclass(frozen=True)
class Signed:
    """A step with who took it."""

    event: str
    person: str
    party: str
    at: datetime
    note: str


@dataclass(frozen=True)
class ChangePaperFacts:
    """A change with everything that its paper says."""

    change: ChangeDocument
    project: ProjectOnPaper
    parties: dict[str, tuple[str, str]]
    lines: Sequence[AffectedLine]
    signed: Sequence[Signed]
    ends: Sequence[tuple[str, str, str]]
    """Name, how, note."""
    files: Sequence[ChangeFile]
    needs_review: bool
    checkpoint: Checkpoint


def change_paper_facts(session: Session, change_id: str, now: datetime) -> ChangePaperFacts:
    """A change on paper. Who asks has shown that he may see it, or is the system that keeps it.

    Raises:
        Refused: ``not-found``.
    """
    change = session.get(ChangeDocument, change_id)
    if change is None:
        raise Refused(NOT_FOUND)
    return ChangePaperFacts(
        change=change,
        project=project_on_paper(session, change.project_id, now),
        parties=parties_named(session, [change.party_id, change.designer_id]),
        lines=_lines(session, change),
        signed=_signed(session, change.id),
        ends=_ends(session, change),
        files=file_rows(session, change.id),
        needs_review=needs_review(change, policy_of(session, change.project_id)),
        checkpoint=checkpoint_of(session),
    )


def change_notice_pdf(paper: ChangePaperFacts, base_url: str, made_at: datetime) -> bytes:
    """Set a change document.

    Raises:
        Refused: ``paper-too-long``.
    """
    change, zone = paper.change, paper.project.zone
    kind = KIND_LABELS[change.kind]
    number = change.number or f"（未编号 {name_of(change)}）"
    in_effect = change.state in STANDING
    content = {
        "title": f"{kind.zh} {number}",
        "author": paper.parties.get(change.designer_id or "", ("", ""))[0],
        "running": f"{kind.zh}　{number}",
        "mark": ""
        if in_effect
        else f"{CHANGE_LABELS[change.state].zh}，不得据此施工 Not in effect: do not build from it",
        "head": {"zh": kind.zh, "en": kind.en, "under": f"编号 No.　{number}"},
        "facts": _facts(paper, made_at),
        "name": change.title,
        "description": change.description,
        "ends": [
            {"name": name, "how": END_LABELS[how].zh, "en": END_LABELS[how].en, "note": note}
            for name, how, note in paper.ends
        ],
        "sheets": [
            {
                "number": line.number,
                "title": line.title,
                "label": line.label,
                "sha256": line.sha256,
                "action": f"{ACTION_LABELS[line.action].zh} {ACTION_LABELS[line.action].en}",
                "where": (f"{line.regions} 处 regions" if line.regions else "整张 whole sheet")
                + (f"　{line.note}" if line.note else ""),
            }
            for line in paper.lines
        ],
        "sheets_count": count_of(len(paper.lines), "张", "sheets"),
        "files": [
            {
                "kind": f"{FILE_LABELS[f.kind].zh} {FILE_LABELS[f.kind].en}",
                "title": f"{f.title} {f.number}".strip(),
                "sha256": f.sha256,
            }
            for f in paper.files
        ],
        "signing": [_signing(s, paper) for s in paper.signed],
        "digest": change.content_sha256 or "",
        "foot": foot(
            f"{base_url}/changes/{change.id}", paper.checkpoint, minute(made_at, zone), where=PAGE_LABEL
        ),
    }
    return typeset("change-notice", content, made_at=made_at)


def _facts(paper: ChangePaperFacts, made_at: datetime) -> list[dict[str, Any]]:
    change, zone = paper.change, paper.project.zone
    party = paper.parties.get(change.party_id, ("", ""))[0]
    designer = paper.parties.get(change.designer_id or "", ("", ""))[0]
    flags = "、".join(f"{FLAG_LABELS[f].zh} {FLAG_LABELS[f].en}" for f in change.flags)
    externals = "、".join(f"{EXTERNAL_LABELS[e].zh} {EXTERNAL_LABELS[e].en}" for e in change.externals)
    discipline, reason = DISCIPLINE_LABELS[Discipline(change.discipline)], REASON_LABELS[change.reason]
    state = CHANGE_LABELS[change.state]
    return [
        fact(Label("工程名称", "Project"), paper.project.name, is_wide=True),
        fact(Label("项目代码", "Project code"), paper.project.code),
        fact(Label("专业", "Discipline"), f"{discipline.zh} {discipline.en}"),
        fact(Label("提出单位", "Proposed by"), party, is_wide=True),
        fact(Label("设计单位", "Designer"), designer, is_wide=True),
        fact(Label("变更原因", "Reason"), f"{reason.zh} {reason.en}"),
        fact(
            Label("生效时间", "In effect from"),
            minute(change.effective_at, zone) if change.effective_at else "",
        ),
        fact(Label("变更类别", "Class"), flags, is_wide=True),
        fact(Label("判定依据", "Basis of the class"), change.class_basis, is_wide=True),
        fact(Label("须批准部门", "Needs approval of"), externals, is_wide=True),
        fact(
            Label("状态", "State"),
            f"{state.zh} {state.en}　截至 as of {minute(made_at, zone)}"
            + (
                "　紧急变更，手续待补办 emergency"
                if change.is_emergency and not change.regularised_at
                else ""
            ),
            is_wide=True,
        ),
    ]


def _signing(signed: Signed, paper: ChangePaperFacts) -> dict[str, str]:
    label = SIGNING[signed.event]
    at = day(signed.at, paper.project.zone)
    return {"zh": f"{label.zh}　{signed.party}", "en": f"{label.en} · {at}", "name": signed.person}


def _lines(session: Session, change: ChangeDocument) -> list[AffectedLine]:
    rows = {row.revision_id: row for row in sheet_rows(session, change.id)}
    query = (
        sa.select(SheetRevision, Sheet.number)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(SheetRevision.id.in_(rows))
        .order_by(Sheet.sort_key, Sheet.id)
    )
    return [
        AffectedLine(
            number,
            revision.title,
            revision.rev_label,
            revision.base_sha256 or "",
            rows[revision.id].action,
            len(rows[revision.id].boxes),
            rows[revision.id].note,
        )
        for revision, number in session.execute(query)
    ]


def _signed(session: Session, change_id: str) -> list[Signed]:
    """The newest of each step, in the order in which they were taken."""
    query = sa.select(ChangeStep).where(
        ChangeStep.change_id == change_id, ChangeStep.event.in_(sorted(SIGNING))
    )
    newest = {s.event: s for s in session.scalars(query.order_by(ChangeStep.at, ChangeStep.id))}
    people = people_named(session, [s.person_id for s in newest.values()])
    parties = parties_named(session, [s.party_id for s in newest.values()])
    return [
        Signed(s.event, people.get(s.person_id, ""), parties.get(s.party_id, ("", ""))[0], s.at, s.note)
        for s in sorted(newest.values(), key=lambda s: (s.at, s.id))
    ]


def _ends(session: Session, change: ChangeDocument) -> list[tuple[str, str, str]]:
    named = {end["change"]: end for end in change.ends}
    query = sa.select(ChangeDocument).where(ChangeDocument.id.in_(named)).order_by(ChangeDocument.serial)
    return [(name_of(c), named[c.id]["how"], named[c.id]["note"]) for c in session.scalars(query)]
