"""Seal administration as a person uses it: register, keep, suspend, replace, export; what strangers learn of it."""

import html
import io
import re
from datetime import timedelta

import openpyxl
import pytest

from app.seals.models import Seal, SealBatch, SealUse
from app.seals.rules import BatchState, Level, UseState
from tests.web.seal_things import PICTURE, fresh_pem
from tests.web.site import Site

ALL = {"all_projects": "1", "all_disciplines": "1"}
TEXTS = {f"picture_{name}": text for name, text in PICTURE.items()}


def register(site: Site, who: str = "lead", house: str = "", **more: object) -> str:
    """Register a firm's seal; returns where it leads."""
    form = {"kind": "firm", "name": "院公章", "provider": "recorded", **TEXTS, **ALL}
    form["certificate"] = fresh_pem(site.world, "公章", "designer 单位")
    answer = site.as_(who).post(
        f"/organisations/{house or site.things['seal house']}/seals", data={**form, **more}
    )
    assert answer.status_code == 302, answer.text[:500]
    return str(answer.location)


def row(site: Site, path: str) -> Seal:
    with site.services.database.read() as session:
        return session.get_one(Seal, path.removeprefix("/seals/"))


def test_a_seal_is_registered_kept_suspended_and_revoked(site: Site) -> None:
    officer, keeper = site.as_("lead"), site.as_("verifier")
    assert keeper.get("/seals").status_code == 200
    assert "印章管理员由平台管理员" in keeper.get("/seals").text
    path = register(site, needs_two="1")
    page = html.unescape(officer.get(path).text)
    for words in ("院公章", "尚无用印人", "designer 单位", "双人用印须有两位用印人", "印章图样，不是签章"):
        assert words in page, words
    assert "证书单位与本单位名称不一致" not in page
    assert keeper.get(path).status_code == 404
    officer.post(f"{path}/keepers", data={"person": site.world.people["verifier"]})
    seen = keeper.get(path)
    assert seen.status_code == 200
    assert "<form" not in seen.text.split('<main id="main"')[1]
    listed = keeper.get(f"/organisations/{site.things['seal house']}/seals").text
    assert "院公章" in listed
    assert "designer 出图章" not in listed
    assert keeper.get("/").text.count('href="/seals"') == 1
    assert 'href="/seals"' not in site.as_("contractor").get("/").text
    assert officer.post(f"{path}/state", data={"state": "suspended", "reason": ""}).status_code == 422
    for state, words in (("suspended", "停用"), ("active", "启用"), ("revoked", "注销")):
        reason = f"因为{state}"
        assert officer.post(f"{path}/state", data={"state": state, "reason": reason}).status_code == 302
        page = officer.get(path).text
        assert words in page
        assert reason in page
    assert officer.post(f"{path}/state", data={"state": "active", "reason": "再用"}).status_code == 409
    assert "/keepers" not in officer.get(path).text


def test_a_keeper_may_look_and_is_told_why_he_may_not_change(site: Site) -> None:
    keeper, seal = site.as_("approver"), site.things["office seal"]
    refused = keeper.post(f"/seals/{seal}/state", data={"state": "revoked", "reason": "试试"})
    assert refused.status_code == 403
    assert "印章管理员" in refused.text
    assert row(site, f"/seals/{seal}").state == "active"


def test_foreign_organisations_are_not_there(kept: Site) -> None:
    lead, foreign = kept.as_("lead"), kept.foreign
    for path in (
        f"/organisations/{foreign['seal house']}/seals",
        f"/organisations/{foreign['seal house']}/seals/new",
        f"/organisations/{foreign['seal house']}/seals/log.xlsx",
        f"/seals/{foreign['office seal']}",
        f"/seals/{foreign['office seal']}/picture.svg",
        f"/seals/{foreign['office seal']}/log.xlsx",
        "/organisations/nowhere/seals",
        "/seals/nothing",
    ):
        assert lead.get(path).status_code == 404, path
    own = kept.things["office seal"]
    assert lead.post(f"/seals/{own}/keepers/{foreign['keeper']}/end").status_code == 404
    assert lead.post(f"/seals/{own}/keepers", data={"person": foreign["keeper person"]}).status_code == 422


