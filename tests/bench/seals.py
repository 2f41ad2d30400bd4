"""Sealing real A1 sheets: ``python -m tests.bench.seals [--full]``, a figure a line.

Seals per second of one process and of two, at B-B, B-T and B-LTA, with software keys and a time stamping authority in the
same process; bytes per seal; where the time goes. ``--full`` seals 500 sheets, else as many as take two minutes.
"""

import cProfile
import multiprocessing
import os
import pstats
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from app.seals.demo_pki import DemoAuthority, Issued
from app.seals.rules import Level, SealKind
from app.seals.sealing.appearance.seals import RoundSeal, draw_round
from app.seals.sealing.evidence import demo_evidence
from app.seals.sealing.fields import Field, place_fields
from app.seals.sealing.keys import KeySealer
from app.seals.sealing.pades import Act, Desk
from app.seals.sealing.places import Wish, find_places
from app.seals.sealing.preparing import make_ready
from tests.samples import SAMPLES

SHEETS = 500 if "--full" in sys.argv else 100
LEVELS = (Level.B, Level.T, Level.LTA)
AIM = {Level.B: 100, Level.LTA: 20}
"""Sheets a second, two processes."""
WISHES = [
    Wish("issue", SealKind.ISSUE),
    Wish("review", SealKind.REVIEW),
    Wish("as-built", SealKind.AS_BUILT, is_last=True),
]
PICTURE = draw_round(RoundSeal("一套图演示建筑设计研究院", "出图专用章", "3301060123456")).picture()


def say(what: str, value: object) -> None:
    print(f"{what}: {value}", flush=True)


def real_sheets(folder: Path) -> list[Path]:
    """Real sheets made ready, with fields for their seals."""
    names = (
        sorted((SAMPLES / "annex" / "pdf").glob("*-[4-6]-0*.pdf"))[:12] or sorted(SAMPLES.rglob("*.pdf"))[:6]
    )
    if not names:
        sys.exit("no sample drawings (set ONESET_SAMPLES)")
    made, spent = [], [0.0, 0.0]
    for number, source in enumerate(names):
        path = folder / f"ready-{number}.pdf"
        start = time.process_time()
        pages = make_ready(source, path).pages
        spent[0] += time.process_time() - start
        start = time.process_time()
        fields = find_places(path, WISHES).fields or [
            Field("issue", SealKind.ISSUE, (100, 100, 213.4, 213.4))
        ]
        spent[1] += time.process_time() - start
        if pages == 1 and any(field.name == "issue" for field in fields):
            path.write_bytes(place_fields(path.read_bytes(), fields))
            made.append(path)
    say(f"make ready, CPU s a sheet ({len(names)} real sheets)", f"{spent[0] / len(names):.2f}")
    say("find places, CPU s a sheet", f"{spent[1] / len(names):.2f}")
    say("size of a sheet, KiB, mean", sum(path.stat().st_size for path in made) // len(made) // 1024)
    return made


def desk_for(authority: DemoAuthority, issued: Issued, level: Level) -> Desk:
    sealer = KeySealer(issued.key, issued.asn1, [authority.issuing.asn1])
    return Desk(sealer, level, demo_evidence(authority))


def seal_all(desk: Desk, sheets: list[Path], folder: Path, numbers: range) -> float:
    """Seal so many sheets; CPU seconds."""
    start = time.process_time()
    for number in numbers:
        desk.seal(sheets[number % len(sheets)], folder / f"sealed-{os.getpid()}.pdf", Act("issue", PICTURE))
    return time.process_time() - start


def _apart(
    authority: DemoAuthority,
    issued: Issued,
    level: Level,
    sheets: list[Path],
    folder: Path,
    numbers: range,
    ready: Any,
) -> None:
    desk = desk_for(authority, issued, level)
    seal_all(desk, sheets, folder, range(2))
    ready.wait()
    seal_all(desk, sheets, folder, numbers)


def two_processes(
    authority: DemoAuthority, issued: Issued, level: Level, sheets: list[Path], folder: Path, count: int
) -> float:
    """Seals per second of two processes that have begun already."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(3)
    started = [
        context.Process(target=_apart, args=(authority, issued, level, sheets, folder, half, ready))
        for half in (range(0, count, 2), range(1, count, 2))
    ]
    for process in started:
        process.start()
    ready.wait()
    start = time.perf_counter()
    for process in started:
        process.join()
        if process.exitcode:
            sys.exit("a sealing process failed")
    return count / (time.perf_counter() - start)


def where_time_goes(desk: Desk, sheets: list[Path], folder: Path) -> None:
    """The dearest functions by their own time, grouped by package."""
    profile = cProfile.Profile()
    profile.runcall(seal_all, desk, sheets, folder, range(len(sheets)))
    spent: dict[str, float] = {}
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        parts = Path(file).parts
        package = (
            parts[parts.index("site-packages") + 1]
            if "site-packages" in parts
            else "app"
            if "seals" in parts
            else ""
        )
        if not package:
            package = name.strip("<>").split(" of ")[0] if file == "~" else "python"
        spent[package] = spent.get(package, 0.0) + own
    whole = sum(spent.values())
    dearest = sorted(spent.items(), key=lambda item: -item[1])[:6]
    say(
        f"  time at {desk.level.value}",
        ", ".join(f"{name[:44]} {100 * own / whole:.0f} %" for name, own in dearest),
    )


def main() -> None:
    authority = DemoAuthority.found(datetime.now(UTC) - timedelta(days=1))
    keys = {
        "P-256": authority.issue("张结构", "演示设计院"),
        "RSA-2048": authority.issue("李建筑", "演示设计院", key=rsa.generate_private_key(65537, 2048)),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheets = real_sheets(folder)
        for key, issued in keys.items():
            for level in LEVELS:
                count = SHEETS if level is Level.B or SHEETS > 100 else SHEETS // 2
                desk = desk_for(authority, issued, level)
                grown = [
                    desk.seal(sheet, folder / "once.pdf", Act("issue", PICTURE)).grown for sheet in sheets
                ]
                start = time.perf_counter()
                spent = seal_all(desk, sheets, folder, range(count))
                one = count / (time.perf_counter() - start)
                two = two_processes(authority, issued, level, sheets, folder, count)
                aim = f", aim {AIM[level]}" if level in AIM else ""
                say(
                    f"{key} {level.value}",
                    f"{one:.0f} seals/s by one process, {two:.0f} by two{aim} (ratio {two / one:.2f}); "
                    f"CPU {1000 * spent / count:.1f} ms and {sum(grown) / len(grown) / 1024:.1f} KiB a seal",
                )
                if key == "P-256":
                    where_time_goes(desk, sheets, folder)
        say("of each seal, its picture, KiB", f"{len(PICTURE.packed) / 1024:.1f}")


if __name__ == "__main__":
    main()
