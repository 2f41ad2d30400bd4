"""A copy of a sheet on which changes stand: rings on the sheet, the slips' papers behind it, nothing missing silently."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from sqlalchemy.orm import Session

from app.copies.codes import read_code
from app.copies.slips import SlipPaper
from app.kernel.actor import SYSTEM
from app.record.actions import Effect, SlipEntry, append_slip_effect
from app.record.models import EffectKind
from tests.copies.site import Site, day, open_site, small_pdf
from viewers.render.compose_slips import MOST_PAGES

BOX = [100_000, 100_000, 160_000, 150_000]


def pages_of(*words: str, size: tuple[float, float] = (595.28, 841.89), rotate: int = 0) -> bytes:
    """A PDF of one page for each word."""
    pdf = pikepdf.new()
    for word in words:
        with pikepdf.open(io.BytesIO(small_pdf(word))) as one:
            pdf.pages.append(one.pages[0])
        pdf.pages[-1].obj[pikepdf.Name.MediaBox] = pikepdf.Array([0, 0, *size])
        pdf.pages[-1].obj[pikepdf.Name.Rotate] = rotate
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


class Papers:
    """What the subject of changes will hand in."""

    def __init__(self, site: Site) -> None:
        self.site, self.found, self.asked = site, list[SlipPaper](), list[list[str]]()

    def keep(self, number: str, title: str, data: bytes, media_type: str = "application/pdf") -> SlipPaper:
        stored = self.site.services.store.put([data])
        self.found.append(SlipPaper(number, title, stored.sha256, stored.size, media_type))
        return self.found[-1]

    def __call__(self, session: Session, change_ids: Sequence[str]) -> Sequence[SlipPaper]:
        assert session.is_active
        self.asked.append(list(change_ids))
        return self.found


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path / "site", sqlite_template) as opened:
        opened.clock.set(day(3, 5))
        opened.release("建施-01", "A")
        opened.clock.set(day(4, 10))
        opened.release("建施-01", "B")
        yield opened


@pytest.fixture
def papers(site: Site) -> Papers:
    made = Papers(site)
    site.services.press = replace(site.services.press, slip_papers=made)
    return made


def slip(site: Site, number: str, *boxes: list[int]) -> None:
    with site.services.database.write(SYSTEM) as tx:
        effect = Effect(tx.now, is_backdated=False, reason="")
        entry = SlipEntry(
            site.world.project_id,
            site.sheets["建施-01"],
            f"change-{number}",
            number,
            EffectKind.EFFECTIVE,
            effect,
            regions={"boxes": list(boxes)} if boxes else {},
        )
        append_slip_effect(tx, entry)


def copy(site: Site, label: str = "B") -> bytes:
    rendition = site.rendition(site.revisions[f"建施-01 {label}"])
    answer = site.client("contractor").get(f"/renditions/{rendition}/copy.pdf")
    assert answer.status_code == 200, answer.text
    return answer.data


def picture(data: bytes, page: int) -> np.ndarray:
    return pdfium.PdfDocument(data)[page].render(scale=100 / 72).to_numpy()


def red(data: bytes, page: int) -> np.ndarray:
    """Where a page is red."""
    drawn = picture(data, page).astype(int)
    return (drawn[..., 2] > 150) & (drawn[..., 0] < 90) & (drawn[..., 1] < 90)


def words(data: bytes) -> str:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return str(pdf.docinfo["/Title"])


def test_the_slips_papers_follow_the_sheet_in_one_pdf_each_page_under_its_header(site: Site, papers: Papers):
    slip(site, "设变-003", BOX)
    slip(site, "设变-004")
    papers.keep("设变-003", "梁高调整", pages_of("first", "second"))
    papers.keep("设变-004", "门窗表", pages_of("third", size=(841.89, 595.28)))
    data = copy(site)
    document = pdfium.PdfDocument(data)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) == 4
    assert [text.strip() for text in texts[1:]] == ["first", "second", "third"]
    for page in (1, 2, 3):
        assert red(data, page)[: round(9 / 25.4 * 100)].any(), "a header line stands above the page"
        assert not red(data, page)[round(10 / 25.4 * 100) :].any(), "and nowhere else"
    assert papers.asked == [["change-设变-003", "change-设变-004"]]


def test_regions_are_ringed_where_they_lie_and_the_face_says_that_rings_are_derived(
    site: Site, papers: Papers
):
    slip(site, "设变-003", BOX)
    del papers
    data = copy(site)
    found = red(data, 0)
    height_mm = pdfium.PdfDocument(data)[0].get_height() / 72 * 25.4
    strip_mm = height_mm - 297
    rows, columns = np.nonzero(found)
    per_mm = 100 / 25.4
    left, right = columns.min() / per_mm, columns.max() / per_mm
    foot = height_mm - strip_mm - rows.max() / per_mm
    assert left == pytest.approx(100, abs=1)
    assert right == pytest.approx(160, abs=1)
    assert foot == pytest.approx(100, abs=1)
    assert "1 change slip(s) in force: 设变-003" in words(data)
    assert "红圈由系统按变更范围标出，不属原图" in words(data)


def test_the_code_says_how_many_slips_there_were_when_it_was_printed(site: Site, papers: Papers):
    slip(site, "设变-003", BOX)
    slip(site, "设变-004")
    papers.keep("设变-003", "梁高调整", pages_of("first"))
    drawn = pdfium.PdfDocument(copy(site))[0].render(scale=150 / 72, grayscale=True).to_numpy()
    (code,) = zxingcpp.read_barcodes(drawn)
    assert read_code(code.text).facts.slips == 2


def test_a_slip_without_a_paper_or_with_one_that_cannot_be_shown_gets_a_page_that_says_so(
    site: Site, papers: Papers
):
    for number in ("无文件", "图片", "坏文件", "太长"):
        slip(site, number)
    papers.keep("图片", "现场照片", b"\xff\xd8\xff", "image/jpeg")
    papers.keep("坏文件", "扫描件", b"%PDF-1.7 broken")
    papers.keep("太长", "图集", pages_of(*["x"] * (MOST_PAGES + 1)))
    data = copy(site)
    assert len(pdfium.PdfDocument(data)) == 5
    for page in range(1, 5):
        dark = picture(data, page)[..., :3].max(axis=2) < 100
        assert dark[round(25 / 25.4 * 100) :].any(), "the page says why nothing is on it"


def test_turned_pages_stand_upright_under_their_header(site: Site, papers: Papers):
    slip(site, "设变-003")
    papers.keep("设变-003", "竖图", pages_of("turned", rotate=90))
    page = pdfium.PdfDocument(copy(site))[1]
    assert (round(page.get_width()), round(page.get_height())) == (842, round(595.28 + 9 / 25.4 * 72))


def test_an_old_revision_brings_no_slips_of_the_newer_along(site: Site, papers: Papers):
    slip(site, "设变-003", BOX)
    papers.keep("设变-003", "梁高调整", pages_of("first"))
    data = copy(site, "A")
    assert len(pdfium.PdfDocument(data)) == 1
    assert "设变-003" not in words(data)
    assert not red(data, 0).any()


def test_scripts_and_links_of_a_slips_paper_do_not_come_along(site: Site, papers: Papers):
    slip(site, "设变-003")
    with pikepdf.open(io.BytesIO(pages_of("first"))) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 100, 100],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://example.org/")),
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([link]))
        out = io.BytesIO()
        pdf.save(out)
    papers.keep("设变-003", "梁高调整", out.getvalue())
    with pikepdf.open(io.BytesIO(copy(site))) as made:
        assert "/OpenAction" not in made.Root
        assert "/Annots" not in made.pages[1].obj


def test_equal_copies_are_equal_to_the_byte(site: Site, papers: Papers):
    slip(site, "设变-003", BOX)
    papers.keep("设变-003", "梁高调整", pages_of("first", "second"))
    assert copy(site) == copy(site)
