"""The indexer: nothing lost by a killed writer, and a rebuilt index answers like a fed one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.drawings.models import Sheet
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.outbox import SearchOutbox
from app.search.contract import Progress, UnknownIndex
from app.search.indexer import reindex
from app.search.opening import open_index
from tests.search.shelf import Shelf

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import sys
from app.files.derived import DerivedFiles
from app.kernel.clock import SystemClock
from app.kernel.db.transactions import Database
from app.search import indexer
from app.search.opening import open_index
from storage import open_store
indexer.BATCH = 7
database = Database(sys.argv[1], SystemClock())
print("ready", flush=True)
indexer.drain(database, open_index(sys.argv[2], database), DerivedFiles(open_store(sys.argv[3])))
"""


def _outbox(shelf: Shelf) -> int:
    with shelf.database.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(SearchOutbox)).scalar_one()


def _mark_all(shelf: Shelf) -> None:
    with shelf.database.write(SYSTEM) as tx:
        for sheet_id, project_id in tx.session.execute(sa.select(Sheet.id, Sheet.project_id)).all():
            tx.changed(project_id, "sheet", sheet_id)


def _answers(shelf: Shelf) -> list[object]:
    questions = ("平面图", "梯", "一层 平面图", "kz7", '"see detail 3"', "平面图 -一层", "教学楼", "滨河小学")
    return [shelf.ask(q, who, limit=200) for q in questions for who in ("owner", "designer", "contractor")]


def _fill(shelf: Shelf, count: int) -> None:
    for n in range(count):
        floor = "一二三四五"[n % 5]
        text = ("楼梯间" if n % 3 else "电梯", f"KZ-{n}", f"see detail {n % 7}")
        state = "draft" if n % 4 == 0 else "released"
        shelf.add(f"建施-{n:03}", f"{floor}层平面图", text, state=state)


@pytest.mark.slow
def test_a_writer_killed_ten_times_damages_nothing_and_misses_nothing(shelf: Shelf, tmp_path: Path):
    _fill(shelf, 60)
    shelf.drain()
    before = _answers(shelf)
    kills = 0
    for attempt in range(40):
        if kills == 10:
            break
        _mark_all(shelf)
        shelf.add(f"电施-{attempt:03}", "照明系统图", ("新灯具",))
        arguments = [shelf.database.url, shelf.index.url, f"file://{tmp_path / 'store'}"]
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
        time.sleep(0.02 + 0.03 * (attempt % 10))
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            kills += 1
        child.wait()
        child.stdout.close()
        assert _answers(shelf) == before, "what was answered before is answered while the writer lies dead"
    assert kills == 10
    shelf.drain()
    assert _outbox(shelf) == 0
    assert _answers(shelf) == before
    assert shelf.ask("新灯具", limit=100).total == attempt


def test_a_rebuilt_index_answers_like_the_one_that_was_fed(shelf: Shelf):
    for n in range(12):
        _fill_one(shelf, n)
        shelf.drain()
    fed = _answers(shelf)
    assert any(r.total for r in fed)
    steps: list[Progress] = []
    assert reindex(shelf.database, shelf.index, shelf.derived, progress=steps.append) == 12 + 2 + 1
    assert _answers(shelf) == fed
    assert (steps[-1].done, steps[-1].total) in ((12, 12), (0, 0))
    assert reindex(shelf.database, shelf.index, shelf.derived, project_id=shelf.world.project_id) == 14
    assert _answers(shelf) == fed


def _fill_one(shelf: Shelf, n: int) -> None:
    shelf.add(f"建施-{n:03}", f"{'一二三'[n % 3]}层平面图", ("楼梯间", f"KZ-{n}"))