def test_the_picture_is_an_image_that_can_do_nothing(kept: Site) -> None:
    officer, house = kept.as_("lead"), kept.things["seal house"]
    drawn = officer.get(f"/seals/{kept.things['office seal']}/picture.svg")
    assert drawn.content_type == "image/svg+xml"
    assert drawn.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert drawn.text.startswith("<svg ")
    assert not re.search("script|href|<text|on[a-z]+=", drawn.text)
    preview = f"/organisations/{house}/seals/preview.svg"
    same = officer.get(preview, query_string={"kind": "issue", **TEXTS})
    assert same.text == drawn.text
    box = {
        "kind": "registered",
        "picture_title": "注册建筑师",
        "picture_what_0": "姓名",
        "picture_value_0": "张三",
    }
    assert officer.get(preview, query_string=box).status_code == 200
    stamp = {"kind": "as_built", "picture_contractor": "某某建设集团"}
    assert officer.get(preview, query_string=stamp).status_code == 200
    for wrong in ({"kind": "issue", "picture_name": "短"}, {"kind": "signet"}, {}):
        answer = officer.get(preview, query_string=wrong, headers={"Accept": "application/json"})
        assert answer.status_code == 422
        assert answer.json["way_out"]


@pytest.mark.parametrize("kind", ["issue", "registered", "review", "as_built", "firm", "person"])
def test_the_form_of_each_kind_proposes_what_can_be_drawn(kept: Site, kind: str) -> None:
    officer, house = kept.as_("lead"), kept.things["seal house"]
    page = officer.get(f"/organisations/{house}/seals/new?kind={kind}").text
    fields = re.findall(r'name="(picture_\w+)"[^>]*?value="([^"]*)"', page)
    assert len(fields) >= 3
    query = {"kind": kind, **dict(fields)}
    preview = officer.get(f"/organisations/{house}/seals/preview.svg", query_string=query)
    assert preview.status_code == 200, preview.text[:300]
    assert "由演示机构签发" not in page  # this is no demonstration


def test_a_certificate_comes_as_a_file_or_as_text_and_is_read(site: Site) -> None:
    pem = fresh_pem(site.world, "公章", "另一家单位").encode()
    path = register(site, certificate="", certificate_file=(io.BytesIO(pem), "seal.pem"))
    assert row(site, path).subject.startswith("Common Name: 公章")
    assert "证书单位与本单位名称不一致" in site.as_("lead").get(path).text
    for text, words in (("", "没有上传"), ("-----BEGIN", "X.509"), ("x" * 70_000, "过大")):
        form = {"kind": "firm", "name": "院公章", "provider": "recorded", **TEXTS, **ALL, "certificate": text}
        answer = site.as_("lead").post(f"/organisations/{site.things['seal house']}/seals", data=form)
        assert answer.status_code == 422
        assert words in answer.text
    for provider in ("demo", "pkcs11", "csc", "x", ""):
        form["provider"] = provider
        answer = site.as_("lead").post(f"/organisations/{site.things['seal house']}/seals", data=form)
        assert answer.status_code == 422, provider


def test_scope_and_name_are_changed_and_somebody_elses_change_is_not_overwritten(site: Site) -> None:
    officer, seal = site.as_("lead"), site.things["office seal"]
    form = {"version": "1", "name": "出图章甲", "disciplines": ["arch", "struct"], "all_projects": "1"}
    assert officer.post(f"/seals/{seal}/edit", data=form).status_code == 302
    changed = row(site, f"/seals/{seal}")
    assert (changed.name, changed.projects, changed.disciplines) == ("出图章甲", None, ["arch", "struct"])
    assert officer.post(f"/seals/{seal}/edit", data={**form, "name": "乙"}).status_code == 409
    foreign = {**form, "version": "2", "all_projects": "", "projects": [site.foreign["project"]]}
    assert officer.post(f"/seals/{seal}/edit", data=foreign).status_code == 422


