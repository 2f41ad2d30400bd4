"""The list of differences as files for a desk: a table (XLSX), and pages with pictures (PDF)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.drawings.comparing import differences_pdf, found_or_refused, standpoint
from app.drawings.queries.sheets import ByteSource, byte_source
from app.files.names import content_disposition
from app.kernel.labels import Label
from app.record.exports import XLSX_TYPE, texts_xlsx
from app.web.compare_words import FIELD_LABELS, KIND_LABELS, SEVERITY_LABELS, WHY_LABELS, registration_words
from app.web.request import close_reading, now, reading, require_sign_in, rights, say, services
from app.web.words import when
from viewers.render.compare.list_values import DifferenceSheet, Listed
from viewers.render.compare.values import Box, Comparison, Region, Severity

pages = Blueprint("difference_lists", __name__)

PAIR = "/renditions/<before_id>/compare/<after_id>"
_INKS = {Severity.MINOR: "#7b8794", Severity.ROUTINE: "#3d6b57"}
_OPEN, _DECLARED = "#8a6100", "#52606d"


@pages.get(f"{PAIR}.xlsx")
def as_table(before_id: str, after_id: str) -> Response:
    """The list of differences as a table."""
    before, after, found = _found(before_id, after_id)
    head = [(say(label), width) for label, width in _COLUMNS]
    lines = [_line(n, region) for n, region in enumerate(ordered(found), start=1)]
    data = texts_xlsx(head, lines, name=say(Label("差异清单", "Differences")), title=_title(before, after))
    return _file(data, XLSX_TYPE, before, after, "xlsx")


@pages.get(f"{PAIR}.pdf")
def as_pages(before_id: str, after_id: str) -> Response:
    """The list of differences as pages, each with both sheets around it."""
    before, after, found = _found(before_id, after_id)
    sheet = _sheet(before, after, found)
    close_reading()
    data = differences_pdf(services().reading_room, before.rendition, after.rendition, sheet)
    response = _file(data, "application/pdf", before, after, "pdf")
    # No sandbox here: the browser's own PDF reader does not open in one, and the list carries no scripts.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def ordered(found: Comparison) -> list[Region]:
    """As the page numbers them: content first, then what every revision changes, then looks."""
    rank = {Severity.MAJOR: 0, Severity.ROUTINE: 1, Severity.MINOR: 2}
    return sorted(found.regions, key=lambda region: rank[region.severity])


def _found(before_id: str, after_id: str) -> tuple[ByteSource, ByteSource, Comparison]:
    require_sign_in()
    before, after = byte_source(reading(), rights(), before_id), byte_source(reading(), rights(), after_id)
    stands = standpoint(services().reading_room, reading(), before.rendition, after.rendition)
    return before, after, found_or_refused(stands)


def _title(before: ByteSource, after: ByteSource) -> str:
    return f"{before.number} {before.rev_label} - {after.number} {after.rev_label}"


def _file(data: bytes, kind: str, before: ByteSource, after: ByteSource, end: str) -> Response:
    response = Response(data, content_type=kind)
    name = f"{_title(before, after)} {say(Label('差异清单', 'differences'))}.{end}"
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


# -- the table ----------------------------------------------------------------------------------------------------

_COLUMNS: tuple[tuple[Label, int], ...] = (
    (Label("序号", "No."), 8),
    (Label("类型", "Kind"), 12),
    (Label("性质", "Of what"), 12),
    (Label("是否声明", "Declared"), 12),
    (Label("原文字", "Words before"), 40),
    (Label("新文字", "Words after"), 40),
    (Label("新图位置 (mm，左下角起)", "Place on the new sheet (mm from lower left)"), 32),
    (Label("旧图位置 (mm，左下角起)", "Place on the old sheet (mm from lower left)"), 32),
    (Label("CAD 对象", "CAD entities"), 24),
    (Label("修改的图块", "Changed block"), 16),
    (Label("把握", "Confidence"), 10),
)


def _line(number: int, region: Region) -> list[str]:
    return [
        str(number),
        say(KIND_LABELS[str(region.kind)]),
        _class_of(region),
        _declared(region),
        region.text_before,
        region.text_after,
        _place(region.after),
        _place(region.before),
        _entities(region),
        region.cause,
        f"{region.confidence * 100:.0f}%",
    ]


def _class_of(region: Region) -> str:
    """Content, looks, or the field of the title block that every revision changes."""
    if region.field:
        field = FIELD_LABELS.get(region.field)
        return say(SEVERITY_LABELS["routine"]) + (f" · {say(field)}" if field else "")
    return say(SEVERITY_LABELS[str(region.severity)])


def _declared(region: Region) -> str:
    """Only content has to be declared."""
    if region.severity is not Severity.MAJOR:
        return ""
    return say(Label("已声明", "declared") if region.is_declared else Label("未声明", "undeclared"))


def _entities(region: Region) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(region.entities.items()))


def _place(box: Box) -> str:
    x0, y0, x1, y1 = (v / 1000 for v in box)
    return f"{x0:.1f}, {y0:.1f} – {x1:.1f}, {y1:.1f}"


# -- the pages ----------------------------------------------------------------------------------------------------


def _sheet(before: ByteSource, after: ByteSource, found: Comparison) -> DifferenceSheet:
    counts = found.counts
    major = counts["declared"] + counts["undeclared"]
    summary = Label(
        f"内容差异 {major} 处，其中未声明 {counts['undeclared']} 处；"
        f"图签例行更改 {counts['routine']} 处；仅样式不同 {counts['minor']} 处。",
        f"{major} differences in content, {counts['undeclared']} of them undeclared; "
        f"{counts['routine']} routine changes of the title block; {counts['minor']} in looks only.",
    )
    old, new = Label("旧", "Old"), Label("新", "New")
    subtitle = [say(summary), _named(old, before), _named(new, after)]
    if found.registration is not None:
        subtitle.append(say(registration_words(found.registration)))
    subtitle.append(f"{say(Label('生成', 'Made'))} {when(now())} · {found.engine}")
    return DifferenceSheet(
        title=f"{say(Label('差异清单', 'Differences'))} · {_title(before, after)}",
        subtitle=tuple(subtitle),
        labels=(
            f"{say(old)} · {before.number} {before.rev_label}",
            f"{say(new)} · {after.number} {after.rev_label}",
        ),
        foot=f"{say(Label('差异清单', 'Differences'))} · {_title(before, after)}",
        page=say(Label("第 {n} 页 共 {all} 页", "Page {n} of {all}")),
        none=say(Label("没有发现差异。", "No differences found.")),
        items=tuple(_listed(n, region) for n, region in enumerate(ordered(found), start=1)),
    )


def _named(label: Label, source: ByteSource) -> str:
    return (
        f"{say(label)}: {source.number} {source.rev_label} {source.title}\nSHA-256 {source.rendition.sha256}"
    )


def _listed(number: int, region: Region) -> Listed:
    parts = [say(KIND_LABELS[str(region.kind)]), _class_of(region), _declared(region)]
    facts = []
    if region.text_before or region.text_after:
        nothing = say(Label("（空）", "(nothing)"))
        facts.append(f"{region.text_before or nothing} → {region.text_after or nothing}")
    elif region.why in WHY_LABELS:
        facts.append(say(WHY_LABELS[region.why]))
    if region.entities:
        facts.append(_entities(region))
    if region.cause:
        facts.append(say(Label(f"因图块“{region.cause}”修改", f"because block '{region.cause}' changed")))
    facts.append(f"{say(Label('新图位置 mm', 'On the new sheet, mm'))}: {_place(region.after)}")
    ink = _INKS.get(region.severity) or (_DECLARED if region.is_declared else _OPEN)
    head = " · ".join(part for part in parts if part)
    return Listed(str(number), ink, head, tuple(facts), region.before, region.after)
