"""The sheet page: one address for life, now, at a revision, and as of an instant."""

from dataclasses import replace

import pytest

from tests.web.site import Drawing, Site
from viewers.render.manifest import Manifest, Problem


def _page(site: Site, who: str, **query: str) -> str:
    response = site.as_(who).get(f"/sheets/{site.things['sheet:superseded']}", query_string=query)
    assert response.status_code == 200
    return response.text


def test_the_newest_revision_in_force_is_shown(kept: Site) -> None:
    assert kept.things["rendition:newer"] in _page(kept, "contractor")


def _draws(page: str, rendition: str) -> bool:
    """Whether that is the rendition that the page draws; links may lead to others."""
    return f'"rendition": "{rendition}"' in page


def test_a_past_instant_shows_what_was_in_force_then(kept: Site) -> None:
    page = _page(kept, "contractor", as_of="2024-03-02 12:00")
    assert _draws(page, kept.things["rendition:superseded"])
    assert "time-band" in page
    before = _page(kept, "contractor", as_of="2024-03-01 12:00")
    assert not _draws(before, kept.things["rendition:superseded"])
    assert not _draws(_page(kept, "contractor"), kept.things["rendition:superseded"])
    assert "现已被" in page  # the line above an old drawing says what holds by now
    assert "现已被" not in _page(kept, "contractor")


def test_a_revision_can_be_asked_for_by_name(kept: Site) -> None:
    page = _page(kept, "lead", rev=kept.things["revision:superseded"])
    assert _draws(page, kept.things["rendition:superseded"])


def test_a_revision_of_another_sheet_is_not_shown_by_naming_it(kept: Site) -> None:
    for name in ("draft", "issued"):
        page = _page(kept, "contractor", rev=kept.things[f"revision:{name}"])
        assert kept.things[f"rendition:{name}"] not in page
    foreign = kept.foreign["revision:released"]
    assert kept.foreign["rendition:released"] not in _page(kept, "contractor", rev=foreign)


def test_readers_do_not_see_revisions_that_are_not_released(site: Site) -> None:
    """A newer draft of a released sheet stays the designers' own."""
    drawing = Drawing("建施-35", "机密的改动", revision="B", stamp=9)
    revision = next(iter(site.accept(site.take_in([drawing])).values()))
    site.name_revision(site.things, "next", revision, by="lead")
    path = f"/sheets/{site.things['sheet:released']}"
    assert "机密的改动" in site.as_("designer").get(path, query_string={"rev": revision}).text
    for name in ("owner", "contractor", "reviewer"):
        page = site.as_(name).get(path, query_string={"rev": revision}).text
        assert "机密的改动" not in page, name
        assert site.things["rendition:next"] not in page, name
        rows = site.as_(name).get(
            f"/projects/{site.things['project']}/register", headers={"Accept": "application/json"}
        )
        assert "机密的改动" not in rows.text, name


@pytest.mark.parametrize(
    "at", ["yesterday", "2024-13-01", "0000-00-00", "9999-12-31T23:59:59+00:00", "0001-01-01", "١٢"]
)
@pytest.mark.parametrize("name", ["as_of", "known_at"])
def test_no_instant_breaks_the_page(kept: Site, name: str, at: str) -> None:
    path = f"/sheets/{kept.things['sheet:released']}"
    assert kept.as_("contractor").get(path, query_string={name: at}).status_code in (200, 422)


@pytest.mark.parametrize(
    "identity", ["x", "0" * 20, "%00", "é", "a" * 3_000, "..%2f", "1m84m72ytj2fcdrcv235'--"]
)
def test_no_identifier_breaks_the_page(kept: Site, identity: str) -> None:
    for folder in ("sheets", "projects", "intakes", "baselines"):
        assert kept.as_("contractor").get(f"/{folder}/{identity}").status_code in (404, 308), folder
    assert kept.as_("contractor").get(f"/renditions/{identity}/download").status_code in (404, 308)


def test_what_is_not_shown_is_said_in_words_and_names_from_the_drawing_stay_text(
    kept: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/sheets/{kept.things['sheet:released']}"
    assert 'id="problems"' not in kept.as_("contractor").get(path).text
    derived = kept.services.derived
    real = derived.manifest

    def with_problems(sha256: str) -> Manifest | None:
        manifest = real(sha256)
        problems = (
            Problem("unsupported-entities", "warning", {"types": {"WIPEOUT": 3}}),
            Problem("missing-xref", "warning", {"names": ["<script>alert(1)</script>.dwg"]}),
        )
        return replace(manifest, problems=problems) if manifest else None

    monkeypatch.setattr(derived, "manifest", with_problems)
    page = kept.as_("contractor").get(path).text
    assert "图面不完整" in page
    assert "部分对象未显示" in page
    assert "区域覆盖（WIPEOUT）× 3" in page
    assert "unsupported-entities" not in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
