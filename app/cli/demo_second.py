"""A second project of the demonstration with another agency, so that views across projects have something to compare.

And two draws for spot checks, one drawn and one announced. Standards, lottery and numbers are invented and say so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from app.access.actions import GiveSeat, JoinParty, give_seat, join_party
from app.access.models import Party
from app.access.rules import PartyRole, SeatRole
from app.accounts.actions import CreateOrganisation, CreatePerson, create_organisation, create_person
from app.cli.demo_people import DEMO_PASSWORD
from app.cli.demo_review import STANDARD, Answer, DemoReview
from app.kernel.actor import SYSTEM, Actor, Via
from app.kernel.db.transactions import Tx
from app.projects.actions import EVERYWHERE
from app.review.actions.answers import JudgeReply, ReplyOpinion, judge_reply, reply_opinion
from app.review.actions.certificates import CertifyCase, certify_case
from app.review.actions.decisions import DecideCase, fail_case, issue_opinions, pass_case
from app.review.actions.opinions import DraftOpinion, OpinionText, Place, draft_opinion
from app.review.actions.submissions import ResubmitCase, resubmit_case
from app.review.draws.actions import (
    AnnounceDraw,
    CommitShare,
    EnterValue,
    RevealShare,
    announce_draw,
    commit_share,
    enter_value,
    reveal_share,
)
from app.review.draws.models import ReviewDraw
from app.review.draws.protocol import commitment_of
from app.review.models import ReviewCase
from app.review.opinion_rules import Basis, Severity
from app.review.rules import CaseState

SECOND_AGENCY = ("求实施工图审查中心（演示）", "Qiushi Drawing Review Centre (demo)")
NEWCOMERS: tuple[tuple[str, str, PartyRole, SeatRole], ...] = (
    ("review-lead-2", "陆明察", PartyRole.REVIEWER, SeatRole.TECHNICAL_LEAD),
    ("legal-2", "程允", PartyRole.REVIEWER, SeatRole.LEGAL_REPRESENTATIVE),
    ("authority-2", "严秉公", PartyRole.AUTHORITY, SeatRole.INSPECTOR),
    ("authority-3", "贺知远", PartyRole.AUTHORITY, SeatRole.INSPECTOR),
)
EXAMPLE = "01 02 03 04 05 06+07"
DRAWN_VALUE = "05 11 14 22 27 30+08"


@dataclass(frozen=True)
class Story:
    """What becomes of a case: days are calendar days between its steps."""

    title: str
    discipline: str
    began: datetime
    review_days: int
    clauses: Sequence[str] = ()
    """Mandatory clauses that it violates."""
    must_fix: int = 0
    """Other must-fix opinions."""
    reply_days: int = 0
    number: str = ""
    """Of its certificate."""
    fails: bool = False


def _day(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 1, tzinfo=UTC)


STORIES = (
    Story("教学楼二期 建筑", "arch", _day(6, 2), 9, number="QS-2026-007"),
    Story("教学楼二期 结构", "struct", _day(6, 15), 12, ("3.2.1", "3.2.4"), 1, 8, "QS-2026-009"),
    Story("教学楼二期 给排水", "plumb", _day(7, 6), 6, number="QS-2026-012"),
    Story("教学楼二期 电气", "elec", _day(7, 20), 27, ("5.1.3", "3.2.1"), 2, 15, "QS-2026-015"),
    Story("教学楼二期 改造", "struct", _day(9, 3), 10, must_fix=1, fails=True),
    Story("教学楼二期 补充", "arch", _day(9, 21), 5, must_fix=1, reply_days=3, number="QS-2026-018"),
)


class SecondAgency(DemoReview):
    """The cases of the second agency, one sheet each."""

    def tell(self, project_id: str, story: Story, revision: str) -> None:
        """Take a case through its story."""
        if story.began > self._clock.now():
            self._clock.set(story.began)
        case_id = self._first_review(project_id, story.title, [revision])
        sheets = self._sheets(case_id)
        opinions = [self._write(case_id, sheets[0], clause) for clause in story.clauses]
        opinions += [self._write(case_id, sheets[0], "") for _ in range(story.must_fix)]
        self._clock.advance(timedelta(days=story.review_days))
        if story.fails:
            reasons = DecideCase(case_id, "结构体系不成立，须重新设计（演示）")
            self._act("review-lead", lambda tx: fail_case(tx, reasons))
            return
        self._finish(case_id, sheets)
        if opinions:
            self._act("review-lead", lambda tx: issue_opinions(tx, DecideCase(case_id)))
            self._answer(case_id, sheets, opinions, story.reply_days)
        self._act("review-lead", lambda tx: pass_case(tx, DecideCase(case_id)))
        words = "经审查，所列施工图设计文件符合工程建设强制性标准（演示）。"
        command = CertifyCase(case_id, story.number, statement=words)
        self._act("legal", lambda tx: certify_case(tx, command))
        self._plainly(case_id, ("review-lead", "file"))

    def late(self, project_id: str, title: str, revision: str) -> None:
        """A case that its agency has had for longer than the term."""
        self._first_review(project_id, title, [revision])

    def _write(self, case_id: str, sheet: tuple[str, str], clause: str) -> str:
        text = OpinionText(
            discipline=sheet[1],
            fact="图中未注明构造要求" if clause else "尺寸标注未闭合",
            action="按条文补充构造要求" if clause else "核对并补全尺寸",
            basis=Basis.MANDATORY_CLAUSE if clause else Basis.DESIGN_DEPTH,
            severity=Severity.MUST_FIX,
            basis_reason="" if clause else "设计深度不足，无法施工放线",
            standard_no=STANDARD[0] if clause else "",
            standard_name=STANDARD[1] if clause else "",
            clause_no=clause,
            clause_text="（演示条文）构造要求应在图中注明。" if clause else "",
            places=[Place(sheet[0])],
        )
        return self._act("reviewer", lambda tx: draft_opinion(tx, DraftOpinion(case_id, text)))

    def _answer(
        self, case_id: str, sheets: Sequence[tuple[str, str]], opinions: Sequence[str], days: int
    ) -> None:
        self._plainly(case_id, ("lead", "open_reply"))
        self._clock.advance(timedelta(days=days))
        for opinion in opinions:
            reply = ReplyOpinion(opinion, "reply_explain", "构造要求见总说明第 6 条，图中已引注。")
            self._act("designer", partial(reply_opinion, command=reply))
        self._act("owner", lambda tx: resubmit_case(tx, ResubmitCase(case_id, note="附说明复审（演示）")))
        self._clock.advance(timedelta(days=2))
        for opinion in opinions:
            settled = JudgeReply(opinion, is_settled=True, text="说明成立")
            self._act("reviewer", partial(judge_reply, command=settled))
        for discipline in sorted({d for _, d in sheets}):
            self._finish_discipline(case_id, discipline)


class DemoDraws:
    """The second project's people and the draws of the authority."""

    def __init__(self, review: DemoReview, organisations: dict[PartyRole, str]) -> None:
        self._review = review
        self._organisations = organisations
        self._people = dict(review.people)

    def people(self, project_id: str) -> dict[str, Actor]:
        """Enter the second agency and more inspectors, seat them, and give everybody by the names of the first agency."""
        database = self._review.database
        with database.write(SYSTEM) as tx:
            agency = create_organisation(tx, CreateOrganisation(*SECOND_AGENCY))
            for login, name, role, _ in NEWCOMERS:
                firm = agency if role is PartyRole.REVIEWER else self._organisations[role]
                enter = CreatePerson(name, login, DEMO_PASSWORD, firm)
                self._people[login] = Actor(create_person(tx, enter), Via.CLI)
        self._as("owner", lambda tx: join_party(tx, JoinParty(project_id, agency, PartyRole.REVIEWER)))
        with database.read() as session:
            parties = session.execute(
                sa.select(Party.id, Party.role, Party.project_id).where(
                    Party.role.in_([PartyRole.REVIEWER, PartyRole.AUTHORITY, PartyRole.OWNER])
                )
            ).all()
        for login, _, role, seat in NEWCOMERS:
            for party, held, project in parties:
                if held == role and (role is PartyRole.AUTHORITY or project == project_id):
                    self._seat(party, login, seat, "")
        own = next(p for p, held, project in parties if (held, project) == (PartyRole.OWNER, project_id))
        # He helped the owner of this project before: he must stand aside when it is inspected.
        self._seat(own, "authority-3", SeatRole.READER, "借调函 2025-11（演示）")
        second = self._people["review-lead-2"]
        return self._people | {
            "reviewer": second, "review-lead": second, "legal": self._people["legal-2"],
        }  # fmt: skip

    def _seat(self, party: str, login: str, seat: SeatRole, basis: str) -> None:
        who = self._people[login].person_id or ""
        command = GiveSeat(party, who, seat, EVERYWHERE, basis=basis)
        self._as("owner", lambda tx: give_seat(tx, command))

    def drawn(self) -> None:
        """A draw over everything that was decided, with two contributions."""
        clock = self._review.clock
        draw = self._announce(
            "2026 年第三季度审查质量抽查（演示）",
            "本局管辖项目中 2026 年第三季度末以前首轮审查已完成的全部案卷",
            "示例彩票 第 001 期开奖号码（演示，虚构）",
            clock.now() + timedelta(days=1),
            2,
        )
        shares = {"owner": "7c" * 32, "legal-2": "e1" * 32}
        with self._review.database.read() as session:
            digest = session.get_one(ReviewDraw, draw).digest
        for login, secret in shares.items():
            person = self._people[login].person_id or ""
            commit = CommitShare(draw, commitment_of(digest, person, secret))
            self._as(login, partial(commit_share, command=commit))
        clock.advance(timedelta(days=1, hours=2))
        self._as("authority", lambda tx: enter_value(tx, EnterValue(draw, DRAWN_VALUE, DRAWN_VALUE)))
        for login, secret in shares.items():
            self._as(login, partial(reveal_share, command=RevealShare(draw, secret)))

    def announced(self) -> None:
        """A draw whose value is not known yet, whenever the demonstration is built."""
        known = (datetime.now(UTC) + timedelta(days=21)).replace(hour=13, minute=30, second=0, microsecond=0)
        self._announce(
            "在审案卷进度抽查（演示）",
            "本局管辖项目中已提交的全部案卷",
            "示例彩票 第 002 期开奖号码（演示，虚构）",
            max(known, self._review.clock.now() + timedelta(days=1)),
            1,
        )

    def _announce(self, title: str, pool: str, source: str, known_at: datetime, take: int) -> str:
        hidden = [CaseState.PREPARING, CaseState.WITHDRAWN]
        with self._review.database.read() as session:
            cases = session.scalars(sa.select(ReviewCase.id).where(ReviewCase.state.not_in(hidden))).all()
        people = [self._people[p].person_id or "" for p in ("authority", "authority-2", "authority-3")]
        command = AnnounceDraw(
            self._organisations[PartyRole.AUTHORITY], title, "case", cases, take, people, 2, pool, source,
            EXAMPLE, known_at, known_at + timedelta(days=1),
        )  # fmt: skip
        return self._as("authority", lambda tx: announce_draw(tx, command))

    def _as(self, login: str, work: Callable[[Tx], Answer]) -> Answer:
        with self._review.database.write(self._people[login]) as tx:
            return work(tx)
