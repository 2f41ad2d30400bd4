import zipfile
from io import BytesIO

import pytest

from tests.samples import sample
from viewers.render.manifest import SourceKind
from viewers.render.sniff import HEAD_BYTES, explain, sniff


def zip_of(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"<x/>" * 20)
    return out.getvalue()


DXF = b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n"

KNOWN = [
    (b"%PDF-1.7\n", SourceKind.PDF),
    (b"\r\n junk before the header \n" + b" " * 900 + b"%PDF-1.4", SourceKind.PDF),
    (DXF, SourceKind.DXF),
    (b"\xef\xbb\xbf" + DXF, SourceKind.DXF),
    (b"999\nwritten by hand\n999\nagain\n0\nSECTION\n2\nENTITIES\n", SourceKind.DXF),
    ("999\n建筑设计\n0\nSECTION\n".encode("gbk"), SourceKind.DXF),
    (b"\n\n0\nSECTION\n", SourceKind.DXF),
    (b"AutoCAD Binary DXF\r\n\x1a\x00\x00SECTION", SourceKind.DXF),
    (b"AC1032\x00\x00\x00\x00\x00", SourceKind.DWG),
    (b"AC1009\x00\x00", SourceKind.DWG),
    (b"AC2.10\x00\x00", SourceKind.DWG),
    (b"AC1.40\x00\x00", SourceKind.DWG),
    (b"\x89PNG\r\n\x1a\n", SourceKind.PNG),
    (b"\xff\xd8\xff\xe0", SourceKind.JPEG),
    (b"II*\x00\x08", SourceKind.TIFF),
    (b"MM\x00*\x00", SourceKind.TIFF),
    (zip_of("OFD.xml", "Doc_0/Document.xml"), SourceKind.OFD),
]

FOREIGN = [
    (b"", "empty"),
    (b"\x00" * 600, "zeros"),
    (zip_of("a.txt"), "zip"),
    (zip_of("[Content_Types].xml", "word/document.xml"), "office"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "office"),
    (b"MZ\x90\x00", "exe"),
    (b"\x7fELF\x02", "exe"),
    (b"  <!DOCTYPE html><html>", "html"),
    (b"<?xml version='1.0'?><svg xmlns='x'/>", "svg"),
    (b"<?xml version='1.0'?><a/>", "xml"),
    ("图纸目录\n第一张".encode(), "text"),
    (b"AC1032 is a version", "text"),
    (b"0\nSECTIONS\n", "text"),
    (bytes(range(1, 256)), "binary"),
]


@pytest.mark.parametrize(("head", "kind"), KNOWN)
def test_a_known_kind_is_named_from_its_first_bytes(head, kind):
    assert sniff(head) is kind


@pytest.mark.parametrize(("head", "code"), FOREIGN)
def test_anything_else_is_refused_and_said_what_it_is(head, code):
    assert sniff(head) is None
    assert explain(head) == code


@pytest.mark.parametrize("start", [b"PK\x03\x04" + b"\x00" * 40, b"MZ\x90\x00", b"#!/bin/sh\n"])
def test_a_file_that_hides_a_pdf_header_is_what_it_starts_as(start):
    assert sniff(start + b"\n%PDF-1.7\n") is None
    assert explain(start + b"\n%PDF-1.7\n") in {"zip", "exe", "script"}


def test_a_picture_with_a_pdf_header_inside_stays_a_picture():
    assert sniff(b"\x89PNG\r\n\x1a\n" + b"%PDF-1.7") is SourceKind.PNG


def test_an_ofd_whose_first_entry_is_another_is_known_by_its_directory():
    raw = zip_of("Doc_0/Document.xml", "OFD.xml")
    assert sniff(raw[:40], raw) is SourceKind.OFD
    assert sniff(raw[:40], b"") is None


def test_a_header_after_the_first_kilobyte_is_no_pdf():
    assert sniff(b" " * 1024 + b"%PDF-1.7") is None


def test_every_real_drawing_is_named_as_its_suffix_says():
    folders = [sample("annex"), sample("barber-house"), sample("pdf"), sample("cad")]
    seen = set()
    for path in (p for folder in folders for p in folder.rglob("*")):
        wanted = {".pdf": SourceKind.PDF, ".dxf": SourceKind.DXF, ".dwg": SourceKind.DWG}.get(
            path.suffix.lower()
        )
        if wanted:
            with path.open("rb") as file:
                assert sniff(file.read(HEAD_BYTES)) is wanted, path.name
            seen.add(wanted)
    assert seen == {SourceKind.PDF, SourceKind.DXF, SourceKind.DWG}
