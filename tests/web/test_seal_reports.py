"""The same verdict on every page: sheet, report, register, code, downloads; asking again adds and never overwrites."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pikepdf
import pytest
import sqlalchemy as sa

from app.access.rules import Permission
from app.accounts.actions import CreateToken, create_token
from app.drawings.queries.seal_marks import SealsOfRevision, seal_marks, seals_of_revisions
from app.kernel.outbox import Job, JobState
from app.projects.models import Project
from app.seals.chain import Chain
from app.seals.queries.standing import judgements_of
from app.seals.saying import SealMark
from tests.web.seal_site import SealSite, seal_site

SHORT = "签章有效 · 2 枚"
NONE = "无电子签章"


@dataclass(frozen=True)
class Kept:
    """A site with one sealed and released sheet, and one without seals."""

    site: SealSite
    sealed: str
    bare: str

    def seals(self, revision: str) -> SealsOfRevision:
        with self.site.services.database.read() as session:
            return seals_of_revisions(session, [revision])[revision]

    @property
    def chain(self) -> Chain:
        chain = self.seals(self.sealed).chain
        assert chain is not None
        return chain

    @property
    def register(self) -> str:
        return f"/projects/{self.site.house.world.project_id}/register"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Kept]:
    """Only look at it."""
    with seal_site(tmp_path_factory.mktemp("seals") / "data", sqlite_template) as site:
        (sealed,) = site.sealed()
        (bare,) = site.house.sheets(1, "released")
        site.work()
        yield Kept(site, sealed, bare)


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[SealSite]:
    """An installation of one's own."""
    with seal_site(tmp_path / "data", sqlite_template) as running:
        yield running


def test_the_sheet_page_says_the_verdict_and_lists_each_seal(kept: Kept) -> None:
    page = kept.site.client("contractor").get(f"/sheets/{kept.site.sheet_of(kept.sealed)}").text
    assert page.count(SHORT) >= 2, "in the line above the drawing and in the panel"
    assert 'href="#seals"' in page
    for word in (
        "注册执业章",
        "出图章",
        "designer 单位",
        "盖章人电脑的时钟",
        "此后文件未变",
        "此后只加盖了其他签章",
    ):
        assert word in page, word
    assert "未接入资质库，未核查" in page, "not checked is said, with its reason"
    assert "印章在用" in page


def test_what_carries_no_signature_is_never_called_sealed(kept: Kept) -> None:
    page = kept.site.client("contractor").get(f"/sheets/{kept.site.sheet_of(kept.bare)}").text
    assert NONE in page
    assert "签章有效" not in page
    assert "图面上的章只是图片，没有签章效力" in page
    assert kept.seals(kept.bare).said.mark is SealMark.NONE


def test_the_report_shows_all_of_a_judgement(kept: Kept) -> None:
    page = kept.site.client("contractor").get(f"/revisions/{kept.sealed}/seals").text
    for word in (
        SHORT, "签章后核验", "演示信任列表", "整个文件", "文件的第", "限定此后只许盖章", "证书链", "吊销证据",
        "长期验证数据", "算法", "下次复验", kept.chain.base.sha256, kept.chain.latest.sha256,
    ):  # fmt: skip
        assert word in page, word
    with kept.site.services.database.read() as session:
        (first, second) = judgements_of(session, [r.sha256 for r in kept.chain.sealed])
    assert page.count('class="button small" href="/revisions') >= 4
    older = kept.site.client("owner").get(f"/revisions/{kept.sealed}/seals?judgement={second.id}").text
    assert second.report_sha256 in older
    assert first.report_sha256 not in older
    file = kept.site.client("contractor").get(f"/revisions/{kept.sealed}/seals/{first.id}.json")
    assert hashlib.sha256(file.data).hexdigest() == first.report_sha256
    assert json.loads(file.data)["verdict"] == "valid"
    assert (
        kept.site.client("contractor").get(f"/revisions/{kept.bare}/seals/{first.id}.json").status_code == 404
    )
    assert kept.site.client("stranger").get(f"/revisions/{kept.sealed}/seals").status_code == 404


