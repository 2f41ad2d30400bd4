"""Papers and tables of a large case. ``python -m tests.bench.review_papers [--quick]``, a figure per line.

300 sheets, 500 opinions, a library of 20,000 clauses. Issue 4 asks for tables under 5 s both ways.
"""

import random
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.review.actions.library import ImportClauses, import_clauses
from app.review.actions.opinion_imports import ImportOpinions, import_opinions
from app.review.facts import sheets_of_case
from app.review.library_table import ClauseLine, clauses_xlsx, read_clauses
from app.review.opinion_export import opinions_xlsx
from app.review.opinion_table import FIELDS, read_opinions
from app.review.papers.opinions import PaperOrder, opinion_notice, reply_sheet
from app.review.queries.library import library_for, search_clauses
from app.review.queries.opinions import opinions_of
from app.review.queries.papers import case_paper
from app.review.workbook import Page, workbook
from tests.bench.as_of import milliseconds, opened
from tests.review.cases import act, in_first_review, issued, reviewed_world, with_opinions_issued
from tests.world import World

LIMIT = 5.0
"""Seconds for a table, in or out."""
WORDS = (
    "疏散门净宽不应小于走道楼梯间防火墙耐火极限建筑高度大于住宅公共宜可采用钢筋混凝土结构抗震等级剪力墙配筋率给水排水管道通风空调"
    "电气照明应急消防水泵房设置符合下列规定图纸与设计说明门窗表不一致请核对并补充详图"
)
QUERIES = ("GB 50037", "gb500372013", "疏散门", "疏散净宽", "第3.2.1条", "走道 防火墙")
Answer = TypeVar("Answer")


def timed(name: str, work: Callable[[], Answer], late: list[str], limit: float = LIMIT) -> Answer:
    """Run once, print the seconds, remember what was too slow."""
    began = time.perf_counter()
    answer = work()
    took = time.perf_counter() - began
    print(f"{name:52} {took:6.2f} s")
    if took > limit:
        late.append(name)
    return answer


def said(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choice(WORDS) for _ in range(chance.randint(least, most)))


def library(chance: random.Random, count: int) -> list[ClauseLine]:
    """Made-up clauses of made-up standards."""
    return [
        ClauseLine(
            0, f"GB {50_000 + n // 200}-20{n % 20:02d}", f"示例规范第 {n // 200} 号",
            f"{n % 200 // 40 + 1}.{n % 40 // 8 + 1}.{n % 8 + 1}", said(chance, 40, 160), n % 5 == 0, "arch",
        )
        for n in range(count)
    ]  # fmt: skip


def opinions(chance: random.Random, count: int, sheets: int) -> bytes:
    """An agency's table."""
    kinds = ("必须修改", "建议修改", "强条")
    rows = [
        [
            str(n + 1), "建筑", f"建施-{n % sheets + 1:03d}", "C3", f"{n + 1}：{said(chance, 40, 120)}",
            f"《示例规范》GB {50_000 + n % 100}-2000 第{n % 5 + 1}.{n % 7 + 1}.{n % 8 + 1}条", kinds[n % 3],
            said(chance, 10, 40),
        ]
        for n in range(count)
    ]  # fmt: skip
    wanted = ("discipline", "number", "grid", "fact", "citation", "severity", "action")
    labels = {f.key: f.label for f in FIELDS}
    columns = [(labels["id"], 6), *((labels[key], 20) for key in wanted)]
    return workbook([Page("意见", columns, rows)], title="意见")


def clauses(kind: str, world: World, count: int, runs: int, late: list[str]) -> None:
    """The library: out, read, in, again, and found."""
    made = library(random.Random(1), count)
    data = timed(f"{kind} {count} clauses to XLSX, {count} rows", lambda: clauses_xlsx(made), late)
    began = time.perf_counter()
    table = timed(
        f"{kind} {count} clauses read from {len(data) / 1e6:.1f} MB", lambda: read_clauses(data), late
    )
    command = ImportClauses(world.project_id, table.lines)
    timed(
        f"{kind} {count} clauses into the library",
        lambda: act(world, "review_lead", lambda tx: import_clauses(tx, command)),
        late,
    )
    if time.perf_counter() - began > LIMIT:
        late.append(f"{kind}: reading and bringing in together")
    timed(
        f"{kind} {count} clauses again",
        lambda: act(world, "review_lead", lambda tx: import_clauses(tx, command)),
        late,
    )
    with world.database.read() as session:
        rights = rights_of(session, world.actor("reviewer"), world.database.clock.now())
        found = library_for(session, rights, world.project_id)
        for query in QUERIES:
            hits = len(search_clauses(session, found, query))
            took = milliseconds(lambda q=query: search_clauses(session, found, q), runs)
            print(f"{kind} search {query!r:24} {hits:3} found       {took}")


def tables(kind: str, world: World, count: int, sheets: int, late: list[str]) -> None:
    """Opinions: in, out, and on paper."""
    revisions = issued(world, *[f"建施-{n + 1:03d}" for n in range(sheets)])
    case_id = in_first_review(world, revisions)
    data = opinions(random.Random(2), count, sheets)

    def read() -> Any:
        with world.database.read() as session:
            return read_opinions(data, sheets_of_case(session, case_id))

    began = time.perf_counter()
    table = timed(f"{kind} {count} opinions read, {sheets} sheets", read, late)
    command = ImportOpinions(case_id, table.lines)
    report = timed(
        f"{kind} {count} opinions imported",
        lambda: act(world, "reviewer", lambda tx: import_opinions(tx, command)),
        late,
    )
    if len(report.made) != count:
        raise SystemExit(f"{count - len(report.made)} opinions did not come in")
    if time.perf_counter() - began > LIMIT:
        late.append(f"{kind}: reading and importing together")
    with_opinions_issued(world, case_id)
    now = world.database.clock.now()
    with world.database.read() as session:
        rights = rights_of(session, world.actor("owner"), now)
        zone = ZoneInfo("Asia/Shanghai")
        timed(
            f"{kind} {count} opinions to XLSX",
            lambda: opinions_xlsx(opinions_of(session, rights, case_id), zone, title="x"),
            late,
        )
        paper = timed(
            f"{kind} the case as a paper's values", lambda: case_paper(session, rights, case_id, now), late
        )
    order = PaperOrder(1, "", "https://oneset.example")
    notice = timed(f"{kind} opinion notice, PDF", lambda: opinion_notice(paper, order, now), late)
    timed(f"{kind} reply sheet, PDF", lambda: reply_sheet(paper, order, now), late)
    print(f"{kind} the notice has {len(notice) / 1e6:.2f} MB")


def report(kind: str, database: Database, *, is_quick: bool, late: list[str]) -> None:
    """All figures of one database."""
    world = reviewed_world(database)
    clauses(kind, world, 2_000 if is_quick else 20_000, 5, late)
    tables(kind, world, 50 if is_quick else 500, 30 if is_quick else 300, late)


def main() -> int:
    """Print all figures; 1 when one is over its limit."""
    late: list[str] = []
    for kind in ("sqlite", "postgresql"):
        with opened(kind) as database:
            report(kind, database, is_quick="--quick" in sys.argv, late=late)
    for name in late:
        print(f"over {LIMIT:.0f} s: {name}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
