"""How fast search answers and indexes, on sheets made up from a fixed seed.

``python -m tests.bench.search`` measures Whoosh with ten projects of 10,000 sheets (questions inside one project),
PostgreSQL with 100,000 sheets in one index, and how both grow; ``--quick`` does a tenth of it. Times are those of
``index.search``: parsing, filtering, ranking and quoting, on a machine that does other things too; ``cpu`` is this
process's own work, which others cannot slow.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.kernel.clock import SystemClock
from app.kernel.db.transactions import Database
from app.kernel.ids import new_id
from app.search.contract import Kind, SearchDoc, SearchIndex, SearchQuery, VisibilityFilter, Window
from app.search.opening import open_index
from app.search.tokens import parse
from tests.peers import postgres

FLOORS = ["地下一层", "一层", "二层", "三层", "标准层", "屋顶层", "夹层", "机房层"]
PLACES = ["住宅楼", "教学楼", "地下车库", "门诊楼", "体育馆", "食堂", "宿舍", "综合楼"]
SUBJECTS = ["平面图", "立面图", "剖面图", "大样图", "配筋图", "系统图", "布置图", "详图", "总说明", "节点图"]
SYSTEMS = [
    "给水",
    "排水",
    "喷淋",
    "消火栓",
    "照明",
    "动力",
    "弱电",
    "空调",
    "防排烟",
    "梁",
    "板",
    "柱",
    "楼梯",
]
NOTES = [
    "混凝土强度等级C{n}", "钢筋采用HRB{n}", "防火门FM甲{n}", "比例1:{n}", "详见{d}-{n}", "保护层厚度{n}mm",
    "未注明的墙厚均为{n}", "做法详见图集{n}J", "电梯井道尺寸", "楼梯间加压送风", "预留洞口{n}x{n}", "KZ-{n} 箍筋加密区",
    "本图尺寸以毫米计", "标高以米计", "GB 50016-2014 建筑设计防火规范", "structural steel Q{n}B", "see detail {n}",
]  # fmt: skip
DISCIPLINES = ["建施", "结施", "水施", "电施", "暖施"]
QUESTIONS = {
    "frequent word": ["平面图", "混凝土", "比例", "防火"],
    "two words": ["一层 平面图", "教学楼 配筋图", "喷淋 系统图", "混凝土 -教学楼"],
    "words in text": ["楼梯间加压送风", "KZ-25", "HRB400", "建筑设计防火规范", "structural steel"],
    "phrase": ['"一层平面图"', '"see detail 7"', "地下车库喷淋系统图"],
    "one character": ["梯", "柱", "板"],
    "code": ["建施-0123", "gb50016", "结施 07"],
    "not there": ["龙门吊基础", "zzz"],
}
Times = dict[str, list[tuple[float, float]]]
STATES = ["released"] * 7 + ["draft", "issued", "void"]


def sheets(project_id: str, count: int, seed: int) -> Iterator[list[SearchDoc]]:
    """Made-up sheets in chunks of a thousand; the same for the same seed."""
    chance = random.Random(seed)
    chunk: list[SearchDoc] = []
    for n in range(count):
        discipline = chance.choice(DISCIPLINES)
        title = (
            chance.choice(PLACES) + chance.choice(FLOORS) + chance.choice(SYSTEMS) + chance.choice(SUBJECTS)
        )
        lines = tuple(
            chance.choice(NOTES).format(n=chance.randint(1, 500), d=discipline)
            for _ in range(chance.randint(5, 30))
        )
        state = chance.choice(STATES)
        until = 2**62 if state == "released" else 0
        chunk.append(
            SearchDoc(
                id=f"{project_id}-{n:06}", kind=Kind.SHEET, project_id=project_id,
                subject_id=f"{project_id}/{n:06}", number=f"{discipline}-{n:04}", title=title, rev_label="A", rev_seq=1,
                place=f"building{chance.randint(1, 9)}", discipline=discipline, party_id=f"party{n % 3}",
                state=state, sort_key=f"{discipline}{n:06}", holds_until=until, lines=lines,
            )
        )  # fmt: skip
        if len(chunk) == 1000:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def fill(index: SearchIndex, project_id: str, count: int, seed: int) -> float:
    """Index a project of made-up sheets; returns seconds."""
    began = time.perf_counter()
    with index.rebuild(project_id) as put:
        for chunk in sheets(project_id, count, seed):
            put(chunk)
    return time.perf_counter() - began


def seen_by(project_ids: tuple[str, ...]) -> VisibilityFilter:
    """What a designer with two buildings sees: all of his own party there, and everything released."""
    released = frozenset({"released", "void"})
    return VisibilityFilter(
        sheets=tuple(
            window
            for p in project_ids
            for window in (
                Window(p, states=released),
                Window(p, places=frozenset({"building1", "building2"}), parties=frozenset({"party1"})),
            )
        )
    )


def measure(index: SearchIndex, projects: list[tuple[str, ...]], rounds: int) -> Times:
    """Milliseconds by kind of question, by the clock and of this process; each round asks other projects."""
    times: Times = {kind: [] for kind in QUESTIONS}
    for turn in range(rounds):
        chosen = projects[turn % len(projects)]
        for kind, texts in QUESTIONS.items():
            for text in texts:
                began, busy = time.perf_counter(), time.process_time()
                index.search(SearchQuery(parse(text), chosen, seen_by(chosen), now=1))
                worked = time.process_time() - busy
                times[kind].append(((time.perf_counter() - began) * 1000, worked * 1000))
    return times


def report(name: str, times: Times) -> None:
    """Print p50, p95 and the slowest, by kind and over all."""
    print(f"\n{name}")
    for kind, values in [*times.items(), ("all", [v for vs in times.values() for v in vs])]:
        taken, worked = (sorted(column) for column in zip(*values, strict=True))
        late = min(len(taken) - 1, int(len(taken) * 0.95))
        print(
            f"  {kind:16} p50 {statistics.median(taken):7.1f}  p95 {taken[late]:7.1f}  max {taken[-1]:7.1f} ms"
            f"   cpu p50 {statistics.median(worked):7.1f}  p95 {worked[late]:7.1f} ms"
        )


def bench_whoosh(folder: Path, count: int, projects: int, rounds: int, growth: list[int]) -> None:
    """Inside one project of many, and by size of the project."""
    database = Database(f"sqlite:///{folder / 'bench.db'}", SystemClock())
    index = open_index(f"whoosh://{folder / 'whoosh'}", database)
    ids = [new_id() for _ in range(projects)]
    seconds = sum(fill(index, p, count, seed) for seed, p in enumerate(ids))
    size = sum(f.stat().st_size for f in (folder / "whoosh").rglob("*") if f.is_file())
    print(
        f"whoosh: {projects} x {count:,} sheets, {projects * count / seconds:,.0f} sheets/s, {size >> 20} MiB"
    )
    measure(index, [(p,) for p in ids], len(ids))
    report("whoosh, inside one project", measure(index, [(p,) for p in ids], rounds))
    everywhere = measure(index, [tuple(ids)], 2)
    report(f"whoosh, across {projects} projects", everywhere)
    times = []
    for chunk in list(sheets(ids[0], 20, 99))[:1]:
        for doc in chunk:
            began = time.perf_counter()
            index.replace(ids[0], [doc.subject_id], [doc])
            times.append((time.perf_counter() - began) * 1000)
    print(f"  one changed sheet: p50 {statistics.median(times):.0f} ms to write")
    for size_now in growth:
        project = new_id()
        fill(index, project, size_now, 7)
        measure(index, [(project,)], 1)
        report(f"whoosh, one project of {size_now:,}", measure(index, [(project,)], 3))
    index.close()
    database.dispose()


def bench_postgres(count: int, projects: int, rounds: int, growth: list[int]) -> None:
    """Everything in one index: inside one project, and across all; by size."""
    url = postgres.new_database()
    database = Database(url, SystemClock())
    index = open_index("postgresql:", database)
    for size_now in [*growth, count]:
        ids = [new_id() for _ in range(projects)]
        seconds = sum(fill(index, p, size_now // projects, seed) for seed, p in enumerate(ids))
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("vacuum analyze search_index_docs")
        print(f"\npostgresql: {size_now:,} sheets in {projects} projects, {size_now / seconds:,.0f} sheets/s")
        measure(index, [tuple(ids)], 1)
        report(f"postgresql, across all {size_now:,}", measure(index, [tuple(ids)], rounds))
        report("postgresql, inside one project", measure(index, [(p,) for p in ids], rounds))
        index.forget(())
    database.dispose()
    postgres.drop_database(url)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--only", choices=["whoosh", "postgresql"])
    given = parser.parse_args()
    scale = 10 if given.quick else 1
    if given.only != "postgresql":
        with tempfile.TemporaryDirectory(prefix="oneset-bench-") as folder:
            bench_whoosh(Path(folder), 10_000 // scale, 10 // min(scale, 5), 10, [1_000])
    if given.only != "whoosh":
        bench_postgres(100_000 // scale, 10, 10, [1_000, 10_000] if scale == 1 else [1_000])


if __name__ == "__main__":
    main()
