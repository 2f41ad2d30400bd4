"""Comparing is a job: asked for once per pair, answered when it is done, and an answer too when it breaks off."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.drawings.comparing import compare_pair, kept_comparison, pair_of
from app.drawings.queries.sheets import RenditionView, byte_source
from app.kernel.outbox import Job, JobState
from tests.web.site import Drawing, Site
from viewers.render.compare.values import Comparison
from viewers.render.errors import RenderCrashed, RenderError, RenderTimeout


def _rendition(site: Site, name: str) -> RenditionView:
    with site.services.database.read() as session:
        rights = rights_of(session, site.world.actor("lead"), site.clock.now())
        return byte_source(session, rights, site.things[f"rendition:{name}"]).rendition


def _path(site: Site, before: str = "released", after: str = "newer") -> str:
    things = site.things
    return f"/renditions/{things[f'rendition:{before}']}/compare/{things[f'rendition:{after}']}.json"


def _jobs(site: Site, before: str, after: str) -> list[Job]:
    key = pair_of(_rendition(site, before), _rendition(site, after)).key
    with site.services.database.read() as session:
        return list(session.scalars(sa.select(Job).where(Job.dedupe_key == key).order_by(Job.id)))


def test_a_new_revision_is_compared_with_the_one_before_without_being_asked_for(kept: Site) -> None:
    (job,) = _jobs(kept, "superseded", "newer")
    assert (job.state, job.kind) == (JobState.DONE, "compare")
    assert job.priority < 0
    found = kept_comparison(
        kept.services.reading_room, _rendition(kept, "superseded"), _rendition(kept, "newer")
    )
    assert found is not None
    assert [r.text_after for r in found.regions] == ["2"]
    answer = kept.as_("contractor").get(_path(kept, "superseded"))
    assert answer.json == json.loads(found.to_json())
    assert answer.headers["ETag"]


def test_what_nobody_asked_for_is_not_computed_by_looking(kept: Site) -> None:
    answer = kept.as_("lead").get(_path(kept, "draft"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "compare-not-asked")
    assert answer.json["way_out"]
    assert _jobs(kept, "draft", "newer") == []


def test_a_pair_asked_for_twice_is_one_job_and_the_other_way_round_another(site: Site) -> None:
    lead = site.as_("lead")
    first = lead.post(_path(site))
    assert (first.status_code, first.json) == (202, {"state": "waiting", "ahead": 0})
    assert first.headers["Retry-After"]
    assert lead.post(_path(site)).status_code == 202
    assert site.as_("contractor").post(_path(site)).status_code == 202
    assert lead.post(_path(site, "newer", "released")).json == {"state": "waiting", "ahead": 1}
    assert len(_jobs(site, "released", "newer")) == 1
    assert lead.get(_path(site)).status_code == 202
    site.work()
    answer = lead.post(_path(site))
    assert answer.status_code == 200
    assert lead.get(_path(site)).data == answer.data
    assert len(_jobs(site, "released", "newer")) == 1
    back = Comparison.from_json(lead.get(_path(site, "newer", "released")).text)
    there = Comparison.from_json(answer.text)
    assert {r.id for r in back.regions} == {r.id for r in there.regions}
    assert back.regions[0].text_before == there.regions[0].text_after


def test_asking_needs_the_token_of_our_own_page(kept: Site) -> None:
    visitor = kept.as_("lead")
    assert visitor.client.post(_path(kept, "draft")).status_code == 400


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (RenderTimeout("render-timeout"), "compare-timeout"),
        (RenderCrashed("over-memory"), "compare-crashed"),
    ],
)
def test_comparing_that_breaks_off_is_an_answer_and_may_be_asked_again(
    site: Site, monkeypatch: pytest.MonkeyPatch, failure: RenderError, code: str
) -> None:
    def broken(*_: object, **__: object) -> Comparison:
        raise failure

    lead = site.as_("lead")
    with monkeypatch.context() as patched:
        patched.setattr(site.services.renderer, "compare", broken)
        lead.post(_path(site))
        site.work()
    told = lead.post(_path(site)).json
    assert (told["is_comparable"], [p["code"] for p in told["problems"]]) == (False, [code])
    assert lead.post(f"{_path(site)}?again=1").status_code == 202
    assert lead.get(_path(site)).status_code == 202
    site.work()
    assert lead.get(_path(site)).json["is_comparable"]
    assert lead.post(f"{_path(site)}?again=1").status_code == 200


def test_a_process_that_ends_meanwhile_leaves_the_comparison_to_the_next(
    desk_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closing(*_: object, **__: object) -> Comparison:
        desk_site.services.renderer.close()
        raise RenderCrashed("killed")

    monkeypatch.setattr(desk_site.services.renderer, "compare", closing)
    before, after = _rendition(desk_site, "released"), _rendition(desk_site, "newer")
    with pytest.raises(RenderCrashed):
        compare_pair(desk_site.services.reading_room, pair_of(before, after))
    assert kept_comparison(desk_site.services.reading_room, before, after) is None


def test_a_job_that_died_on_every_attempt_says_so_and_another_may_be_asked_for(site: Site) -> None:
    lead = site.as_("lead")
    lead.post(_path(site))
    with site.services.database.plumbing() as session:
        session.execute(sa.update(Job).where(Job.kind == "compare").values(state=JobState.DEAD))
    accept = {"Accept": "application/json"}
    assert lead.get(_path(site), headers=accept).json["code"] == "compare-failed"
    assert lead.post(_path(site), headers=accept).json["code"] == "compare-failed"
    assert lead.post(f"{_path(site)}?again=1").status_code == 202


def test_bytes_that_are_gone_are_an_answer_not_a_fault(site: Site) -> None:
    lead = site.as_("lead")
    sha256 = _rendition(site, "released").manifest_of.removeprefix("sha256:")
    store: Path = site.services.settings.data_dir / "store"
    lead.post(_path(site))
    for found in [p for p in store.rglob(f"*{sha256}*") if p.is_file() and "derived" not in p.parts]:
        found.unlink()
    site.work()
    assert [p["code"] for p in lead.get(_path(site)).json["problems"]] == ["bytes-missing"]


def test_a_comparison_ahead_of_time_is_hurried_when_somebody_waits_for_it(site: Site) -> None:
    again = site.accept(site.take_in([Drawing("建施-37", "7层平面图", revision="C", stamp=3)]))
    site.name_revision(site.things, "newest", next(iter(again.values())), by="lead")
    (job,) = _jobs(site, "newer", "newest")
    assert (job.state, job.priority < 0) == (JobState.READY, True)
    site.as_("lead").post(_path(site, "newer", "newest"))
    (job,) = _jobs(site, "newer", "newest")
    assert job.priority == 0
