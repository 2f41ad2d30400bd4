"""The record of a joint drawing review (图纸会审记录) as PDF, after JGJ/T 185 table C.2.4; its foot can be checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.queries import parties_of
from app.access.rules import PARTY_LABELS, PartyRole
from app.kernel.labels import Label
from app.kernel.policy import Rights
from app.papers.typesetting import typeset
from app.projects.queries import project_for
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.questions.queries.joint import ItemView, JointView, joint_for
from app.questions.rules import (
    CLASS_LABELS,
    FOUR,
    JOINT_LABELS,
    OUTCOME_LABELS,
    STANDING,
    ItemClass,
    Outcome,
)
from app.review.papers.parts import count_of, fact, foot, minute
from app.review.queries.papers import Checkpoint, checkpoint_of

TITLE = Label("图纸会审记录", "Record of the Joint Drawing Review")
PAGE_LABEL = Label("查看", "Page")
ALL_DISCIPLINES = Label("全部专业", "all disciplines")


@dataclass(frozen=True)
class JointPaper:
    """A joint review with everything that its paper says."""

    view: JointView
    project: str
    code: str
    zone: ZoneInfo
    parties: Mapping[str, str]
    """Names by role."""
    checkpoint: Checkpoint


def joint_paper(session: Session, rights: Rights, review_id: str) -> JointPaper:
    """A joint review on paper, as far as the actor may see it.

    Raises:
        Refused: ``not-found``.
    """
    view = joint_for(session, rights, review_id)
    project = project_for(session, rights, view.project_id)
    names: dict[str, list[str]] = {}
    for party in parties_of(session, view.project_id):
        if party.valid_to is None:
            names.setdefault(party.role, []).append(party.organisation)
    return JointPaper(
        view,
        project.name,
        project.code,
        ZoneInfo(project.timezone),
        {role: "、".join(dict.fromkeys(found)) for role, found in names.items()},
        checkpoint_of(session),
    )


def joint_record_pdf(paper: JointPaper, base_url: str, made_at: datetime) -> bytes:
    """Set the record.

    Raises:
        Refused: ``paper-too-long``.
    """
    view, row = paper.view, paper.view.row
    shown = sorted((i for i in view.items if not i.is_withdrawn), key=lambda i: i.position)
    state = JOINT_LABELS[view.state]
    is_standing = view.state in STANDING
    content = {
        "title": f"{TITLE.zh} {row.title}",
        "author": paper.project,
        "running": f"{TITLE.zh}　{row.title}",
        "mark": "" if is_standing else f"{state.zh} {state.en}",
        "head": {"zh": TITLE.zh, "en": TITLE.en, "under": row.title},
        "status": None
        if is_standing
        else {"zh": f"{state.zh}：四方签认后生效", "en": f"{state.en}: takes effect with four signatures"},
        "facts": _facts(paper),
        "count": count_of(len(shown), "条", "questions"),
        "items": [_item(item) for item in shown],
        "attendees": _attendees(view.attendees),
        "signing": [_signature(paper, s.role, s.party, s.person, s.at) for s in view.signatures],
        "digest": view.digest,
        "foot": foot(
            f"{base_url}/joint-reviews/{view.id}",
            paper.checkpoint,
            minute(made_at, paper.zone),
            where=PAGE_LABEL,
        ),
    }
    return typeset("joint-review", content, made_at=made_at)


def _facts(paper: JointPaper) -> list[dict[str, Any]]:
    row = paper.view.row
    disciplines = [DISCIPLINE_LABELS[Discipline(d)].zh for d in row.disciplines]
    return [
        fact(Label("工程名称", "Project"), paper.project, is_wide=True),
        fact(Label("项目代码", "Project code"), paper.code),
        fact(Label("会审编号", "Review no."), f"JDR-{row.serial:03d}"),
        fact(Label("会审专业", "Disciplines"), "、".join(disciplines) or ALL_DISCIPLINES.zh),
        fact(Label("会审日期", "Held on"), row.meeting_on),
        fact(Label("地点", "Place"), row.place, is_wide=True),
        *(fact(PARTY_LABELS[role], paper.parties.get(role, ""), is_wide=True) for role in FOUR),
    ]


def _item(item: ItemView) -> dict[str, str]:
    discipline = DISCIPLINE_LABELS[Discipline(item.discipline)]
    sheet = f"{item.sheet.number} {item.sheet.rev_label}" if item.sheet else ""
    kind, outcome = CLASS_LABELS[item.item_class], OUTCOME_LABELS[item.outcome]
    return {
        "serial": str(item.serial),
        "sheet": sheet or ("（不可见）" if item.has_hidden_sheet else ""),
        "place": item.place,
        "discipline": f"{discipline.zh} {discipline.en}",
        "question": item.question,
        "asked_by": item.party,
        "answer": item.answer,
        "answered_by": " ".join(filter(None, (item.answering_party, item.answered_by))),
        "kind": kind.zh if item.item_class != ItemClass.NONE else "",
        "outcome": outcome.zh if item.outcome != Outcome.UNDECIDED else "",
        "flag": "须重新送审" if item.needs_rereview else "",
        "change": item.change_number,
    }


def _attendees(people: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    found: dict[str, list[str]] = {}
    for _, party, name in people:
        found.setdefault(party, []).append(name)
    return [{"party": party, "names": "、".join(names)} for party, names in found.items()]


def _signature(paper: JointPaper, role: str, party: str, person: str, at: datetime | None) -> dict[str, str]:
    label = PARTY_LABELS[PartyRole(role)]
    return {
        "zh": label.zh,
        "en": label.en,
        "party": party or paper.parties.get(role, ""),
        "person": person,
        "at": minute(at, paper.zone) if at else "",
    }
