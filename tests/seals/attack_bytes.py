"""Attacks on the bytes: signature wrapping, universal forgery, and files that programs read differently."""

import io
import re
from collections.abc import Callable

import pikepdf

from app.seals.rules import Verdict
from tests.seals.attack_tools import RANGE, Victim, attack, each, gap_of, insider, later, over
from tests.seals.makers import DRAWING, ROLES, reserve, sheet

RANGES = "byte-range contents-moved revision-end"


# -- signature wrapping ----------------------------------------------------------------------------------------------


def _wrapped(v: Victim, *, is_copied: bool, evil: bytes) -> bytes:
    """The second signed part moves to the end; a table of the attacker lies where the old one was.

    What is hashed is what was signed: a program that believes ByteRange finds the signature intact.
    """
    data = v.certified
    begin, finish, end = gap_of(data)
    rest, gap = data[finish:end], data[begin:finish]
    table_at = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        content = pdf.pages[0].obj.Contents.objgen[0]
        found = next(
            one for one in pdf.Root.AcroForm.Fields if one.get("/V") is not None and one.T == "Issue"
        )
        signature = found.V.objgen[0]
    old = list(RANGE.finditer(data))[-1]
    place = data.rindex(b"%d 0 obj" % signature, 0, begin)
    trailer = data[data.rindex(b"trailer") : data.rindex(b"startxref")]
    entries = _entries(data[table_at : data.rindex(b"trailer")])
    slot = 4_000

    def build(moved: int) -> tuple[bytes, int]:
        tail = data[finish : data.index(b"endobj", finish)] + b"endobj\n"
        if is_copied:
            body = gap + b">>\nendobj\n"
        else:
            body = gap + tail.replace(old.group(), b"/ByteRange [0 %d %d %d] " % (begin, moved, len(rest)))
        body += b"%".ljust(table_at - begin - len(body) - 1, b" ") + b"\n"
        new_at = begin + len(body) + slot
        copy = data[place : data.index(b"endobj", finish)] + b"endobj\n"
        copy = copy.replace(old.group(), b"/ByteRange [0 %d %d %d] " % (begin, moved, len(rest)))
        new = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (content, len(evil), evil)
        mine = {number: at + (moved - finish if at >= finish else 0) for number, at in entries.items()}
        mine |= {content: new_at, signature: new_at + len(new) if is_copied else place}
        new += copy if is_copied else b""
        table = b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % one for one in sorted(mine.items()))
        body += (table + trailer).ljust(slot, b" ") + new
        return data[:begin] + body + rest, begin + len(body)

    _, moved = build(len(data))
    return build(build(moved)[1])[0]


def _entries(table: bytes) -> dict[int, int]:
    """Numbers of objects and where they are, of one table."""
    found, lines = {}, table.split(b"\n")[1:]
    number = 0
    for line in lines:
        parts = line.split()
        if len(parts) == 2:
            number = int(parts[0])
        elif len(parts) == 3:
            if parts[2] == b"n":
                found[number] = int(parts[0])
            number += 1
    return found


_EVIL = DRAWING.replace(b"C30 slab 120", b"C15 slab  80")


@attack("SWA", RANGES + " unreadable twice-written")
def wrapped_with_a_second_signature_dictionary(v: Victim) -> bytes:
    return _wrapped(v, is_copied=True, evil=_EVIL)


@attack("SWA", RANGES + " unreadable twice-written")
def wrapped_without_a_second_dictionary(v: Victim) -> bytes:
    return _wrapped(v, is_copied=False, evil=_EVIL)


def _fake_number(data: bytes) -> bytes:
    return data.replace(b"C30 slab 120", b"C15 slab  80", 1)


_HOLE = "byte-range contents-moved revision-end malformed-signature"


@attack("SWA", _HOLE)
def three_ranges_with_a_hole(v: Victim) -> bytes:
    at = v.approved.index(b"C30 slab")

    def shape(a: int, b: int, end: int) -> tuple[str, list[tuple[int, int]]]:
        parts = [(0, at), (at + 16, a - at - 16), (b, end - b)]
        return "[" + " ".join(f"{x} {n}" for x, n in parts) + "]", parts

    return insider(v, shape, change=_fake_number)


