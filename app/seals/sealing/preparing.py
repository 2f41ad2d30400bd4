"""A PDF made ready for its first seal: nothing in it may act, change with state, or lie hidden for later use.

Reads a hostile file: meant for a child. What is taken out is listed; what cannot be made harmless is refused. The
result must look as the file did, on the screen and in print, or it is refused too. Equal input gives equal bytes.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from app.kernel.errors import Refused
from app.kernel.labels import Label
from app.seals.sealing.layers import bake_layers
from app.seals.sealing.refusals import ALREADY_SEALED, NOT_HARMLESS
from viewers.render.errors import RenderRefused
from viewers.render.pdf import FOR_PRINT, load_page, open_pdf

TAKEN_LABELS: dict[str, Label] = {
    "actions": Label("脚本和动作", "Scripts and actions"),
    "attachments": Label("附件", "Attachments"),
    "forms": Label("表单", "Forms"),
    "annotations": Label("注释（可见的已并入图面）", "Annotations (those seen became part of the drawing)"),
    "layers": Label("图层开关（隐藏图层已删除）", "Switches of layers (hidden ones were removed)"),
    "alternates": Label("替代图像", "Alternate images"),
    "encryption": Label("加密", "Encryption"),
    "navigation": Label("书签与链接", "Bookmarks and links"),
    "extras": Label("与图面无关的数据", "Data that is not drawn"),
    "print": Label(
        "屏幕与打印显示不同之处（已按屏幕显示固定）",
        "What the screen and a printer showed differently (fixed as on the screen)",
    ),
    "unreferenced": Label("未被引用的对象", "Objects nothing refers to"),
}
_ROOT_KEPT = {
    "/Type",
    "/Pages",
    "/Version",
    "/Extensions",
    "/OutputIntents",
    "/PageLabels",
    "/Lang",
    "/OCProperties",
}
_PAGE_KEPT = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Resources",
    "/Contents", "/UserUnit", "/Group",
}  # fmt: skip
_CATEGORIES = {
    "/OpenAction": "actions", "/AA": "actions", "/AF": "attachments", "/Collection": "attachments",
    "/Outlines": "navigation", "/Dests": "navigation", "/Threads": "navigation", "/URI": "navigation",
    "/PageMode": "navigation", "/PageLayout": "navigation", "/B": "navigation",
}  # fmt: skip
_ACTS = {
    "/JS",
    "/AA",
    "/OpenAction",
    "/EF",
    "/EmbeddedFiles",
    "/RichMediaContent",
    "/OC",
    "/Alternates",
    "/Ref",
    "/OPI",
}
"""None of these may be left anywhere."""
_ODD = (TypeError, ValueError, AttributeError, KeyError, IndexError)
"""What a file gives that has a number where a dictionary belongs."""
_PIXELS_PER_MM = 1.5
_MOST_PIXELS = 4_000_000
_DIFFERENT = 24
"""Levels of grey by which a pixel may differ: edges are blended in another order."""

_ENCRYPTED = Label("文件已加密，需要口令", "it is encrypted and needs a password")
UNREADABLE = Label("文件已损坏", "it is damaged")
_EXTERNAL = Label("图面引用外部文件", "the drawing refers to files outside it")
_POSTSCRIPT = Label("含有 PostScript 片段", "it holds pieces of PostScript")
_LEFT = Label("仍含有 {what}", "it still holds {what}")
_STATEFUL = Label("屏幕显示与打印结果不同", "it looks different on the screen and in print")
_CHANGED = Label("整理后图面与原图不同", "it looked different after it was made ready")


@dataclass(frozen=True)
class Taken:
    """One kind of thing that was taken out."""

    code: str
    count: int

    @property
    def label(self) -> Label:
        """What it is called."""
        return TAKEN_LABELS[self.code]


@dataclass(frozen=True)
class Made:
    """A file that is ready for its first seal."""

    sha256: str
    size: int
    pages: int
    taken: tuple[Taken, ...]
    loose_fonts: tuple[str, ...]
    """Fonts the file names and does not carry: each reader shows its own letters for them."""


def make_ready(source: Path, target: Path) -> Made:
    """Write ``target``: the file as it may be sealed.

    Raises:
        Refused: ``pdf-already-sealed``, ``pdf-cannot-be-made-harmless``; nothing is written then.
    """
    content, made = make_bytes_ready(source.read_bytes())
    target.write_bytes(content)
    return made


def make_bytes_ready(source: bytes) -> tuple[bytes, Made]:
    """As :func:`make_ready`, from bytes to bytes: a locked child has no paths.

    Raises:
        Refused: as there.
    """
    target = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(source)) as pdf:
            taken = _clean(pdf)
            pdf.save(
                target,
                deterministic_id=True,
                encryption=False,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                min_version="1.7",
            )
            pages, loose = len(pdf.pages), _loose_fonts(pdf)
    except pikepdf.PasswordError as error:
        raise Refused(NOT_HARMLESS, what=_ENCRYPTED) from error
    except (pikepdf.PdfError, RecursionError, *_ODD) as error:
        raise Refused(NOT_HARMLESS, what=UNREADABLE) from error
    content = target.getvalue()
    _must_be_harmless(content)
    taken["print"] = _must_look_the_same(source, content, pages)
    listed = tuple(Taken(code, taken[code]) for code in TAKEN_LABELS if taken[code])
    return content, Made(hashlib.sha256(content).hexdigest(), len(content), pages, listed, loose)


def _clean(pdf: pikepdf.Pdf) -> Counter[str]:
    taken: Counter[str] = Counter()
    if pdf.is_encrypted:
        taken["encryption"] = 1
    _must_be_unsealed(pdf)
    before = _reachable(pdf)
    taken["unreferenced"] = sum(1 for item in pdf.objects if _is_kept(item) and item.objgen not in before)
    for name in ("/JavaScript", "/EmbeddedFiles"):
        if name in pdf.Root.get("/Names", Dictionary()):
            taken["actions" if name == "/JavaScript" else "attachments"] += 1
    taken["forms"] += "/AcroForm" in pdf.Root
    annotations = [page.obj.get("/Annots") for page in pdf.pages]
    taken["annotations"] += sum(len(found) for found in annotations if isinstance(found, Array))
    pdf.flatten_annotations("all")
    for key in set(pdf.Root.keys()) - _ROOT_KEPT:
        taken[_CATEGORIES.get(key, "extras")] += key != "/AcroForm"
        del pdf.Root[key]
    for page in pdf.pages:
        _keep_resources(page)
        for key in set(page.obj.keys()) - _PAGE_KEPT:
            taken[_CATEGORIES.get(key, "extras")] += key != "/Annots"
            del page.obj[key]
    if "/OCProperties" in pdf.Root:
        bake_layers(pdf)
        taken["layers"] += 1
    for item in list(pdf.objects):
        if isinstance(item, Stream):
            _clean_stream(item, taken)
    for key in ("/ID", "/Encrypt"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    return taken


def _keep_resources(page: pikepdf.Page) -> None:
    """What a page inherits becomes its own, so that nodes above it can be plain (7.7.3.4)."""
    for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
        node: Any = page.obj
        for _ in range(50):
            if key in node:
                if node.objgen != page.obj.objgen:
                    page.obj[key] = node[key]
                break
            if "/Parent" not in node:
                break
            node = node.Parent


def _clean_stream(stream: Stream, taken: Counter[str]) -> None:
    if "/Alternates" in stream:
        del stream["/Alternates"]
        taken["alternates"] += 1
    for key in ("/Metadata", "/PieceInfo", "/AF", "/StructParent", "/StructParents"):
        if key in stream and stream.get("/Type") != Name.Metadata:
            del stream[key]
            taken["extras"] += 1
    if stream.get("/Subtype") == Name.PS or stream.get("/Subtype2") == Name.PS:
        raise Refused(NOT_HARMLESS, what=_POSTSCRIPT)
    if "/F" in stream or "/Ref" in stream or "/OPI" in stream:
        raise Refused(NOT_HARMLESS, what=_EXTERNAL)


def _loose_fonts(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Names of fonts without a program in the file (9.9)."""
    names = set()
    for item in pdf.objects:
        if not isinstance(item, Dictionary) or item.get("/Type") != Name.Font:
            continue
        if item.get("/Subtype") in {Name.Type0, Name.Type3}:
            continue
        described = item.get("/FontDescriptor", Dictionary())
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()):
            names.add(str(item.get("/BaseFont", "/?"))[1:])
    return tuple(sorted(names))


