"""Frozen sets: what they hold, that their list proves itself, what changed since, and who may freeze."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.access.actions import GiveSeat, give_seat
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.kernel.actor import SYSTEM
from app.kernel.policy import Scope
from app.web.record_rows import FrozenLine, differences
from tests.copies.site import Site, day, open_site, with_past


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), sqlite_template) as opened:
        yield with_past(opened)


def freeze(site: Site, who: str, **form: str):
    client = site.client(who)
    form = {"csrf_token": site.token(client), **form}
    return client.post(f"/projects/{site.world.project_id}/baselines", data=form)


@pytest.fixture(scope="module")
def frozen(site: Site) -> str:
    answer = freeze(site, "owner", title="主体验收前", as_of=day(4, 15).isoformat())
    assert answer.status_code == 303
    return answer.location


def test_sha256sum_of_the_list_is_the_digest(site: Site, frozen: str):
    answer = site.client("inspector").get(f"{frozen}/list.txt")
    digest = hashlib.sha256(answer.data).hexdigest()
    assert answer.data.count(b"\n") == 3
    assert digest in site.client("inspector").get(frozen).text
    assert answer.headers["X-OneSet-SHA256"] == digest


def test_the_page_says_what_changed_up_to_now(site: Site, frozen: str):
    page = site.client("contractor").get(frozen).text
    changed = page.split("此后的变化")[1].split("清单</h2>")[0]
    assert changed.count("<tr>") == 3
    assert "换版" in changed
    assert "不再有效" in changed
    assert "— → 设变-003" in changed


def test_a_frozen_set_compares_with_another(site: Site, frozen: str):
    later = freeze(site, "owner_clerk", title="更早", as_of=day(3, 20).isoformat()).location
    page = site.client("contractor").get(frozen, query_string={"against": later.split("/")[-1]}).text
    changed = page.split("此后的变化")[1].split("清单</h2>")[0]
    assert changed.count("<tr>") == 1
    assert "B → A" in changed
    assert site.client("contractor").get(frozen, query_string={"against": "nothing"}).status_code == 404


def test_the_list_of_frozen_sets_shows_them_all(site: Site, frozen: str):
    page = site.client("designer").get(f"/projects/{site.world.project_id}/baselines").text
    assert "主体验收前" in page
    assert frozen in page


def test_freezing_needs_a_title_the_right_and_the_token(site: Site):
    assert freeze(site, "owner", title="  ").status_code == 422
    assert freeze(site, "contractor", title="不行").status_code == 403
    assert freeze(site, "stranger", title="不行").status_code == 404
    client = site.client("owner")
    path = f"/projects/{site.world.project_id}/baselines"
    assert client.post(path, data={"title": "无令牌"}).status_code == 400


def test_strangers_do_not_find_a_frozen_set_and_the_unseated_right_is_refused(site: Site, frozen: str):
    for path in (frozen, f"{frozen}/list.txt"):
        assert site.client("stranger").get(path).status_code == 404
        assert site.client("archivist").get(path).status_code == 403
        assert site.client().get(path).status_code == 302
    assert site.client("owner").get("/baselines/nothing").status_code == 404


def test_a_seat_of_one_discipline_reads_its_lines_and_not_the_whole_list(site: Site, frozen: str):
    with site.world.database.write(SYSTEM) as tx:
        firm = site.world.organisations["contractor"]
        site.world.people["struct_only"] = create_person(tx, CreatePerson("小钢", "struct_only", None, firm))
    scope = Scope(
        all_buildings=True, buildings=frozenset(), all_disciplines=False, disciplines=frozenset({"struct"})
    )
    with site.world.database.write(site.world.actor("owner")) as tx:
        person, party = site.world.people["struct_only"], site.world.parties["contractor"]
        give_seat(tx, GiveSeat(party, person, SeatRole.SITE_USER, scope))
    client = site.client("struct_only")
    page = client.get(frozen).text
    assert "结施-01" in page
    assert "建施-01" not in page
    assert "另有 2 张在您的范围之外" in page
    assert client.get(f"{frozen}/list.txt").status_code == 403


MARCH = day(3, 1)


def line(
    sheet: str, label: str = "A", sha: str = "1", slips: tuple[str, ...] = (), at: datetime = MARCH
) -> FrozenLine:
    return FrozenLine(sheet, sheet, "", label, sha, at, slips)


def test_differences_name_each_kind_once():
    before = [line("same"), line("gone"), line("new-label"), line("slip"), line("moved")]
    after = [
        line("same"),
        line("new-label", "B", "2"),
        line("slip", slips=("1",)),
        line("moved", at=day(3, 2)),
        line("fresh"),
    ]
    found = [(d.kind, d.shown.sheet_id) for d in differences(before, after)]
    assert found == [
        ("reissued", "new-label"),
        ("slips", "slip"),
        ("redated", "moved"),
        ("added", "fresh"),
        ("removed", "gone"),
    ]
    assert differences(before, before) == []
