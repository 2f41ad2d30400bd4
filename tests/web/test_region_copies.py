"""A part of a sheet for printing: it says on its face what it is, and what it is not."""

import io

import pikepdf
import pytest
from werkzeug.test import TestResponse

from tests.web.site import Site


def ask(site: Site, who: str = "contractor", state: str = "released", **query: str) -> TestResponse:
    path = f"/renditions/{site.things[f'rendition:{state}']}/region.pdf"
    return site.as_(who).get(path, query_string={"box": "20000,20000,120000,90000", "paper": "A4", **query})


def face(response: TestResponse) -> str:
    with pikepdf.open(io.BytesIO(response.data)) as pdf:
        return str(pdf.docinfo["/Title"])


def test_a_part_says_that_it_is_a_part_of_which_sheet_and_where(kept: Site) -> None:
    response = ask(kept)
    assert response.status_code == 200
    words = face(response)
    assert "局部副本 Part copy · 建施-" in words
    assert "区域 Region " in words
    assert "x 20–120 y 20–90 mm" in words
    assert words.endswith("×2")
    assert "状态截至" in words
    assert "Layers are hidden" not in words


def test_hidden_layers_are_said_and_gone(kept: Site) -> None:
    assert "Layers are hidden" in face(ask(kept, layers="AQ"))
    assert "Layers are hidden" not in face(ask(kept, layers="Aw"))


def test_a_superseded_revision_prints_as_superseded(kept: Site) -> None:
    assert "已被替代" in face(ask(kept, "lead", "superseded")) or "替代" in face(
        ask(kept, "lead", "superseded")
    )


@pytest.mark.parametrize(
    "query",
    [
        {"box": ""},
        {"box": "1,2,3"},
        {"box": "9,9,1,1"},
        {"box": "900000,0,990000,9000"},
        {"box": "0,0,١,9"},
        {"box": "0,0,99999999999,1"},
        {"paper": "A0"},
        {"paper": "../A4"},
        {"layers": "zz"},
        {"layers": "%00"},
    ],
)
def test_what_is_no_region_paper_or_set_of_layers_is_refused_with_words(
    kept: Site, query: dict[str, str]
) -> None:
    response = ask(kept, **query)
    assert response.status_code == 422
    assert "invalid-input" in response.text


def test_it_opens_in_the_browser_and_may_do_nothing(kept: Site) -> None:
    headers = ask(kept).headers
    assert headers["Content-Disposition"].startswith("inline;")
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
