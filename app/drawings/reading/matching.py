"""Which value belongs to which label: in the same cell, in the next cell, or nearest where there are no lines."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.drawings.reading.block import Block, Label
from app.drawings.reading.cells import Rules
from app.drawings.reading.fitting import pick
from app.drawings.reading.layout import Run
from app.drawings.reading.page import Box

_PRIOR = {
    "inline": 0.96,
    "same": 0.95,
    "right": 0.94,
    "below": 0.91,
    "above": 0.66,
    "left": 0.48,
    "near_right": 0.88,
    "near_below": 0.84,
    "near_above": 0.58,
}
_LEAST = 0.4
_LONG = {"title", "project_name", "building_name"}
"""Fields that go over several lines."""
_MANY_RUNS = 14
_BUCKET = 10_000
_CROWD = 60


@dataclass(eq=False)
class Match:
    """A value for a label."""

    label: Label
    way: str
    value: str
    runs: tuple[Run, ...]
    score: float


class _Places:
    """Runs by their centre."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self._cells: dict[tuple[int, int], list[Run]] = {}
        for run in runs:
            cell = self._cells.setdefault((run.cx // _BUCKET, run.cy // _BUCKET), [])
            if len(cell) < _CROWD:
                cell.append(run)

    def inside(self, box: Box) -> list[Run]:
        x0, y0, x1, y1 = box
        found = []
        for i in range(x0 // _BUCKET, x1 // _BUCKET + 1):
            for j in range(y0 // _BUCKET, y1 // _BUCKET + 1):
                found += [r for r in self._cells.get((i, j), ()) if x0 <= r.cx <= x1 and y0 <= r.cy <= y1]
        return found


class Matcher:
    """Finds values for the labels of one block."""

    def __init__(self, block: Block) -> None:
        view = block.view
        margin_x = max(80_000, 3 * view.width // 10)
        margin_y = max(60_000, view.height // 8)
        x0, y0, x1, y1 = block.box
        self.region: Box = (x0 - margin_x, y0 - margin_y, x1 + margin_x, y1 + margin_y)
        self.block = block
        self.rules = Rules(view.lines, self.region)
        self._limit = (int(0.5 * view.width), int(0.5 * view.height))
        self._label_ids = {id(n.run) for n in block.all_labels}
        self._labels = _Places(n.run for n in block.all_labels)
        rx0, ry0, rx1, ry1 = self.region
        self._values = _Places(
            r for r in view.runs if id(r) not in self._label_ids and rx0 <= r.cx <= rx1 and ry0 <= r.cy <= ry1
        )

    def values_in(self, box: Box) -> list[Run]:
        """Runs of the block that are no labels, by their centre."""
        return self._values.inside(box)

    def match(self) -> list[Match]:
        """The best value of each label; a run is used once."""
        found = [m for label in self.block.labels for m in self._options(label)]
        ways = Counter(
            m.way for m in found if m.label.field in {"number", "scale", "date"} and m.score > 0.55
        )
        if ways:
            usual = max(ways, key=lambda way: ways[way])
            for m in found:
                m.score += 0.03 if m.way == usual else 0.0
        found.sort(key=lambda m: -m.score)
        used: set[int] = set()
        done: set[int] = set()
        chosen = []
        for m in found:
            ids = {id(r) for r in m.runs} if m.way != "inline" else set()
            if m.score < _LEAST or id(m.label) in done or ids & used:
                continue
            used |= ids
            done.add(id(m.label))
            chosen.append(m)
        return chosen

    # -- options ----------------------------------------------------------------------------------------------

    def _options(self, label: Label) -> list[Match]:
        if label.word.rest:
            return self._inline(label)
        cell = self._cell(label.run)
        if cell is None:
            return self._near(label, self.region)
        inside = self._values.inside(cell)
        labels = self._labels.inside(cell)
        if len(labels) > 1 or len(inside) > _MANY_RUNS:
            return self._near(label, cell) or self._near(label, self.region)
        options = self._made(label, "same", inside + self._overflow(label, cell, inside))
        for way, next_cell in self._neighbours(label.run, cell):
            if not self._labels.inside(next_cell):
                options += self._made(label, way, self._values.inside(next_cell))
        if not options:
            # Decorative lines between label and value: try by nearness, and believe it less.
            options = self._near(label, self.region)
            for option in options:
                option.score -= 0.12
        return options

    def _overflow(self, label: Label, cell: Box, inside: Sequence[Run]) -> list[Run]:
        """A last line of a long text that crosses the lower border of its cell."""
        if label.field not in _LONG or not inside:
            return []
        last = min(inside, key=lambda r: r.cy)
        strip = (last.x0 - 2_000, cell[1] - last.height, cell[2], last.y0)
        return [
            r
            for r in self._values.inside(strip)
            if r not in inside and r.y1 > cell[1] > r.cy and _goes_on(last, r)
        ][:1]

    def _inline(self, label: Label) -> list[Match]:
        rest = Run(label.word.rest, *label.run.box, label.run.boxes)
        picked = pick(label.field, [rest])
        if picked is None:
            return []
        # A title may go on in the lines below its first, inside the same cell.
        runs = [rest]
        if label.field in _LONG:
            cell = self._cell(label.run)
            if cell is not None and len(self._labels.inside(cell)) == 1:
                runs += [r for r in self._values.inside(cell) if r.cy < label.run.y0][:4]
                picked = pick(label.field, runs) or picked
        score = _PRIOR["inline"] * (0.55 + 0.45 * picked.fit)
        return [Match(label, "inline", picked.value, (label.run, *runs[1:]), score)]

    def _cell(self, run: Run) -> Box | None:
        cell = self.rules.cell_at(run.cx, run.cy)
        if cell is None:
            return None
        wide, high = cell[2] - cell[0], cell[3] - cell[1]
        if wide < 0.7 * (run.x1 - run.x0) or high < 0.6 * run.height:
            return None
        return cell if wide <= self._limit[0] and high <= self._limit[1] else None

    def _neighbours(self, run: Run, cell: Box) -> list[tuple[str, Box]]:
        step = 500
        points = (
            ("right", cell[2] + step, run.cy),
            ("below", run.cx, cell[1] - step),
            ("above", run.cx, cell[3] + step),
            ("left", cell[0] - step, run.cy),
        )
        found = []
        for way, x, y in points:
            beside = self.rules.cell_at(x, y)
            if beside is not None and beside != cell and beside[2] - beside[0] <= self._limit[0]:
                found.append((way, beside))
        return found

    def _made(self, label: Label, way: str, runs: Sequence[Run]) -> list[Match]:
        if not runs or len(runs) > _MANY_RUNS:
            return []
        picked = pick(label.field, runs)
        if picked is None:
            return []
        prior = _PRIOR[way]
        return [Match(label, way, picked.value, tuple(runs), prior * (0.55 + 0.45 * picked.fit))]

    # -- without lines ------------------------------------------------------------------------------------------

    def _near(self, label: Label, bounds: Box) -> list[Match]:
        options = []
        for way, first in (
            ("near_right", self._right_of(label.run, bounds)),
            ("near_below", self._under(label.run, bounds, -1)),
            ("near_above", self._under(label.run, bounds, 1)),
        ):
            if first:
                lines = self._more_lines(label, first, bounds, upwards=way == "near_above")
                options += self._made(label, way, lines)
        return options

    def _right_of(self, run: Run, bounds: Box) -> list[Run]:
        """The line of text that begins right of a label, up to the next label or wide gap."""
        high = run.height
        strip = (run.x1, run.cy - high, min(bounds[2], run.x1 + 60 * high), run.cy + high)
        labels = [r for r in self._labels.inside(strip) if r is not run]
        stop = min((r.x0 for r in labels), default=strip[2])
        values = sorted((r for r in self._values.inside(strip) if r.x0 < stop), key=lambda r: r.x0)
        line: list[Run] = []
        end = run.x1
        for value in values:
            if abs(value.cy - run.cy) > 0.7 * max(high, value.height):
                continue
            if value.x0 < run.x1 - high // 2:
                continue
            if value.x0 - end > (1.5 if line else 14) * max(high, value.height):
                break
            line.append(value)
            end = value.x1
        return line

    def _under(self, run: Run, bounds: Box, sign: int) -> list[Run]:
        """The nearest line under (-1) or over (+1) a label."""
        high = run.height
        reach = 6 * high
        y = (run.y1, run.y1 + reach) if sign > 0 else (run.y0 - reach, run.y0)
        strip = (run.x0 - 30 * high, max(y[0], bounds[1]), run.x1 + 30 * high, min(y[1], bounds[3]))
        values = [r for r in self._values.inside(strip) if _is_column(run, r)]
        if not values:
            return []
        first = min(values, key=lambda r: abs(r.cy - run.cy))
        gap = run.y0 - first.y1 if sign < 0 else first.y0 - run.y1
        if gap > 2.6 * max(high, first.height):
            return []
        between = [
            r
            for r in self._labels.inside(strip)
            if r is not run and _is_column(run, r) and abs(r.cy - run.cy) < abs(first.cy - run.cy)
        ]
        if between:
            return []
        return [
            r
            for r in values
            if abs(r.cy - first.cy) < 0.5 * first.height
            and (r is first or min(abs(r.x0 - first.x1), abs(first.x0 - r.x1)) < 1.5 * first.height)
        ]

    def _more_lines(self, label: Label, first: list[Run], bounds: Box, *, upwards: bool) -> list[Run]:
        """Further lines of a text of several lines, left-aligned or centred under the first."""
        if label.field not in _LONG or upwards:
            return first
        lines = list(first)
        last = min(first, key=lambda r: r.x0)
        while len(lines) < 12:
            strip = (last.x0 - 5_000, last.y0 - 2 * last.height, last.x1 + 40_000, last.y0)
            below = [
                r
                for r in self._values.inside(strip)
                if r not in lines and r.y1 > bounds[1] and _goes_on(last, r)
            ]
            if not below:
                break
            after = max(below, key=lambda r: r.cy)
            row = (bounds[0], after.cy - after.height, after.x0, after.cy + after.height)
            if any(
                abs(r.cy - after.cy) < 0.7 * after.height
                for r in self._labels.inside(row)
                if r is not label.run
            ):
                break
            lines.append(after)
            last = after
        return lines


def _goes_on(last: Run, run: Run) -> bool:
    """The line under another of the same text: same size, same left end or centre, no wide gap."""
    return (
        0.6 < run.height / last.height < 1.7
        and last.y0 - run.y1 < 0.9 * last.height
        and (abs(run.x0 - last.x0) < last.height or abs(run.cx - last.cx) < last.height)
    )


def _is_column(label: Run, run: Run) -> bool:
    high = max(label.height, run.height)
    return (
        abs(run.x0 - label.x0) < 2 * high
        or abs(run.cx - label.cx) < 2 * high
        or (run.x0 < label.x1 and run.x1 > label.x0 and run.x0 > label.x0 - 2 * high)
    )
