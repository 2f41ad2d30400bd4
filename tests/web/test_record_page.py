"""The set in force as of any instant: page, rows, files; who may ask, and what backdating does to the answer."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from app.access.actions import GiveSeat, give_seat
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.kernel.actor import SYSTEM
from app.kernel.policy import Scope
from tests.copies.site import Site, day, open_site, texts, with_past

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), sqlite_template) as opened:
        yield with_past(opened)


def ask(site: Site, who: str = "contractor", **query: str) -> dict:
    answer = site.client(who).get(
        f"/projects/{site.world.project_id}/record", query_string=query, headers=JSON
    )
    assert answer.status_code == 200, answer.text
    return answer.json


def labels(answer: dict) -> dict[str, str]:
    return dict(texts(answer["rows"], answer["columns"], "number", "label"))


def test_now_shows_the_newest_revisions_and_leaves_cancelled_sheets_out(site: Site):
    answer = ask(site)
    assert labels(answer) == {"建施-01": "B", "结施-01": "B"}
    assert answer["void"] == 1
    assert answer["asOf"] == ""


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (day(3, 4), {}),
        (day(3, 20), {"建施-01": "A", "建施-02": "A", "结施-01": "A"}),
        (day(4, 15), {"建施-01": "B", "建施-02": "A", "结施-01": "A"}),
        (day(4, 25), {"建施-01": "B", "建施-02": "A", "结施-01": "B"}),
        (day(6, 15), {"建施-01": "B", "结施-01": "B"}),
    ],
)
def test_an_earlier_instant_shows_what_was_in_force_then(site: Site, at, expected):
    assert labels(ask(site, as_of=at.isoformat())) == expected


def test_what_was_known_then_leaves_out_what_was_written_down_later(site: Site):
    asked = {"as_of": day(4, 25).isoformat()}
    assert labels(ask(site, **asked))["结施-01"] == "B"
    before = ask(site, **asked, known_at=day(5, 10).isoformat())
    assert labels(before)["结施-01"] == "A"
    after = ask(site, **asked, known_at=day(5, 25).isoformat())
    assert labels(after)["结施-01"] == "B"


def test_a_backdated_entry_carries_its_mark_and_its_reason(site: Site):
    answer = ask(site)
    marks = {r[0]: r[1:] for r in texts(answer["rows"], answer["columns"], "number", "backdated", "reason")}
    assert marks == {"建施-01": ("no", ""), "结施-01": ("yes", "现场先行执行")}


def test_slips_stand_beside_their_sheet_from_their_day_on(site: Site):
    def slips(at: datetime) -> str:
        answer = ask(site, as_of=at.isoformat())
        return dict(texts(answer["rows"], answer["columns"], "number", "slipNumbers"))["建施-01"]

    assert slips(day(4, 30)) == ""
    assert slips(day(5, 2)) == "设变-003"


def test_every_row_says_what_holds_now(site: Site):
    answer = ask(site, as_of=day(3, 20).isoformat())
    now = {r[0]: r[1:] for r in texts(answer["rows"], answer["columns"], "number", "now", "nowLabel")}
    assert now == {"建施-01": ("superseded", "B"), "建施-02": ("void", ""), "结施-01": ("superseded", "B")}


def test_the_page_of_now_has_no_band_and_that_of_another_instant_has_one(site: Site):
    client, path = site.client("contractor"), f"/projects/{site.world.project_id}/record"
    assert 'id="band" role="status" hidden' in client.get(path).text
    past = client.get(path, query_string={"as_of": "2024-04-15T10:30"}).text
    assert 'id="band" role="status" >' in past
    assert "本页为 2024-04-15 10:30 的有效图纸" in past
    assert "is-past" in past
    assert f'href="{path}">回到现在' in past


def test_an_instant_without_a_zone_is_read_in_the_zone_of_the_person(site: Site):
    answer = ask(site, as_of="2024-03-05T09:30:00")
    assert answer["asOf"].startswith("2024-03-05T09:30:00+08:00")
    assert labels(answer) == {"建施-01": "A", "建施-02": "A", "结施-01": "A"}


def test_a_time_that_is_none_is_refused_with_the_way_to_write_it(site: Site):
    path = f"/projects/{site.world.project_id}/record"
    answer = site.client("contractor").get(path, query_string={"as_of": "gestern"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["code"] == "invalid-input"


def test_inspectors_see_backdated_entries_first(site: Site):
    path = f"/projects/{site.world.project_id}/record"
    assert setup_of(site.client("inspector").get(path).text)["backdatedFirst"] is True
    assert setup_of(site.client("contractor").get(path).text)["backdatedFirst"] is False


def setup_of(page: str) -> dict:
    return json.loads(page.split('id="setup">')[1].split("</script>", maxsplit=1)[0])


def test_the_slider_has_a_mark_for_each_change_and_names_the_backdated_one(site: Site):
    path = f"/projects/{site.world.project_id}/record"
    marks = setup_of(site.client("owner").get(path).text)["moments"]
    assert len(marks) == 6  # three releases one after another, B, the backdated B, the cancellation
    assert [m["backdated"] for m in marks] == [0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    "who", ["owner", "designer", "reviewer", "contractor", "supervisor", "inspector", "investigator"]
)
def test_every_party_of_the_record_may_ask(site: Site, who):
    assert len(ask(site, who)["rows"]) == 2


PATHS = ["record", "record.sha256", "record.zip", "record.xlsx", "record.csv", "baselines"]


@pytest.mark.parametrize("path", PATHS)
def test_strangers_find_nothing_and_visitors_are_asked_to_sign_in(site: Site, path):
    address = f"/projects/{site.world.project_id}/{path}"
    assert site.client("stranger").get(address).status_code == 404
    answer = site.client().get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("path", PATHS)
def test_a_seat_without_the_right_is_refused_by_name(site: Site, path):
    answer = site.client("archivist").get(f"/projects/{site.world.project_id}/{path}", headers=JSON)
    assert answer.status_code == 403
    assert answer.json["code"] == "forbidden"


def test_a_seat_of_one_discipline_sees_that_discipline(site: Site):
    with site.world.database.write(SYSTEM) as tx:
        firm = site.world.organisations["contractor"]
        site.world.people["struct_only"] = create_person(tx, CreatePerson("小钢", "struct_only", None, firm))
    scope = Scope(
        all_buildings=True, buildings=frozenset(), all_disciplines=False, disciplines=frozenset({"struct"})
    )
    with site.world.database.write(site.world.actor("owner")) as tx:
        person, party = site.world.people["struct_only"], site.world.parties["contractor"]
        give_seat(tx, GiveSeat(party, person, SeatRole.SITE_USER, scope))
    assert labels(ask(site, "struct_only")) == {"结施-01": "B"}
    package = site.client("struct_only").get(f"/projects/{site.world.project_id}/record.zip")
    assert [n.split("/")[-1] for n in zipfile.ZipFile(io.BytesIO(package.data)).namelist()] == [
        "manifest.json",
        "SHA256SUMS",
        "结施-01 B 基础平面图.pdf",
    ]


def test_the_package_holds_the_exact_bytes_of_the_instant(site: Site):
    path = f"/projects/{site.world.project_id}/record.zip"
    answer = site.client("inspector").get(path, query_string={"as_of": day(4, 15).isoformat()})
    assert answer.content_type == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(n)).hexdigest() == digest for n, digest in sums.items())
    row = site.row(site.revisions["建施-01 B"])
    assert row.base_sha256 in sums.values()
    manifest = json.loads(archive.read("manifest.json"))
    shown = site.client("owner").get(
        path.replace("zip", "sha256"), query_string={"as_of": day(4, 15).isoformat()}
    )
    assert manifest["digest"] == shown.text


def test_the_register_of_an_instant_leaves_as_xlsx_and_csv(site: Site):
    client, path = site.client("owner"), f"/projects/{site.world.project_id}/record"
    query = {"as_of": day(3, 20).isoformat()}
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{path}.xlsx", query_string=query).data))
    cells = [[c.value for c in row] for row in book.active.rows]
    at = cells[0].index(next(name for name in cells[0] if str(name).startswith("现行版次")))
    assert {(row[0], row[at]) for row in cells[1:]} == {("建施-01", "A"), ("建施-02", "A"), ("结施-01", "A")}
    table = client.get(f"{path}.csv", query_string=query).data.decode("utf-8-sig")
    assert table.count("\r\n") == 4
    assert client.get(f"{path}.exe").status_code == 422
