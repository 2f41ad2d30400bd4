"""The search page: what is found, what is marked, and what nobody else's question may find."""

import re

import pytest

from tests.web.site import Site


def test_a_number_is_found_however_it_is_written(kept: Site) -> None:
    for question in ("建施-35", "建施35", "建施－３５", "5层平面图"):
        page = kept.as_("contractor").get("/search", query_string={"q": question}).text
        assert f"/sheets/{kept.things['sheet:released']}" in page, question


def test_everybody_finds_only_what_he_may_see(kept: Site) -> None:
    wanted = {
        "designer": {"draft", "issued", "released"},
        "owner": {"issued", "released"},
        "contractor": {"released"},
    }
    for name, states in wanted.items():
        page = kept.as_(name).get("/search", query_string={"q": "平面图"}).text
        found = {s for s in ("draft", "issued", "released") if kept.things[f"sheet:{s}"] in page}
        assert found == states, name


def test_the_choice_of_a_foreign_project_finds_nothing(kept: Site) -> None:
    question = {"q": "机密图纸", "project": kept.foreign["project"]}
    page = kept.as_("owner").get("/search", query_string=question)
    assert page.status_code in (200, 404)
    assert kept.foreign["sheet:released"] not in page.text
    assert kept.foreign["sheet:released"] in kept.as_("stranger").get("/search", query_string=question).text


@pytest.mark.parametrize(
    "question",
    [
        "*",
        "AND OR NOT",
        '"',
        "a" * 5_000,
        "\x00",
        "'; drop table sheets; --",
        "图 AND (",
        "🏗",
        "%",
        "~~",
        "-",
    ],
)
def test_no_question_breaks_the_page(kept: Site, question: str) -> None:
    assert kept.as_("contractor").get("/search", query_string={"q": question}).status_code in (200, 422)


@pytest.mark.parametrize("project", ["\x00", "x" * 3_000, "é"])
def test_no_choice_of_a_project_breaks_the_page(kept: Site, project: str) -> None:
    question = {"q": "平面图", "project": project}
    assert kept.as_("contractor").get("/search", query_string=question).status_code in (200, 404)


@pytest.mark.parametrize("start", ["-5", "x", "999999", "1e9", "99999999999999999999"])
def test_no_page_number_breaks_the_page(kept: Site, start: str) -> None:
    assert (
        kept.as_("contractor").get("/search", query_string={"q": "平面图", "from": start}).status_code == 200
    )


def test_the_question_is_shown_as_text(kept: Site) -> None:
    page = kept.as_("contractor").get("/search", query_string={"q": "<b>平面图</b>"}).text
    assert "<b>" not in re.sub(r"<mark>.*?</mark>", "", page)
