"""Whether a person sees a difference: both pages drawn, and looked at where their vectors differ.

Two writers describe one sheet in other ways: letters as text or as paths, a line under a white mask, strokes beyond a
clip, white on white. What looks the same on both drawn pages is no change. Only tiles with a question in them are
looked at, so sheets that agree cost nothing but their drawing, and that only when something differs at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from viewers.render.compare.clusters import cluster
from viewers.render.compare.difference import Difference, Unmatched
from viewers.render.compare.drawn import Floats
from viewers.render.compare.placing import IDENTITY, Map
from viewers.render.compare.texts import TextChange
from viewers.render.compare.values import Box
from viewers.render.manifest import TextRun

DPI = 200
MAX_PIXELS = 36_000_000
"""Of one page; larger sheets are drawn coarser, an A0 one at 150 dpi."""
_TILE = 256
_MARGIN = 8
_LEAST_INK = 12.0
"""Of 255; paler than this is paper."""
_FAINT = 0.4
"""Less ink than this share is no partner."""
_CORE = 0.4
_LEAST_DENSITY = 3
"""Lone pixels within five by five that are more than the edge of a line."""
_LOOSE_FAINT, _LOOSE_DENSITY, _LOOSE_LOOKS = 0.25, 6, 24.0
"""The same for letters and for turned sheets, whose edges are smoothed in other ways."""
_SAME_WRITER = 0.5
"""From this share of inked tiles that agree to the last pixel, what else differs on the pictures is a change."""
_LEAST_PIXELS = 8
_INK = 200
_EXPLAINED_UM = 1_500
_LOOKS = 9.0
"""Steps of colour, averaged over five by five pixels, that a person tells apart."""
_STEP = 32
"""Of 255: further than this from all colours within a pixel is no smoothing of an edge."""
_AROUND_UM = 500.0
_TEXT_UM = 300
_DISTINCT, _INKED, _LOOK, _LETTER, _PIXEL = range(5)
"""Masks of a tile: other ink or another colour, other ink, another look, letters with other ink, any other pixel."""

Picture = npt.NDArray[np.uint8]
"""Rows from the bottom × columns × colours."""
Size: TypeAlias = tuple[int, int]
"""Of a page in um."""
Drawer = Callable[[Map, Size, float], Picture]
"""Draws a page where it lies on paper of that size, with pixels of so many um."""


class Eye:
    """Looks at two pages, the first placed on the second."""

    def __init__(self, before: Drawer, after: Drawer, size: Size, m: Map) -> None:
        """Draw both pages.

        Args:
            before: draws the first page.
            after: draws the second.
            size: of the second page in um.
            m: where the first lies on the second (um).
        """
        self.pixel = max(25_400 / DPI, float(np.sqrt(size[0] * size[1] / MAX_PIXELS)))
        self._before = before(m, size, self.pixel)
        self._after = after(IDENTITY, size, self.pixel)
        self._is_in_place = bool(np.array_equal(m, IDENTITY))
        self._other, inked = self._other_tiles()
        self._is_same_writer = inked > 0 and len(self._other) <= (1 - _SAME_WRITER) * inked
        self._tiles: dict[tuple[int, int], tuple[Picture, ...]] = {}

    def sees(self, difference: Difference, words: Sequence[TextChange]) -> Difference:
        """What of a difference of lines can be seen.

        Args:
            difference: of lines.
            words: without a partner on the other sheet. Lines there may be the same letters as paths, which are
                smoothed in other ways.
        """
        boxes = _boxes_of(words)
        return replace(
            self.sees_looks(difference, words),
            removed=self._kept(difference.removed, boxes),
            added=self._kept(difference.added, boxes),
        )

    def sees_pixels(self, difference: Difference, words: Sequence[TextChange]) -> Difference:
        """A difference without what changes no pixel at all (white on white), nor looks that cannot be told apart.

        For files of one writer, whose lines mean what they say.
        """
        removed, added = (
            part.where(self._at(part.points, _PIXEL)) if len(part) else part
            for part in (difference.removed, difference.added)
        )
        return replace(self.sees_looks(difference, words), removed=removed, added=added)

    def sees_looks(self, difference: Difference, words: Sequence[TextChange]) -> Difference:
        """A difference with those changes of pen and colour alone that can be seen; lines are left as they are."""
        restyled = difference.restyled
        if not len(restyled):
            return difference
        is_word = _is_within(restyled.points, _boxes_of(words))
        return replace(difference, restyled=restyled.where(~is_word & self._at(restyled.points, _LOOK)))

    def sees_text(self, change: TextChange) -> bool:
        """Whether there is anything of a change of words to see.

        Words that read otherwise at their old place are another statement as soon as a pixel differs; what is on one
        sheet only may be the same letters as paths on the other.
        """
        is_other = change.before is not None and change.after is not None and not change.is_move
        mask = _PIXEL if is_other else _LETTER
        return any(run is not None and self._sees_run(run, mask) for run in (change.before, change.after))

    def overlooked(self, explained: Sequence[Box]) -> list[tuple[Box, float]]:
        """Places that look different though no line and no word does: a picture, a mask, a stroke close to another.

        Asked only of sheets of one writer, whose pictures agree to the last pixel wherever nothing changed.

        Args:
            explained: boxes of differences that are known (um of the second sheet).

        Returns:
            The box of each place, and which share of its lone ink the second sheet has.
        """
        if not self._is_same_writer:
            return []
        spots, is_new = self._lone_spots(self._other, explained)
        numbers = cluster(spots, _AROUND_UM * 4)
        found = []
        for number in range(int(numbers.max(initial=-1)) + 1):
            members = numbers == number
            if members.sum() < _LEAST_PIXELS:
                continue
            (x0, y0), (x1, y1) = spots[members].min(axis=0), spots[members].max(axis=0)
            found.append(((round(x0), round(y0), round(x1), round(y1)), float(is_new[members].mean())))
        return found

    def _other_tiles(self) -> tuple[list[tuple[int, int]], int]:
        """Tiles that do not agree to the last pixel, and how many have ink."""
        before, after = self._before, self._after
        height, width = after.shape[:2]
        other, inked = [], 0
        for row in range(0, height, _TILE):
            for column in range(0, width, _TILE):
                one, two = (p[row : row + _TILE, column : column + _TILE] for p in (before, after))
                is_other = not np.array_equal(one, two)
                inked += is_other or bool(two.min() < _INK)
                if is_other:
                    other.append((row // _TILE, column // _TILE))
        return other, inked

    def _lone_spots(
        self, tiles: Sequence[tuple[int, int]], explained: Sequence[Box]
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Middles of lone pixels that nothing explains, and whether the second sheet has the ink."""
        parts: list[Floats] = [np.empty((0, 2))]
        kinds = [np.empty(0, dtype=bool)]
        inner = slice(_MARGIN, _MARGIN + _TILE)
        for row, column in tiles:
            left, low = column * _TILE - _MARGIN, row * _TILE - _MARGIN
            one, other = (_window(p, left, low, _TILE + 2 * _MARGIN) for p in (self._before, self._after))
            lone = _lone(one, other)[inner, inner]
            at = np.argwhere(lone)
            darker = other.min(axis=2)[inner, inner] < one.min(axis=2)[inner, inner]
            corner = np.array((column * _TILE + 0.5, row * _TILE + 0.5))
            parts.append(np.asarray((at[:, ::-1] + corner) * self.pixel, dtype=np.float64))
            kinds.append(darker[lone])
        spots, is_new = np.concatenate(parts), np.concatenate(kinds)
        is_open = np.ones(len(spots), dtype=bool)
        for x0, y0, x1, y1 in explained:
            low_um, high = np.array((x0, y0)) - _EXPLAINED_UM, np.array((x1, y1)) + _EXPLAINED_UM
            is_open &= ~((spots >= low_um) & (spots <= high)).all(axis=1)
        return spots[is_open], is_new[is_open]

    def _sees_run(self, run: TextRun, mask: int) -> bool:
        step = self.pixel * 2
        xs = np.arange(run.x0 - _TEXT_UM, run.x1 + _TEXT_UM + step, step)
        ys = np.arange(run.y0 - _TEXT_UM, run.y1 + _TEXT_UM + step, step)
        points = np.stack(np.meshgrid(xs, ys), axis=2).reshape(-1, 2)
        return bool(self._at(points, mask).any())

    def _kept(self, lone: Unmatched, words: Floats) -> Unmatched:
        if not len(lone):
            return lone
        is_seen = self._at(lone.points, _DISTINCT)
        is_word = _is_within(lone.points, words)
        if is_word.any():
            is_seen[is_word] = self._at(lone.points[is_word], _INKED)
        return lone.where(is_seen)

    def _at(self, points: Floats, which: int) -> npt.NDArray[np.bool_]:
        places = np.floor(points / self.pixel).astype(np.int64)
        height, width = self._after.shape[:2]
        x, y = np.clip(places[:, 0], 0, width - 1), np.clip(places[:, 1], 0, height - 1)
        tiles = (y // _TILE) * 10_000 + x // _TILE
        seen = np.zeros(len(points), dtype=bool)
        for tile in np.unique(tiles).tolist():
            here = tiles == tile
            mask = self._tile(tile // 10_000, tile % 10_000)[which]
            seen[here] = mask[y[here] % _TILE, x[here] % _TILE] > 0
        return seen

    def _tile(self, row: int, column: int) -> tuple[Picture, ...]:
        if (row, column) not in self._tiles:
            self._tiles[row, column] = self._looked(row, column)
        return self._tiles[row, column]

    def _looked(self, row: int, column: int) -> tuple[Picture, ...]:
        left, low = column * _TILE - _MARGIN, row * _TILE - _MARGIN
        side = _TILE + 2 * _MARGIN
        one, other = (_window(p, left, low, side) for p in (self._before, self._after))
        inner = slice(_MARGIN, _MARGIN + _TILE)
        near = round(_AROUND_UM / self.pixel)
        loose = _lone(one, other, is_loose=True)
        looks = _differs(one, other, _LOOKS if self._is_same_writer else _LOOSE_LOOKS)
        lone = _lone(one, other) if self._is_in_place else loose
        pixel = np.abs(one.astype(np.int16) - other).max(axis=2) > _STEP
        distinct = lone | _stands_out(one, other)
        masks = (
            _grown(distinct, near),
            _grown(lone, near),
            _grown(looks, 2),
            _grown(loose, 1),
            _grown(pixel, 1),
        )
        return tuple(mask[inner, inner] for mask in masks)


def _boxes_of(words: Sequence[TextChange]) -> Floats:
    """Boxes of words on either sheet."""
    runs = [r for w in words for r in (w.before, w.after) if r is not None]
    return np.array([(r.x0, r.y0, r.x1, r.y1) for r in runs], dtype=float).reshape(-1, 4)


def _is_within(points: Floats, boxes: Floats) -> npt.NDArray[np.bool_]:
    """Whether each point lies in one of the boxes of words."""
    out = np.zeros(len(points), dtype=bool)
    for x0, y0, x1, y1 in boxes:
        low, high = (x0 - _TEXT_UM, y0 - _TEXT_UM), (x1 + _TEXT_UM, y1 + _TEXT_UM)
        out |= ((points >= low) & (points <= high)).all(axis=1)
    return out


def _window(picture: Picture, left: int, low: int, side: int) -> Picture:
    """A square of a picture, white where it reaches over the edge."""
    out = np.full((side, side, 3), 255, dtype=np.uint8)
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(low, 0), min(left + side, width), min(low + side, height)
    if x0 < x1 and y0 < y1:
        out[y0 - low : y1 - low, x0 - left : x1 - left] = picture[y0:y1, x0:x1]
    return out


def _lone(one: Picture, other: Picture, *, is_loose: bool = False) -> npt.NDArray[np.bool_]:
    """Ink of either that has no ink beside it on the other: half a pixel of play, a whole one after a turn.

    Letters have a whole one too: as text and as paths they are smoothed in other ways.
    """
    ink = [(255 - picture.min(axis=2)).astype(np.float32) for picture in (one, other)]
    lone = np.zeros(one.shape[:2], dtype=bool)
    for own, its in ((ink[0], ink[1]), (ink[1], ink[0])):
        partner, faint = (_darkest(its), _LOOSE_FAINT) if is_loose else (_between(its), _FAINT)
        # What is faint beside its own stroke is the smoothing of its edge.
        lone |= (own > _LEAST_INK) & (own > _CORE * _darkest(own)) & (partner < faint * own)
    return _dense(lone, _LOOSE_DENSITY if is_loose else _LEAST_DENSITY)


def _dense(mask: npt.NDArray[np.bool_], least: int) -> npt.NDArray[np.bool_]:
    """Without pixels that have fewer than so many of their kind, themselves counted, within five by five."""
    count = Image.fromarray(mask.astype(np.uint8) * 25).filter(ImageFilter.BoxBlur(2))
    return mask & (np.asarray(count) >= least)


def _stands_out(one: Picture, other: Picture) -> npt.NDArray[np.bool_]:
    """Pixels of either whose colour the other has nowhere within a pixel, nor anything between its colours there.

    A line over a fill or a hatch is such a one, though there is ink on both.
    """
    out = np.zeros(one.shape[:2], dtype=bool)
    for own, its in ((one, other), (other, one)):
        image, values = Image.fromarray(its), own.astype(np.int16)
        low = np.asarray(image.filter(ImageFilter.MinFilter(3))).astype(np.int16) - _STEP
        high = np.asarray(image.filter(ImageFilter.MaxFilter(3))).astype(np.int16) + _STEP
        out |= ((values < low) | (values > high)).any(axis=2)
    return _dense(out, _LEAST_DENSITY)


def _between(ink: Floats) -> Floats:
    """The most ink there is within half a pixel."""
    out = ink.copy()
    for axis in (0, 1):
        lines, grown = np.moveaxis(ink, axis, 0), np.moveaxis(out, axis, 0)
        between = (lines[1:] + lines[:-1]) / 2
        np.maximum(grown[1:], between, out=grown[1:])
        np.maximum(grown[:-1], between, out=grown[:-1])
    return out


def _darkest(ink: Floats) -> Floats:
    """The most ink there is within a pixel."""
    return np.asarray(Image.fromarray(ink.astype(np.uint8)).filter(ImageFilter.MaxFilter(3))).astype(
        np.float32
    )


def _differs(one: Picture, other: Picture, least: float) -> npt.NDArray[np.bool_]:
    blurred = [
        np.asarray(Image.fromarray(p).filter(ImageFilter.BoxBlur(2))).astype(np.int16) for p in (one, other)
    ]
    found: npt.NDArray[np.bool_] = np.abs(blurred[0] - blurred[1]).max(axis=2) > least
    return found


def _grown(mask: npt.NDArray[np.bool_], near: int) -> Picture:
    image = Image.fromarray(mask.astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.MaxFilter(2 * near + 1)))