def test_a_certificate_is_replaced_and_the_log_has_it_all(site: Site) -> None:
    officer, seal, house = site.as_("lead"), site.things["office seal"], site.things["seal house"]
    form = {"provider": "recorded", "certificate": site.things["pem"]}
    answer = officer.post(f"/seals/{seal}/certificate", data=form)
    assert answer.status_code == 302
    assert answer.location != f"/seals/{seal}"
    assert row(site, answer.location).state == "active"
    assert row(site, f"/seals/{seal}").state == "revoked"
    table = officer.get(f"/organisations/{house}/seals/log.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(table.data))
    cells = [
        str(c) for sheet in book for line in sheet.iter_rows(values_only=True) for c in line if c is not None
    ]
    assert book.sheetnames == ["用印", "管理"]
    assert cells.count("登记") == 2
    assert any("换用新证书" in cell for cell in cells)
    assert cells.count("approver") == 2  # named for the old seal and for the new one


def test_what_is_typed_stays_text_in_every_place(site: Site) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}=1+1"
    path = register(site, name=evil[:100])
    officer = site.as_("lead")
    officer.post(f"{path}/state", data={"state": "suspended", "reason": evil})
    house = site.things["seal house"]
    for page in (path, f"/organisations/{house}/seals"):
        text = officer.get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert evil[:100] in html.unescape(text)
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{path}/log.xlsx").data))
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)


def test_a_certificate_that_ends_soon_is_told_on_top(site: Site) -> None:
    seal = row(site, f"/seals/{site.things['office seal']}")
    site.clock.set(seal.valid_to - timedelta(days=1))
    site.secrets = {**site.secrets, "lead": site.new_session("lead")}
    page = html.unescape(site.as_("lead").get(f"/organisations/{site.things['seal house']}/seals").text)
    assert re.search("[12] 枚印章的证书已到期或将在 60 天内到期", page)
    assert "证书即将到期" in page


def test_the_administrator_appoints_by_letter_and_sees_no_seal(site: Site) -> None:
    admin, clerk = site.as_("admin"), site.world.people["owner_clerk"]
    assert admin.post("/admin/seal-officers", data={"person": clerk, "basis": " "}).status_code == 422
    own = {"person": site.world.people["admin"], "basis": "自己"}
    assert admin.post("/admin/seal-officers", data=own).status_code == 422
    assert admin.post("/admin/seal-officers", data={"person": clerk, "basis": "任字 7 号"}).status_code == 302
    page = admin.get("/admin").text
    assert "任字 7 号" in page
    house = site.world.organisations["owner"]
    assert site.as_("owner_clerk").get(f"/organisations/{house}/seals").status_code == 200
    assert admin.get(f"/organisations/{house}/seals").status_code == 404
    assert admin.get("/seals").status_code == 404
    officer = re.findall(r"/admin/seal-officers/(\w+)/dismiss", page)
    for one in officer:
        assert admin.post(f"/admin/seal-officers/{one}/dismiss").status_code == 302
    assert site.as_("owner_clerk").get(f"/organisations/{house}/seals").status_code == 404
    assert admin.post(f"/admin/seal-officers/{officer[0]}/dismiss").status_code == 404


def test_each_use_is_listed_with_who_for_which_project_and_how_many(site: Site) -> None:
    seal, people, now = site.things["office seal"], site.world.people, site.clock.now()
    with site.services.database.plumbing() as session:
        batch = SealBatch(
            project_id=site.things["project"], seal_id=seal, kind="issue", level=Level.B, state=BatchState.DONE,
            words="施工图出图", asked_by=people["approver"], seat_id="x", party_id=site.world.parties["designer"],
            second_by=people["lead"], second_at=now, count=3, root="", manifest_sha256="", rows_sha256="",
            broken={}, created_at=now, state_at=now,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        for place, state in enumerate((UseState.SEALED, UseState.SEALED, UseState.REFUSED)):
            session.add(
                SealUse(
                    batch_id=batch.id, place=place, owner_kind="revision", owner_id=f"r{place}", sheet_id=None,
                    label="图", about={}, state=state, refusal={}, checks=[], rendition_id=None,
                    before_sha256="", sha256="", field="", sealed_at=None,
                )
            )  # fmt: skip
        batch_id = batch.id
    page = site.as_("lead").get(f"/seals/{seal}").text
    line = page.split('id="uses"')[1].split("</section>")[0]
    for words in ("滨河小学", "approver", "lead", "施工图出图", "已完成", "2 / 3"):
        assert words in line, words
    path = f"/projects/{site.things['project']}/sealing/{batch_id}"
    assert path in line
    assert site.as_("lead").get(path).status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(site.as_("lead").get(f"/seals/{seal}/log.xlsx").data))
    rows = list(book["用印"].iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][8:11] == (3, 2, 1)
