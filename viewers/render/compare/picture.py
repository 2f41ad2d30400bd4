"""Sheets as pictures: rendering, warping, and how one picture lies on another (numpy only).

Turn and scale come from the log-polar spectrum (Fourier-Mellin, Reddy and Chatterji 1996), shifts from phase
correlation (Kuglin and Hines 1975); then tiles of the picture are shifted one by one and a similarity is fitted to
what they agree on, which also takes out the skew of a scan.

OpenCV is not used: its wheel has 61 MB, and without it a pair of scanned A1 sheets at 150 dpi takes 7 to 8 CPU seconds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from viewers.render.compare.placing import Map, apply, fit_similarity, inverse, similarity, then

FINE_UM = 25_400 / 150
"""Side of a pixel; larger for sheets that would then have more than :data:`MAX_PIXELS`."""
COARSE_UM = 25_400 / 75
MAX_PIXELS = 18_000_000
_SMALL = 512
_TILE = 192

Ink = npt.NDArray[np.float32]
"""Darkness, 0 (paper) to 255, rows from the bottom, so that a pixel is a place of sheet space."""


def render_dark(page: Any, um_per_pixel: float) -> Ink:
    """Draw a loaded page: how dark it is, its paper included."""
    bitmap = page.render(scale=25_400 / 72 / um_per_pixel, grayscale=True)
    pixels = np.asarray(bitmap.to_numpy(), dtype=np.float32).reshape(bitmap.height, bitmap.width)
    return np.ascontiguousarray(255 - pixels[::-1])


def ink_of(dark: Ink) -> Ink:
    """The paper's own shade taken off, as far as it can be told from large tinted places."""
    return np.ascontiguousarray(np.clip(dark - _shade(dark), 0, 255))