def test_what_stood_before_answers_while_a_rebuild_runs_and_after_it_fails(shelf: Shelf):
    _fill(shelf, 5)
    shelf.drain()
    before = _answers(shelf)

    class Unplugged(Exception):  # noqa: N818
        pass

    def interrupted() -> None:
        with shelf.index.rebuild(shelf.world.project_id) as put:
            put([])
            assert _answers(shelf) == before
            raise Unplugged

    with pytest.raises(Unplugged):
        interrupted()
    assert _answers(shelf) == before


def test_only_one_writer_at_a_time_and_the_other_does_nothing(shelf: Shelf):
    _fill(shelf, 3)
    with shelf.index.exclusive() as is_ours:
        assert is_ours
        assert shelf.drain() == 0
    assert _outbox(shelf) > 0
    assert shelf.drain() > 0
    assert _outbox(shelf) == 0


def test_a_row_that_arrives_during_indexing_is_not_forgotten(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    _fill(shelf, 2)
    replace = shelf.index.replace
    late = []

    def with_an_act_in_between(*given: object) -> None:
        if not late:
            late.append(shelf.add("建施-900", "迟到平面图"))
        replace(*given)

    shelf.drain()
    shelf.add("建施-100", "平面图")
    monkeypatch.setattr(shelf.index, "replace", with_an_act_in_between)
    shelf.drain()
    assert shelf.numbers("迟到") == ["建施-900"]


def test_a_failed_write_keeps_the_rows_and_the_next_drain_serves_them(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    shelf.drain()
    shelf.add("建施-001", "平面图")
    with monkeypatch.context() as broken:

        def fail(*given: object) -> None:
            raise OSError("disk full")

        broken.setattr(shelf.index, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            shelf.drain()
    assert _outbox(shelf) == 1
    assert shelf.drain() == 1
    assert shelf.numbers("平面图") == ["建施-001"]


def test_a_sheet_that_is_gone_leaves_the_index(shelf: Shelf):
    _fill(shelf, 3)
    shelf.drain()
    (first, *_) = shelf.ask("平面图", "designer").hits
    shelf.index.replace(first.project_id, [first.id], [])
    assert first.id not in {h.id for h in shelf.ask("平面图", "designer").hits}


def test_an_unknown_scheme_is_an_error(database: Database):
    for url in ("", "whoosh://", "elastic://x", "postgresql://elsewhere/x"):
        with pytest.raises(UnknownIndex):
            open_index(url, database)
    if database.is_sqlite:
        with pytest.raises(UnknownIndex):
            open_index("postgresql:", database)


def _whoosh(shelf: Shelf, tmp_path: Path) -> Path:
    if not shelf.database.is_sqlite:
        pytest.skip("about the folder of the embedded driver")
    return tmp_path / "search" / shelf.world.project_id


def test_a_torn_index_is_said_to_be_torn_and_the_next_drain_builds_it_again(shelf: Shelf, tmp_path: Path):
    folder = _whoosh(shelf, tmp_path)
    _fill(shelf, 5)
    shelf.drain()
    before = _answers(shelf)
    for path in (folder / (folder / "CURRENT").read_text()).iterdir():
        if path.suffix == ".toc":
            path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(Refused, match="search-unavailable"):
        shelf.ask("平面图")
    shelf.add("水施-01", "给水图")
    shelf.drain()
    assert _answers(shelf) == before


def test_an_older_schema_is_built_again_and_old_builds_are_swept(shelf: Shelf, tmp_path: Path):
    folder = _whoosh(shelf, tmp_path)
    _fill(shelf, 5)
    shelf.drain()
    old = (folder / "CURRENT").read_text()
    (folder / old / "SCHEMA").write_text("0")
    assert not shelf.index.is_current(shelf.world.project_id)
    shelf.add("水施-01", "给水图")
    shelf.drain()
    assert shelf.index.is_current(shelf.world.project_id)
    assert [p.name for p in folder.iterdir() if p.is_dir()] == [(folder / "CURRENT").read_text()] != [old]
    assert shelf.numbers("平面图", "contractor") == ["建施-001", "建施-002", "建施-003"]
