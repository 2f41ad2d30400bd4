"""Changes saved behind a seal: incremental saving, evil annotations, sneaky signatures."""

import re
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign import fields

from app.seals.rules import Verdict
from tests.seals.attack_tools import (
    FAKE,
    Name,
    Victim,
    Writer,
    annotation,
    attack,
    each,
    floats,
    form,
    later,
    over,
    page_of,
    stream,
)  # fmt: skip
from tests.seals.makers import BOXES, DRAWING, HEIGHT, WIDTH, sheet

Edit = Callable[[Writer], None]
CHANGED = "changed-after looks-different unsigned-revision readers-disagree"


def _append_content(w: Writer) -> None:
    page = page_of(w)
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), stream(w, FAKE)])


def _replace_content(w: Writer) -> None:
    page_of(w)["/Contents"] = stream(w, DRAWING.replace(b"C30 slab 120", b"C15 slab  80"))


def _overwrite_content_object(w: Writer) -> None:
    content = w.root["/Pages"]["/Kids"].raw_get(0).get_object()["/Contents"]
    content._data = content.data.replace(b"C30", b"C15")
    content._encoded_data = None
    w.update_container(content)


def _stamp_annotation(w: Writer) -> None:
    annotation(w, "Stamp", FAKE, (0, 0, WIDTH, HEIGHT))


def _add_page(w: Writer) -> None:
    pages = w.root["/Pages"]
    page = generic.DictionaryObject(
        {
            Name("/Type"): Name("/Page"),
            Name("/Parent"): w.root.raw_get("/Pages"),
            Name("/MediaBox"): floats(0, 0, 500, 500),
        }
    )
    pages["/Kids"].append(w.add_object(page))
    pages["/Count"] = generic.NumberObject(2)
    w.update_container(pages)


def _replace_page(w: Writer) -> None:
    pages = w.root["/Pages"]
    old = pages["/Kids"].raw_get(0).get_object()
    page = generic.DictionaryObject({key: old.raw_get(key) for key in old})
    page["/Contents"] = stream(w, FAKE)
    pages["/Kids"] = generic.ArrayObject([w.add_object(page)])
    w.update_container(pages)


def _set_page(key: str, value: generic.PdfObject) -> Edit:
    def edit(w: Writer) -> None:
        page_of(w)[Name(key)] = value

    return edit


def _open_script(w: Writer) -> None:
    w.root["/OpenAction"] = generic.DictionaryObject(
        {Name("/S"): Name("/JavaScript"), Name("/JS"): generic.TextStringObject("this.zoom = 1")}
    )
    w.update_root()


def _layer_off(w: Writer) -> None:
    order = w.root["/OCProperties"]["/D"]
    order["/OFF"] = generic.ArrayObject([order["/ON"].raw_get(1)])
    order["/ON"] = generic.ArrayObject([order["/ON"].raw_get(0)])
    w.update_container(order)


def _layers_replaced(w: Writer) -> None:
    old = w.root["/OCProperties"]
    groups = generic.ArrayObject([old["/OCGs"].raw_get(0), old["/OCGs"].raw_get(1)])
    order = generic.DictionaryObject({Name("/BaseState"): Name("/OFF"), Name("/ON"): generic.ArrayObject()})
    w.root["/OCProperties"] = generic.DictionaryObject({Name("/OCGs"): groups, Name("/D"): order})
    w.update_root()


def _attachment(w: Writer) -> None:
    file = stream(w, b"another drawing", Type=Name("/EmbeddedFile"))
    spec = generic.DictionaryObject(
        {
            Name("/Type"): Name("/Filespec"), Name("/F"): generic.TextStringObject("x.pdf"),
            Name("/EF"): generic.DictionaryObject({Name("/F"): file}),
        }
    )  # fmt: skip
    names = generic.ArrayObject([generic.TextStringObject("x.pdf"), w.add_object(spec)])
    tree = generic.DictionaryObject({Name("/Names"): names})
    w.root["/Names"] = generic.DictionaryObject({Name("/EmbeddedFiles"): tree})
    w.update_root()