def _must_be_unsealed(pdf: pikepdf.Pdf) -> None:
    if "/Perms" in pdf.Root or "/DSS" in pdf.Root:
        raise Refused(ALREADY_SEALED)
    for item in pdf.objects:
        if isinstance(item, Dictionary) and "/ByteRange" in item and "/Contents" in item:
            raise Refused(ALREADY_SEALED)


def _is_kept(item: Any) -> bool:
    """Containers of the file itself are no objects of the document."""
    return not (isinstance(item, Stream) and item.get("/Type") in {Name.ObjStm, Name.XRef}) and isinstance(
        item, Dictionary | Array | Stream
    )


def _reachable(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Numbers of all objects the trailer leads to."""
    seen: set[tuple[int, int]] = set()
    queue: list[Any] = [pdf.trailer]
    while queue:
        item = queue.pop()
        if isinstance(item, Dictionary | Array | Stream):
            if item.is_indirect:
                if item.objgen in seen:
                    continue
                seen.add(item.objgen)
            queue.extend(_children(item))
    return seen


def _children(item: Any) -> Iterator[Any]:
    if isinstance(item, Array):
        yield from item
    else:
        yield from (item[key] for key in item)


def _must_be_harmless(made: bytes) -> None:
    """Look through every object of what was written.

    Raises:
        Refused: ``pdf-cannot-be-made-harmless``.
    """
    with pikepdf.open(io.BytesIO(made)) as pdf:
        for item in pdf.objects:
            queue, depth = [item], 0
            while queue and depth < 1_000_000:
                part, depth = queue.pop(), depth + 1
                if isinstance(part, Dictionary | Stream):
                    bad = _ACTS & set(part.keys())
                    if bad or part.get("/S") == Name.JavaScript:
                        what = ", ".join(sorted(bad)) or "/JavaScript"
                        raise Refused(NOT_HARMLESS, what=_LEFT.format(what=what))
                if isinstance(part, Dictionary | Array | Stream):
                    queue.extend(
                        child
                        for child in _children(part)
                        if isinstance(child, Dictionary | Array) and not child.is_indirect
                    )


def _must_look_the_same(source: bytes, made: bytes, pages: int) -> int:
    """Compare what pdfium draws; on how many pages the screen and a printer did not show the same before.

    Raises:
        Refused: ``pdf-cannot-be-made-harmless``.
    """
    try:
        old, new = open_pdf(source), open_pdf(made)
    except RenderRefused as error:
        raise Refused(NOT_HARMLESS, what=UNREADABLE) from error
    differing = 0
    try:
        for index in range(pages):
            before = [_drawn(old, index, flags) for flags in (0, FOR_PRINT)]
            after = [_drawn(new, index, flags) for flags in (0, FOR_PRINT)]
            if _differ(before[0], after[0]):
                raise Refused(NOT_HARMLESS, what=_CHANGED)
            if _differ(after[0], after[1]):
                raise Refused(NOT_HARMLESS, what=_STATEFUL)
            differing += _differ(before[0], before[1])
    except RenderRefused as error:
        raise Refused(NOT_HARMLESS, what=UNREADABLE) from error
    finally:
        old.close()
        new.close()
    return differing


def _drawn(document: Any, index: int, flags: int) -> npt.NDArray[np.int16]:
    page = load_page(document, index)
    wide, tall = page.get_width(), page.get_height()
    scale = min(_PIXELS_PER_MM * 25.4 / 72, (_MOST_PIXELS / (wide * tall)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, extra_flags=flags)
    try:
        view = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width]
        found: npt.NDArray[np.int16] = view.astype(np.int16)
        return found
    finally:
        bitmap.close()
        page.close()


def _differ(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> bool:
    if one.shape != other.shape:
        return True
    return bool((np.abs(one - other) > _DIFFERENT).any())
