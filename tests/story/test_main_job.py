"""The main job end to end, through real HTTP, on both shapes of an installation.

A design institute signs in and uploads a real PDF set and a DXF file; the owner releases what was checked and issued; an
inspector asks for the drawing of record on a past date and gets the exact bytes; a stranger scans the QR of a copy.
"""

import base64
import hashlib
import io
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from app.accounts.actions import set_password
from app.bootstrap import Services, build_services
from app.cli.demo_build import FILES
from app.config import Settings
from app.factory import create_app
from app.jobs.worker import Worker
from app.kernel.actor import SYSTEM
from app.kernel.db.migrating import migrate
from app.kernel.ids import new_short_code
from app.record.queries import set_in_force, settle_instants
from tests.peers import postgres
from tests.peers.s3 import s3_server as s3_server  # noqa: PLC0414  a fixture
from tests.samples import sample
from tests.world import PASSWORD, World, make_world

HOUSE = FILES / "barber-house"


class Person:
    """Somebody with a browser: cookies, and the token of the page."""

    def __init__(self, base: str, login: str) -> None:
        self.base = base
        self.http = requests.Session()
        self.http.headers["Accept"] = "application/json"
        form = {"login": login, "password": PASSWORD}
        answer = self.http.post(f"{base}/sign-in", data=form, headers={"Accept": "text/html"}, timeout=30)
        assert answer.ok, answer.text
        page = self.get("/me", accept="text/html").text
        self.http.headers["X-CSRF-Token"] = page.split('name="csrf-token" content="')[1].split('"')[0]

    def get(self, path: str, *, accept: str = "application/json") -> requests.Response:
        return self.http.get(self.base + path, headers={"Accept": accept}, timeout=60)

    def post(self, path: str, body: object) -> dict:
        answer = self.http.post(self.base + path, json=body, timeout=120)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text[:400]}"
        return answer.json()

    def upload(self, intake: str, path: Path) -> None:
        """tus: create, then send the bytes in two pieces."""
        data = path.read_bytes()
        words = {"intake": intake, "filename": path.name}
        meta = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items())
        head = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": meta}
        made = self.http.post(f"{self.base}/uploads", headers=head, timeout=60)
        assert made.status_code == 201, made.text
        where = made.headers["Location"]
        where = where if where.startswith("http") else self.base + where
        middle = len(data) // 2
        for offset, piece in ((0, data[:middle]), (middle, data[middle:])):
            head = {
                "Tus-Resumable": "1.0.0",
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            }
            sent = self.http.patch(where, data=piece, headers=head, timeout=120)
            assert sent.status_code == 204, sent.text

    def act(self, project: str, act: str, revisions: list[str], **more: str) -> dict:
        report = self.post(f"/projects/{project}/revisions/{act}", {"revisions": revisions, **more})
        assert report["refused"] == {}, report
        return report


class House:
    """A running installation: its world, its address, its services."""

    def __init__(self, services: Services, world: World, base: str) -> None:
        self.services = services
        self.world = world
        self.base = base

    def person(self, login: str) -> Person:
        return Person(self.base, login)


