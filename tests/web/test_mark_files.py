"""Marks as files and files as marks, at the endpoints: everybody gets what he may see, and nothing of what he may not."""

import io
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pikepdf
import pytest
from PIL import Image
from werkzeug.test import TestResponse

from app.markups.exports.bcf import guid
from tests.markups.drawn import drawn
from tests.peers.rendered_once import render_once
from tests.web.site import Site
from viewers.render.noto_font import has

SECRET = "本单位内部意见"
OTHERS = ("supervisor", "owner", "lead", "reviewer", "inspector", "investigator")


def ask(site: Site, who: str, path: str, **more: Any) -> TestResponse:
    found = site.as_(who).get(path.format(revision=site.things["revision:released"]), **more)
    assert found.status_code == 200, (path, found.status_code, found.get_data(as_text=True)[:300])
    return found


def texts_of(response: TestResponse) -> str:
    """All text of a file, whatever it is."""
    data = response.data
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            notes = [str(a.get("/Contents", "")) for a in pdf.pages[0].obj.get("/Annots", [])]
        from viewers.render.pdf import open_pdf  # noqa: PLC0415

        document = open_pdf(data)
        pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
        document.close()
        return "\n".join([*notes, *pages])
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())
    return response.get_data(as_text=True)


@pytest.fixture
def hidden(site: Site) -> tuple[Site, str]:
    """A mark of the contractor's own party, with a secret in it."""
    revision = site.things["revision:released"]
    return site, drawn(site.world, "contractor", revision, audience="party", text=SECRET)


EVERYWHERE = (
    "/revisions/{revision}/marks",
    "/revisions/{revision}/marks.pdf",
    "/revisions/{revision}/marks.xlsx",
    "/revisions/{revision}/marks.bcfzip?version=2.1",
    "/revisions/{revision}/marks.bcfzip?version=3.0",
    "/projects/{project}/marks.xlsx",
    "/projects/{project}/marks.bcfzip",
)