def _field(w: Writer) -> Any:
    field = next(
        one.get_object() for one in w.root["/AcroForm"]["/Fields"] if one.get_object().get("/T") == "Owner"
    )
    w.update_container(field)
    return field


def _fill_field(w: Writer) -> None:
    field = _field(w)
    field["/V"] = generic.TextStringObject("someone else")
    look = form(w, b"BT /F1 12 Tf 2 4 Td (someone else) Tj ET", 120, 20)
    field["/AP"] = generic.DictionaryObject({Name("/N"): look})


def _fill_value_only(w: Writer) -> None:
    _field(w)["/V"] = generic.TextStringObject("someone else")


def field_look(w: Writer) -> None:
    look = form(w, b"BT /F1 12 Tf 2 4 Td (someone else) Tj ET", 120, 20)
    _field(w)["/AP"] = generic.DictionaryObject({Name("/N"): look})


def _need_appearances(w: Writer) -> None:
    w.root["/AcroForm"]["/NeedAppearances"] = generic.BooleanObject(True)
    w.update_container(w.root["/AcroForm"])


def _new_catalog(w: Writer) -> None:
    page = generic.DictionaryObject(
        {
            Name("/Type"): Name("/Page"),
            Name("/MediaBox"): floats(0, 0, WIDTH, HEIGHT),
            Name("/Contents"): stream(w, FAKE),
        }
    )
    reference = w.add_object(page)
    pages = generic.DictionaryObject(
        {
            Name("/Type"): Name("/Pages"),
            Name("/Count"): generic.NumberObject(1),
            Name("/Kids"): generic.ArrayObject([reference]),
        }
    )
    page["/Parent"] = w.add_object(pages)
    w.root["/Pages"] = page.raw_get("/Parent")
    w.update_root()


def new_font(w: Writer) -> None:
    font = w.root["/Pages"]["/Kids"].raw_get(0).get_object()["/Resources"]["/Font"]["/F1"]
    font["/BaseFont"] = Name("/ZapfDingbats")
    w.update_container(font)


def _seal_look(w: Writer) -> None:
    for one in w.root["/AcroForm"]["/Fields"]:
        field = one.get_object()
        if field.get("/T") == "Issue":
            field["/AP"] = generic.DictionaryObject({Name("/N"): form(w, FAKE, 120, 120)})
            w.update_container(field)


def _move_seal(w: Writer) -> None:
    for one in w.root["/AcroForm"]["/Fields"]:
        field = one.get_object()
        if field.get("/T") == "Issue":
            field["/Rect"] = floats(450, 450, 900, 560)
            w.update_container(field)


def _title(w: Writer) -> None:
    w.set_info(generic.DictionaryObject({Name("/Title"): generic.TextStringObject("S-101 rev B, approved")}))


def _remove_annotations(w: Writer) -> None:
    page_of(w)["/Annots"] = generic.ArrayObject()


_EDITS: dict[str, Edit] = {
    "content appended": _append_content,
    "content replaced": _replace_content,
    "content object overwritten": _overwrite_content_object,
    "stamp annotation": _stamp_annotation,
    "page added": _add_page,
    "page replaced": _replace_page,
    "CropBox": _set_page("/CropBox", floats(0, 0, 400, 400)),
    "MediaBox": _set_page("/MediaBox", floats(0, 0, 400, 400)),
    "UserUnit": _set_page("/UserUnit", generic.FloatObject(2)),
    "rotation": _set_page("/Rotate", generic.NumberObject(180)),
    "script on opening": _open_script,
    "layer switched off": _layer_off,
    "layers replaced": _layers_replaced,
    "attachment": _attachment,
    "catalog's pages replaced": _new_catalog,
    "font replaced": new_font,
    "picture of the seal replaced": _seal_look,
    "seal moved over the drawing": _move_seal,
    "title in the document's data": _title,
    "annotations removed": _remove_annotations,
    "appearances to be made anew": _need_appearances,
}


