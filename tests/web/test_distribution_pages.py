"""Pages of distribution: bulk confirm, opened files, objections, packages, and what every exit says of the version."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa

from app.distribution.models import ReceiptFact
from app.projects.models import Project
from app.projects.rules import Policy
from tests.web.distribution_house import jpeg
from tests.web.site import Site

JSON = {"Accept": "application/json"}


def facts(site: Site, revision: str) -> list[ReceiptFact]:
    with site.services.database.read() as session:
        query = sa.select(ReceiptFact).where(ReceiptFact.item_id == revision)
        return list(session.scalars(query.order_by(ReceiptFact.at, ReceiptFact.turn)))


def test_the_own_page_confirms_exactly_what_it_shows(desk_site: Site) -> None:
    """What the page carries goes back as it is; a word changed on the way is refused."""
    site, revision = desk_site, desk_site.things["revision:released"]
    home = f"/projects/{site.things['project']}/confirmation"
    page = site.as_("supervisor").get(f"{home}/mine").text
    key = f"revision:{revision}"
    row = page[page.index(f'data-key="{key}"') :]
    sha, said = row.split('data-sha="')[1][:64], row.split('data-statement="')[1][:64]
    text = row.split('class="said-text">')[1].split("</p>")[0].replace("&#39;", "'")
    assert hashlib.sha256(text.encode()).hexdigest() == said
    assert [f.kind for f in facts(site, revision) if f.party_id == site.world.parties["supervisor"]] == [
        "delivered"
    ]
    wrong = {"items": [{"key": key, "sha256": sha, "statement": "0" * 64}]}
    answer = site.as_("supervisor").post(f"{home}/confirm", json=wrong, headers=JSON)
    assert answer.json["refused"][key]["code"] == "receipt-statement-differs"
    right = {"items": [{"key": key, "sha256": sha, "statement": said}]}
    assert site.as_("supervisor").post(f"{home}/confirm", json=right, headers=JSON).json["done"] == [key]
    [fact] = [f for f in facts(site, revision) if f.kind == "confirmed"]
    assert (fact.statement, fact.sha256) == (text, sha)
    assert key not in site.as_("supervisor").get(f"{home}/mine").text


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/sheets/{sheet}?rev={revision}", "viewer"),
        ("/renditions/{rendition}/download", "download"),
        ("/renditions/{rendition}/copy.pdf", "print"),
        ("/transmittals/{transmittal}.zip", "package"),
    ],
)
def test_opening_the_file_is_a_fact_and_looking_at_lists_is_none(
    desk_site: Site, path: str, way: str
) -> None:
    site, things = desk_site, desk_site.things
    revision = things["revision:released"]
    named = {
        "sheet": things["sheet:released"],
        "rendition": things["rendition:released"],
        "revision": revision,
        "transmittal": things["transmittal"],
    }
    project = f"/projects/{things['project']}"
    for place in (
        project,
        f"{project}/confirmation",
        f"{project}/register",
        f"/sheets/{things['sheet:released']}/confirmation",
    ):
        assert site.as_("supervisor").get(place).status_code == 200
    assert "opened" not in {f.kind for f in facts(site, revision)}
    for _ in range(2):
        assert site.as_("supervisor").get(path.format(**named)).status_code == 200
    site.as_("designer").get(path.format(**named))
    opened = [(f.way, f.party_id) for f in facts(site, revision) if f.kind == "opened"]
    assert opened == [(way, site.world.parties["supervisor"])]


def test_an_objection_shows_its_photo_and_is_resolved(desk_site: Site) -> None:
    site, sheet = desk_site, desk_site.things["sheet:released"]
    page = site.as_("lead").get(f"/sheets/{sheet}/confirmation").text
    objection = site.things["objection"]
    assert f"/receipts/{objection}/photo/thumb.webp" in page
    assert "洞口尺寸与现场不符" in page
    form = {"answer": "以详图为准"}
    assert site.as_("lead").post(f"/receipts/{objection}/resolve", data=form).status_code == 302
    page = site.as_("contractor").get(f"/sheets/{sheet}/confirmation").text
    assert "以详图为准" in page
    assert "异议已处理" in page
    home, revision = (
        f"/projects/{site.things['project']}/confirmation/object",
        site.things["revision:released"],
    )
    sent = {
        "key": f"revision:{revision}", "sha256": facts(site, revision)[0].sha256,
        "reason": "仍不相符", "photo": (io.BytesIO(b"no photo"), "x.jpg"),
    }  # fmt: skip
    answer = site.as_("contractor").post(home, data=sent, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (422, "photo-refused")
    sent = {**sent, "photo": (io.BytesIO(jpeg()), "x.jpg")}
    assert "objection" in site.as_("contractor").post(home, data=sent, headers=JSON).json


def test_the_package_holds_the_exact_bytes_and_says_what_they_are(desk_site: Site) -> None:
    site = desk_site
    answer = site.as_("contractor").get(f"/transmittals/{site.things['transmittal']}.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        sums = dict(
            reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines()
        )
        for name in set(names) - {"SHA256SUMS"}:
            assert hashlib.sha256(archive.read(name)).hexdigest() == sums[name], name
        manifest = json.loads(archive.read("manifest.json"))
        cover = pdfium.PdfDocument(archive.read("发放单 transmittal.pdf"))
    [line] = manifest["items"]
    assert line["in_force_when_asked"] is True
    assert sums[line["path"]] == line["sha256"]
    words = "".join(cover[0].get_textpage().get_text_range().split())
    assert "图纸发放单" in words
    assert "FF-0001" in words
    assert line["revision"] in words
    # On paper a digest stands in two lines.
    assert line["sha256"][:32] in words


def test_not_for_construction_stands_on_page_print_and_behind_the_code(desk_site: Site) -> None:
    """The policy makes construction wait: status bar, scanned answer and API say it; without the policy none does."""
    site, things = desk_site, desk_site.things
    sheet, code = things["sheet:released"], things["code:released"]

    def told() -> tuple[bool, bool, bool]:
        page = site.as_("contractor").get(f"/sheets/{sheet}").text
        scanned = site.as_(None).get(f"/v/{code}.json").json
        public = site.as_(None).get(f"/v/{code}").text
        return "不得施工" in page, not scanned["for_construction"], "不得用于施工" in public

    assert told() == (False, False, False)
    with site.services.database.plumbing() as session:
        project = session.get_one(Project, things["project"])
        project.policy = replace(Policy.from_json(project.policy), confirm_first=True).to_json()
    assert told() == (True, True, True)
