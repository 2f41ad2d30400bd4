"""How well revisions are compared: ``python -m tests.bench.compare [--half dev|held|new|blind|blind2] [--only NAME ...]``.

For each class of edit, and in all, over the labelled pairs of ``tests/assets/pairs/recipes.csv``:

* **recall**: changes found; one is found when some region meets a box of it;
* **precision**: regions that are right; one is right when its box meets a box of a change (one millimetre is given);
* regions on sheets that did not change, which must be none;
* severity: changes of looks only that no region calls more than minor, and changes of content that some region calls
  major.

Every miss and every false region is listed. Then seconds of CPU and peak memory of a jailed comparison by the number
of segments. The parts are reported apart: ``dev`` was looked at while tolerances were set; of ``held`` four false
regions and two misses were looked at once, afterwards; ``new`` has sheets of which neither ever saw another edit;
``blind`` and, made later, ``blind2`` have sheets, edits and ways of a sheet that none of them has (the figures of the
first run of each: README beside the engine).
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from app.drawings.flows import page_content
from app.drawings.title_fields import routine_fields
from tests.assets.make_pairs import Box, Recipe, make_pair, read_recipes
from viewers.render.compare.pages import compare_files
from viewers.render.compare.values import Comparison, Fields, Region, TitleField
from viewers.render.inspect import inspect_file
from viewers.render.pool import Limits, RenderError, RenderPool

GIVEN_UM = 1_000


@dataclass
class Score:
    """Counts of one class."""

    pairs: int = 0
    changes: int = 0
    found: int = 0
    regions: int = 0
    right: int = 0
    judged: int = 0
    judged_right: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        for name in ("pairs", "changes", "found", "regions", "right", "judged", "judged_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lines += other.lines

    def __str__(self) -> str:
        return (
            f"pairs {self.pairs:3}  recall {_share(self.found, self.changes)}"
            f"  precision {_share(self.right, self.regions)}"
            f"  severity {_share(self.judged_right, self.judged)}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} {part / whole:.3f}" if whole else "-"


def meets(one: Box, other: Box) -> bool:
    """Whether two boxes meet, a millimetre given."""
    return all(one[i] <= other[i + 2] + GIVEN_UM and other[i] <= one[i + 2] + GIVEN_UM for i in (0, 1))


def judge(recipe: Recipe) -> tuple[str, str, Score, float]:
    """Make and compare one pair: half, class, score, seconds of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        pair = make_pair(recipe, Path(folder))
        fields: Fields = ((), ())
        if recipe.edit.startswith("new revision"):
            fields = _fields(pair.before, Path(folder) / "in1"), _fields(pair.after, Path(folder) / "in2")
        began = time.process_time()
        found = compare_files((pair.before, 0), (pair.after, 0), Path(folder), fields)
        seconds = time.process_time() - began
    score = Score(pairs=1, changes=len(pair.items), regions=len(found.regions))
    here = f"{recipe.name} {recipe.format} {recipe.base} {recipe.edit}, {recipe.place}"
    if not found.is_comparable:
        score.lines.append(f"NOT COMPARABLE {here}: {[p.code for p in found.problems]}")
    for item in pair.items:
        hits = [r for r in found.regions if any(meets(r.after, b) for b in item.boxes)]
        score.found += bool(hits)
        if not hits:
            score.lines.append(f"MISS {here}: {[[v // 1000 for v in b] for b in item.boxes]} mm")
            continue
        if item.severity == "any":
            continue
        score.judged += 1
        if item.severity == "title":
            is_right = any(r.why == "title-block" for r in hits)
        else:
            is_right = any(r.severity == "major" for r in hits) == (item.severity == "major")
        score.judged_right += is_right
        if not is_right:
            score.lines.append(
                f"SEVERITY {here}: {[(str(r.severity), r.why) for r in hits]}, not {item.severity}"
            )
    for region in found.regions:
        if any(meets(region.after, b) for item in pair.items for b in item.boxes):
            score.right += 1
        else:
            score.lines.append(f"FALSE {here}: {_told(region)}")
    score.lines += _clouds(recipe, found, here)
    return recipe.half, recipe.edit_class, score, seconds