def _on_certified(edit: Edit) -> Callable[[Victim], bytes]:
    return lambda v: later(v.certified, edit)


def _on_approved(edit: Edit) -> Callable[[Victim], bytes]:
    return lambda v: later(v.approved, edit)


def _with_stamp(edit: Edit) -> Callable[[Victim], bytes]:
    """Hidden in the revision of a time stamp, which anybody may ask for."""
    return lambda v: v.desk.stamp(later(v.certified, edit))


each("ISA", CHANGED, ((f"{name} (certified)", _on_certified(edit)) for name, edit in _EDITS.items()))
each("ISA", CHANGED, ((f"{name} (approved)", _on_approved(edit)) for name, edit in list(_EDITS.items())[:8]))
FILLED = "form-filled-after changed-after looks-different unsigned-revision"
each(
    "ISA",
    FILLED,
    (
        (name, _on_approved(edit))
        for name, edit in {
            "field filled in": _fill_field, "field's value alone": _fill_value_only, "field's look": field_look
        }.items()
    ),
)  # fmt: skip
each("ISA", CHANGED, (("content appended, then a time stamp", _with_stamp(_append_content)),))


@attack("ISA", FILLED)
def field_filled_in_by_a_later_signer(v: Victim) -> bytes:
    return v.desk.seal(v.approved, "Registered", edit=_fill_field)


@attack("ISA", CHANGED)
def content_changed_by_a_later_signer(v: Victim) -> bytes:
    return v.desk.seal(v.approved, "Registered", edit=_replace_content)


@attack("ISA", CHANGED)
def content_changed_between_two_seals(v: Victim) -> bytes:
    return v.desk.seal(later(v.certified, _append_content), "Registered")


@attack("ISA", "bytes-after-end revision-end")
def comment_behind_the_end(v: Victim) -> bytes:
    return v.certified + b"% and more\n"


@attack("ISA", "digest-mismatch")
def one_byte_changed(v: Victim) -> bytes:
    return over(v.certified, v.certified.index(b"C30"), b"C15")


@attack("ISA", "lock-broken changed-after")
def seal_after_the_lock(v: Victim) -> bytes:
    lock = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
    spec = fields.SigFieldSpec(
        "Issue", 0, box=BOXES["Issue"], field_mdp_spec=lock, doc_mdp_update_value=fields.MDPPerm.NO_CHANGES
    )
    from tests.seals.makers import reserve  # noqa: PLC0415

    locked = v.desk.seal(reserve(sheet(has_fields=False), Issue=spec))
    return v.desk.seal(locked, "Registered", lawless=True)


@attack("ISA", "certified-late")
def certified_by_the_second_seal(v: Victim) -> bytes:
    return v.desk.seal(v.approved, "Registered", certify=True, lawless=True)


# -- annotations and signatures that cover ---------------------------------------------------------------------------

each(
    "EAA",
    CHANGED + " changes-allowed",
    (
        (f"evil {kind} annotation", lambda v, kind=kind: later(
            v.commentable, lambda w: annotation(w, kind, FAKE, (0, 0, WIDTH, HEIGHT))))
        for kind in ("FreeText", "Stamp", "Redact", "Ink")
    ),
)  # fmt: skip


@attack("EAA", "changes-allowed", Verdict.INDETERMINATE)
def comments_are_allowed_but_none_came(v: Victim) -> bytes:
    return v.commentable


_WHOLE = fields.SigFieldSpec("Sneaky", 0, box=(0, 0, int(WIDTH), int(HEIGHT)))


@attack("SSA", CHANGED)
def sneaky_signature_on_certified(v: Victim) -> bytes:
    return v.desk.seal(v.certified, "Sneaky", spec=_WHOLE, paint=FAKE, size=(WIDTH, HEIGHT))


@attack("SSA", CHANGED + " form-filled-after")
def sneaky_empty_field_on_certified(v: Victim) -> bytes:
    def edit(w: Writer) -> None:
        more = {"FT": Name("/Sig"), "T": generic.TextStringObject("Sneaky")}
        annotation(w, "Widget", FAKE, (0, 0, WIDTH, HEIGHT), **more)
        w.root["/AcroForm"]["/Fields"].append(page_of(w)["/Annots"].raw_get(-1))
        w.update_container(w.root["/AcroForm"]["/Fields"])
        w.update_container(w.root["/AcroForm"])

    return later(v.certified, edit)


