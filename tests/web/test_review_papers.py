"""Pages of papers, tables and the library, and what stands behind a certificate's code."""

import io
import json
from dataclasses import fields

import openpyxl
import pypdf
import pytest

from app.access.queries import rights_of
from app.projects.actions import EditProject, edit_project
from app.projects.queries import project_for
from app.review.actions.certificates import VoidCertificate, void_certificate
from app.review.queries.certificates import certificate_for, lines_of
from tests.web.site import Site

HEAD = ("专业", "图号", "审查意见", "违反规范条文", "意见性质")


def table(head: tuple[str, ...], *rows: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(site: Site, who: str, path: str, data: bytes, **more: str) -> object:
    form = {"table": (io.BytesIO(data), "表.xlsx"), **more}
    return site.as_(who).post(path, data=form, headers={"Accept": "application/json"})


def test_a_library_is_looked_at_then_brought_in_and_found(desk_site: Site) -> None:
    base = f"/projects/{desk_site.things['project']}/review"
    head = ("标准编号", "条款号", "条文内容", "是否强制")
    data = table(head, ("GB 1-2020", "1.1", "疏散门净宽", "是"), ("GB 1-2020", "", "没有条款号", ""))
    seen = sent(desk_site, "review_lead", f"{base}/library/preview", data).json
    assert (seen["count"], [r["row"] for r in seen["rows"]]) == (1, [3, 2])
    assert "条款号" in seen["rows"][0]["say"]
    assert desk_site.as_("reviewer").get(f"{base}/clauses?q=疏散").json == {"clauses": []}, (
        "nothing was written"
    )
    assert sent(desk_site, "review_lead", f"{base}/library/import", data).status_code == 200
    (found,) = desk_site.as_("reviewer").get(f"{base}/clauses?q=疏散").json["clauses"]
    assert (found["standard_no"], found["clause_no"], found["is_mandatory"]) == ("GB 1-2020", "1.1", True)
    page = desk_site.as_("reviewer").get(f"{base}/library?q=疏散门").text
    assert "疏散门净宽" in page
    assert "library-file" not in page, "only who leads imports"
    book = openpyxl.load_workbook(io.BytesIO(desk_site.as_("reviewer").get(f"{base}/library.xlsx").data))
    assert book.worksheets[0]["D2"].value == "疏散门净宽"


def test_a_file_that_is_no_table_is_refused_in_words(desk_site: Site) -> None:
    path = f"/projects/{desk_site.things['project']}/review/library/preview"
    answer = sent(desk_site, "review_lead", path, b"%PDF-1.7\x00")
    assert (answer.status_code, answer.json["code"]) == (422, "clause-table-unreadable")
    assert answer.json["way_out"]


def test_opinions_come_in_through_the_page_once(desk_site: Site) -> None:
    path = f"/review/{desk_site.things['case']}/opinion-table"
    assert "opinion-file" in desk_site.as_("reviewer").get(path).text
    data = table(
        HEAD, ("建筑", "", "门窗表缺编号", "", "建议修改"), ("建筑", "建施-999", "没有这张图", "", "必须修改")
    )
    seen = sent(desk_site, "reviewer", f"{path}/preview", data).json
    assert seen["count"] == 1
    assert "建施-999" in seen["rows"][0]["say"]
    before = len(
        desk_site.as_("reviewer").get(f"/review/{desk_site.things['case']}/opinions.json").json["opinions"]
    )
    made = sent(desk_site, "reviewer", f"{path}/import", data).json["made"]
    again = sent(desk_site, "reviewer", f"{path}/import", data).json["made"]
    after = len(
        desk_site.as_("reviewer").get(f"/review/{desk_site.things['case']}/opinions.json").json["opinions"]
    )
    assert (len(made), again, after - before) == (1, [], 1)


def test_papers_are_pdfs_that_nobody_keeps(desk_site: Site) -> None:
    case, certificate = desk_site.things["case"], desk_site.things["certificate"]
    for path in (
        f"/review/{case}/opinion-notice.pdf",
        f"/review/{case}/reply-sheet.pdf?round=1&discipline=arch",
        f"/review/certificates/{certificate}/certificate.pdf",
        f"/review/certificates/{certificate}/extract.pdf",
    ):
        answer = desk_site.as_("owner").get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert desk_site.as_("owner").get(f"/review/{case}/opinion-notice.pdf?round=9").status_code == 404
    assert desk_site.as_("owner").get(f"/review/{case}/opinion-notice.pdf?discipline=x").status_code == 422


def code(site: Site) -> str:
    return site.things["code:certificate"]


def lines(site: Site) -> list[str]:
    with site.services.database.read() as session:
        rights = rights_of(session, site.world.actor("owner"), site.clock.now())
        found = certificate_for(session, rights, site.things["certificate"])
        return [line.sha256 for line in lines_of(session, found.baseline_id)]


def test_everybody_sees_whether_a_certificate_stands_and_lists_a_file(desk_site: Site) -> None:
    stranger = desk_site.application.test_client()
    page = stranger.get(f"/c/{code(desk_site)}")
    assert page.status_code == 200
    assert "verdict-force" in page.text
    assert "public, max-age=60" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    answer = stranger.get(f"/c/{code(desk_site).upper()}.json").json
    assert (answer["status"], answer["numbers"]["internal"], answer["sheets"]) == ("in_force", "N-1", 1)
    (digest,) = lines(desk_site)
    listed = stranger.get(f"/c/{code(desk_site)}.json?sha256={digest.upper()}").json
    assert (listed["is_listed"], len(listed["listed_as"])) == (True, 1)
    other = stranger.get(f"/c/{code(desk_site)}.json?sha256={'0' * 64}").json
    assert (other["is_listed"], other["listed_as"]) == (False, [])
    assert "已列入" in stranger.get(f"/c/{code(desk_site)}?sha256={digest}").text
    assert "未列入本合格书" in stranger.get(f"/c/{code(desk_site)}?sha256={'0' * 64}").text
    assert stranger.get(f"/c/{code(desk_site)}?sha256=abc").status_code == 422


def test_a_voided_certificate_says_so(desk_site: Site) -> None:
    with desk_site.services.database.write(desk_site.world.actor("legal")) as tx:
        void_certificate(tx, VoidCertificate(desk_site.things["certificate"], "重大变更"))
    page = desk_site.application.test_client().get(f"/c/{code(desk_site)}")
    assert "verdict-history" in page.text
    assert "已作废" in page.text


def test_a_restricted_project_shows_the_status_alone(desk_site: Site) -> None:
    (digest,) = lines(desk_site)
    world = desk_site.world
    with desk_site.services.database.write(world.actor("owner")) as tx:
        view = project_for(tx.session, rights_of(tx.session, tx.actor, tx.now), desk_site.things["project"])
        kept = {f.name: getattr(view, f.name) for f in fields(EditProject) if hasattr(view, f.name)}
        edit_project(tx, EditProject(project_id=view.id, **{**kept, "is_restricted": True}))
    stranger = desk_site.application.test_client()
    page = stranger.get(f"/c/{code(desk_site)}?sha256={digest}").text
    answer = stranger.get(f"/c/{code(desk_site)}.json?sha256={digest}").json
    assert "限制项目" in page
    for secret in ("N-1", "reviewer 单位", "滨河小学", digest):
        assert secret not in page, secret
    assert (answer["status"], answer["numbers"], answer["agency"], answer["is_listed"]) == (
        "in_force",
        {},
        "",
        None,
    )


def test_guessing_codes_of_certificates_is_slowed_down(desk_site: Site) -> None:
    stranger = desk_site.application.test_client()
    codes = [stranger.get(f"/c/{n:010d}").status_code for n in range(30)]
    assert codes[0] == 404
    assert codes[-1] == 429
    assert stranger.get("/v/0000000000").status_code == 429, "one bucket for all kinds of codes"


@pytest.mark.parametrize("raw", ["0", "%00", "0" * 11, "一二三四五六七八九十", "0123456789%27"])
def test_what_is_no_code_is_unknown(desk_site: Site, raw: str) -> None:
    assert desk_site.application.test_client().get(f"/c/{raw}").status_code == 404


def test_the_exchange_page_names_what_is_missing(desk_site: Site) -> None:
    case = desk_site.things["case"]
    page = desk_site.as_("owner").get(f"/review/{case}/exchange").text
    assert "SPGL_SGTSJWJSCXXB" in page
    report = json.loads(desk_site.as_("owner").get(f"/review/{case}/exchange.json").data)
    assert report["is_complete"] is False
    assert {"GCDM", "JSTYSHXYDM"} <= {f["field"] for f in report["missing"]}
    assert desk_site.as_("owner").get(f"/review/{case}/exchange.xlsx").status_code == 200
    assert desk_site.as_("owner").get(f"/review/{case}/exchange.csv").status_code == 422
