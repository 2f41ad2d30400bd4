"""A print copy of a sheet with real changes: the sheet, its slips' papers behind it, in one PDF; the kept notice."""

import hashlib

import pypdfium2 as pdfium

from tests.changes import papers
from tests.web.site import Site


def text_of(data: bytes) -> list[str]:
    """The text of every page."""
    document = pdfium.PdfDocument(data)
    return [document[n].get_textpage().get_text_range() for n in range(len(document))]


def test_a_print_is_the_sheet_and_the_papers_of_its_changes(desk_site: Site) -> None:
    site, revision = desk_site, desk_site.things["revision:released"]
    change = papers.effective(site.world, revision, title="窗洞移位")
    number = papers.change_of(site.world, change).number
    site.work()
    notice = site.as_("contractor").get(f"/changes/{change}/notice.pdf")
    assert notice.headers["X-OneSet-SHA256"] == hashlib.sha256(notice.data).hexdigest()
    said = "".join(text_of(notice.data))
    assert number in said
    assert "不得据此施工" not in said
    rendition = site.things["rendition:released"]
    copy = site.as_("contractor").get(f"/renditions/{rendition}/copy.pdf")
    assert copy.status_code == 200
    pages = text_of(copy.data)
    assert len(pages) == 1 + len(text_of(notice.data))
    assert all(number in page for page in pages[1:])
    again = site.as_("contractor").get(f"/changes/{change}/notice.pdf")
    assert again.data == notice.data, "kept once"


def test_before_it_is_in_effect_the_paper_says_so(desk_site: Site) -> None:
    change = papers.designing(desk_site.world, desk_site.things["revision:released"])
    notice = desk_site.as_("contractor").get(f"/changes/{change}/notice.pdf")
    assert all("不得据此施工" in page for page in text_of(notice.data))


def test_the_page_behind_the_code_names_the_slips(desk_site: Site) -> None:
    change = papers.effective(desk_site.world, desk_site.things["revision:released"])
    page = desk_site.as_(None).get(f"/v/{desk_site.things['code:released']}")
    assert papers.change_of(desk_site.world, change).number in page.text
