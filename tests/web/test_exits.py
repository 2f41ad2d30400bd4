"""Every way out says what version leaves: revision, status as of when, hash, the slips in force with their numbers.

``EXITS`` are the ways, ``INSIDE`` what hands out no drawing and no list of drawings by itself, with the reason. A new
route stands in neither, and the first test fails until somebody decides.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast
from urllib.parse import quote

import openpyxl
import pikepdf
import pytest
from werkzeug.test import TestResponse

from app.access.rules import Permission
from app.accounts.actions import CreateToken, create_token
from app.jobs.worker import Worker
from app.notices.sending import with_standings
from app.notices.wording import NoticeView
from tests.copies.site import Site, open_site, with_past
from tests.markups.drawn import drawn
from tests.web.exits import EXITS, INSIDE, Exit

SLIPS = ("设变-003", "设变-004")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), sqlite_template) as opened:
        with_past(opened)
        opened.slip("建施-01", SLIPS[1])
        _read(opened)
        _mark(opened)
        Worker(opened.services).run_until_idle(threads=1)
        yield opened


def _read(site: Site) -> None:
    """As intake reads a file: exports of marks draw on what was read."""
    digest = site.row(site.revisions["建施-01 B"]).base_sha256
    assert digest is not None
    out = site.services.scratch / "read"
    with site.services.copies.object(digest) as stored:
        manifest = site.services.renderer.inspect(stored, out, name="x.pdf")
    site.services.derived.publish(digest, out, manifest)


def _mark(site: Site) -> None:
    drawn(site.world, "owner", site.revisions["建施-01 B"])


def things(site: Site) -> Mapping[str, str]:
    revision = site.revisions["建施-01 B"]
    row = site.row(revision)
    return {
        "project": site.world.project_id,
        "sheet": row.sheet_id,
        "revision": revision,
        "rendition": site.rendition(revision),
        "code": row.short_code,
    }


def ask(site: Site, way: Exit) -> TestResponse:
    """As the owner: over the API with a token of all permissions, otherwise as a browser."""
    path = way.path.format_map(things(site))
    accept = {"Accept": "application/json"} if way.is_json else {}
    if not path.startswith("/api/"):
        return site.client("owner").get(path, headers=accept)
    with site.services.database.write(site.world.actor("owner")) as tx:
        scopes = frozenset(Permission)
        secret = create_token(tx, CreateToken("exits", scopes, 9), known_scopes=scopes)
    client = site.application.test_client()
    return cast("TestResponse", client.get(path, headers={"Authorization": f"Bearer {secret}", **accept}))


def text_of(response: TestResponse) -> str:
    """All that an answer says: headers, and the words of its body whatever its kind."""
    kind, data = response.headers["Content-Type"], response.data
    told = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(data))
        rows = [row for page in book for row in page.iter_rows(values_only=True)]
        return told + "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)
    if data[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = [n for n in archive.namelist() if not n.endswith((".pdf", ".png"))]
        return told + "\n".join(archive.read(n).decode() for n in names) + "\n".join(archive.namelist())
    if kind.startswith("application/pdf") and "X-OneSet-Slips" not in response.headers:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return told + str(pdf.docinfo["/Title"])
    return told if "X-OneSet-Slips" in response.headers else told + data.decode()


def rules(site: Site) -> set[str]:
    return {
        rule.rule
        for rule in site.application.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
    }


def test_every_route_is_a_way_out_or_has_a_reason_why_not(site: Site) -> None:
    listed = {way.rule for way in EXITS} | set(INSIDE)
    assert sorted(rules(site) - listed) == [], "routes of which nobody said whether a drawing leaves by them"
    assert sorted(listed - rules(site)) == [], "routes that are gone"
    assert sorted({way.rule for way in EXITS} & set(INSIDE)) == []


@pytest.mark.parametrize("way", EXITS, ids=lambda way: way.rule)
def test_a_way_out_says_which_version_leaves(site: Site, way: Exit) -> None:
    response = ask(site, way)
    assert response.status_code == 200, response.text[:500]
    said = text_of(response)
    row = site.row(site.revisions["建施-01 B"])
    assert row.base_sha256 is not None
    wanted = {
        "revision": "B",
        "hash": row.base_sha256[:8],
        "status": way.status,
        "as of": "2024-07",
        **{number: number for number in SLIPS},
    }
    missing = {name: word for name, word in wanted.items() if word not in said and quote(word) not in said}
    assert missing == {}


def test_a_letter_says_what_is_in_force_of_each_sheet_it_names(site: Site) -> None:
    sheet = things(site)["sheet"]
    at = site.clock.now()
    told = {
        "id": "n",
        "project_id": site.world.project_id,
        "project": "滨河小学",
        "kind": "revision.released",
    }
    notice = NoticeView(
        **told, subject="sheet", subject_id=sheet, title="建施-01 一层平面图", count=1, is_urgent=True, by="", at=at,
        is_read=False,
    )  # fmt: skip
    with site.services.database.read() as session:
        (said,) = with_standings(session, [notice], at)
    row = site.row(site.revisions["建施-01 B"])
    assert row.base_sha256 is not None
    for language, status in (("zh", "现行有效"), ("en", "In force")):
        line = said.line(language)
        for word in ("建施-01", "B", status, row.base_sha256[:8], "2024-07", *SLIPS):
            assert word in line, line


def test_a_way_out_of_an_old_revision_does_not_say_that_it_is_in_force(site: Site) -> None:
    old = site.rendition(site.revisions["建施-01 A"])
    answer = site.client("owner").get(f"/renditions/{old}/download")
    assert answer.headers["X-OneSet-Status"] == "superseded"
    assert answer.headers["X-OneSet-Slips"] == "0"
