"""What a child of the role ``once`` can be asked for. It runs inside the jail; each loads only what it needs."""

from __future__ import annotations

import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from viewers.render import sandbox


@dataclass(frozen=True)
class Task:
    """One request, its paths already checked and opened to this process."""

    request: Mapping[str, Any]
    source: Path
    out: Path
    companions: Mapping[str, Path]
    limits: sandbox.Limits
    on_page: Callable[[int], None]

    @property
    def page(self) -> int:
        """Page of the source, from 0."""
        return int(self.request["page"])


def work(task: Task) -> dict[str, Any]:
    """Do what was asked; the answer's fields.

    Raises:
        RenderRefused: as the work says.
    """
    return _WORK[task.request["op"]](task)


def _inspect(task: Task) -> dict[str, Any]:
    from viewers.render.inspect import inspect_file  # noqa: PLC0415

    inspect_file(
        task.source,
        task.out,
        companions=task.companions,
        has_tiles=task.request.get("has_tiles", True),
        on_page=task.on_page,
    )
    return _peak()


def _split(task: Task) -> dict[str, Any]:
    from viewers.render.pdf_split import split_pdf  # noqa: PLC0415 - pypdf is slow to load

    # Splitting has no pages to report; its limit is the total.
    sandbox.allow_cpu(task.limits.total_cpu)
    return {"files": [path.name for path in split_pdf(task.source, task.out)]}


def _compose(task: Task) -> dict[str, Any]:
    from viewers.render.compose import Stamp, compose_copy  # noqa: PLC0415
    from viewers.render.compose_slips import PrintedSlip  # noqa: PLC0415

    slips = [PrintedSlip.of(raw) for raw in task.request.get("slips", ())]
    if slips:
        sandbox.allow_cpu(task.limits.total_cpu)
    stamp = Stamp.of(task.request["stamp"])
    compose_copy(task.source, task.page, stamp, task.out, slips=slips, papers=task.companions)
    return {}


def _compose_region(task: Task) -> dict[str, Any]:
    from viewers.render.compose import Stamp  # noqa: PLC0415
    from viewers.render.compose_region import Region, compose_region  # noqa: PLC0415

    region, stamp = Region.of(task.request["region"]), Stamp.of(task.request["stamp"])
    compose_region(task.source, task.page, region, stamp, task.out)
    return {}


def _compose_marks(task: Task) -> dict[str, Any]:
    from viewers.render.compose import Stamp  # noqa: PLC0415
    from viewers.render.marks.compose import compose_marks  # noqa: PLC0415
    from viewers.render.marks.values import MarkSheet  # noqa: PLC0415

    sandbox.allow_cpu(task.limits.total_cpu)
    said = task.request["stamp"]
    stamp = Stamp.of(said) if said is not None else None
    compose_marks(task.source, task.page, MarkSheet.read(task.companions["marks"]), stamp, task.out)
    return {}


def _annotations(task: Task) -> dict[str, Any]:
    from viewers.render.marks.annotations import read_annotations  # noqa: PLC0415

    sandbox.allow_cpu(task.limits.total_cpu)
    (task.out / "annotations.json").write_text(read_annotations(task.source).to_json(), "utf-8")
    return _peak()


def _photo(task: Task) -> dict[str, Any]:
    from viewers.render.photo import make_thumbnail  # noqa: PLC0415

    width, height, kind = make_thumbnail(task.source, task.out)
    return {"width": width, "height": height, "kind": kind}


def _compare(task: Task) -> dict[str, Any]:
    from viewers.render.compare.pages import compare_files  # noqa: PLC0415 - most children never compare
    from viewers.render.compare.values import TitleField  # noqa: PLC0415

    sandbox.allow_cpu(task.limits.compare_cpu)
    after = (Path(task.request["after"]), int(task.request["after_page"]))
    one, other = (
        [TitleField(str(name), (int(x0), int(y0), int(x1), int(y1))) for name, x0, y0, x1, y1 in side]
        for side in task.request["fields"]
    )
    found = compare_files((task.source, task.page), after, task.out, (one, other))
    (task.out / "comparison.json").write_text(found.to_json(), "utf-8")
    return _peak()


def _compose_differences(task: Task) -> dict[str, Any]:
    from viewers.render.compare.list_values import DifferenceSheet  # noqa: PLC0415
    from viewers.render.compare.listing import compose_differences  # noqa: PLC0415

    sandbox.allow_cpu(task.limits.total_cpu)
    after = (Path(task.request["after"]), int(task.request["after_page"]))
    compose_differences(
        (task.source, task.page), after, DifferenceSheet.read(task.companions["list"]), task.out
    )
    return {}


def _peak() -> dict[str, Any]:
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


_WORK: Mapping[str, Callable[[Task], dict[str, Any]]] = {
    "inspect": _inspect,
    "split": _split,
    "compose": _compose,
    "compose-region": _compose_region,
    "compose-marks": _compose_marks,
    "annotations": _annotations,
    "photo": _photo,
    "compare": _compare,
    "compose-differences": _compose_differences,
}
