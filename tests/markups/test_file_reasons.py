"""Every code for which a file sent to marks is not taken has words and a way out, in both languages."""

import re
from collections.abc import Mapping

import pytest

from app.markups.file_reasons import (
    ANNOTATED,
    NOT_ANNOTATED,
    PHOTO_REFUSED,
    PHOTOS,
    STOPPING,
    FileReason,
    unreadable,
)
from app.web.mark_words import IMPORT_NOTES, IMPORT_WHY
from tests.samples import ROOT
from viewers.render.errors import RenderCrashed, RenderRefused

RENDER = ROOT / "viewers" / "render"


def found(pattern: str, *names: str) -> set[str]:
    return {code for name in names for code in re.findall(pattern, (RENDER / name).read_text("utf-8"))}


RAISED = r'Render(?:Refused|Crashed|Timeout)\(\s*"([a-z-]+)"'
EVERYWHERE = found(RAISED, "worker.py") | found(r'"refused": "([a-z-]+)"', "child.py")
OF_PDFS = (
    EVERYWHERE
    | found(RAISED, "pdf_opening.py", "marks/annotations.py")
    | found(r'FPDF_ERR_\w+: "([a-z-]+)"', "pdf.py")
    | set(re.findall(RAISED, (RENDER / "pdf.py").read_text("utf-8").split("def inspect_pdf")[0]))
    | {c for c in found(RAISED, "pool.py") if c.startswith("annotations-")}
)
OF_PHOTOS = (
    EVERYWHERE | found(RAISED, "photo.py") | {c for c in found(RAISED, "pool.py") if c.startswith("photo-")}
)
WHY = found(r'NotShown\("([a-z-]+)"\)', "marks/annotation_shapes.py") | found(
    r'_lost\(item, "([a-z-]+)"\)', "marks/annotations.py"
)
OURS = (ROOT / "app" / "markups" / "importing.py").read_text("utf-8")
NOTES = found(r'"([a-z]+(?:-[a-z]+)+)"', "marks/annotation_shapes.py") - WHY


def test_the_search_finds_what_is_known_to_be_there() -> None:
    assert {"pdf-encrypted", "pdf-unreadable", "page-unreadable", "over-cpu", "render-timeout"} <= OF_PDFS
    assert {"photo-kind", "image-unreadable", "photo-malformed"} <= OF_PHOTOS
    assert {"kind-not-taken", "malformed", "nothing-drawn", "reply-to-nothing"} <= WHY


@pytest.mark.parametrize(
    ("kind", "reasons", "code"),
    [(NOT_ANNOTATED, ANNOTATED, code) for code in sorted(OF_PDFS - {STOPPING})]
    + [(PHOTO_REFUSED, PHOTOS, code) for code in sorted(OF_PHOTOS - {STOPPING})],
)
def test_a_code_has_a_sentence_and_a_way_out_and_is_not_shown_itself(
    kind: str, reasons: Mapping[str, FileReason], code: str
) -> None:
    refused = unreadable(kind, reasons, RenderRefused(code, {"is": "gif"}))
    assert code in reasons
    assert refused.data["reason"] == code
    for label in (refused.message, refused.way_out):
        assert code not in f"{label.zh} {label.en}"
        assert len(label.zh) > 5
        assert re.search("[a-z]", label.en)
    assert "{" not in refused.message.zh + refused.message.en + refused.way_out.zh + refused.way_out.en


def test_what_a_photo_is_instead_is_said_in_words() -> None:
    refused = unreadable(PHOTO_REFUSED, PHOTOS, RenderRefused("photo-kind", {"is": "video-or-heic"}))
    assert "HEIC" in refused.message.zh
    assert "HEIC" in refused.message.en


def test_a_pool_that_closes_is_no_fault_of_the_file() -> None:
    assert unreadable(NOT_ANNOTATED, ANNOTATED, RenderCrashed(STOPPING)).code == "busy"


def test_every_reason_and_note_of_an_annotation_has_words() -> None:
    why = WHY | set(re.findall(r'why = "([a-z-]+)"', OURS))
    assert why == set(IMPORT_WHY)
    assert NOTES | set(re.findall(r'note = found.note or \("([a-z-]+)"', OURS)) == set(IMPORT_NOTES)