@attack("SWA", _HOLE)
def starts_behind_the_drawing(v: Victim) -> bytes:
    at = v.approved.index(b"endobj", v.approved.index(b"C30 slab"))
    return insider(
        v,
        lambda a, b, end: (f"[{at} {a - at} {b} {end - b}]", [(at, a - at), (b, end - b)]),
        change=_fake_number,
    )


@attack("SWA", _HOLE)
def overlapping_ranges(v: Victim) -> bytes:
    return insider(v, lambda a, b, end: (f"[0 {a} {b - 9} {end - b + 9}]", [(0, a), (b - 9, end - b + 9)]))


@attack("SWA", _HOLE)
def ends_before_the_revision_ends(v: Victim) -> bytes:
    return insider(v, lambda a, b, _: (f"[0 {a} {b} 20]", [(0, a), (b, 20)]))


@attack("SWA", _HOLE)
def gap_begins_before_contents(v: Victim) -> bytes:
    return insider(v, lambda a, b, end: (f"[0 {a - 9} {b} {end - b}]", [(0, a - 9), (b, end - b)]))


@attack("SWA", _HOLE)
def gap_ends_behind_contents(v: Victim) -> bytes:
    return insider(v, lambda a, b, end: (f"[0 {a} {b + 4} {end - b - 4}]", [(0, a), (b + 4, end - b - 4)]))


@attack("SWA", _HOLE)
def gap_leaves_the_catalog_out(v: Victim) -> bytes:
    """The second range begins far behind, so that a whole page can be exchanged in the gap."""
    return insider(v, lambda a, _, end: (f"[0 {a} {end - 30} 30]", [(0, a), (end - 30, 30)]))


@attack("SWA", _HOLE)
def first_range_alone(v: Victim) -> bytes:
    return insider(v, lambda a, _b, _end: (f"[0 {a}]", [(0, a)]))


@attack("SWA", _HOLE)
def nothing_of_the_first_range(v: Victim) -> bytes:
    return insider(v, lambda _, b, end: (f"[0 0 {b} {end - b}]", [(b, end - b)]), change=_fake_number)


@attack("SWA", _HOLE)
def ranges_that_are_no_whole_numbers(v: Victim) -> bytes:
    return insider(v, lambda a, b, end: (f"[0.0 {a}.0 {b} {end - b}]", [(0, a), (b, end - b)]))


@attack("SWA", "contents-moved")
def bytes_behind_the_signature_in_the_gap(v: Victim) -> bytes:
    data = v.approved
    _, finish, _ = gap_of(data)
    return over(data, finish - 9, b"DEADBEEF")


@attack("SWA", "contents-moved malformed-signature unreadable")
def contents_twice_in_the_dictionary(v: Victim) -> bytes:
    """An insider's dictionary whose second Contents is another text, for programs that take the last."""

    data = v.approved
    begin, _, _ = gap_of(data)
    head = data.rindex(b"obj", 0, begin)
    place = data.index(b"/Filter", head)
    found = re.match(rb"/Filter\s*/Adobe.PPKLite", data[place:])
    assert found is not None
    return resealed(v, over(data, place, b"/Contents <00>".ljust(len(found.group()))))


# -- universal forgery: odd ByteRange and Contents in every combination ---------------------------------------------

_RANGES: dict[str, Callable[[bytes], bytes]] = {
    "kept": lambda text: text,
    "missing": lambda text: text.replace(b"/ByteRange", b"/ByteRangX"),
    "null": lambda _: b"/ByteRange null",
    "zeros": lambda _: b"/ByteRange [0 0 0 0]",
    "negative": lambda _: b"/ByteRange [0 -1 -1 -1]",
    "text": lambda _: b"/ByteRange (x)",
    "empty": lambda _: b"/ByteRange []",
    "huge": lambda _: b"/ByteRange [0 9999999 9 9]",
}
_CONTENTS: dict[str, Callable[[bytes], bytes]] = {
    "kept": lambda gap: gap,
    "missing": lambda gap: gap,
    "null": lambda gap: b"null".ljust(len(gap)),
    "zeros": lambda gap: b"<" + b"0" * (len(gap) - 2) + b">",
    "empty": lambda gap: b"<>".ljust(len(gap)),
    "cut off": lambda gap: b"<" + gap[1:201] + b"0" * (len(gap) - 202) + b">",
}


