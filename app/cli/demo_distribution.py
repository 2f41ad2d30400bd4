"""Distribution in the demonstration: the first issue confirmed by all, the second by some, an objection, paper still out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.access.queries import parties_of
from app.access.rules import PartyRole
from app.distribution.actions.copies import IssueCopies, MoveCopies, issue_copies, move_copies
from app.distribution.actions.objections import ResolveObjection, resolve_objection
from app.distribution.actions.receipts import (
    Confirmation,
    ConfirmReceipts,
    NoteOpened,
    ObjectTo,
    confirm_receipts,
    note_delivered,
    note_opened,
    object_to,
)
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.distribution.contents import Item, items_of_project
from app.distribution.rules import Way
from app.distribution.statement import statements
from app.kernel.actor import Actor
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import RowReport

Answer = TypeVar("Answer")
ZONE = ZoneInfo("Asia/Shanghai")


class DemoDistribution:
    """What clerks of contractor and supervisor did with two issues."""

    def __init__(self, database: Database, clock: SteppedClock, people: Mapping[str, Actor]) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._copies: list[str] = []

    def on_first_issue(self, project_id: str) -> None:
        """Handed out, printed, and confirmed by both within two days."""
        items = self._items(project_id)
        self._transmit(project_id, items, "施工图 A 版首次发放")
        self._clock.advance(timedelta(hours=3))
        for item in items[1:4]:
            issue = IssueCopies(project_id, f"revision:{item.id}", "木工班 冯师傅", "现场办公室", 2)
            self._copies += self._issue(issue)
        self._clock.advance(timedelta(hours=20))
        self._confirm("clerk", project_id, items)
        self._confirm("supervisor", project_id, items)

    def on_second_issue(self, project_id: str, changed: Sequence[str]) -> None:
        """Only the reissued sheets are open again: half are confirmed, two objected to; one old copy stays out."""
        items = [item for item in self._items(project_id) if item.id in set(changed)]
        self._transmit(project_id, items, "施工图 B 版发放")
        self._clock.advance(timedelta(hours=5))
        keys = [item.key for item in items]
        self._act("clerk", lambda tx: note_delivered(tx, project_id, keys))
        half = len(items) // 2
        for item in items[: half + 2]:
            opened = NoteOpened(project_id, item.key, item.sha256, Way.VIEWER)
            self._open(opened)
        self._clock.advance(timedelta(hours=16))
        self._confirm("clerk", project_id, items[:half])
        self._confirm("supervisor", project_id, items[: half // 2])
        self._objections(project_id, items)
        back = MoveCopies(project_id, self._copies[:3], "recall", "换发 B 版")
        self._act("clerk", lambda tx: move_copies(tx, back))
        gone = MoveCopies(project_id, self._copies[:2], "destroy", "剪角后销毁")
        self._act("clerk", lambda tx: move_copies(tx, gone))
        for item in items[:2]:
            issue = IssueCopies(project_id, item.key, "木工班 冯师傅", "现场办公室", 2)
            self._issue(issue)

    def _objections(self, project_id: str, items: Sequence[Item]) -> None:
        if len(items) < 2:
            return
        first, second = items[-1], items[-2]
        said = ObjectTo(project_id, first.key, first.sha256, "图中轴线编号与上一版不一致，请核对后再施工。")
        objection = self._act("contractor", lambda tx: object_to(tx, said))
        self._clock.advance(timedelta(hours=6))
        answer = ResolveObjection(objection, "轴线编号按 B 版，A 版的编号有误；总说明已补充。")
        self._act("lead", lambda tx: resolve_objection(tx, answer))
        again = ObjectTo(
            project_id, second.key, second.sha256, "现场预留洞口与本图尺寸不符，附照片见现场记录。"
        )
        self._act("clerk", lambda tx: object_to(tx, again))

    def _issue(self, command: IssueCopies) -> list[str]:
        return self._act("clerk", lambda tx: issue_copies(tx, command))

    def _open(self, command: NoteOpened) -> None:
        self._act("clerk", lambda tx: note_opened(tx, command))

    def _items(self, project_id: str) -> list[Item]:
        with self._database.read() as session:
            return items_of_project(session, project_id, self._clock.now())

    def _confirm(self, who: str, project_id: str, items: Sequence[Item]) -> None:
        if not items:
            return
        with self._database.read() as session:
            said = statements(session, items, ZONE)
        wanted = [Confirmation(item.key, item.sha256, said[item.key].sha256) for item in items]
        report: RowReport = self._act(
            who, lambda tx: confirm_receipts(tx, ConfirmReceipts(project_id, wanted))
        )
        for refusal in report.refused.values():
            raise refusal

    def _transmit(self, project_id: str, items: Sequence[Item], title: str) -> None:
        with self._database.read() as session:
            parties = {p.role: p.id for p in parties_of(session, project_id)}
        to = [
            Recipient(parties[PartyRole.CONTRACTOR], "项目部资料室", 2),
            Recipient(parties[PartyRole.SUPERVISOR], "监理部", 1),
        ]
        command = SendTransmittal(project_id, [item.key for item in items], to, title, "旧版请同时交回。")
        self._act("owner-clerk", lambda tx: send_transmittal(tx, command))

    def _act(self, who: str, work: Callable[[Tx], Answer]) -> Answer:
        with self._database.write(self._people[who]) as tx:
            return work(tx)
