"""Marks of the demonstration: what parties say on the school's sheets, with answers, through the acts people use."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.kernel.actor import Actor
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.markups.actions.marks import DrawMark, draw_mark
from app.markups.actions.threads import (
    AssignMark,
    CommentMark,
    MoveMark,
    assign_mark,
    comment_mark,
    move_mark,
)

BASIS = {"name": "工程洽商记录", "date": "2026-04-20", "number": "洽-012", "clause": "第 1 条"}


class DemoMarks:
    """Draws on one revision after the other, minutes apart."""

    def __init__(self, database: Database, clock: SteppedClock, people: Mapping[str, Actor]) -> None:
        self._database = database
        self._clock = clock
        self._people = people

    def on_first_issue(self, revisions: Sequence[str]) -> None:
        """On the issue that is later replaced: some of it waits to be carried to the newer."""
        plan = revisions[0]
        wall = "②~③轴隔墙位置与建筑使用功能表不一致，请核实"
        self._draw("supervisor", plan, "cloud", _box(232, 262, 272, 348), text=wall)
        self._draw("supervisor", plan, "cloud", _box(612, 160, 668, 220), text="楼梯间净宽请复核 1.65 m")
        self._draw(
            "supervisor",
            plan,
            "rectangle",
            [[[100_000, 285_000], [130_000, 345_000]]],
            text="卫生间降板标高？",
        )
        ring = _draw_ring(540, 290, 40)
        self._draw("contractor", plan, "markup_ring", ring, colour="green", text="已按洽商施工", basis=BASIS)

    def on_second_issue(self, revisions: Sequence[str]) -> None:
        """Questions, an answer, a settled thread, a party's own note, a measurement."""
        plan, other = revisions[0], revisions[1]
        cloud = self._draw(
            "contractor", plan, "cloud", _box(250, 260, 360, 330), text="隔墙与梁边尺寸不闭合，请设计明确"
        )
        self._say("contractor", cloud, "现场已放线，明日需要答复", ("designer",))
        self._assign("contractor", cloud, "designer")
        self._move("designer", cloud, "answer", "以本图标注为准，结构图下次修改时同步")
        self._draw("contractor", plan, "arrow", [[[460_000, 240_000], [400_000, 290_000]]], colour="blue")
        note = {"paths": [[[120_000, 470_000]]], "size": 7_000}
        own = self._draw(
            "supervisor", plan, "text", note, colour="purple", text="内部：旁站时复核此处", audience="party"
        )
        self._say("supervisor", own, "已列入旁站计划")
        stamp = {"paths": [[[560_000, 420_000], [620_000, 445_000]]], "stamp": "to_check"}
        self._draw("reviewer", plan, "stamp", stamp, text="疏散宽度计算书未附")
        measure = {"paths": [[[300_000, 200_000], [372_000, 200_000]]], "measure": "length", "scale": 100}
        self._draw("inspector", plan, "measurement", measure, colour="amber")
        box = self._draw(
            "owner", other, "rectangle", [[[200_000, 200_000], [320_000, 280_000]]], text="请补充做法"
        )
        self._move("lead", box, "answer", "做法见总说明第 5 条")
        self._move("owner", box, "resolve", "")

    def _draw(self, who: str, revision: str, kind: str, shape: Any, **more: Any) -> str:
        whole = shape if isinstance(shape, dict) else {"paths": shape}
        points = [p for path in whole["paths"] for p in path]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        anchor = {"type": "region", "x0": min(xs), "y0": min(ys), "x1": max(xs), "y1": max(ys)}
        self._clock.advance(timedelta(minutes=7))
        with self._database.write(self._people[who]) as tx:
            return draw_mark(tx, DrawMark(revision, kind, anchor, whole, **more))

    def _say(self, who: str, mark: str, text: str, mentions: Sequence[str] = ()) -> None:
        people = [str(self._people[name].person_id) for name in mentions]
        with self._database.write(self._people[who]) as tx:
            comment_mark(tx, CommentMark(mark, text, people))

    def _assign(self, who: str, mark: str, to: str) -> None:
        with self._database.write(self._people[who]) as tx:
            assign_mark(tx, AssignMark(mark, self._people[to].person_id))

    def _move(self, who: str, mark: str, event: str, comment: str) -> None:
        self._clock.advance(timedelta(minutes=30))
        with self._database.write(self._people[who]) as tx:
            move_mark(tx, MoveMark(mark, event, comment))


def _box(x0: int, y0: int, x1: int, y1: int) -> list[list[list[int]]]:
    """A polygon around a box, from mm."""
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return [[[x * 1_000, y * 1_000] for x, y in corners]]


def _draw_ring(x: int, y: int, radius: int) -> list[list[list[int]]]:
    """A ring of eight points, from mm."""
    turns = ((2, 0), (1, 1), (0, 2), (-1, 1), (-2, 0), (-1, -1), (0, -2), (1, -1))
    return [[[x * 1_000 + dx * radius * 500, y * 1_000 + dy * radius * 500] for dx, dy in turns]]
