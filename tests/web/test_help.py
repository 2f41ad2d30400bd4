"""Help: every topic in both languages, its pictures there and small, its buttons real, and the way to it from the pages."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import app.web
from app.kernel.labels import LANGUAGES, Label
from app.web.help import GROUPS, TOPICS, HelpTopic
from tests.web.site import Site

WEB = Path(app.web.__file__).parent
FOLDER = WEB / "static" / "help"
MOST_BYTES = 3_200_000
MOST_OF_ONE = 60_000
QUOTED = re.compile("“([^”]+)”")


def test_every_topic_is_told_in_both_languages_with_its_pictures(site: Site) -> None:
    for language in LANGUAGES:
        visitor = site.as_("owner" if language == "zh" else "owner_clerk")
        if language == "en":
            visitor.post("/language", data={"language": "en", "next": "/help"})
        index = html.unescape(visitor.get("/help").text)
        for name in GROUPS.values():
            assert f"<h2>{name.in_(language)}</h2>" in index
        for topic in TOPICS.values():
            assert topic.title.in_(language) in index
            page = html.unescape(visitor.get(f"/help/{topic.key}").text)
            for step in topic.steps:
                assert step.title.in_(language) in page
                assert step.who is None or step.who.in_(language) in page
                if step.picture:
                    address = f"/static/help/{language}/{step.picture}.webp"
                    assert address in page
                    assert visitor.get(address).status_code == 200, address


def test_pictures_are_those_that_are_shown_and_small() -> None:
    shown = {step.picture: step.shape for topic in TOPICS.values() for step in topic.steps if step.picture}
    kept = {(p.parent.name, p.stem): p for p in FOLDER.rglob("*") if p.is_file()}
    assert set(kept) == {(language, name) for language in LANGUAGES for name in shown}
    assert sum(p.stat().st_size for p in kept.values()) < MOST_BYTES
    for path in kept.values():
        assert path.stat().st_size < MOST_OF_ONE, path
        with Image.open(path) as picture:
            assert picture.format == "WEBP"
            assert picture.size == shown[path.stem].value, path


def test_strangers_find_help_on_the_way_in_and_a_wrong_topic_is_nowhere(site: Site) -> None:
    client = site.application.test_client()
    assert 'href="/help"' in client.get("/sign-in").text
    assert client.get("/help/review").status_code == 200
    assert client.get("/help/nothing").status_code == 404
    assert 'href="/help"' in site.as_("contractor").get("/").text


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("changes", "changes"),
        ("changes/closure", "changes"),
        ("confirmation", "distribution"),
        ("confirmation/mine", "distribution"),
        ("transmittals", "distribution"),
        ("copies", "distribution"),
        ("notes", "notes"),
        ("joint-reviews", "joint-review"),
    ],
)
def test_pages_lead_to_their_topic(site: Site, path: str, topic: str) -> None:
    page = site.as_("contractor").get(f"/projects/{site.things['project']}/{path}")
    assert page.status_code == 200
    assert f'href="/help/{topic}"' in page.text


def test_the_check_page_leads_strangers_to_its_topic(site: Site) -> None:
    assert 'href="/help/scan"' in site.application.test_client().get("/check").text


def test_no_page_leads_to_a_topic_that_is_not_there() -> None:
    named = set()
    for path in (WEB / "templates").rglob("*.html"):
        named.update(
            re.findall(r"""ui\.help\('([\w-]+)'\)|href="/help/([\w-]+)\"""", path.read_text("utf-8"))
        )
    assert len(named) > 5
    assert {one or other for one, other in named} <= set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda t: t.key)
def test_words_are_there_in_both_languages(topic: HelpTopic) -> None:
    for label in labels(topic):
        assert label.zh
        assert label.en
        assert label.zh != label.en
        assert re.search("[一-鿿]", label.zh)
        assert not re.search("[一-鿿]", label.en)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda t: t.key)
def test_what_help_quotes_stands_on_some_page(topic: HelpTopic) -> None:
    """A button that was renamed or taken away must not live on in the help."""
    texts = [text for label in labels(topic) for text in (label.zh, label.en)]
    wrong = [words for text in texts for words in QUOTED.findall(text) if words not in SAID]
    assert wrong == []


def test_groups_stand_together_in_the_order_of_the_first_page() -> None:
    order = [topic.group for topic in TOPICS.values()]
    assert list(dict.fromkeys(order)) == list(GROUPS)
    assert order == sorted(order, key=list(GROUPS).index)


def labels(topic: HelpTopic) -> Iterator[Label]:
    yield from (topic.title, topic.lead)
    for step in topic.steps:
        yield from (step.title, step.text)
        if step.who:
            yield step.who


def sources() -> Iterator[str]:
    """Whatever puts words on pages, and the titles of the topics themselves."""
    for folder in (WEB.parent, WEB.parents[1] / "viewers" / "browser"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".html", ".js"} and WEB / "help" not in path.parents:
                yield path.read_text("utf-8")
    yield from (str(topic.title) for topic in TOPICS.values())


SAID = "\n".join(sources())
