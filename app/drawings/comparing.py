"""What differs between two renditions: found by a job in a child process, kept beside the bytes, read from there."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.orm import Session

from app.drawings.actions.comparisons import AskComparison, ask_comparison
from app.drawings.flows import ReadingRoom
from app.drawings.pairs import Pair, Place
from app.drawings.queries.comparisons import compare_job
from app.drawings.queries.sheets import ByteSource, RenditionView
from app.drawings.rules import CAD_KINDS
from app.drawings.title_fields import fields_of
from app.kernel.actor import Actor
from app.kernel.errors import BUSY, NOT_FOUND, Refused, declare
from app.kernel.outbox import JobState
from storage.errors import NotFound
from viewers.render.compare.list_values import DifferenceSheet
from viewers.render.compare.values import Comparison, not_comparable
from viewers.render.errors import RenderCrashed, RenderError, RenderRefused, RenderTimeout
from viewers.render.manifest import SourceKind

COMPARE_NOT_ASKED = declare(
    "compare-not-asked",
    409,
    "这两张图尚未比对。",
    "These two sheets have not been compared yet.",
    "请先提交比对（以 POST 请求同一地址），稍后再读取。",
    "Ask for the comparison (POST to the same address), then read it.",
)
COMPARE_FAILED = declare(
    "compare-failed",
    409,
    "比对多次中断，没有结果。",
    "Comparing broke off several times; there is no answer.",
    "可再次提交比对；若仍失败，请告知管理员，两张图仍可并排查看。",
    "Ask again; if it persists, tell the administrator. The two sheets can still be looked at side by side.",
)

LIST_NOT_DRAWN = declare(
    "list-not-drawn",
    409,
    "其中一张图无法绘制（{reason}），不能生成带图的差异清单。",
    "One of the sheets cannot be drawn ({reason}); there is no list with pictures.",
    "可导出 XLSX 清单。",
    "Export the list as XLSX.",
)

PASSING = frozenset({"compare-timeout", "compare-crashed", "bytes-missing"})
"""Problems that say why comparing broke off: the same question may be asked again."""


class Standing(StrEnum):
    """How far a comparison is."""

    READY = "ready"
    WAITING = "waiting"
    """Asked for; its turn has not come."""
    RUNNING = "running"
    FAILED = "failed"
    """Tried as often as allowed, without any answer; may be asked again."""
    NOT_ASKED = "not-asked"


@dataclass(frozen=True)
class Standpoint:
    """Where the comparison of two renditions stands, and the answer if there is one."""

    standing: Standing
    found: Comparison | None = None
    ahead: int = 0
    """While waiting: how many comparisons come first."""

    def needs_asking(self, *, is_again: bool) -> bool:
        """True when nobody is at work yet, with ``is_again`` also when comparing broke off. Asking hurries what waits."""
        if self.found is not None:
            return is_again and broke_off(self.found)
        return self.standing in (Standing.NOT_ASKED, Standing.WAITING) or (
            self.standing is Standing.FAILED and is_again
        )


def found_so_far(stands: Standpoint) -> Comparison | None:
    """The answer, if there is one by now.

    Raises:
        Refused: ``compare-not-asked``; ``compare-failed``.
    """
    if stands.standing is Standing.NOT_ASKED:
        raise Refused(COMPARE_NOT_ASKED)
    if stands.standing is Standing.FAILED:
        raise Refused(COMPARE_FAILED)
    return stands.found


def found_or_refused(stands: Standpoint) -> Comparison:
    """The answer.

    Raises:
        Refused: ``compare-not-asked`` (also while it is being found out); ``compare-failed``.
    """
    found = found_so_far(stands)
    if found is None:
        raise Refused(COMPARE_NOT_ASKED)
    return found


def pair_of(before: RenditionView, after: RenditionView) -> Pair:
    """The pages of two renditions."""
    return Pair(
        Place(before.manifest_of, before.manifest_page), Place(after.manifest_of, after.manifest_page)
    )


def kept_comparison(room: ReadingRoom, before: RenditionView, after: RenditionView) -> Comparison | None:
    """What is known to differ between two renditions; None when they were not compared yet. Never computes.

    An answer without a registration says in ``problems`` why there is none.
    """
    return _kept(room, pair_of(before, after))


def standpoint(
    room: ReadingRoom, session: Session, before: RenditionView, after: RenditionView
) -> Standpoint:
    """How far the comparison of two renditions is.

    Raises:
        Refused: ``not-found`` when one of them was never read: there is nothing to compare.
    """
    pair = pair_of(before, after)
    for place in (pair.before, pair.after):
        _kind_of(room, place)
    found = _kept(room, pair)
    if found is not None and not broke_off(found):
        return Standpoint(Standing.READY, found)
    job = compare_job(session, pair)
    if job is not None and job.state is JobState.READY:
        return Standpoint(Standing.WAITING, ahead=job.ahead)
    if job is not None and job.state is JobState.RUNNING:
        return Standpoint(Standing.RUNNING)
    if found is not None:
        return Standpoint(Standing.READY, found)
    return Standpoint(Standing.FAILED if job is not None else Standing.NOT_ASKED)


def have_compared(
    room: ReadingRoom, actor: Actor, before: ByteSource, after: ByteSource, *, is_again: bool
) -> Standpoint:
    """Ask for the comparison of two renditions that the actor may read; what is known already is told at once.

    Args:
        room: where answers are kept.
        actor: who asks.
        before: the rendition taken as the older one.
        after: the other.
        is_again: also when comparing broke off the last time.

    Raises:
        Refused: ``not-found`` when one of them was never read.
    """
    with room.database.read() as session:
        stands = standpoint(room, session, before.rendition, after.rendition)
    if not stands.needs_asking(is_again=is_again):
        return stands
    pair = pair_of(before.rendition, after.rendition)
    with room.database.write(actor) as tx:
        ask_comparison(tx, AskComparison(pair, after.project_id, is_again))
        job = compare_job(tx.session, pair)
    if job is not None and job.state is JobState.RUNNING:
        return Standpoint(Standing.RUNNING)
    return Standpoint(Standing.WAITING, ahead=job.ahead if job is not None else 0)


def compare_pair(room: ReadingRoom, pair: Pair, *, is_again: bool = False) -> None:
    """Compare two pages and keep what was found: the work of the job.

    Two CAD files are compared by entity, anything else by its PDF or its vector view. An answer is kept for the pair
    of bytes, pages and the engine's version. That there is none is an answer too: because of a file ("not comparable
    because ..."), or because comparing broke off, which asking again may cure.

    Raises:
        RenderCrashed: because this process ends; the next one does it.
    """
    known = _kept(room, pair)
    if known is not None and not (is_again and broke_off(known)):
        return
    try:
        found = _compare(room, pair)
    except RenderRefused as refusal:
        found = not_comparable(refusal.code, _plain(refusal))
    except RenderTimeout:
        found = not_comparable("compare-timeout")
    except RenderCrashed:
        if room.renderer.is_closed:
            raise
        found = not_comparable("compare-crashed")
    except (NotFound, Refused):
        found = not_comparable("bytes-missing")
    room.derived.keep(pair.before.sha256, pair.name, found.to_json().encode())


def differences_pdf(
    room: ReadingRoom, before: RenditionView, after: RenditionView, sheet: DifferenceSheet
) -> bytes:
    """The list of differences for paper; no session may be open meanwhile.

    Raises:
        Refused: ``not-found``; ``busy`` when drawing broke off; ``no-sheet-to-print`` when a file cannot be drawn.
    """
    pair = pair_of(before, after)
    one, other = pair.before, pair.after
    try:
        with (
            tempfile.TemporaryDirectory(dir=room.scratch) as folder,
            _file(room, one, is_source=False) as old,
            _file(room, other, is_source=False) as new,
        ):
            out = Path(folder) / "out"
            path = room.renderer.compose_differences((old, one.page), (new, other.page), sheet, out)
            return path.read_bytes()
    except RenderRefused as error:
        raise Refused(LIST_NOT_DRAWN, reason=error.code) from error
    except RenderError as error:
        raise Refused(BUSY) from error
    except NotFound as error:
        raise Refused(NOT_FOUND) from error


def _kept(room: ReadingRoom, pair: Pair) -> Comparison | None:
    kept = room.derived.named(pair.before.sha256, pair.name)
    return Comparison.from_json(kept.decode()) if kept is not None else None


def broke_off(found: Comparison) -> bool:
    """True when there is no answer because comparing broke off: it may be asked for again."""
    return not found.is_comparable and any(p.code in PASSING for p in found.problems)


def _kind_of(room: ReadingRoom, place: Place) -> SourceKind:
    manifest = room.derived.manifest(place.sha256)
    if manifest is None or place.page >= len(manifest.pages):
        raise Refused(NOT_FOUND)
    return manifest.kind


def _compare(room: ReadingRoom, pair: Pair) -> Comparison:
    if {_kind_of(room, pair.before), _kind_of(room, pair.after)} <= set(CAD_KINDS):
        # By entity, unless these bytes alone cannot be read as they were at intake (with their companions): their
        # views can be compared then.
        with contextlib.suppress(RenderRefused):
            return _ask(room, pair, is_source=True)
    return _ask(room, pair, is_source=False)


def _ask(room: ReadingRoom, pair: Pair, *, is_source: bool) -> Comparison:
    one, other = pair.before, pair.after
    with (
        tempfile.TemporaryDirectory(dir=room.scratch) as folder,
        _file(room, one, is_source=is_source) as before,
        _file(room, other, is_source=is_source) as after,
    ):
        fields = tuple(fields_of(room.derived, place.sha256, place.page) for place in (one, other))
        return room.renderer.compare(
            (before, one.page), (after, other.page), Path(folder) / "out", fields=(fields[0], fields[1])
        )


@contextlib.contextmanager
def _file(room: ReadingRoom, place: Place, *, is_source: bool) -> Iterator[Path]:
    is_object = is_source or _kind_of(room, place) is SourceKind.PDF
    with room.copies.object(place.sha256) if is_object else room.copies.view(place.sha256) as path:
        yield path


def _plain(refusal: RenderRefused) -> dict[str, object]:
    """What of a refusal's detail may be shown: values, never names of files."""
    return {k: v for k, v in refusal.detail.items() if isinstance(v, int | float) or k in ("kinds", "most")}
