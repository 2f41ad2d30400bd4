"""Pages of notices, and a running worker that tells them."""

import time
from datetime import timedelta

from app.jobs.worker import Worker
from app.notices.models import NoticeChoice
from tests.web.site import Drawing, Site


def test_a_notice_leads_to_its_place_and_is_read_then(desk_site: Site) -> None:
    owner = desk_site.as_("owner")
    assert "建施-01 等 2 张" in owner.get("/notices").text
    notice = desk_site.things["notice"]
    answer = owner.get(f"/notices/{notice}/open")
    assert answer.location == f"/projects/{desk_site.things['project']}/register"
    assert "建施-01 等 2 张" not in owner.get("/notices").text
    assert "建施-01 等 2 张" in owner.get("/notices?show=all").text


def test_all_are_marked_as_read_at_once(desk_site: Site) -> None:
    owner = desk_site.as_("owner")
    before = owner.get("/notices/count").json["unread"]
    assert before > 0
    owner.post("/notices/read")
    assert owner.get("/notices/count").json["unread"] == 0


def test_a_running_worker_tells_the_builders_of_a_release(desk_site: Site) -> None:
    revisions = desk_site.accept(desk_site.take_in([Drawing("建施-71", "屋顶平面图")])).values()
    desk_site.sign_and_issue(list(revisions))
    desk_site.release(list(revisions))
    worker = Worker(desk_site.services)
    worker.start()
    try:
        clerk = desk_site.as_("contractor")
        deadline = time.monotonic() + 60
        while "建施-71 屋顶平面图" not in (page := clerk.get("/notices").text):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        worker.stop()
    assert "新发布图纸" in page


def test_a_refused_robot_comes_back_with_what_was_typed(desk_site: Site) -> None:
    owner, things = desk_site.as_("owner"), desk_site.things
    form = {"party": things["own party"], "kind": "dingtalk", "name": "资料群", "url": "https://10.0.0.1/x"}
    answer = owner.post(f"/projects/{things['project']}/robots", data=form)
    assert answer.status_code == 422
    assert "hook-not-public" in answer.text
    assert 'value="资料群"' in answer.text
    assert "https://10.0.0.1/x" in answer.text


def test_the_address_of_a_robot_is_shown_to_nobody(desk_site: Site) -> None:
    page = desk_site.as_("owner").get(f"/projects/{desk_site.things['project']}/robots").text
    assert "自有系统" in page
    assert "127.0.0.1:9" not in page


def test_a_robot_that_is_away_is_said_when_it_is_tried(desk_site: Site) -> None:
    things = desk_site.things
    page = desk_site.as_("owner").post(f"/projects/{things['project']}/robots/{things['hook']}/test").text
    assert "测试消息未送达" in page


def test_how_often_letters_come_is_chosen_on_ones_own_page(desk_site: Site) -> None:
    clerk = desk_site.as_("contractor")
    clerk.post("/me/notices", data={"rhythm": "daily", "email": "clerk@example.org"})
    with desk_site.services.database.read() as session:
        found = session.get_one(NoticeChoice, desk_site.world.people["contractor"])
    assert found.rhythm == "daily"
    assert 'value="clerk@example.org"' in clerk.get("/me").text
    wrong = clerk.post("/me/notices", data={"rhythm": "daily", "email": "not an address"})
    assert wrong.status_code == 422


def test_older_notices_are_a_page_away(desk_site: Site) -> None:
    desk_site.clock.advance(timedelta(minutes=1))
    page = desk_site.as_("owner").get("/notices?show=all&before=2020-01-01T00:00:00%2B00:00").text
    assert "建施-01 等 2 张" not in page