def test_register_page_and_file_have_the_mark(kept: Kept) -> None:
    client = kept.site.client("contractor")
    data = client.get(kept.register, headers={"Accept": "application/json"}).json
    rows = {
        row[data["columns"].index("revision")]: row[data["columns"].index("seal")] for row in data["rows"]
    }
    assert rows == {kept.sealed: "valid", kept.bare: "no_seal"}
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{kept.register}.xlsx").data))
    head, *lines = book.active.iter_rows(values_only=True)
    column = head.index("签章")
    assert sorted(line[column] for line in lines) == ["无", "有效"]
    assert '"sealMeanings"' in client.get(kept.register).text


def test_downloads_name_base_and_sealed_bytes(kept: Kept) -> None:
    chain, client = kept.chain, kept.site.client("contractor")
    for rendition in (chain.base, chain.latest):
        answer = client.get(f"/renditions/{rendition.id}/download")
        assert hashlib.sha256(answer.data).hexdigest() == rendition.sha256
        assert answer.headers["X-OneSet-Base-SHA256"] == chain.base.sha256
        assert answer.headers["X-OneSet-Sealed-SHA256"] == chain.latest.sha256
        assert answer.headers["X-OneSet-Seals"] == "valid; 2"
    assert "sealed" in answer.headers["Content-Disposition"]
    page = client.get(f"/sheets/{kept.site.sheet_of(kept.sealed)}").text
    assert f"/renditions/{chain.latest.id}/download" in page
    bare = kept.seals(kept.bare).chain
    assert bare is not None
    answer = client.get(f"/renditions/{bare.base.id}/download")
    assert (answer.headers["X-OneSet-Sealed-SHA256"], answer.headers["X-OneSet-Seals"]) == ("", "no_seal; 0")


def test_a_printed_copy_shows_the_seals_and_carries_none(kept: Kept) -> None:
    answer = kept.site.client("contractor").get(f"/renditions/{kept.chain.base.id}/copy.pdf")
    assert answer.status_code == 200
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert "/Perms" not in pdf.Root
        assert SHORT in str(pdf.docinfo.get("/Subject", "")) + str(pdf.docinfo["/Title"]) + _texts(pdf)
    assert b"/ByteRange" not in answer.data


def _texts(pdf: pikepdf.Pdf) -> str:
    return " ".join(str(value) for value in pdf.docinfo.values())


def test_the_code_says_it_to_everybody_and_names_nobody_of_a_restricted_project(site: SealSite) -> None:
    (sealed,) = site.sealed()
    with site.services.database.read() as session:
        code = session.execute(
            sa.text("select short_code from sheet_revisions where id = :i"), {"i": sealed}
        ).scalar_one()
    page = site.client().get(f"/v/{code}").text
    assert SHORT in page
    assert "注册执业章" in page
    assert "designer 单位" in page or "出图章" in page
    told = site.client().get(f"/v/{code}.json").json["seals"]
    assert (told["mark"], told["count"], len(told["seals"])) == ("valid", 2, 2)
    with site.services.database.write(site.house.world.actor("owner")) as tx:
        tx.session.execute(
            sa.update(Project).where(Project.id == site.house.world.project_id).values(is_restricted=True)
        )
    page = site.client().get(f"/v/{code}").text
    assert SHORT in page
    assert "注册执业章" not in page
    assert site.client().get(f"/v/{code}.json").json["seals"]["seals"] == []


def test_judging_again_adds_and_waits_once(site: SealSite) -> None:
    (sealed,) = site.sealed(to="signed")
    path = f"/revisions/{sealed}/seals"
    for _ in range(3):
        assert site.post("designer", f"{path}/judge").status_code == 303
    with site.services.database.read() as session:
        asked = session.scalars(
            sa.select(Job).where(Job.kind == "judge_file", Job.state == JobState.READY)
        ).all()
        chain = seals_of_revisions(session, [sealed])[sealed].chain
        assert chain is not None
        before = [j.id for j in judgements_of(session, [chain.latest.sha256])]
    assert len(asked) == 1
    assert "核验中，稍后刷新本页" in site.client("designer").get(path).text
    site.work()
    with site.services.database.read() as session:
        after = [j.id for j in judgements_of(session, [chain.latest.sha256])]
    assert after[1:] == before
    page = site.client("designer").get(path).text
    assert "人工核验" in page
    assert "签章后核验" in page
    assert site.post("contractor", f"{path}/judge").status_code == 404