def _forged(ranges: str, contents: str) -> Callable[[Victim], bytes]:
    def make(v: Victim) -> bytes:
        data = _fake_number(v.certified)
        begin, finish, _ = gap_of(data)
        found = list(RANGE.finditer(data))[-1]
        new = _CONTENTS[contents](data[begin:finish])
        text = _RANGES[ranges](found.group()).ljust(len(found.group()))
        data = over(data, begin, new)
        if contents == "missing":
            data = over(data, data.rindex(b"/Contents", 0, begin + 1), b"/ContentX")
        return over(data, found.start(), text)

    return make


each(
    "USF",
    "malformed-signature unreadable byte-range digest-mismatch contents-moved stray-signature",
    (
        (f"ByteRange {one}, Contents {two}", _forged(one, two))
        for one in _RANGES
        for two in _CONTENTS
        if (one, two) != ("kept", "kept")
    ),
)


# -- files that programs read differently: the insider seals them himself -------------------------------------------


def _sealed(
    v: Victim, change: Callable[[bytes], bytes], prepare: Callable[[pikepdf.Pdf], None] | None = None
) -> bytes:
    """Change an unsealed file byte by byte (nothing moves), then seal it like any other."""
    changed = change(sheet(prepare, has_fields=False))
    return v.desk.seal(reserve(changed), certify=True)


def _swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data, old
        return data.replace(old, new.ljust(len(old)), 1)

    return change


DIFFER = "readers-disagree unreadable twice-written check-failed"


@attack("parsers", DIFFER)
def two_page_trees(v: Victim) -> bytes:
    """The key Pages stands twice in the catalog."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        page = pdf.make_indirect(pikepdf.Dictionary(pdf.pages[0].obj))
        page.Contents = pdf.make_stream(_EVIL)
        pages = pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1, Kids=pikepdf.Array([page]))
        pdf.Root.Pagex = pdf.make_indirect(pages)

    return resealed(v, v.desk.seal(sheet(prepare)).replace(b"/Pagex", b"/Pages"))


def resealed(v: Victim, data: bytes) -> bytes:
    """Sealed bytes with something exchanged, and the insider's signature made anew over them."""

    class Other(Victim):
        approved = data

    return insider(Other(v.desk), lambda a, b, end: (f"[0 {a} {b} {end - b}]", [(0, a), (b, end - b)]))


def _seal_lenient(v: Victim, data: bytes) -> bytes:
    """Seal bytes that a strict reader refuses, as the attacker's own program does."""
    from unittest import mock  # noqa: PLC0415

    from pyhanko.pdf_utils import incremental_writer  # noqa: PLC0415

    real = incremental_writer.IncrementalPdfFileWriter

    def lenient(stream: io.BytesIO) -> incremental_writer.IncrementalPdfFileWriter:
        return real(stream, strict=False)

    with mock.patch("tests.seals.makers.IncrementalPdfFileWriter", lenient):
        return v.desk.seal(data, certify=False)


@attack("parsers", DIFFER)
def media_box_twice(v: Victim) -> bytes:
    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.MediaBoy = pikepdf.Array([0, 0, 400, 400])

    return _seal_lenient(v, sheet(prepare).replace(b"/MediaBoy", b"/MediaBox"))


@attack("parsers", DIFFER)
def count_of_pages_that_lies(v: Victim) -> bytes:
    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.add_blank_page(page_size=(400, 400))

    return _seal_lenient(v, _swap(b"/Count 2", b"/Count 1")(sheet(prepare)))


@attack("parsers", DIFFER)
def object_written_twice(v: Victim) -> bytes:
    """A program that repairs takes the last content, one that reads takes the one of the table."""
    data = sheet(has_fields=False)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
    twin = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(_EVIL), _EVIL)
    at = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    made = data[:at] + twin + data[at:]
    made = re.sub(rb"startxref\s+\d+", b"startxref\n%d" % (at + len(twin)), made)
    return v.desk.seal(reserve(made), certify=True)


