"""Questions of the demonstration: a joint review in effect, one whose meeting goes on, contact notes in all states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import sqlalchemy as sa

from app.access.models import Party
from app.drawings.models import Sheet, SheetRevision
from app.kernel.actor import Actor
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database, Tx
from app.questions.actions.joint_items import AnswerItem, AskItem, ItemText, answer_item, ask_item
from app.questions.actions.joint_reviews import (
    MoveJoint,
    PlanJoint,
    SetMeeting,
    move_joint,
    plan_joint,
    set_meeting,
)
from app.questions.actions.notes import AskNote, MoveNote, ask_note, move_note
from app.questions.actions.signing import SignJoint, sign_joint
from app.questions.models import JointItem, JointReview

Answer = TypeVar("Answer")
Asked = tuple[str, str, str, tuple[int, ...], str]
"""Who, sheet, question, region, place."""
Said = tuple[str, str, str]
"""Answer, class, outcome."""
DOORS = (250_000, 260_000, 360_000, 330_000)
STAIR = (612_000, 160_000, 668_000, 220_000)
FIRST: tuple[tuple[Asked, Said], ...] = (
    (
        ("clerk", "建施-04", "②~③轴隔墙与结构梁边不对齐，隔墙以哪张图为准？", DOORS, "②~③轴交Ⓑ轴"),
        ("以建筑图为准，隔墙中心线对齐轴线，梁边处加构造抱框。", "B", "clarified"),
    ),
    (
        ("contractor", "建施-04", "楼梯间门洞宽 1.50 m，门表为 1.20 m，请明确。", STAIR, "楼梯间一"),
        ("门洞改为 1.20 m，两侧各补砌 150 mm。", "A", "change_required"),
    ),
    (
        ("supervisor", "建施-05", "卫生间降板范围未标注，请补充。", (), "卫生间"),
        ("降板 50 mm，范围为卫生间墙体内边线。", "C", "clarified"),
    ),
    (
        ("clerk", "建施-05", "建议走廊吊顶内管线综合后再定净高。", (), "走廊"),
        ("同意，净高不低于 2.60 m，由施工单位先行综合。", "D", "none"),
    ),
)
SECOND: tuple[tuple[Asked, Said | None], ...] = (
    (
        ("clerk", "建施-05", "三层教室窗台高度立面与平面不一致（900 / 1000）。", DOORS, "教室外窗"),
        ("以平面 900 mm 为准，设护窗栏杆。", "B", "change_required"),
    ),
    (
        ("contractor", "建施-05", "疏散走廊最窄处净宽 1.75 m，是否满足要求？", STAIR, "走廊端部"),
        None,
    ),
    (("supervisor", "建施-04", "雨篷排水坡向未注明。", (), "主入口"), None),
    (("clerk", "", "室外散水与市政道路标高如何衔接？总图未见。", (), "总图，东侧"), None),
)


class DemoQuestions:
    """Asks, answers and signs, hours apart, by the people whose part it is."""

    def __init__(
        self, database: Database, clock: SteppedClock, people: Mapping[str, Actor], project_id: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._project_id = project_id
        self._sheets: dict[str, str] = {}

    def reviewed(self, revisions: Sequence[str]) -> None:
        """A joint review from the first question to the fourth signature."""
        self._know(revisions)
        review = self._planned("教学楼 建筑专业图纸会审", FIRST)
        self._write_down(review)
        for event in ("collect", "hold"):
            self._move("supervisor", review, event)
        self._answer_all(review, [said for _, said in FIRST])
        for event in ("answer", "freeze"):
            self._move("supervisor", review, event)
        with self._database.read() as session:
            digest = session.get_one(JointReview, review).digest
        for who in ("lead", "contractor", "supervisor", "owner"):
            self._act(who, lambda tx: sign_joint(tx, SignJoint(review, digest)))

    def under_way(self, revisions: Sequence[str]) -> None:
        """A meeting that goes on, and notes of the last days."""
        self._know(revisions)
        review = self._planned("教学楼 二次会审", SECOND)
        self._write_down(review)
        for event in ("collect", "hold"):
            self._move("supervisor", review, event)
        self._answer_all(review, [said for _, said in SECOND])
        self._notes()

    def _notes(self) -> None:
        settled = self._ask(
            "clerk", "lead", "建施-04", "卫生间门开启方向与隔断冲突，能否改为内开？", DOORS, 4
        )
        self._step("designer", settled, "answer", "可以改为内开，不影响疏散；不需出变更。")
        self._step("clerk", settled, "close", "")
        answered = self._ask(
            "contractor",
            "lead",
            "建施-05",
            "③轴处柱边装修完成面尺寸请明确，现场按 20 mm 抹灰考虑可否？",
            STAIR,
            3,
        )
        self._step("designer", answered, "answer", "按 20 mm 考虑，阳角做护角。")
        self._ask("supervisor", "lead", "建施-04", "主入口台阶面层材料与做法表不一致，请复核。", (), -2)
        self._ask("contractor", "owner", "", "临时用电接驳点何时移交？", (), 5, discipline="elec")
        turned = self._ask(
            "clerk", "lead", "建施-05", "楼梯扶手高度 900 mm，临空处是否应为 1100 mm？", STAIR, 2
        )
        self._step("designer", turned, "answer", "临空处改为 1100 mm，另出变更。")
        self._step("lead", turned, "turn", "")

    def _know(self, revisions: Sequence[str]) -> None:
        query = (
            sa.select(Sheet.number, SheetRevision.id)
            .join(SheetRevision, SheetRevision.sheet_id == Sheet.id)
            .where(SheetRevision.id.in_(list(revisions)))
        )
        with self._database.read() as session:
            self._sheets = dict(session.execute(query).all())

    def _planned(self, title: str, asked: Sequence[tuple[Asked, Said | None]]) -> str:
        plan = PlanJoint(self._project_id, title, ("arch",))
        review: str = self._act("owner-clerk", lambda tx: plan_joint(tx, plan))
        for (who, sheet, question, region, place), _ in asked:
            revision = self._sheets.get(sheet, "")
            text = ItemText(question, "arch", revision, region if revision else (), place)
            self._act(who, partial(ask_item, command=AskItem(review, text)))
        return review

    def _write_down(self, review: str) -> None:
        people = (("owner", "方建明"), ("lead", "沈望舒"), ("contractor", "赵大川"), ("supervisor", "钱守正"))
        attendees = [(self._party(login), name) for login, name in people]
        day = self._clock.now().date().isoformat()
        with self._database.read() as session:
            version = session.get_one(JointReview, review).version
        command = SetMeeting(review, version, day, "项目部二楼会议室", attendees)
        self._act("supervisor", lambda tx: set_meeting(tx, command))

    def _answer_all(self, review: str, said: Sequence[Said | None]) -> None:
        query = sa.select(JointItem).where(JointItem.review_id == review).order_by(JointItem.serial)
        with self._database.read() as session:
            items = session.scalars(query).all()
        for item, words in zip(items, said, strict=True):
            if words is not None:
                answer, kind, outcome = words
                command = AnswerItem(item.id, item.version, answer, kind, outcome)
                self._act("lead", partial(answer_item, command=command))

    def _move(self, who: str, review: str, event: str) -> None:
        self._clock.advance(timedelta(hours=1))
        self._act(who, lambda tx: move_joint(tx, MoveJoint(review, event)))

    def _ask(
        self,
        who: str,
        to: str,
        sheet: str,
        question: str,
        region: Sequence[int],
        days: int,
        discipline: str = "arch",
    ) -> str:
        self._clock.advance(timedelta(hours=1))
        wanted = (self._clock.now() + timedelta(days=days)).date().isoformat()
        revision = self._sheets.get(sheet, "")
        note = AskNote(
            self._project_id, self._party(to), question, revision_id=revision, discipline=discipline
        )
        full = replace(note, region=region if revision else (), wanted_on=wanted)
        return self._act(who, lambda tx: ask_note(tx, full))

    def _step(self, who: str, note: str, event: str, text: str) -> None:
        self._clock.advance(timedelta(hours=2))
        self._act(who, lambda tx: move_note(tx, MoveNote(note, event, text)))

    def _party(self, login: str) -> str:
        """The party for which somebody sits in the project."""
        role = {"lead": "designer", "owner": "owner", "contractor": "contractor", "supervisor": "supervisor"}
        query = sa.select(Party.id).where(Party.project_id == self._project_id, Party.role == role[login])
        with self._database.read() as session:
            return session.execute(query).scalar_one()

    def _act(self, who: str, work: Callable[[Tx], Answer]) -> Answer:
        with self._database.write(self._people[who]) as tx:
            return work(tx)