def test_a_partys_own_mark_is_nowhere_for_others(
    hidden: tuple[Site, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    render_once(monkeypatch)
    site, mark = hidden
    for path in (p.replace("{project}", site.things["project"]) for p in EVERYWHERE):
        mine = texts_of(ask(site, "contractor", path))
        assert SECRET in mine, f"the party itself misses it at {path}"
        for who in OTHERS:
            theirs = texts_of(ask(site, who, path))
            assert SECRET not in theirs, (who, path)
            assert mark not in theirs, (who, path)
            assert guid(mark) not in theirs, (who, path)
    for who in OTHERS:
        for path in (f"/marks/{mark}/photo", f"/marks/{mark}/photo/thumb.webp"):
            assert site.as_(who).get(path).status_code == 404


def test_the_sheets_chain_shows_others_a_digest_and_nothing_else(hidden: tuple[Site, str]) -> None:
    site, _ = hidden
    sheet = site.things["sheet:released"]
    mine = site.as_("contractor").get(f"/sheets/{sheet}").get_data(as_text=True)
    theirs = site.as_("supervisor").get(f"/sheets/{sheet}").get_data(as_text=True)
    leaves = [part.split("</p>")[0] for part in mine.split('<p class="digest">')[1:]]
    assert [leaf for leaf in leaves if leaf not in theirs] == [], "the chain is whole for everybody"
    hidden_lines = theirs.count("其他单位的登记，内容不公开")
    assert hidden_lines == 2, "the site's own mark, and this one"
    assert "其他单位的登记" not in mine
    assert mine.count("markup.drawn") - theirs.count("markup.drawn") == hidden_lines


def test_activity_on_hidden_marks_does_not_show_in_the_digest_of_the_list(hidden: tuple[Site, str]) -> None:
    site, mark = hidden
    path = f"/revisions/{site.things['revision:released']}/marks"
    before = {who: site.as_(who).get(path).headers["ETag"] for who in ("supervisor", "contractor")}
    sent = {"text": "内部讨论", "key": "k1"}
    assert site.as_("contractor").post(f"/marks/{mark}/comments", json=sent).status_code == 200
    assert site.as_("supervisor").get(path).headers["ETag"] == before["supervisor"]
    assert site.as_("contractor").get(path).headers["ETag"] != before["contractor"]


def test_a_list_is_text_and_never_a_formula(desk_site: Site) -> None:
    revision = desk_site.things["revision:released"]
    drawn(desk_site.world, "supervisor", revision, text="=HYPERLINK(1)\n+2")
    book = openpyxl.load_workbook(
        io.BytesIO(ask(desk_site, "owner", "/revisions/{revision}/marks.xlsx").data)
    )
    cells = [cell for row in book.active.rows for cell in row]
    assert any(cell.value == "=HYPERLINK(1)\n+2" for cell in cells)
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


ORDER = {
    "2.1": ["ReferenceLink", "Title", "Index", "Labels", "CreationDate", "CreationAuthor", "ModifiedDate",
            "AssignedTo", "Description", "DocumentReference"],
    "3.0": ["ReferenceLinks", "Title", "Index", "Labels", "CreationDate", "CreationAuthor", "ModifiedDate",
            "AssignedTo", "Description", "DocumentReferences", "Comments", "Viewpoints"],
}  # fmt: skip
"""Of a topic's elements, as the schemas of both versions have it."""


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_bcf_is_as_its_schema_wants_it(desk_site: Site, version: str) -> None:
    site, mark = desk_site, desk_site.things["mark"]
    site.as_("supervisor").post(f"/marks/{mark}/comments", json={"text": "看过 <&>\u0001", "key": "k"})
    site.as_("supervisor").post(f"/marks/{mark}/comments", json={"text": "看过 <&>", "key": "k2"})
    site.as_("contractor").post(f"/marks/{mark}/assignee", json={"person": site.world.people["lead"]})
    data = ask(site, "owner", f"/revisions/{{revision}}/marks.bcfzip?version={version}").data
    assert data == ask(site, "owner", f"/revisions/{{revision}}/marks.bcfzip?version={version}").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    topic_folder = guid(mark)
    assert ET.fromstring(members["bcf.version"]).get("VersionId") == version  # noqa: S314 - ours
    assert ("extensions.xml" in members) == (version == "3.0")
    root = ET.fromstring(members[f"{topic_folder}/markup.bcf"])  # noqa: S314 - ours
    topic = root.find("Topic")
    assert topic is not None
    names = [child.tag for child in topic]
    assert names == [name for name in ORDER[version] if name in names]
    assert {"TopicType", "TopicStatus", "Guid"} <= set(topic.attrib)
    assert topic.findtext("AssignedTo") == "lead"
    where = "Comment" if version == "2.1" else "Topic/Comments/Comment"
    assert [c.findtext("Comment") for c in root.findall(where)] == ["看过 <&>"]
    camera = ET.fromstring(members[f"{topic_folder}/viewpoint.bcfv"]).find("OrthogonalCamera")  # noqa: S314 - ours
    assert camera is not None
    assert [c.tag for c in camera][:4] == [
        "CameraViewPoint",
        "CameraDirection",
        "CameraUpVector",
        "ViewToWorldScale",
    ]
    assert camera.findtext("CameraDirection/Z") == "-1.000000"
    picture = Image.open(io.BytesIO(members[f"{topic_folder}/snapshot.png"]))
    assert max(picture.size) == 900
    reference = topic.find(".//DocumentReference")
    assert reference is not None
    assert site.things["sheet:released"] in "".join(reference.itertext())
    assert (
        site.as_("owner")
        .get(f"/revisions/{site.things['revision:released']}/marks.bcfzip?version=9")
        .status_code
        == 422
    )


def test_the_copy_says_what_it_is_and_the_stored_bytes_stay(desk_site: Site) -> None:
    site = desk_site
    rendition = site.things["rendition:released"]
    before = site.as_("owner").get(f"/renditions/{rendition}/download").data
    response = ask(site, "owner", "/revisions/{revision}/marks.pdf")
    with pikepdf.open(io.BytesIO(response.data)) as pdf:
        assert "带批注副本 Copy with marks" in str(pdf.docinfo.Title)
        names = [str(a.NM) for a in pdf.pages[0].obj.Annots]
    assert names[0] == f"oneset-{site.things['mark']}"
    assert "批注清单" in texts_of(response)
    assert site.as_("owner").get(f"/renditions/{rendition}/download").data == before
    assert has("批")


# -- photos ------------------------------------------------------------------------------------------------------------


def jpeg(size: tuple[int, int] = (640, 480)) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, "#7788aa").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def send(site: Site, who: str, data: bytes, **query: str) -> TestResponse:
    asked = {"x": "50000", "y": "60000", "name": "现场/../照片.jpg", "key": "p1", **query}
    path = f"/revisions/{site.things['revision:released']}/photos"
    headers = {"Content-Type": "application/octet-stream", "Accept": "application/json"}
    return site.as_(who).post(path, query_string=asked, data=data, headers=headers)


def test_a_photo_is_stored_as_sent_and_shown_without_its_metadata(desk_site: Site) -> None:
    site, sent = desk_site, jpeg()
    made = send(site, "supervisor", sent)
    assert made.status_code == 200, made.get_data(as_text=True)
    mark = made.json["mark"]
    assert (mark["kind"], mark["anchor"]) == ("photo", {"type": "point", "x": 50_000, "y": 60_000})
    assert (mark["photo"]["width"], mark["photo"]["height"]) == (480, 640), "upright"
    assert "/" not in mark["photo"]["file_name"]
    original = site.as_("owner").get(f"/marks/{mark['id']}/photo")
    assert original.data == sent
    assert original.headers["Content-Disposition"].startswith("attachment")
    for name, longest in (("thumb", 320), ("view", 640)):
        small = site.as_("owner").get(f"/marks/{mark['id']}/photo/{name}.webp")
        picture = Image.open(io.BytesIO(small.data))
        assert max(picture.size) == longest
        assert picture.size[0] < picture.size[1]
        assert not picture.getexif()
    assert site.as_("owner").get(f"/marks/{mark['id']}/photo/huge.webp").status_code == 404
    assert send(site, "supervisor", sent).json["mark"]["id"] == mark["id"], (
        "under the same key it exists once"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff" + b"x" * 400,
        b"GIF89a" + b"\x00" * 50,
    ],
    ids=["empty", "heic", "svg", "broken", "gif"],
)
def test_what_is_no_photo_is_refused_with_a_way_out_and_nothing_is_kept(desk_site: Site, data: bytes) -> None:
    known = {p for p in desk_site.services.settings.data_dir.rglob("*") if "objects" in p.parts}
    refused = send(desk_site, "supervisor", data)
    assert (refused.status_code, refused.json["code"]) == (422, "photo-refused")
    assert "JPEG" in refused.json["way_out"]
    assert {p for p in desk_site.services.settings.data_dir.rglob("*") if "objects" in p.parts} == known


