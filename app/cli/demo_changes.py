"""Changes of the demonstration: from a proposal that waits to one that the as-built has, through the acts people use."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from app.changes.actions.classes import StateClass, state_class
from app.changes.actions.proposals import AffectedSheet, ChangeText, Ending, ProposeChange, propose_change
from app.changes.actions.steps import MoveChange, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.models import ChangeDocument
from app.drawings.models import SheetRevision
from app.kernel.actor import Actor
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database

WHO = {
    "assess": "supervisor",
    "accept": "lead",
    "issue": "lead",
    "send_review": "owner-clerk",
    "pass": "review-lead",
    "approve": "owner",
    "countersign": "supervisor",
    "implement": "contractor",
    "verify": "supervisor",
}
GENERAL = ("assess", "accept", "class", "issue", "approve", "countersign")


class DemoChanges:
    """Proposes and moves changes on the sheets in force."""

    def __init__(
        self, database: Database, clock: SteppedClock, people: Mapping[str, Actor], project_id: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._project_id = project_id

    def on_second_issue(self, plans: Sequence[str]) -> None:
        """Two slips on one sheet, one of them built; a major one in review; an emergency; a proposal that waits."""
        plan, other = plans[0], plans[1]
        moved = self._propose(
            "contractor", plan, "二层走廊窗洞北移 300", "site_condition", _box(250, 260, 330, 330),
            "②~③轴走廊北侧 C1 窗洞与消火栓箱冲突，窗洞整体北移 300 mm，过梁 GL-2 随之移位。", cost=1_260_000, days=2,
        )  # fmt: skip
        self._go(moved, *GENERAL, "implement", "verify")
        door = self._propose(
            "owner", plan, "卫生间门改为外开", "owner_need", _box(100, 285, 150, 345),
            "二层男女卫生间 M0821 改为外开，门垛同步调整。", cost=380_000,
        )  # fmt: skip
        self._go(door, *GENERAL)
        stairs = self._propose(
            "contractor", other, "楼梯间增设防火门", "design_fault", _box(540, 160, 640, 240),
            "封闭楼梯间三层缺乙级防火门 FM 乙 1221，补设，疏散净宽复核为 1.65 m。", cost=960_000, days=1,
        )  # fmt: skip
        self._go(stairs, "assess", "accept", "class:major_review", "issue", "send_review")
        shoring = self._propose(
            "contractor", other, "⑤轴框架梁临时支撑加固", "site_condition", _box(380, 230, 480, 300),
            "拆模后 ⑤轴 KL-7 跨中出现受弯裂缝，立即加设满堂支撑，禁止堆载。", days=3,
        )  # fmt: skip
        for who in ("supervisor", "lead", "owner"):
            self._clock.advance(timedelta(minutes=12))
            word = GiveWord(shoring, "emergency", is_yes=True, note="险情，先行加固，三日内补办手续")
            with self._database.write(self._people[who]) as tx:
                give_word(tx, word)
        tiles = self._propose(
            "contractor", other, "走廊地砖规格调整", "material", _box(300, 280, 420, 340),
            "原 800×800 地砖停产，拟改 750×750，颜色不变。", cost=-240_000,
        )  # fmt: skip
        self._go(tiles, "assess")
        self._propose(
            "supervisor", plan, "二层走廊吊顶标高核对", "design_fault", _box(380, 200, 460, 260),
            "走廊吊顶 2.60 m 与风管底 2.55 m 冲突，请设计明确。",
        )  # fmt: skip
        wider = self._propose(
            "owner", plan, "卫生间门改为外开并加宽至 900", "owner_need", _box(100, 285, 150, 345),
            "替代前一变更：门宽由 800 改为 900，仍外开，满足无障碍要求。", cost=420_000,
            ends=(Ending(door, "superseded", "已到场门框退换"),),
        )  # fmt: skip
        self._go(wider, *GENERAL)

    def _propose(
        self,
        who: str,
        revision: str,
        title: str,
        reason: str,
        box: tuple[int, int, int, int],
        text: str,
        *,
        cost: int | None = None,
        days: int | None = None,
        ends: Sequence[Ending] = (),
    ) -> str:
        self._clock.advance(timedelta(hours=3, minutes=20))
        with self._database.read() as session:
            row = session.get_one(SheetRevision, revision)
        sheet = AffectedSheet(row.sheet_id, revision, (box,))
        said = ChangeText(title, text, row.discipline, reason, (sheet,), ends, cost, days)
        with self._database.write(self._people[who]) as tx:
            return propose_change(tx, ProposeChange(self._project_id, "design_change", said))

    def _go(self, change_id: str, *events: str) -> None:
        for event in events:
            self._clock.advance(timedelta(hours=1, minutes=10))
            if event.startswith("class"):
                self._classify(change_id, event.partition(":")[2] or "general")
                continue
            note = {"assess": "情况属实，同意按此处理。", "pass": "审变〔2026〕07 号"}.get(event, "")
            with self._database.write(self._people[WHO[event]]) as tx:
                move(tx, MoveChange(change_id, event, note))

    def _classify(self, change_id: str, flag: str) -> None:
        with self._database.read() as session:
            version = session.get_one(ChangeDocument, change_id).version
        basis = "涉及疏散与防火分隔" if flag == "major_review" else "不涉及强制性条文及审查内容"
        with self._database.write(self._people["designer"]) as tx:
            state_class(tx, StateClass(change_id, version, (flag,), basis))


def _box(x0: int, y0: int, x1: int, y1: int) -> tuple[int, int, int, int]:
    return x0 * 1_000, y0 * 1_000, x1 * 1_000, y1 * 1_000
