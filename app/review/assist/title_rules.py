"""Rules over title blocks: what is filled in, who is named, on what paper, at what scale.

A box that a reader did not find is not an empty box. So *finding* needs the box's label on the sheet without a value beside
it; where there is no label that is known, the rule cannot judge.
"""

import re
from collections.abc import Iterable

from app.drawings.scales import USUAL, printed_scales, scales_of
from app.review.assist.facts import SetFacts, SheetFacts
from app.review.assist.rule import Said, Verdict, cannot, passed, unread
from viewers.render.manifest import PageKind

NEEDED = ("number", "title", "date")
"""Fields that every sheet's block must fill."""
LEAST_LABELS = 4
"""With fewer labels it may be any table: its empty boxes say nothing."""
NAMED = ("approver", "verifier", "checker", "discipline_lead", "designer_person", "drafter")
"""Boxes for names, in their order on blocks (DOMAIN 3.6)."""
GB_SCALES = frozenset(
    f"1:{n}"
    for common_or_usable in (
        (1, 2, 5, 10, 20, 30, 50, 100, 150, 200, 500, 1000, 2000),
        (3, 4, 6, 15, 25, 40, 60, 80, 250, 300, 400, 600, 5000, 10000, 20000, 50000, 100000, 200000),
    )
    for n in common_or_usable
)
"""Common and usable scales (DOMAIN 3.7)."""
GB_PAPER = re.compile(r"A[0-4](\+\d+(/\d+)?)?|841×891|1189×1261")
_NEEDS_NO_SCALE = re.compile(
    r"目录|说明|封面|扉页|一览表|门窗表|材料表|做法表|系统图|原理图|"
    r"\b(list|index|cover|notes?|schedules?|legend|diagram|title sheet)\b|nimekiri|seletuskiri|tiitelleht|spetsifikatsioon",
    re.IGNORECASE,
)
"""Titles of sheets that draw nothing to scale."""
_BEGUN_NAMES = 2
"""With so many names in a block, an empty box beside them was forgotten."""


def title_fields(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """Number, title and date stand in the block; discipline too where it has a box for it, and the revision of a later one.

    A first issue may leave the box of the revision empty.
    """
    del found
    if (why := unread(sheet)) is not None:
        yield why
        return
    if not sheet.labels and not sheet.fields:
        yield cannot("no-block", sheet)
        return
    asked = (*NEEDED, "discipline", *(("revision",) if sheet.rev_seq > 1 else ()))
    empty = [n for n in asked if n in sheet.labels and n not in sheet.fields] if _is_sure(sheet) else []
    for name in empty:
        yield Said(
            Verdict.FINDING, sheet, "field-empty", {"field": name}, _wide(sheet.labels[name]), identity=name
        )
    unknown = [n for n in NEEDED if n not in empty and n not in sheet.fields]
    if unknown:
        yield cannot("field-not-found", sheet, fields=unknown)
    elif not empty:
        yield passed(sheet)


def signature_names(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """Names stand in the signature boxes. Strokes of a pen are no text: where no name is printed, nobody can tell."""
    del found
    if (why := unread(sheet)) is not None:
        yield why
        return
    boxes = [n for n in NAMED if n in sheet.labels]
    named = [n for n in boxes if n in sheet.fields]
    empty = [n for n in boxes if n not in sheet.fields]
    if not boxes:
        yield cannot("no-signature-boxes", sheet)
    elif not empty:
        yield passed(sheet)
    elif len(named) >= _BEGUN_NAMES and _is_sure(sheet):
        for name in empty:
            yield Said(
                Verdict.FINDING,
                sheet,
                "name-missing",
                {"role": name},
                _wide(sheet.labels[name]),
                identity=name,
            )
    else:
        yield cannot("names-not-text", sheet, roles=empty)


def paper_size(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """The sheet is A0 to A4, or one of them lengthened as the standard allows."""
    del found
    if sheet.view is None:
        yield cannot("never-read", sheet)
        return
    page = sheet.view.page
    size = {"width": round(page.width_um / 1000), "height": round(page.height_um / 1000)}
    if page.kind is PageKind.MODEL or sheet.view.problem("paper-size-unknown", "page-unreadable"):
        yield cannot("size-unknown", sheet)
    elif sheet.view.problem("dpi-assumed"):
        yield cannot("size-assumed", sheet)
    elif GB_PAPER.fullmatch(page.paper):
        yield passed(sheet)
    elif page.paper:
        yield Said(Verdict.FINDING, sheet, "paper-other-series", {"paper": page.paper, **size})
    else:
        yield Said(Verdict.FINDING, sheet, "paper-odd", size)


def scale_stated(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """A scale is stated in the block or under the views, and is a usual one."""
    del found
    if (why := unread(sheet)) is not None:
        yield why
        return
    block = sheet.fields.get("scale")
    texts = [run.text for run in sheet.view.runs] if sheet.view else []
    scales = scales_of(block.value if block else "", "", printed_scales(texts))
    odd = [s for s in scales.stated if s not in GB_SCALES and s not in USUAL]
    if odd and block is not None:
        yield Said(Verdict.FINDING, sheet, "scale-unusual", {"scale": odd[0]}, block.box, identity=odd[0])
    elif (
        scales.stated or scales.printed or scales.is_not_to_scale or block is not None or _is_unscaled(sheet)
    ):
        yield passed(sheet)
    elif "scale" in sheet.labels and _is_sure(sheet):
        yield Said(Verdict.FINDING, sheet, "scale-empty", {}, _wide(sheet.labels["scale"]))
    else:
        yield cannot("scale-not-found", sheet)


def _is_unscaled(sheet: SheetFacts) -> bool:
    """A list, notes, a schedule: by its title, or by what is on it."""
    return bool(sheet.list_rows) or _NEEDS_NO_SCALE.search(sheet.title) is not None


def _is_sure(sheet: SheetFacts) -> bool:
    """Whether the labels are those of a title block: enough of them, and not the head of a drawing list."""
    return len(sheet.labels) >= LEAST_LABELS and not sheet.list_rows


def _wide(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """A label with the room beside and below it where its value belongs."""
    return box[0] - 1_000, box[1] - 6_000, box[2] + 25_000, box[3] + 1_000
