"""Tools of the attackers: a register of attacks, increments, and signatures over any bytes one likes."""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.general import SigningError

from app.seals.rules import Verdict
from app.seals.verifying.knowledge import run
from tests.seals.makers import sheet

Name = generic.pdf_name


@dataclass(frozen=True)
class Attack:
    """A file that must never be shown as valid, and how it must be refused."""

    kind: str
    name: str
    data: bytes
    verdict: Verdict
    """What it must be called."""
    codes: frozenset[str]
    """At least one of these must be among the reasons."""


@dataclass
class Victim:
    """Honest files that attackers start from; one authority that everybody trusts."""

    desk: Any

    @cached_property
    def plain(self) -> bytes:
        return sheet()

    @cached_property
    def certified(self) -> bytes:
        return self.desk.seal(self.plain, certify=True)

    @cached_property
    def approved(self) -> bytes:
        """Sealed without limits on what may follow, as most of the world does."""
        return self.desk.seal(self.plain)

    @cached_property
    def two(self) -> bytes:
        return self.desk.seal(self.certified, "Registered")

    @cached_property
    def commentable(self) -> bytes:
        return self.desk.seal(self.plain, certify=True, docmdp=fields.MDPPerm.ANNOTATE)

    @cached_property
    def lasting(self) -> bytes:
        return self.desk.seal(self.plain, certify=True, level="B-LTA")


Maker = Callable[[Victim], bytes]
MAKERS: list[tuple[str, str, Verdict, frozenset[str], Maker]] = []


def attack(
    kind: str, codes: str, verdict: Verdict = Verdict.INVALID, name: str = ""
) -> Callable[[Maker], Maker]:
    """Register a function that makes an attack file."""

    def register(maker: Maker) -> Maker:
        MAKERS.append((kind, name or maker.__name__.strip("_"), verdict, frozenset(codes.split()), maker))
        return maker

    return register


def each(
    kind: str, codes: str, cases: Iterable[tuple[str, Maker]], verdict: Verdict = Verdict.INVALID
) -> None:
    """Register a family."""
    for name, maker in cases:
        attack(kind, codes, verdict, name)(maker)


Writer = IncrementalPdfFileWriter


def later(data: bytes, edit: Callable[[Writer], None]) -> bytes:
    """Save a change behind what is there."""
    writer = Writer(io.BytesIO(data), strict=False)
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer: Writer) -> generic.DictionaryObject:
    """The first page, marked as changed."""
    page = writer.root["/Pages"]["/Kids"].raw_get(0).get_object()
    writer.update_container(page)
    return page


def stream(writer: Writer, data: bytes, **keys: generic.PdfObject) -> generic.IndirectObject:
    """A new stream."""
    made = generic.StreamObject({Name(f"/{key}"): value for key, value in keys.items()}, stream_data=data)
    return writer.add_object(made)


def floats(*numbers: float) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.FloatObject, numbers))


FAKE = b"q 1 1 1 rg 480 480 400 60 re f Q BT /F1 24 Tf 500 500 Td (C15 slab 80 mm) Tj ET"
"""Weaker concrete, thinner slab."""


def form(writer: Writer, data: bytes, width: float, height: float) -> generic.IndirectObject:
    """An appearance."""
    font = generic.DictionaryObject(
        {
            Name("/Type"): Name("/Font"),
            Name("/Subtype"): Name("/Type1"),
            Name("/BaseFont"): Name("/Helvetica"),
        }
    )
    fonts = generic.DictionaryObject({Name("/F1"): font})
    return stream(
        writer, data, Type=Name("/XObject"), Subtype=Name("/Form"), BBox=floats(0, 0, width, height),
        Resources=generic.DictionaryObject({Name("/Font"): fonts}),
    )  # fmt: skip


def annotation(
    writer: Writer, subtype: str, data: bytes, box: tuple[float, float, float, float], **more: object
) -> None:
    """Put an annotation with this appearance on the first page."""
    look = form(writer, data, box[2] - box[0], box[3] - box[1])
    entry = generic.DictionaryObject(
        {
            Name("/Type"): Name("/Annot"), Name("/Subtype"): Name(f"/{subtype}"), Name("/Rect"): floats(*box),
            Name("/F"): generic.NumberObject(4), Name("/AP"): generic.DictionaryObject({Name("/N"): look}),
        }
    )  # fmt: skip
    for key, value in more.items():
        entry[Name(f"/{key}")] = value
    page = page_of(writer)
    array = page["/Annots"]
    array.append(writer.add_object(entry))
    writer.update_container(array)


# -- bytes ------------------------------------------------------------------------------------------------------

RANGE = re.compile(rb"/ByteRange\s*\[([^\]]*)\]\s*")


def gap_of(data: bytes) -> tuple[int, int, int]:
    """Of the last signature: where its gap begins and ends, and where its bytes end."""
    numbers = [int(one) for one in list(RANGE.finditer(data))[-1].group(1).split()]
    return numbers[1], numbers[2], numbers[2] + numbers[3]


def over(data: bytes, place: int, new: bytes) -> bytes:
    """Write over what is there; nothing moves."""
    return data[:place] + new + data[place + len(new) :]


def cms(victim: Victim, data: bytes, ranges: Iterable[tuple[int, int]]) -> bytes:
    """An insider's true signature over just these parts of a file."""
    import hashlib  # noqa: PLC0415

    digest = hashlib.sha256(b"".join(data[a : a + n] for a, n in ranges)).digest()
    signer = victim.desk.signer(victim.desk.seals["Issue"])
    try:
        return run(signer.async_sign(digest, "sha256", use_pades=True)).dump()
    except SigningError as error:  # an attack that cannot be made is a fault of ours
        raise AssertionError(error) from error


Shape = Callable[[int, int, int], tuple[str, list[tuple[int, int]]]]
"""From gap begin, gap end and end of file to what ByteRange says and what is really signed."""


def insider(victim: Victim, shape: Shape, *, change: Callable[[bytes], bytes] | None = None) -> bytes:
    """A sealed file whose maker chose what his own signature covers; ``change`` uses the freedom this gives."""
    data = victim.approved
    begin, finish, end = gap_of(data)
    said, parts = shape(begin, finish, end)
    found = list(RANGE.finditer(data))[-1]
    text = f"/ByteRange {said}".encode()
    assert len(text) <= len(found.group()), (text, found.group())
    data = over(data, found.start(), text.ljust(len(found.group())))
    value = cms(victim, data, parts).hex().encode()
    data = over(data, begin + 1, value.ljust(finish - begin - 2, b"0"))
    return change(data) if change else data