def test_a_photo_of_ones_own_party_is_seen_by_it_alone(desk_site: Site) -> None:
    made = send(desk_site, "supervisor", jpeg(), audience="party").json["mark"]["id"]
    for name in ("", "/thumb.webp", "/view.webp"):
        assert desk_site.as_("supervisor").get(f"/marks/{made}/photo{name}").status_code == 200
        assert desk_site.as_("contractor").get(f"/marks/{made}/photo{name}").status_code == 404


def test_a_photo_mark_without_a_photo_is_refused(desk_site: Site) -> None:
    wanted = {
        "kind": "photo", "anchor": {"type": "point", "x": 0, "y": 0}, "shape": {"paths": [[[0, 0]]]},
        "colour": "red", "audience": "project",
    }  # fmt: skip
    answer = desk_site.as_("supervisor").post(
        f"/revisions/{desk_site.things['revision:released']}/marks",
        json=wanted,
        headers={"Accept": "application/json"},
    )
    assert answer.json["code"] == "mark-needs-photo"


# -- annotations of other programs -------------------------------------------------------------------------------------


def annotated(site: Site, *, size: float = 1.0) -> bytes:
    """The sheet as another program would send it back."""
    data = site.as_("owner").get(f"/renditions/{site.things['rendition:released']}/download").data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=pikepdf.Array([100, 100, 200, 200]),
            T=pikepdf.String("王审图"), Contents=pikepdf.String("核实"), CreationDate=pikepdf.String("D:20260601"),
        )  # fmt: skip
        lost = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9]
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(note), pdf.make_indirect(lost)])
        if size != 1.0:
            pdf.pages[0].obj.MediaBox = pikepdf.Array([0, 0, 842 * size, 595 * size])
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def bring(site: Site, data: bytes, verb: str = "", **query: str) -> TestResponse:
    path = f"/revisions/{site.things['revision:released']}/annotations{verb}"
    headers = {"Content-Type": "application/octet-stream", "Accept": "application/json"}
    return site.as_("reviewer").post(
        path, query_string={"name": "意见.pdf", **query}, data=data, headers=headers
    )


