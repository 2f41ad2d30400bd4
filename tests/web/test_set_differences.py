"""Ways to a comparison: two revisions of a sheet, and what changed between two instants."""

from urllib.parse import quote

import pypdfium2 as pdfium

from tests.web.site import Site


def _ids(site: Site, *names: str) -> list[str]:
    return [site.things[f"rendition:{name}"] for name in names]


def test_the_newest_revision_is_compared_with_the_one_before(kept: Site) -> None:
    old, new = _ids(kept, "superseded", "newer")
    answer = kept.as_("lead").get(f"/sheets/{kept.things['sheet:superseded']}/compare")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/renditions/{old}/compare/{new}")


def test_two_chosen_revisions_are_compared_the_way_round_they_were_chosen(kept: Site) -> None:
    old, new = _ids(kept, "superseded", "newer")
    sheet = kept.things["sheet:superseded"]
    revisions = kept.things["revision:newer"], kept.things["revision:superseded"]
    answer = kept.as_("lead").get(f"/sheets/{sheet}/compare?before={revisions[0]}&after={revisions[1]}")
    assert answer.headers["Location"] == f"/renditions/{new}/compare/{old}"


def test_one_revision_alone_is_refused_with_a_way_out(kept: Site) -> None:
    path = f"/sheets/{kept.things['sheet:released']}/compare"
    answer = kept.as_("lead").get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "not-two-to-compare")
    assert answer.json["way_out"]


def test_the_record_names_what_changed_between_two_instants(kept: Site) -> None:
    client = kept.as_("lead")
    page = f"/projects/{kept.things['project']}/record/changes"
    whole = client.get(f"{page}?from={quote('1990-01-01T00:00')}").text
    assert f"/sheets/{kept.things['sheet:released']}" in whole
    assert "新增" in whole
    same = client.get(f"{page}?from={quote('1990-01-01T00:00')}&to={quote('1990-01-02T00:00')}").text
    assert "没有变化" in same
    assert client.get(f"{page}?from=never").status_code == 422


def test_the_list_with_pictures_is_a_pdf_of_both_digests(kept: Site) -> None:
    old, new = _ids(kept, "superseded", "newer")
    answer = kept.as_("contractor").get(f"/renditions/{old}/compare/{new}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    document = pdfium.PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    assert "第 1 页 共 1 页" in text
    assert text.count("SHA-256") == 2
    assert "未声明" in text
