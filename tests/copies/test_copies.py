"""Copies for printing through the page: who gets one, what stands on it, and that the record stays untouched."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import ezdxf
import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from app.copies.codes import is_genuine, read_code
from app.copies.queries import CopyStatus
from tests.copies.site import Site, day, open_site, small_pdf
from tests.samples import sample


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), sqlite_template) as opened:
        opened.clock.set(day(3, 5))
        opened.release("建施-01", "A")
        opened.clock.set(day(4, 10))
        opened.release("建施-01", "B")
        opened.draft("建施-02", "A", small_pdf("draft"))
        yield opened


def copy_of(site: Site, name: str, who: str = "contractor", role: str = "published"):
    return site.client(who).get(f"/renditions/{site.rendition(site.revisions[name], role)}/copy.pdf")


def code_on(data: bytes) -> list[str]:
    drawn = pdfium.PdfDocument(data)[0].render(scale=150 / 72, grayscale=True).to_numpy()
    return [found.text for found in zxingcpp.read_barcodes(drawn)]


def words_on(data: bytes) -> str:
    """The stamp's text, from the file's title: on the page it is outlines."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return str(pdf.docinfo["/Title"])


def test_the_code_on_the_copy_leads_to_its_status_with_the_hash_of_the_record(site: Site):
    answer = copy_of(site, "建施-01 B")
    assert answer.status_code == 200
    row = site.row(site.revisions["建施-01 B"])
    address = f"http://127.0.0.1:8000/v/{row.short_code}?h={row.base_sha256[:16]}"
    (printed,) = code_on(answer.data)
    assert printed.partition("#")[0] == address
    code = read_code(printed)
    assert (code.facts.number, code.facts.label, code.facts.status) == ("建施-01", "B", CopyStatus.CURRENT)
    assert code.facts.issued_at == site.clock.now().replace(microsecond=0)
    (key,) = site.services.press.keys.public_keys()
    assert is_genuine(code, key.public)
    page = site.client().get(address.removeprefix("http://127.0.0.1:8000")).text
    assert "现行有效" in page


def test_the_face_says_copy_number_revision_status_instant_and_hash(site: Site):
    words = words_on(copy_of(site, "建施-01 B").data)
    row = site.row(site.revisions["建施-01 B"])
    for part in (
        "副本 Copy",
        "建施-01 B 2024.03",
        "现行有效",
        "状态截至 2024-04-10 09:00 +0800",
        row.base_sha256[:8],
    ):
        assert part in words


def test_a_copy_of_an_old_revision_says_so(site: Site):
    assert "已被替代，请勿使用 → B" in words_on(copy_of(site, "建施-01 A").data)


def test_a_draft_carries_no_hash_and_is_not_for_construction(site: Site):
    answer = copy_of(site, "建施-02 A", who="designer")
    row = site.row(site.revisions["建施-02 A"])
    assert code_on(answer.data) == [f"http://127.0.0.1:8000/v/{row.short_code}"]
    words = words_on(answer.data)
    assert "未发布，不得用于施工" in words
    assert "未冻结" in words


def test_the_stored_bytes_go_in_and_stay_what_they_were(site: Site):
    row = site.row(site.revisions["建施-01 B"])
    before = sorted(site.services.store.objects())
    assert copy_of(site, "建施-01 B").status_code == 200
    stored = b"".join(site.services.store.read(row.base_sha256))
    assert hashlib.sha256(stored).hexdigest() == row.base_sha256
    assert sorted(site.services.store.objects()) == before, "a copy is never stored"
    rendition = site.rendition(row.id)
    download = site.client("contractor").get(f"/renditions/{rendition}/download")
    assert hashlib.sha256(download.data).hexdigest() == row.base_sha256


def test_copies_of_one_instant_are_equal_to_the_byte(site: Site):
    assert copy_of(site, "建施-01 B").data == copy_of(site, "建施-01 B", who="supervisor").data


def test_nothing_is_left_behind_in_the_scratch_folder(site: Site):
    copy_of(site, "建施-01 B")
    assert list(site.services.scratch.glob("copy-*")) == []


@pytest.mark.parametrize(
    ("who", "status"), [("contractor", 404), ("stranger", 404), ("designer", 200), ("", 302)]
)
def test_only_who_may_read_the_bytes_gets_a_copy(site: Site, who: str, status: int):
    assert copy_of(site, "建施-02 A", who=who).status_code == status


def test_a_copy_opens_in_the_browser_and_is_not_kept(site: Site):
    headers = copy_of(site, "建施-01 B").headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["Cache-Control"] == "no-store"


def test_of_a_set_only_the_asked_page_is_copied(site: Site):
    data = sample("barber-house", "2013-07-24.pdf").read_bytes()
    site.release("A-102", "0", data, page=2)
    answer = copy_of(site, "A-102 0")
    assert len(pikepdf.open(io.BytesIO(answer.data)).pages) == 1
    asked = pdfium.PdfDocument(data)[2].get_textpage().get_text_range()
    copied = pdfium.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    assert asked.split()[:20] == copied.split()[:20]


def test_a_copy_of_a_cad_view_says_it_is_only_an_aid(site: Site, tmp_path: Path):
    drawing = ezdxf.new()
    drawing.modelspace().add_lwpolyline([(0, 0), (420, 0), (420, 297), (0, 297)], close=True)
    drawing.modelspace().add_line((30, 30), (200, 150))
    path = tmp_path / "plan.dxf"
    drawing.saveas(path)
    data = path.read_bytes()
    site.release("结施-01", "A", data, kind="dxf", discipline="struct")
    digest = hashlib.sha256(data).hexdigest()
    with site.services.copies.object(digest) as stored:
        out = site.services.scratch / "dxf"
        manifest = site.services.renderer.inspect(stored, out, name="plan.dxf")
    site.services.derived.publish(digest, out, manifest)
    answer = copy_of(site, "结施-01 A", role="cad_source")
    assert answer.status_code == 200, answer.text
    assert "CAD 视图，仅供参考" in words_on(answer.data)
    assert code_on(answer.data)[0].partition("#")[0].endswith(digest[:16])


def test_a_file_that_cannot_be_drawn_is_refused_with_a_way_out(site: Site):
    site.release("建施-77", "A", b"%PDF-1.7 not a drawing")
    answer = copy_of(site, "建施-77 A")
    assert answer.status_code == 422
    assert "copy-impossible" in answer.text