@pytest.fixture(params=["desk", pytest.param("office", marks=pytest.mark.peers)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    settings = Settings(data_dir=tmp_path, render_workers=2)
    database = ""
    if request.param == "office":
        server = request.getfixturevalue("s3_server")
        url = server.url("oneset-story", new_short_code())
        database = postgres.new_database()
        settings = replace(
            settings,
            database_url=database,
            store_url=url,
            store_access_key=server.access_key,
            store_secret_key=server.secret_key,
            search_url="postgresql:",
        )
    services = build_services(settings)
    migrate(services.database.engine)
    world = make_world(services.database)
    with services.database.write(SYSTEM) as tx:
        for person in world.people.values():
            set_password(tx, person, PASSWORD)
    worker = Worker(services, threads=2)
    worker.start()
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield House(services, world, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    worker.stop()
    services.close()
    if database:
        postgres.drop_database(database)


def _read_batch(designer: Person, intake: str, files: int) -> list[dict]:
    """Wait until every file of a batch is read; its rows."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        table = designer.get(f"/intakes/{intake}.json").json()
        if len(table["files"]) == files and all(f["state"] != "received" for f in table["files"]):
            return table["rows"]
        time.sleep(0.5)
    raise AssertionError("the batch was not read in time")


def _take_in(house: House, files: list[Path]) -> list[str]:
    """Upload, read, complete what a sheet does not say, accept; the new revisions."""
    designer, project = house.person("designer"), house.world.project_id
    opened = designer.http.post(
        f"{house.base}/projects/{project}/intakes",
        data={"title": "发图"},
        allow_redirects=False,
        timeout=30,
    )
    assert opened.status_code == 303, opened.text
    intake = opened.headers["Location"].rsplit("/", 1)[-1]
    for path in files:
        designer.upload(intake, path)
    rows = _read_batch(designer, intake, len(files))
    for row in rows:
        values = row["values"]
        wanted = {
            "number": values.get("number") or f"X-{row['page'] + 1}",
            "title": values.get("title") or "未命名",
            "discipline": values.get("discipline") or "arch",
        }
        changed = {k: v for k, v in wanted.items() if values.get(k) != v}
        if changed:
            sent = designer.http.patch(
                f"{house.base}/intake-rows/{row['id']}",
                json={"version": row["version"], "values": changed},
                timeout=30,
            )
            assert sent.ok, sent.text
    report = designer.post(f"/intakes/{intake}/accept", {"rows": [r["id"] for r in rows]})
    assert report["refused"] == {}, report
    table = designer.get(f"/intakes/{intake}.json").json()
    return list(dict.fromkeys(r["revision"] for r in table["rows"] if r.get("revision")))


def _issue(house: House, revisions: list[str]) -> None:
    project = house.world.project_id
    house.person("designer").act(project, "send-check", revisions)
    for role in ("checker", "verifier", "approver"):
        house.person(role).act(project, f"sign-{role}", revisions)
    house.person("approver").act(project, "issue", revisions)


def _rows(answer: requests.Response) -> list[dict]:
    data = answer.json()
    return [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]


def test_upload_check_release_and_retrieve_as_of_a_past_instant(house: House, tmp_path: Path):
    project = house.world.project_id
    first = _take_in(house, [HOUSE / "2013-07-18.pdf", sample("cad", "dxfkit__public_samples_floorplan.dxf")])
    assert len(first) >= 10  # nine sheets of the set, and the DXF
    _issue(house, first)
    house.person("owner").act(project, "release", first)
    time.sleep(0.05)
    instant = house.services.clock.now()
    time.sleep(0.05)
    second = _take_in(house, [HOUSE / "2013-10-12.pdf"])
    _issue(house, second)
    house.person("owner").act(project, "release", second)

    inspector = house.person("inspector")
    past = requests.utils.quote(instant.isoformat())
    then = {r["number"]: r for r in _rows(inspector.get(f"/projects/{project}/record?as_of={past}"))}
    now = {r["number"]: r for r in _rows(inspector.get(f"/projects/{project}/record"))}
    assert then.keys() == now.keys()
    assert {r["label"] for n, r in then.items() if n.startswith("A")} == {"A"}
    assert {r["label"] for n, r in now.items() if n.startswith("A")} == {"B"}

    archive = inspector.get(f"/projects/{project}/record.zip?as_of={past}", accept="*/*")
    assert archive.ok
    with zipfile.ZipFile(io.BytesIO(archive.content)) as package:
        package.extractall(tmp_path / "set")
    root = next((tmp_path / "set").rglob("SHA256SUMS")).parent
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=root, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout.decode()
    digests = {hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*") if p.is_file()}
    with house.services.database.read() as session:
        at = settle_instants(session, now=house.services.clock.now(), as_of=instant, known_at=None)
        expected = {row.base_sha256: row.short_code for row in set_in_force(session, project, at)}
    assert set(expected) <= digests

    stranger = requests.get(f"{house.base}/v/{next(iter(expected.values()))}.json", timeout=30)
    assert stranger.json()["status"] in ("superseded", "current")
    contractor = house.person("contractor")
    assert contractor.get(f"/projects/{project}/record").ok
    foreign = house.person("stranger").get(f"/projects/{project}/record")
    assert foreign.status_code == 404


def test_search_finds_numbers_titles_and_text_once_the_index_has_caught_up(house: House):
    project = house.world.project_id
    revisions = _take_in(house, [HOUSE / "2013-10-12.pdf"])
    _issue(house, revisions)
    house.person("owner").act(project, "release", revisions)
    deadline = time.monotonic() + 30
    contractor = house.person("contractor")
    while time.monotonic() < deadline:
        page = contractor.get("/search?q=A102", accept="text/html").text
        if "A102" in page and "/sheets/" in page:
            break
        time.sleep(0.5)
    assert "/sheets/" in page
    assert "/sheets/" not in house.person("stranger").get("/search?q=A102", accept="text/html").text