def _fields(source: Path, out: Path) -> Sequence[TitleField]:
    """As the product reads the title block of what it took in."""
    out.mkdir()
    manifest = inspect_file(source, out, companions={}, has_tiles=False, on_page=lambda _: None)
    return routine_fields(page_content(out, manifest.pages[0], source.name, 1))


def _told(region: Region) -> str:
    box = [v // 1000 for v in region.after]
    return f"{region.kind} {region.severity} {region.why} at {box} mm {region.text_before!r} -> {region.text_after!r}"


def _clouds(recipe: Recipe, found: Comparison, here: str) -> Iterator[str]:
    """What is wrong about clouds: they are neither changes nor overlooked."""
    if recipe.edit.startswith("cloud") and recipe.place == "same":
        if [c.on for c in found.clouds] != ["after"]:
            yield f"CLOUD {here}: {len(found.clouds)} clouds found, not 1"
        elif bool(found.clouds[0].regions) != (recipe.edit == "cloud with change"):
            yield f"CLOUD {here}: declares {len(found.clouds[0].regions)} regions"
    elif found.clouds:
        yield f"CLOUD {here}: {len(found.clouds)} clouds found, not 0"


# -- cost ---------------------------------------------------------------------------------------------------------


def heavy_sheet(path: Path, count: int) -> None:
    """An A0 sheet with so many short paths, written by hand."""
    from tests.viewers.render.pdf_samples import one_page  # noqa: PLC0415

    parts = []
    for i in range(count):
        x, y = (i * 37) % 3300 + 20, (i * 101) % 2300 + 20 + (i // 3300) * 0.01
        parts.append(b"%d %.2f m %d %.2f l S" % (x, y, x + 6 + i % 5, y + i % 7))
    path.write_bytes(one_page(b"\n".join(parts), box=b"[0 0 3370 2384]"))


def print_cost(counts: tuple[int, ...]) -> None:
    """Seconds of CPU and peak memory of one jailed comparison by the number of paths."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with RenderPool(workers=1, limits=Limits(), read_roots=[folder], scratch=folder / "s") as pool:
            for count in counts:
                heavy_sheet(folder / "a.pdf", count)
                heavy_sheet(folder / "b.pdf", count - count // 1000)
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                try:
                    found = pool.compare((folder / "a.pdf", 0), (folder / "b.pdf", 0), folder / f"out{count}")
                    told = f"{len(found.regions)} regions"
                except RenderError as error:
                    told = error.code
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                print(f"paths {count:>9,}  cpu {seconds:6.1f} s  peak {after.ru_maxrss // 1024} MiB  {told}")


def main() -> int:
    """Judge all recipes; non-zero when a sheet that did not change shows a region."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--half", choices=["dev", "held", "new", "blind", "blind2"])
    arguments.add_argument("--only", nargs="*", default=[])
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--cost", type=int, nargs="*", default=[20_000, 200_000, 1_000_000])
    asked = arguments.parse_args()
    recipes = [r for r in read_recipes() if asked.half in (None, r.half)]
    recipes = [r for r in recipes if not asked.only or r.name in asked.only]
    scores: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    totals: dict[str, Score] = defaultdict(Score)
    spent = 0.0
    with ProcessPoolExecutor(asked.jobs) as workers:
        for half, name, score, seconds in workers.map(judge, recipes):
            scores[half][name].add(score)
            totals[half].add(score)
            totals["all"].add(score)
            spent += seconds
    for half, classes in scores.items():
        for name in sorted(classes):
            print(f"{half:4} {name:28} {classes[name]}")
        print(f"{half:4} {'in all':28} {totals[half]}")
    print(f"all  {'in all':28} {totals['all']}  cpu {spent / max(len(recipes), 1):.1f} s a pair")
    print("\n".join(totals["all"].lines))
    unchanged = {r.name for r in recipes if r.is_unchanged}
    wrong = [
        line for line in totals["all"].lines if line.startswith("FALSE") and line.split()[1] in unchanged
    ]
    print(f"regions on {len(unchanged)} unchanged pairs: {len(wrong)}")
    if not asked.only:
        print_cost(tuple(asked.cost))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