@attack("SSA", "painted-over seal-too-large looks-different")
def trusted_signer_paints_over_the_drawing(v: Victim) -> bytes:
    return v.desk.seal(v.approved, "Sneaky", spec=_WHOLE, paint=FAKE, size=(WIDTH, HEIGHT))


@attack("SSA", "painted-over")
def trusted_signer_paints_over_one_number(v: Victim) -> bytes:
    spec = fields.SigFieldSpec("Sneaky", 0, box=(495, 490, 700, 530))
    paint = b"1 1 1 rg 0 0 205 40 re f BT /F1 24 Tf 5 10 Td (C15 slab 80 mm) Tj ET"
    return v.desk.seal(v.approved, "Sneaky", spec=spec, paint=paint, size=(205, 40))


@attack("SSA", "seal-crosses", Verdict.INDETERMINATE)
def trusted_signer_crosses_out_a_number(v: Victim) -> bytes:
    """A red bar through the thickness of the slab, as part of a seal: nothing is hidden, and much is said."""
    spec = fields.SigFieldSpec("Sneaky", 0, box=(495, 490, 700, 530))
    return v.desk.seal(v.approved, "Sneaky", spec=spec, paint=b"1 0 0 rg 0 16 205 4 re f", size=(205, 40))


def _flagged(flag: int) -> Callable[[Victim], bytes]:
    """A later seal in clear space that is something else in print, or grows when the page shrinks."""

    def prepare(w: Writer) -> None:
        fields.append_signature_field(w, fields.SigFieldSpec("Sneaky", 0, box=(1000, 60, 1100, 160)))
        for one in w.root["/AcroForm"]["/Fields"]:
            field = one.get_object()
            if field.get("/T") == "Sneaky":
                field["/F"] = generic.NumberObject(flag)

    return lambda v: v.desk.seal(v.desk.seal(later(v.plain, prepare)), "Sneaky")


_BY_FLAG = (
    ("later seal that only prints", _flagged(4 + 32)),
    ("later seal that does not zoom", _flagged(4 + 8)),
)
each("SSA", "switching-layers", _BY_FLAG, Verdict.INDETERMINATE)


@attack("ISA", "changed-after")
def title_in_the_metadata(v: Victim) -> bytes:
    """A saved date, and then other words in its place: the increment is nobody's, so its bytes are free."""
    data = later(v.certified, lambda w: w.update_root())
    found = list(re.finditer(rb'xmlns:pdf="[^"]*" xmp:ModifyDate="[^"]*" pdf:Producer="[^"]*"', data))[-1]
    words = b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="rev B, approved"'
    return over(data, found.start(), words.ljust(len(found.group())))


@attack("SSA", "painted-over")
def place_reserved_over_the_drawing(v: Victim) -> bytes:
    """The designer reserved the place for the review over a number; the library sees nothing wrong at all."""
    from tests.seals.makers import reserve  # noqa: PLC0415

    spec = fields.SigFieldSpec("Review", 0, box=(495, 490, 700, 530))
    sealed = v.desk.seal(reserve(sheet(has_fields=False), Review=spec), certify=True)
    return v.desk.seal(sealed, "Review", paint=b"1 1 1 rg 0 0 205 40 re f", size=(205, 40))


@attack("SSA", "seal-too-large", Verdict.INDETERMINATE)
def trusted_signer_adds_drawing_in_clear_space(v: Victim) -> bytes:
    clear = sheet(content=b"0 0 0 RG 2 w 60 20 1070 20 re S ")
    spec = fields.SigFieldSpec("Sneaky", 0, box=(100, 420, 690, 800))
    return v.desk.seal(v.desk.seal(clear), "Sneaky", spec=spec, paint=FAKE, size=(590, 380))
