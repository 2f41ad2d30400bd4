"""Attacks on the package of a sealed OFD file: a ZIP and XML that programs read differently, or that never end."""

import io
import struct
import warnings
import zipfile
import zlib

from app.seals.rules import Verdict
from tests.seals.attack_ofd import changed, desk_of, sealed
from tests.seals.attack_tools import Victim, attack
from tests.seals.ofd_maker import LIST, PAGE, Files, document, packed

_OPEN = Verdict.INDETERMINATE


def _appended(files: Files, name: str, content: bytes) -> bytes:
    """The package with an entry written once more: programs take the first or the last."""
    out = io.BytesIO(packed(files))
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@attack("ofd", "ambiguous-package")
def ofd_page_there_twice(v: Victim) -> bytes:
    files = sealed(v)
    return _appended(files, PAGE, files[PAGE].replace(b"C30", b"C15"))


@attack("ofd", "ambiguous-package")
def ofd_page_there_twice_in_other_letters(v: Victim) -> bytes:
    files = sealed(v)
    return _appended(files, PAGE.lower(), files[PAGE].replace(b"C30", b"C15"))


@attack("ofd", "ambiguous-package")
def ofd_entry_that_the_table_does_not_name(v: Victim) -> bytes:
    """Between the entries lies another page: a program that reads from the front finds it."""
    files = sealed(v)
    alone = packed({PAGE: files[PAGE].replace(b"C30", b"C15")})
    return alone[: alone.index(b"PK\x01\x02")] + packed(files)


@attack("ofd", "ambiguous-package")
def ofd_something_behind_the_end(v: Victim) -> bytes:
    return packed(sealed(v)) + b"more"


@attack("ofd", "ambiguous-package")
def ofd_head_that_names_another_entry(v: Victim) -> bytes:
    data = packed(sealed(v))
    return data.replace(PAGE.encode(), PAGE.replace("Page_0", "Page_7").encode(), 1)


@attack("ofd", "ambiguous-package")
def ofd_more_in_an_entry_than_its_size(v: Victim) -> bytes:
    """The table says a shorter size, and the checksum of that much; other programs unfold all there is."""
    files = sealed(v)
    whole = files[PAGE] + b"<more/>"
    data = bytearray(packed(files | {PAGE: whole}))
    old = struct.pack("<L", zlib.crc32(whole)), struct.pack("<L", len(whole))
    new = struct.pack("<L", zlib.crc32(files[PAGE])), struct.pack("<L", len(files[PAGE]))
    made = bytes(data)
    for before, after in zip(old, new, strict=True):
        made = made.replace(before, after)
    return made


@attack("ofd", "ambiguous-package")
def ofd_that_is_a_pdf_too(v: Victim) -> bytes:
    files = {"A.txt": b"%PDF-1.7\n" + b"x" * 20} | sealed(v)
    return packed(files, method=zipfile.ZIP_STORED)


@attack("ofd", "ambiguous-package")
def ofd_path_that_climbs_out(v: Victim) -> bytes:
    return packed(sealed(v) | {"Doc_0/../OFD2.xml": b"<a/>"})


@attack("ofd", "unreadable")
def ofd_with_entities(v: Victim) -> bytes:
    files = sealed(v)
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    return packed(changed(files, LIST, b"<ofd:Signatures", bomb + b"<ofd:Signatures"))


@attack("ofd", "unreadable")
def ofd_nested_without_end(v: Victim) -> bytes:
    return packed(
        changed(
            sealed(v), LIST, b"</ofd:Signatures>", b"<a>" * 50_000 + b"</a>" * 50_000 + b"</ofd:Signatures>"
        )
    )


@attack("ofd", "over-memory", _OPEN)
def ofd_that_unfolds_to_too_much(v: Victim) -> bytes:
    return packed(sealed(v) | {"Doc_0/Res/zeros.bin": bytes(8 << 20)})


@attack("ofd", "unknown-format", _OPEN)
def ofd_with_versions(v: Victim) -> bytes:
    more = b'<ofd:Versions><ofd:Version ID="1" Index="0" BaseLoc="Doc_0/Versions/V0.xml"/></ofd:Versions></ofd:DocBody>'
    return packed(desk_of(v).seal(changed(document(), "OFD.xml", b"</ofd:DocBody>", more)))


@attack("ofd", "active-content", _OPEN)
def ofd_in_which_something_moves(v: Victim) -> bytes:
    films = changed(
        document(), PAGE, b"</ofd:Page>", b'<ofd:Actions><ofd:Movie ResourceID="9"/></ofd:Actions></ofd:Page>'
    )
    return packed(desk_of(v).seal(films))


@attack("ofd", "unknown-format", _OPEN)
def ofd_with_sizes_for_giants(v: Victim) -> bytes:
    """ZIP64: the head of an entry states no size of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sealed(v).items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                entry.write(content)
    return out.getvalue()