def test_seals_that_were_not_judged_yet_are_not_shown_as_valid(site: SealSite) -> None:
    revisions = site.house.sheets(1)
    site.house.ask("出图章", revisions, "approver")
    from app.jobs.queue import Lane  # noqa: PLC0415
    from app.jobs.worker import Worker  # noqa: PLC0415

    Worker(site.services).run_until_idle(lane=Lane(only=frozenset({"seal_batch"})))
    page = site.client("designer").get(f"/sheets/{site.sheet_of(revisions[0])}").text
    assert "签章尚未核验" in page
    assert "签章有效" not in page
    with site.services.database.read() as session:
        assert seal_marks(session, site.house.world.project_id)[revisions[0]] is SealMark.WAITING


def test_the_package_holds_base_sealed_reports_and_trust_and_checks_offline(
    kept: Kept, tmp_path: Path
) -> None:
    answer = kept.site.client("owner").get(f"/projects/{kept.site.house.world.project_id}/record.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
    items = json.loads(archive.read("manifest.json"))["items"]
    (sealed,) = (item for item in items if item["seals"] and item["seals"]["mark"] == "valid")
    assert [item for item in items if item is not sealed and item["seals"]] == [], (
        "of the bare sheet nothing is recorded"
    )
    base, latest = archive.read(sealed["path"]), archive.read(sealed["seals"]["path"])
    assert latest.startswith(base)
    assert hashlib.sha256(base).hexdigest() == sealed["sha256"]
    assert len(sealed["seals"]["judgements"]) == 2
    for judgement in sealed["seals"]["judgements"]:
        assert json.loads(archive.read(judgement["report"]))["sha256"] == judgement["of_sha256"]
        assert json.loads(archive.read(judgement["trust_list"]))["roots"]
    assert len([name for name in archive.namelist() if name.endswith(".cer")]) == 2
    at = json.loads(archive.read("manifest.json"))
    again = f"/projects/{kept.site.house.world.project_id}/record.zip"
    query = {"as_of": at["as_of"], "known_at": at["known_at"]}
    first = kept.site.client("owner").get(again, query_string=query).data
    assert kept.site.client("owner").get(again, query_string=query).data == first


def test_the_api_says_the_same_and_asks_again(site: SealSite) -> None:
    (sealed,) = site.sealed(to="signed")
    with site.services.database.write(site.house.world.actor("designer")) as tx:
        scopes = frozenset(Permission)
        secret = create_token(tx, CreateToken("seals", scopes, 9), known_scopes=scopes)
    client, headers = site.application.test_client(), {"Authorization": f"Bearer {secret}"}
    here = f"/api/v1/revisions/{sealed}/seals"
    told = client.get(here, headers=headers).json
    assert (told["mark"], told["count"], told["line"]["zh"]) == ("valid", 2, SHORT)
    assert [seal["kind"] for seal in told["seals"]] == ["registered", "issue"]
    assert {check["result"] for seal in told["seals"] for check in seal["checks"]} == {"ok", "not_checked"}
    assert len(told["judgements"]) == 2
    newest = told["judgements"][0]
    report = client.get(f"{here}/judgements/{newest['id']}", headers=headers).json
    assert report["report"]["sha256"] == told["sealed_sha256"] == newest["sha256"]
    asked = client.post(f"{here}/judgements", headers=headers)
    assert (asked.status_code, asked.json["is_waiting"]) == (202, True)
    site.work()
    assert len(client.get(here, headers=headers).json["judgements"]) == 3
    register = client.get(f"/api/v1/projects/{site.house.world.project_id}/register", headers=headers).json[
        "items"
    ]
    assert [row["seal"] for row in register] == ["valid"]