@attack("parsers", DIFFER)
def table_that_points_nowhere(v: Victim) -> bytes:
    data = v.approved
    at = data.rindex(b"startxref")
    number = re.match(rb"startxref\s+(\d+)", data[at:])
    assert number is not None
    return over(data, at, b"startxref\n" + b"7".rjust(len(number.group(1)), b"0"))


@attack("parsers", DIFFER)
def hybrid_table(v: Victim) -> bytes:
    """A table with a stream beside it that only newer programs read: it has another content."""
    data = sheet(has_fields=False)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
        size = int(pdf.trailer.Size)
    at = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    twin = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (size, len(_EVIL), _EVIL)
    entry = bytes([1]) + at.to_bytes(4, "big") + bytes([0])
    stream_at = at + len(twin)
    head = b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Index[%d 1]/Length %d>>\nstream\n" % (
        size + 1, size + 2, size, len(entry),
    )  # fmt: skip
    stream = head + entry + b"\nendstream\nendobj\n"
    made = data[:at] + twin + stream + data[at:]
    made = made.replace(b"trailer <<", b"trailer << /XRefStm %d " % stream_at, 1)
    assert b"/XRefStm" in made
    made = re.sub(rb"startxref\s+\d+", b"startxref\n%d" % (at + len(twin) + len(stream)), made)
    del number
    return _seal_lenient(v, reserve_lenient(made))


def reserve_lenient(data: bytes) -> bytes:
    from pyhanko.sign import fields  # noqa: PLC0415

    from tests.seals.makers import BOXES  # noqa: PLC0415

    def edit(writer: object) -> None:
        for role in ROLES:
            fields.append_signature_field(writer, fields.SigFieldSpec(role, 0, box=BOXES[role]))  # type: ignore[arg-type]

    return later(data, edit)


@attack("parsers", DIFFER)
def tree_of_pages_without_end(v: Victim) -> bytes:
    data = v.approved

    def edit(w: object) -> None:
        node = w.root["/Pages"]  # type: ignore[attr-defined]
        node["/Kids"].append(w.root.raw_get("/Pages"))  # type: ignore[attr-defined]
        w.update_container(node)  # type: ignore[attr-defined]

    return later(data, edit)


each(
    "parsers",
    "active-content outside-content switching-layers",
    (
        ("script in the sealed file", lambda v: v.desk.seal(sheet(_script), certify=True)),
        ("script behind a field", lambda v: v.desk.seal(sheet(_field_script), certify=True)),
        ("content from elsewhere", lambda v: v.desk.seal(sheet(_outside), certify=True)),
        ("layers that switch with zoom", lambda v: v.desk.seal(sheet(_zoom), certify=True)),
        ("layers that switch for print", lambda v: v.desk.seal(sheet(_print), certify=True)),
    ),
    Verdict.INDETERMINATE,
)


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _field_script(pdf: pikepdf.Pdf) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("event.value = 80"))
    pdf.Root.AcroForm.Fields[0].AA = pikepdf.Dictionary(F=act)


def _outside(pdf: pikepdf.Pdf) -> None:
    look = pdf.make_stream(
        b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=pikepdf.Array([0, 0, 9, 9])
    )
    look.F = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=pikepdf.String("other.pdf"))
    pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(O=look)


def _usage(pdf: pikepdf.Pdf, usage: pikepdf.Dictionary, event: str) -> None:
    group = pdf.Root.OCProperties.OCGs[0]
    group.Usage = usage
    kind = pikepdf.Name("/" + next(iter(usage.keys())).strip("/"))
    act = pikepdf.Dictionary(
        Event=pikepdf.Name("/" + event), Category=pikepdf.Array([kind]), OCGs=pikepdf.Array([group])
    )
    pdf.Root.OCProperties.D.AS = pikepdf.Array([act])


def _zoom(pdf: pikepdf.Pdf) -> None:
    _usage(pdf, pikepdf.Dictionary(Zoom=pikepdf.Dictionary(min=2)), "View")


def _print(pdf: pikepdf.Pdf) -> None:
    on, off = pikepdf.Name.ON, pikepdf.Name.OFF
    states = pikepdf.Dictionary(
        Print=pikepdf.Dictionary(PrintState=off), View=pikepdf.Dictionary(ViewState=on)
    )
    _usage(pdf, states, "Print")
