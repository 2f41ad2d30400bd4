"""What killed readers leave behind."""

import os
import time
from datetime import timedelta
from pathlib import Path

from app.files.scratch import sweep_scratch

DAY = timedelta(days=1)


def _age(path: Path, by: timedelta) -> None:
    then = time.time() - by.total_seconds()
    os.utime(path, (then, then), follow_symlinks=False)


def test_the_folder_of_a_killed_reader_goes_after_a_day_and_that_of_a_living_one_stays(tmp_path: Path):
    scratch = tmp_path / "scratch"
    (scratch / "dead" / "out" / "tiles").mkdir(parents=True)
    (scratch / "dead" / "out" / "tiles" / "0.webp").write_bytes(b"x")
    (scratch / "alive" / "out").mkdir(parents=True)
    _age(scratch / "dead", DAY * 2)
    assert sweep_scratch(scratch, DAY) == ["dead"]
    assert [p.name for p in scratch.iterdir()] == ["alive"]


def test_sweeping_never_follows_a_link_out_of_the_folder(tmp_path: Path):
    scratch, outside = tmp_path / "scratch", tmp_path / "outside"
    scratch.mkdir()
    outside.mkdir()
    (outside / "kept").write_bytes(b"x")
    (scratch / "link").symlink_to(outside)
    _age(scratch / "link", DAY * 2)
    assert sweep_scratch(scratch, DAY) == ["link"]
    assert (outside / "kept").exists()
