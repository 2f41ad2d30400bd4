"""Reviews of the demonstration: two certified cases, one under first review, one that waits for the designer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

import sqlalchemy as sa

from app.access.models import Party
from app.access.rules import PartyRole
from app.cli.demo_library import fill_library
from app.drawings.flows import ReadingRoom
from app.kernel.actor import Actor
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database, Tx
from app.review.actions.answers import ReplyOpinion, reply_opinion
from app.review.actions.assignments import (
    AssignReviewer,
    FinishDiscipline,
    assign_reviewer,
    finish_discipline,
)
from app.review.actions.cases import MoveCase, PrepareCase, move_plainly, prepare_case
from app.review.actions.certificates import CertifyCase, certify_case
from app.review.actions.decisions import DecideCase, issue_opinions, pass_case
from app.review.actions.opinions import DraftOpinion, OpinionText, Place, draft_opinion
from app.review.actions.submissions import SubmitCase, submit_case
from app.review.facts import sheets_of_case
from app.review.flows import page_counts
from app.review.opinion_rules import Basis, Domain, Severity

Answer = TypeVar("Answer")
STANDARD = ("示例标准 0001-2024", "示例结构标准（演示）")
"""Invented: the demonstration quotes no real standard."""


class DemoReview:
    """Takes cases through their machine, hours apart, by the people whose steps they are."""

    def __init__(self, room: ReadingRoom, clock: SteppedClock, people: Mapping[str, Actor]) -> None:
        self._room = room
        self._clock = clock
        self._people = people

    @property
    def database(self) -> Database:
        """Where it is told."""
        return self._room.database

    @property
    def clock(self) -> SteppedClock:
        """The demonstration's own time."""
        return self._clock

    @property
    def people(self) -> Mapping[str, Actor]:
        """Who acts, by login."""
        return self._people

    def certify(
        self, project_id: str, title: str, number: str, revisions: Sequence[str], *, extends: str = ""
    ) -> str:
        """A case that passes at first, with one advisory opinion; returns the certificate."""
        case_id = self._first_review(project_id, title, revisions)
        sheets = self._sheets(case_id)
        advice = OpinionText(
            discipline=sheets[0][1],
            fact="图例与材料做法表的编号写法不一致",
            action="建议统一编号写法",
            basis=Basis.DESIGN_DEPTH,
            severity=Severity.ADVISE,
            basis_reason="不影响施工，便于查对",
            places=[Place(sheets[0][0])],
        )
        self._act("reviewer", lambda tx: draft_opinion(tx, DraftOpinion(case_id, advice)))
        self._finish(case_id, sheets)
        self._act("review-lead", lambda tx: pass_case(tx, DecideCase(case_id)))
        command = CertifyCase(
            case_id,
            number,
            statement="经审查，所列施工图设计文件符合工程建设强制性标准（演示）。",
            extends_id=extends,
        )
        certificate: str = self._act("legal", lambda tx: certify_case(tx, command))
        self._plainly(case_id, ("review-lead", "file"))
        return certificate

    def under_review(self, project_id: str, title: str, revisions: Sequence[str]) -> None:
        """A case in first review, with two drafts, and the agency's library."""
        case_id = self._first_review(project_id, title, revisions)
        (sheet, discipline), *_ = self._sheets(case_id)
        for text in (
            self._violation(discipline, sheet, (150_000, 150_000, 260_000, 230_000)),
            OpinionText(
                discipline=discipline,
                fact="尺寸标注未闭合，合计与总尺寸相差 20 mm",
                action="核对并补全尺寸",
                basis=Basis.DESIGN_DEPTH,
                severity=Severity.MUST_FIX,
                basis_reason="设计深度不足，无法施工放线",
                places=[Place(sheet, (300_000, 240_000, 420_000, 300_000))],
            ),
        ):
            self._act("reviewer", partial(draft_opinion, command=DraftOpinion(case_id, text)))
        self._act("review-lead", lambda tx: fill_library(tx, project_id))

    def waiting_for_designer(self, project_id: str, title: str, revisions: Sequence[str]) -> None:
        """A case whose opinions are out; one of two is answered."""
        case_id = self._first_review(project_id, title, revisions)
        sheets = self._sheets(case_id)
        sheet, discipline = sheets[0]
        must = self._violation(discipline, sheet, (200_000, 180_000, 300_000, 260_000))
        advice = OpinionText(
            discipline=discipline,
            fact="标题栏中比例与图中标注不一致",
            action="统一比例",
            basis=Basis.DESIGN_DEPTH,
            severity=Severity.ADVISE,
            basis_reason="避免误读",
            places=[Place(sheet)],
        )
        self._act("reviewer", lambda tx: draft_opinion(tx, DraftOpinion(case_id, must)))
        second: str = self._act("reviewer", lambda tx: draft_opinion(tx, DraftOpinion(case_id, advice)))
        self._finish(case_id, sheets)
        self._act("review-lead", lambda tx: issue_opinions(tx, DecideCase(case_id)))
        self._plainly(case_id, ("lead", "open_reply"))
        reply = ReplyOpinion(second, "reply_explain", "比例以图名下标注为准，标题栏为整套图统一格式。")
        self._act("designer", lambda tx: reply_opinion(tx, reply))

    def _violation(self, discipline: str, sheet: str, region: Sequence[int]) -> OpinionText:
        return OpinionText(
            discipline=discipline,
            fact="梁柱节点核心区未注明箍筋加密要求",
            action="补充节点核心区箍筋直径、间距",
            domain=Domain.OTHER,
            basis=Basis.MANDATORY_CLAUSE,
            standard_no=STANDARD[0],
            standard_name=STANDARD[1],
            clause_no="3.2.1",
            clause_text="（演示条文）框架节点核心区的箍筋应在图中注明。",
            places=[Place(sheet, region)],
        )

    def _first_review(self, project_id: str, title: str, revisions: Sequence[str]) -> str:
        agency = self._agency(project_id)
        case_id: str = self._act("owner", lambda tx: prepare_case(tx, PrepareCase(project_id, agency, title)))
        pages = page_counts(self._room, project_id, revisions)
        note = "单体编码与落图正在办理，先行送审（演示）"
        self._act("owner", lambda tx: submit_case(tx, SubmitCase(case_id, revisions, note, pages)))
        self._plainly(case_id, ("review-lead", "start_intake"), ("review-lead", "accept"))
        reviewer = self._people["reviewer"].person_id or ""
        for discipline in sorted({d for _, d in self._sheets(case_id)}):
            assign = AssignReviewer(case_id, discipline, reviewer)
            self._act("review-lead", partial(assign_reviewer, command=assign))
        self._plainly(case_id, ("review-lead", "assign"))
        return case_id

    def _finish(self, case_id: str, sheets: Sequence[tuple[str, str]]) -> None:
        for discipline in sorted({d for _, d in sheets}):
            self._finish_discipline(case_id, discipline)
        self._plainly(case_id, ("review-lead", "consolidate"))

    def _finish_discipline(self, case_id: str, discipline: str) -> None:
        done = FinishDiscipline(case_id, discipline)
        self._act("reviewer", partial(finish_discipline, command=done))

    def _sheets(self, case_id: str) -> list[tuple[str, str]]:
        with self._room.database.read() as session:
            return [(s.sheet_id, s.discipline) for s in sheets_of_case(session, case_id)]

    def _agency(self, project_id: str) -> str:
        query = sa.select(Party.id).where(Party.project_id == project_id, Party.role == PartyRole.REVIEWER)
        with self._room.database.read() as session:
            return session.execute(query).scalar_one()

    def _plainly(self, case_id: str, *steps: tuple[str, str]) -> None:
        for who, event in steps:
            self._clock.advance(timedelta(hours=3))
            command = MoveCase(case_id, event)
            self._act(who, partial(move_plainly, command=command))

    def _act(self, who: str, work: Callable[[Tx], Answer]) -> Answer:
        with self._room.database.write(self._people[who]) as tx:
            return work(tx)
