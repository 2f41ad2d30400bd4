"""Help: every topic in both languages, its pictures there and small, and the way to it from every page."""

from pathlib import Path

import pytest
from PIL import Image

import app.web
from app.web.help_words import TOPICS
from tests.web.site import Site

FOLDER = Path(app.web.__file__).parent / "static" / "help"
MOST_BYTES = 1_500_000
LANGUAGES = ("zh", "en")


def test_every_topic_is_told_in_both_languages_with_its_pictures(site: Site) -> None:
    for language in LANGUAGES:
        visitor = site.as_("owner" if language == "zh" else "owner_clerk")
        if language == "en":
            visitor.post("/language", data={"language": "en", "next": "/help"})
        index = visitor.get("/help").text
        for topic in TOPICS.values():
            title = topic.title.in_(language)  # type: ignore[arg-type]
            assert title in index
            page = visitor.get(f"/help/{topic.key}").text
            for step in topic.steps:
                assert step.title.in_(language) in page  # type: ignore[arg-type]
                if step.picture:
                    address = f"/static/help/{language}/{step.picture}.webp"
                    assert address in page
                    assert visitor.get(address).status_code == 200, address


def test_pictures_are_those_that_are_shown_and_small() -> None:
    shown = {step.picture for topic in TOPICS.values() for step in topic.steps if step.picture}
    kept = {(p.parent.name, p.stem): p for p in FOLDER.rglob("*") if p.is_file()}
    assert set(kept) == {(language, name) for language in LANGUAGES for name in shown}
    assert sum(p.stat().st_size for p in kept.values()) < MOST_BYTES
    for path in kept.values():
        with Image.open(path) as picture:
            assert picture.format == "WEBP"
            assert picture.size in {(1180, 680), (390, 700)}, path


def test_strangers_find_help_on_the_way_in_and_a_wrong_topic_is_nowhere(site: Site) -> None:
    client = site.application.test_client()
    assert 'href="/help"' in client.get("/sign-in").text
    assert client.get("/help/review").status_code == 200
    assert client.get("/help/nothing").status_code == 404
    assert 'href="/help"' in site.as_("contractor").get("/").text


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda t: t.key)
def test_words_are_there_in_both_languages(topic: object) -> None:
    labels = [topic.title, topic.lead]  # type: ignore[attr-defined]
    for step in topic.steps:  # type: ignore[attr-defined]
        labels += [step.title, step.text]
    for label in labels:
        assert label.zh
        assert label.en
        assert label.zh != label.en
