"""Pages across projects and of draws: what they say, to whom, and that the evidence they give away holds by itself."""

import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import openpyxl
import sqlalchemy as sa

from app.kernel.ledger.sequence import sequence
from app.review.draws.models import ReviewDraw
from app.review.draws.protocol import read_announcement, sha256
from app.review.models import ReviewCase
from tests.review.draws import LATER, committed, revealed, valued
from tests.web.site import Site


def drawn(site: Site) -> str:
    """The draw of the site, drawn with a number of the owner; returns its public code."""
    draw = site.things["draw"]
    committed(site.world, draw, "owner")
    site.clock.advance(LATER)
    valued(site.world, draw)
    revealed(site.world, draw, "owner")
    for _ in range(3):
        sequence(site.services.database, site.clock)
    site.secrets = {}  # those of yesterday are over, for this copy of the site
    site.open_sessions()
    return site.things["code:draw"]


def test_the_evidence_holds_without_us(desk_site: Site, tmp_path: Path) -> None:
    code = drawn(desk_site)
    stranger = desk_site.as_(None)
    told = stranger.get(f"/d/{code}/evidence.json")
    script = stranger.get("/d/check_draw.py")
    (tmp_path / "check_draw.py").write_bytes(script.data)
    (tmp_path / "evidence.json").write_bytes(told.data)
    done = subprocess.run(
        [sys.executable, "-I", "check_draw.py", "evidence.json"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "RIGHT: the result follows"), done.stderr
    evidence = json.loads(told.data)
    text = stranger.get(f"/d/{code}/announcement.txt")
    assert sha256(text.data.decode()) == evidence["announcement_sha256"]
    assert json.loads(evidence["ledger"]["entry"])["type"] == "draw.announced"
    assert evidence["ledger"]["proof"]["path"]
    assert stranger.get("/d/0000000000").status_code == 404


def test_strangers_get_no_names_and_others_those_of_their_own_projects(desk_site: Site) -> None:
    code = drawn(desk_site)
    world, path = desk_site.world, f"/draws/{desk_site.things['draw']}"
    case, inspector = desk_site.things["case"], world.people["authority"]
    with desk_site.services.database.plumbing() as session:
        session.get_one(ReviewCase, case).title = "机密案卷"
        session.execute(sa.text("update people set name = '严秉公' where id = :p"), {"p": inspector})
    page = desk_site.as_(None).get(f"/d/{code}").text
    assert case in page
    assert inspector[-6:] in page
    assert "滨河小学" in page, "the project's name is public"
    everything = page + desk_site.as_(None).get(f"/d/{code}/evidence.json").text
    assert [word for word in ("机密案卷", "严秉公") if word in everything] == []
    with desk_site.services.database.plumbing() as session:
        session.execute(
            sa.text("update projects set is_restricted = 1 where id = :p"), {"p": world.project_id}
        )
    assert "滨河小学" not in desk_site.as_(None).get(f"/d/{code}").text
    owner, authority = (desk_site.as_(name).get(path).text for name in ("owner", "authority"))
    assert "机密案卷" in owner
    assert "严秉公" not in owner
    assert inspector[-6:] in owner
    assert "机密案卷" in authority
    assert "严秉公" in authority
    for name in ("owner", "review_lead", "authority"):
        listed = desk_site.as_(name).get(f"/projects/{world.project_id}/review").text
        assert path in listed, name
    assert path not in desk_site.as_("contractor").get(f"/projects/{world.project_id}/review").text


def test_a_draw_is_announced_by_its_form(desk_site: Site) -> None:
    firm, visitor = desk_site.things["authority organisation"], desk_site.as_("authority")
    base = f"/reviews/authority/{firm}/draws"
    for kind in ("case", "project", "certificate"):
        assert (
            desk_site.things["case" if kind == "case" else kind]
            in visitor.get(f"{base}/new?kind={kind}").text
        )
    assert visitor.get(f"{base}/new?kind=sheet").status_code == 422
    form = {
        "kind": "certificate", "item": desk_site.things["certificate"], "title": "合格书抽查", "pool": "现行合格书",
        "take": "1", "source": "双色球", "example": "00+00", "known_at": "2199-01-01T21:30", "contributions": "on",
        "reveal_until": "2199-01-02T21:30", "unrevealed": "void",
        "inspector": desk_site.world.people["authority"], "per_item": "1",
    }  # fmt: skip
    answer = visitor.post(base, data=form)
    assert answer.status_code == 302
    with desk_site.services.database.read() as session:
        row = session.get_one(ReviewDraw, answer.location.rsplit("/", 1)[1])
        told = read_announcement(row.announcement)
    assert (told.known_at, told.unrevealed) == ("2199-01-01T13:30:00Z", "void")
    assert [i.id for i in told.items] == [desk_site.things["certificate"]]
    assert "合格书抽查" in visitor.get(base).text
    for missing in ("known_at", "reveal_until"):
        assert visitor.post(base, data={**form, missing: ""}).status_code == 422
    past = visitor.post(
        base, data={**form, "known_at": "2024-01-01T21:30"}, headers={"Accept": "application/json"}
    )
    assert past.json["code"] == "draw-value-already-known"


def test_cancelling_is_seen_for_ever_with_its_reason(desk_site: Site) -> None:
    draw, code = desk_site.things["draw"], desk_site.things["code:draw"]
    assert (
        desk_site.as_("authority").post(f"/draws/{draw}/cancel", data={"reason": "名单有误"}).status_code
        == 302
    )
    for page in (
        desk_site.as_(None).get(f"/d/{code}").text,
        desk_site.as_("owner").get(f"/draws/{draw}").text,
    ):
        assert "名单有误" in page
        assert "尚未公布" in page
    told = desk_site.as_(None).get(f"/d/{code}/evidence.json").json
    assert told["cancelled"]["value_could_be_known"] is False


def test_statistics_say_their_definitions_and_what_cannot_be_known(desk_site: Site) -> None:
    firm = desk_site.things["agency organisation"]
    visitor = desk_site.as_("review_lead")
    page = visitor.get(f"/reviews/agency/{firm}/statistics?period=all").text
    assert "首轮审查没有必须修改的意见" in page
    assert "100.0 %" in page
    empty = visitor.get(f"/reviews/agency/{firm}/statistics?period=month&at=2001-01").text
    assert "无法判定" in empty
    assert "0.0 %" not in empty
    assert visitor.get(f"/reviews/agency/{firm}/statistics?period=week").status_code == 422
    overview = visitor.get(f"/reviews/agency/{firm}").text
    assert desk_site.things["case"] in overview
    assert "审查人员负荷" in overview
    assert visitor.get("/reviews").location.endswith(f"/reviews/agency/{firm}")
    authority = (
        desk_site.as_("authority")
        .get(f"/reviews/authority/{desk_site.things['authority organisation']}")
        .text
    )
    assert "审查机构对比" in authority
    assert "reviewer 单位" in authority


def test_the_workbook_has_numbers_as_numbers_and_formulas_as_text(desk_site: Site) -> None:
    firm = desk_site.things["agency organisation"]
    with desk_site.services.database.plumbing() as session:
        session.execute(
            sa.text("update projects set name = '=1+1' where id = :p"), {"p": desk_site.world.project_id}
        )
    answer = desk_site.as_("legal").get(f"/reviews/agency/{firm}/statistics.xlsx?period=all")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    project = book["项目 Projects"]["A2"]
    assert (project.value, project.data_type) == ("=1+1", "s")
    assert (book["项目 Projects"]["B2"].value, book["项目 Projects"]["C2"].value) == (1, 100)
    none = desk_site.as_("legal").get(f"/reviews/agency/{firm}/statistics.xlsx?period=month&at=2001-01")
    values = [
        row[1].value
        for row in openpyxl.load_workbook(io.BytesIO(none.data)).worksheets[0].iter_rows(min_row=6)
    ]
    assert any(str(v).startswith("无法判定") for v in values)


def test_nobody_waits_for_a_draw_that_was_never_completed(desk_site: Site) -> None:
    """Past every term the page still says where the draw stands, and gives what is needed to compute it."""
    desk_site.clock.advance(timedelta(days=400))
    page = desk_site.as_(None).get(f"/d/{desk_site.things['code:draw']}").text
    assert "待录入公开数值" in page
    assert "draw-trial" in page


def test_what_is_to_be_done_stands_in_the_worklist(desk_site: Site) -> None:
    """The value for the authority, a number for who committed to one; nothing before, and nothing afterwards."""
    site, draw = desk_site, desk_site.things["draw"]
    committed(site.world, draw, "owner")

    def told(name: str) -> bool:
        return f"/draws/{draw}" in site.as_(name).get(f"/projects/{site.things['project']}").text

    assert not told("authority")
    assert not told("owner")
    site.clock.advance(LATER)
    site.secrets = {}
    site.open_sessions()
    assert told("authority")
    assert told("owner")
    assert not told("legal")
    assert not told("inspector")
    valued(site.world, draw)
    assert not told("authority")
    assert told("owner")
    revealed(site.world, draw, "owner")
    assert not told("owner")
