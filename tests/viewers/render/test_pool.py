import os
import signal
import threading
import time

import pikepdf
import psutil
import pytest

from tests.viewers.render.pdf_samples import (
    deflate_bomb,
    form_bomb,
    line,
    many_pages,
    nested_pages,
    one_page,
    text_at,
    write_pdf,
)
from viewers.render.manifest import SourceKind
from viewers.render.pool import Limits, RenderCrashed, RenderError, RenderPool, RenderRefused, RenderTimeout

MIB = 1 << 20
TIGHT = Limits(memory=1024 * MIB, page_cpu=5, total_cpu=20, inspect_wall=30, tile_wall=10)

SLOW = "0 0 m 1684 1190 l 1684 0 l f " * 30_000
"""Minutes of filling half the page again and again."""


def code_of(act) -> str:
    """How an act ended: the code of its error, or ``read``."""
    try:
        act()
    except RenderError as error:
        return error.code
    return "read"


@pytest.fixture
def make_pool(tmp_path):
    made = []

    def make(workers=1, limits=TIGHT, roots=None) -> RenderPool:
        pool = RenderPool(
            workers=workers, limits=limits, read_roots=roots or [tmp_path], scratch=tmp_path / "scratch"
        )
        made.append(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


def sheet(tmp_path, name="good.pdf", pages=1):
    return write_pdf(
        tmp_path / name, *[text_at(60, 60, f"A-10{i}") + line(0, 9, 99, 9) for i in range(pages)]
    )


def test_a_sheet_is_inspected_split_and_drawn_through_the_pool(make_pool, tmp_path):
    pool = make_pool()
    source = sheet(tmp_path, pages=2)
    manifest = pool.inspect(source, tmp_path / "out")
    assert (manifest.kind, len(manifest.pages), manifest.pages[1].text_runs) == (SourceKind.PDF, 2, 1)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "manifest.json",
        "text",
        "rules",
        "thumb",
        "tiles",
    }
    files = pool.split(source, tmp_path / "split")
    assert [f.name for f in files] == ["0000.pdf", "0001.pdf"]
    assert pool.tile(files[1], 0, 0, 0, 0)[8:12] == b"WEBP"
    assert pool.crop(source, 1, (50_000, 50_000, 90_000, 70_000), 300).startswith(b"\x89PNG")


HOSTILE = {
    "deflate bomb": deflate_bomb,
    "deflate bomb in a form": form_bomb,
    "100,000 nested page nodes": lambda: nested_pages(100_000),
    "a hundred million pages in ten objects": many_pages,
    "100,000 nested arrays": lambda: one_page(b"[" * 100_000),
    "100,000 saved states": lambda: one_page(b"q " * 100_000),
    "a page of a million kilometres": lambda: one_page(b"0 0 m 1e9 1e9 l S", box=b"[0 0 1e15 1e15]"),
    "a page that is not a number": lambda: one_page(b"", box=b"[0 0 nan inf]"),
    "a page without area": lambda: one_page(b"", box=b"[5 5 5 5]"),
    "truncated in the middle": lambda: one_page(b"0 0 m 9 9 l S " * 5000)[:20_000],
    "header and nothing": lambda: b"%PDF-1.7\n",
    "a catalogue of itself": lambda: one_page(b"").replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
    "a dash of nothing over a kilometre": lambda: one_page(b"[1e-9 1e-9] 0 d 0 0 m 1e6 1e6 l S " * 50),
    "zeros": lambda: b"%PDF-1.4\n" + bytes(5 * MIB),
}

