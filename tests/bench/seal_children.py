"""Files made ready and judged in jailed children: ``python -m tests.bench.seal_children``, a figure a line.

Each file has a child of its own; forked from a stem, or started plainly, which loads its libraries every time.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from app.seals import jailing
from app.seals.demo_pki import DemoAuthority
from app.seals.rules import Level, Verdict
from app.seals.sealing.evidence import demo_evidence
from app.seals.sealing.jail import ready_file
from app.seals.sealing.keys import KeySealer
from app.seals.sealing.pades import Act, Desk
from app.seals.sealing.renewing import renew
from app.seals.verifying.jail import judge_file
from app.seals.verifying.trust import TrustList
from tests.bench.seals import PICTURE, WISHES, say
from tests.samples import SAMPLES
from viewers.render.stem import Stems

SHEETS = 20


class _NoStem:
    """As where there can be none."""

    used = (0.0, 0)

    def get(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + jailing.used()[0]


def _measure(name: str, work: Callable[[Path], object], files: list[Path]) -> None:
    work(files[0])  # the stem has its libraries after this
    start, spent = time.perf_counter(), _cpu()
    for file in files:
        work(file)
    wall, cpu = time.perf_counter() - start, _cpu() - spent
    with ThreadPoolExecutor(2) as two:
        start = time.perf_counter()
        list(two.map(work, files))
    both = time.perf_counter() - start
    say(
        name,
        f"{wall / len(files):.2f} s and {cpu / len(files):.2f} s of CPU a file; two at once {len(files) / both:.1f}/s",
    )


def main() -> None:
    """Print the figures."""
    sources = sorted((SAMPLES / "annex" / "pdf").glob("*.pdf"), key=lambda one: -one.stat().st_size)[:SHEETS]
    if not sources:
        sys.exit("no sample drawings (set ONESET_SAMPLES)")
    authority = DemoAuthority.found(datetime.now(UTC) - timedelta(days=1))
    issued, evidence = authority.issue("张结构", "演示设计院"), demo_evidence(authority)
    desk = Desk(KeySealer(issued.key, issued.asn1, [authority.issuing.asn1]), Level.LTA, evidence)
    trust = TrustList.of("bench", "1", [authority.root.asn1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def ready(source: Path) -> bool:
            layout = ready_file(source, folder / source.name, WISHES, may_add_margin=True).layout
            return any(one.field.name == "issue" and one.is_full_size for one in layout.placed)

        sources = [source for source in sources if ready(source)]
        _measure("made ready, from a stem", ready, sources)
        made = [folder / source.name for source in sources]
        say("sheets", len(made))
        for file in made:
            desk.seal(file, file, Act("issue", PICTURE))

        def judge(file: Path) -> None:
            if judge_file(file, trust).verdict is not Verdict.VALID:
                sys.exit(f"not valid: {file.name}")

        _measure("judged at B-LTA, from a stem", judge, made)
        _measure("renewed", lambda file: renew(file, file, evidence), made)
        _measure("judged once renewed, from a stem", judge, made)
        say("largest child, MiB", jailing.used()[1] >> 20)
        jailing.close()
        jailing._stems[os.getpid()] = cast("Stems", _NoStem())
        _measure("made ready, each child started", ready, sources)
        for file in made:
            desk.seal(file, file, Act("issue", PICTURE))
        _measure("judged at B-LTA, each child started", judge, made)


if __name__ == "__main__":
    main()