def test_annotations_are_looked_at_and_then_come_in_once(desk_site: Site) -> None:
    site, data = desk_site, annotated(desk_site)
    looked = bring(site, data)
    assert looked.status_code == 200, looked.get_data(as_text=True)
    assert [(f["subtype"], f["state"]) for f in looked.json["found"]] == [
        ("Square", "new"),
        ("FileAttachment", "impossible"),
    ]
    marks = f"/revisions/{site.things['revision:released']}/marks"
    before = len(site.as_("reviewer").get(marks).json["marks"])
    left = bring(site, data, "/import", **{"except": looked.json["found"][0]["key"]})
    assert left.json == {"made": [], "known": 0, "replies": 0}
    assert len(site.as_("reviewer").get(marks).json["marks"]) == before, "looking stored nothing"
    assert len(bring(site, data, "/import").json["made"]) == 1
    assert bring(site, data, "/import").json == {"made": [], "known": 1, "replies": 0}
    assert bring(site, data).json["found"][0]["state"] == "known"
    mark = site.as_("owner").get(marks).json["marks"][-1]
    assert mark["origin"]["author"] == "王审图"
    assert mark["author"]["name"] == "reviewer"
    assert mark["origin"]["file_name"] == "意见.pdf"


def test_our_own_copy_comes_back_without_doubles(desk_site: Site) -> None:
    copy = ask(desk_site, "reviewer", "/revisions/{revision}/marks.pdf").data
    looked = bring(desk_site, copy)
    assert {f["state"] for f in looked.json["found"]} == {"known"}
    assert bring(desk_site, copy, "/import").json["made"] == []


def test_another_sheet_is_refused_with_its_reason(desk_site: Site) -> None:
    refused = bring(desk_site, annotated(desk_site, size=0.5))
    assert (refused.status_code, refused.json["code"]) == (422, "annotated-another-sheet")
    assert "图幅" in refused.json["message"]
    unread = bring(desk_site, b"not a pdf").json
    assert unread["code"] == "annotated-file-unreadable"
    assert "不是 PDF" in unread["message"]
    assert "另存为 PDF" in unread["way_out"]


def test_a_locked_pdf_is_told_to_be_locked(desk_site: Site) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(annotated(desk_site))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    told = bring(desk_site, locked.getvalue()).json
    assert "密码" in told["message"]
    assert "密码" in told["way_out"]
    assert "pdf-encrypted" not in told["message"] + told["way_out"]