READ, REFUSED = {"read"}, {"pdf-unreadable"}
ENDINGS = dict.fromkeys(HOSTILE, READ | REFUSED) | {
    "deflate bomb": {"over-expansion"},
    "deflate bomb in a form": {"over-expansion"},
    "truncated in the middle": REFUSED,
    "header and nothing": REFUSED,
    "zeros": REFUSED,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_ends_cleanly_within_the_limits_and_harms_no_other(make_pool, tmp_path, name):
    pool = make_pool()
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(HOSTILE[name]())
    started = time.monotonic()
    ending = code_of(lambda: pool.inspect(bad, tmp_path / "out"))
    seconds = time.monotonic() - started
    print(f"{name}: {ending} in {seconds:.1f} s, {bad.stat().st_size:,} bytes")
    assert ending in ENDINGS[name]
    assert seconds < TIGHT.inspect_wall
    assert code_of(lambda: pool.tile(bad, 0, 0, 0, 0)) != "render-timeout"
    assert pool.inspect(sheet(tmp_path), tmp_path / "after").pages[0].text_runs == 1
    assert pool.tile(sheet(tmp_path), 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90\x00", "unknown-format"),
        (b"", "unknown-format"),
        (b"%PDF-1.7\n", "pdf-unreadable"),
        (b"\x89PNG\r\n\x1a\n", "image-unreadable"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_a_code(make_pool, tmp_path, content, code):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(RenderRefused) as refusal:
        make_pool().inspect(tmp_path / "a", tmp_path / "out")
    assert refusal.value.code == code


def test_an_encrypted_file_is_refused(make_pool, tmp_path):
    with pikepdf.open(sheet(tmp_path)) as pdf:
        pdf.save(tmp_path / "b.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(RenderRefused) as refusal:
        make_pool().inspect(tmp_path / "b.pdf", tmp_path / "out")
    assert refusal.value.code == "pdf-encrypted"


def test_cpu_over_the_limit_is_a_refusal_that_names_the_page(make_pool, tmp_path):
    slow = write_pdf(tmp_path / "slow.pdf", "", SLOW)
    pool = make_pool(limits=Limits(page_cpu=1, total_cpu=20, inspect_wall=30))
    with pytest.raises(RenderRefused) as refusal:
        pool.inspect(slow, tmp_path / "out")
    assert (refusal.value.code, refusal.value.detail["page"]) == ("over-cpu", 1)


def test_the_wall_clock_kills(make_pool, tmp_path):
    pool = make_pool()
    pool.inspect(sheet(tmp_path), tmp_path / "warm-up")
    started = time.monotonic()
    slow = write_pdf(tmp_path / "slow.pdf", SLOW)
    with pytest.raises(RenderTimeout) as end:
        pool.inspect(slow, tmp_path / "out", timeout=0.5)
    assert end.value.code == "render-timeout"
    assert time.monotonic() - started < 5


def test_output_over_the_limit_is_refused(make_pool, tmp_path):
    pool = make_pool(limits=Limits(output=1000))
    with pytest.raises(RenderRefused) as refusal:
        pool.inspect(sheet(tmp_path), tmp_path / "out")
    assert refusal.value.code == "over-output"


def test_a_killed_tile_worker_is_replaced(make_pool, tmp_path):
    pool = make_pool()
    source = sheet(tmp_path)
    first = pool.tile(source, 0, 0, 0, 0)
    (worker,) = pool._tiles._idle
    os.kill(worker.process.pid, signal.SIGSEGV)
    worker.process.wait()
    with pytest.raises(RenderCrashed) as crash:
        pool.tile(source, 0, 0, 0, 0)
    assert crash.value.detail["signal"] == "SIGSEGV"
    assert pool.tile(source, 0, 0, 0, 0) == first


def test_a_tile_never_waits_behind_an_inspection(make_pool, tmp_path):
    pool = make_pool(workers=1, limits=Limits(page_cpu=8, inspect_wall=20))
    source = sheet(tmp_path)
    pool.tile(source, 0, 0, 0, 0)
    slow = write_pdf(tmp_path / "slow.pdf", SLOW)
    ended = []

    def inspect() -> None:
        try:
            pool.inspect(slow, tmp_path / "out", timeout=4)
        except RenderError as error:
            ended.append(error.code)

    thread = threading.Thread(target=inspect)
    thread.start()
    time.sleep(1)
    waits = []
    for x in range(3):
        started = time.monotonic()
        pool.tile(source, 0, 1, x, 0)
        waits.append(time.monotonic() - started)
    assert thread.is_alive()
    assert max(waits) < 1.0
    thread.join()
    assert ended == ["render-timeout"]


def test_tiles_of_one_document_prefer_the_worker_that_has_it_open(make_pool, tmp_path):
    pool = make_pool(workers=2)
    a, b = sheet(tmp_path, "a.pdf"), sheet(tmp_path, "b.pdf")
    threads = [threading.Thread(target=pool.tile, args=(s, 0, 0, 0, 0)) for s in (a, b)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(10):
        pool.tile(a, 0, 0, 0, 0)
        pool.tile(b, 0, 0, 0, 0)
    held = [worker.held for worker in pool._tiles._idle]
    assert sum(map(len, held)) == 2, held


def test_many_threads_get_the_right_tiles(make_pool, tmp_path):
    pool = make_pool(workers=2)
    sources = [sheet(tmp_path, f"{i}.pdf") for i in range(4)]
    wanted = {(i, x): pool.tile(s, 0, 1, x, 1) for i, s in enumerate(sources) for x in range(3)}
    wrong = []

    def draw(seed) -> None:
        for n in range(12):
            i, x = (seed + n) % 4, (seed * n) % 3
            if pool.tile(sources[i], 0, 1, x, 1) != wanted[i, x]:
                wrong.append((i, x))

    threads = [threading.Thread(target=draw, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(pool._tiles._idle) <= 2


def test_a_changed_file_is_not_answered_from_the_old_one(make_pool, tmp_path):
    pool = make_pool()
    path = write_pdf(tmp_path / "a.pdf", "0 g 0 0 2000 2000 re f")
    black = pool.tile(path, 0, 0, 0, 0)
    write_pdf(tmp_path / "b.pdf", "").replace(path)
    assert pool.tile(path, 0, 0, 0, 0) != black


def test_a_tile_worker_forgets_documents_rather_than_grow(make_pool, tmp_path):
    pool = make_pool(limits=Limits(documents=2))
    for i in range(5):
        pool.tile(sheet(tmp_path, f"{i}.pdf"), 0, 0, 0, 0)
    (worker,) = pool._tiles._idle
    assert len(worker.held) == 2
    small = make_pool(limits=Limits(tile_memory=1))
    assert small.tile(sheet(tmp_path), 0, 0, 0, 0)
    assert not small._tiles._idle  # it answered, said that it is too big, and left


def test_nothing_outside_the_read_roots_is_ever_opened(make_pool, tmp_path):
    (tmp_path / "root").mkdir()
    outside = sheet(tmp_path)
    (tmp_path / "root" / "link.pdf").symlink_to(outside)
    pool = make_pool(roots=[tmp_path / "root"])
    for path in (outside, tmp_path / "root" / "link.pdf", tmp_path / "root" / ".." / "good.pdf"):
        with pytest.raises(PermissionError):
            pool.tile(path, 0, 0, 0, 0)
        with pytest.raises(PermissionError):
            pool.inspect(path, tmp_path / "out")


def test_an_output_folder_in_use_is_not_written_to(make_pool, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text("{}")
    with pytest.raises(FileExistsError):
        make_pool().inspect(sheet(tmp_path), tmp_path / "out")


def test_closing_leaves_no_child_behind(make_pool, tmp_path):
    before = {
        child.pid for child in psutil.Process().children(recursive=True)
    }  # of other tests of this process
    pool = make_pool()
    pool.inspect(sheet(tmp_path), tmp_path / "out")
    pool.tile(sheet(tmp_path), 0, 0, 0, 0)
    mine = [c for c in psutil.Process().children(recursive=True) if c.pid not in before]
    assert len(mine) >= 2  # a tile worker and the stem it was forked from
    pool.close()
    assert not any(c.is_running() for c in mine)
    with pytest.raises(RenderCrashed):
        pool.tile(sheet(tmp_path), 0, 0, 0, 0)