def _shade(dark: Ink) -> Ink:
    """The shade of the paper around each place: the lower fifth of blocks of 2 cm, which few letters fill."""
    side = 128
    rows, columns = dark.shape[0] // side * side, dark.shape[1] // side * side
    if not rows or not columns:
        return np.zeros_like(dark)
    blocks = dark[:rows, :columns].reshape(rows // side, side, columns // side, side)
    low = np.percentile(blocks, 20, axis=(1, 3)).astype(np.float32)
    # A block that is all ink has no paper in it: no paper is darker than this.
    low = np.minimum(low, 90)
    image = Image.fromarray(low, "F").resize((dark.shape[1], dark.shape[0]), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.float32)


def warp(ink: Ink, m: Map, shape: tuple[int, int]) -> Ink:
    """The picture under a map (pixels), cut to a shape."""
    back = inverse(m)
    # Pillow counts from the middle of pixels; so do the maps here.
    values = (back[0, 0], back[0, 1], back[0, 2], back[1, 0], back[1, 1], back[1, 2])
    image = Image.fromarray(ink, "F").transform(
        (shape[1], shape[0]), Image.Transform.AFFINE, values, Image.Resampling.BILINEAR, fillcolor=0
    )
    return np.asarray(image, dtype=np.float32)


def place_picture(first: Ink, second: Ink) -> tuple[Map, float, float]:
    """Where the first picture lies on the second: map in pixels, agreement (-1 to 1), residual in pixels."""
    reduce = max(*first.shape, *second.shape) / _SMALL
    small_first, small_second = _reduced(first, reduce), _reduced(second, reduce)
    best, most = np.eye(2, 3), -1.0
    for guess in _guesses(small_first, small_second):
        placed = _shifted(small_first, small_second, guess)
        agreement = _agreement(warp(small_first, placed, small_second.shape), small_second)
        if agreement > most:
            best, most = placed, agreement
    m = best.copy()
    m[:, 2] *= reduce
    residual = math.inf
    for reach in (40, 16, 8):
        better = _by_tiles(first, second, m, reach)
        if better is None:
            break
        m, residual = better
    return m, _agreement(warp(first, m, second.shape), second), residual


def _reduced(ink: Ink, by: float) -> Ink:
    size = (max(8, round(ink.shape[1] / by)), max(8, round(ink.shape[0] / by)))
    # From the edge of the picture, so that lengths shrink by exactly ``by``.
    box = (0, 0, min(ink.shape[1], size[0] * by), min(ink.shape[0], size[1] * by))
    image = Image.fromarray(ink, "F").resize(size, Image.Resampling.BOX, box=box)
    return np.sqrt(np.asarray(image, dtype=np.float32))


def _guesses(first: Ink, second: Ink) -> list[Map]:
    """Turns and scales that are worth a look: none, quarters, and what the spectra say."""
    turn, scale = _turn_and_scale(first, second)
    found = []
    for quarter in (0, 90, 180, 270):
        across = quarter in (90, 270)
        fit = second.shape[1] / (first.shape[0] if across else first.shape[1])
        found += [similarity(s, quarter) for s in {1.0, round(fit, 4)}]
    return found + [similarity(s, turn + half) for half in (0, 180) for s in (scale, 1.0)]


def _turn_and_scale(first: Ink, second: Ink) -> tuple[float, float]:
    """Degrees counter-clockwise and scale that bring the first onto the second, from their spectra."""
    size = _SMALL
    polar = [_log_polar(_padded(ink, size)) for ink in (first, second)]
    rows, columns = polar[0].shape
    down, right = _peak(polar[0], polar[1])
    turn = down * 180 / rows
    reach = math.log(size / 2 / 4)
    return turn, math.exp(-right * reach / columns)


def _padded(ink: Ink, size: int) -> Ink:
    out = np.zeros((size, size), dtype=np.float32)
    rows, columns = min(size, ink.shape[0]), min(size, ink.shape[1])
    window = np.outer(np.hanning(rows), np.hanning(columns)).astype(np.float32)
    out[:rows, :columns] = ink[:rows, :columns] * window
    return out


def _log_polar(ink: Ink) -> Ink:
    size = ink.shape[0]
    spectrum = np.log1p(np.abs(np.fft.fftshift(np.fft.fft2(ink))))
    angles = np.linspace(0, np.pi, 720, endpoint=False)[:, None]
    radius = 4 * np.exp(np.linspace(0, math.log(size / 2 / 4), 360, endpoint=False))[None, :]
    x = np.clip(np.rint(size / 2 + radius * np.cos(angles)), 0, size - 1).astype(int)
    y = np.clip(np.rint(size / 2 + radius * np.sin(angles)), 0, size - 1).astype(int)
    out = (spectrum[y, x] * radius**0.5).astype(np.float32)
    flat: Ink = out - out.mean(axis=0, keepdims=True)
    return flat


def _peak(first: Ink, second: Ink) -> tuple[float, float]:
    """Rows and columns by which the first must be moved to lie on the second, to a part of a pixel."""
    a, b = np.fft.rfft2(first), np.fft.rfft2(second)
    cross = np.conj(a) * b
    cross /= np.abs(cross) + 1e-3 * float(np.abs(cross).max()) + 1e-9
    plane = np.fft.irfft2(cross, first.shape)
    row, column = np.unravel_index(int(plane.argmax()), plane.shape)
    return (
        _signed(_fine(plane[:, column], int(row)), plane.shape[0]),
        _signed(_fine(plane[row, :], int(column)), plane.shape[1]),
    )


def _fine(line: npt.NDArray[np.float64], at: int) -> float:
    a, b, c = line[at - 1], line[at], line[(at + 1) % len(line)]
    bend = a - 2 * b + c
    return at + (0.5 * float((a - c) / bend) if bend < 0 else 0.0)


def _signed(value: float, size: int) -> float:
    return value - size if value > size / 2 else value


def _shifted(first: Ink, second: Ink, guess: Map) -> Map:
    """The guess with the shift under which the pictures agree best."""
    corners = apply(
        guess, np.array([(0, 0), (first.shape[1], 0), (0, first.shape[0]), first.shape[::-1]], dtype=float)
    )
    low = corners.min(axis=0)
    start = then(guess, similarity(1.0, 0.0, (-float(low[0]), -float(low[1]))))
    span = np.ceil(corners.max(axis=0) - low).astype(int)
    rows, columns = max(int(span[1]), second.shape[0]), max(int(span[0]), second.shape[1])
    a, b = np.zeros((rows, columns), dtype=np.float32), np.zeros((rows, columns), dtype=np.float32)
    a[: int(span[1]), : int(span[0])] = warp(first, start, (int(span[1]), int(span[0])))
    b[: second.shape[0], : second.shape[1]] = second
    down, right = _peak(a, b)
    return then(start, similarity(1.0, 0.0, (right, down)))


def _agreement(one: Ink, other: Ink) -> float:
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-9))


def _by_tiles(first: Ink, second: Ink, m: Map, reach: int) -> tuple[Map, float] | None:
    """Shift the tiles of the placed picture one by one, and fit a map to what most of them say."""
    placed = warp(first, m, second.shape)
    window = np.outer(np.hanning(_TILE), np.hanning(_TILE)).astype(np.float32)
    spots, steps = [], []
    for top in range(0, second.shape[0] - _TILE + 1, _TILE):
        for left in range(0, second.shape[1] - _TILE + 1, _TILE):
            a = placed[top : top + _TILE, left : left + _TILE]
            b = second[top : top + _TILE, left : left + _TILE]
            if min((a > 80).mean(), (b > 80).mean()) < 0.004:
                continue
            down, right = _peak(a * window, b * window)
            if abs(down) <= reach and abs(right) <= reach:
                spots.append((left + _TILE / 2, top + _TILE / 2))
                steps.append((right, down))
    if len(spots) < 4:
        return None
    source = np.array(spots)
    target = source + np.array(steps)
    kept = np.ones(len(source), dtype=bool)
    fit: Map | None = None
    away = np.zeros(len(source))
    for _ in range(6):
        fit = fit_similarity(source[kept], target[kept])
        if fit is None:
            return None
        away = np.hypot(*(apply(fit, source) - target).T)
        kept = away <= max(0.7, 2.0 * float(np.median(away)))
        if kept.sum() < 4:
            return None
    return (then(m, fit), float(np.median(away[kept]))) if fit is not None else None
