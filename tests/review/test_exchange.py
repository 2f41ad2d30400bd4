"""The exchange row: what is known stands in it, what is not is named, nothing is made up."""

import io

import openpyxl

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.projects.actions import IdentifyProject, identify_project
from app.projects.rules import IdentifierScheme
from app.review.exchange import ExchangeRow, exchange_row, exchange_xlsx
from app.review.queries.exchange import exchange_facts
from tests.review.cases import (
    act,
    drafted,
    in_first_review,
    issued,
    reviewed_world,
    sheet_of,
    with_opinions_issued,
)
from tests.review.test_case import certified_case
from tests.world import World

FIELDS = (
    "DFSJZJ XZQHDM XMDM GCDM STYWBH SPSXBM SPSXBBH YWQX JSDW JSTYSHXYDM KCJG KCJGTYSHXYDM SJDW SJTYSHXYDM SJDWXMFZR "
    "SJDWXMFZRHM SCJG SCJGTYSHXYDM SFYRFLHSC SFYXFLHSC SFSZHSC SCKSRQ CSWCSJ CSSFTG CSYJ SCZFXWFQTZS SCTGSJ SCHGSBH "
    "SJYXBS SJWXYY SJSCZT SBYY"
)
"""DOMAIN 3.4, in its order."""


def row_of(world: World, case_id: str) -> ExchangeRow:
    now = world.database.clock.now()
    with world.database.read() as session:
        rights = rights_of(session, world.actor("review_lead"), now)
        return exchange_row(exchange_facts(session, rights, case_id, now))


def test_a_certified_case_fills_what_the_product_knows(database: Database):
    world = reviewed_world(database)
    code = IdentifyProject(world.project_id, IdentifierScheme.PROJECT_CODE, "2603-141124-89-05-346948")
    act(world, "owner", lambda tx: identify_project(tx, code))
    case_id, _, _ = certified_case(world, "建施-01")
    row = row_of(world, case_id)
    values = row.values()
    assert " ".join(values) == FIELDS
    assert values["DFSJZJ"] == case_id
    assert values["XMDM"] == "2603-141124-89-05-346948"
    assert (values["JSDW"], values["SJDW"], values["SCJG"]) == (
        "owner 单位",
        "designer 单位",
        "reviewer 单位",
    )
    assert values["SJDWXMFZR"] == "lead"
    assert (values["CSSFTG"], values["SCZFXWFQTZS"], values["SCHGSBH"], values["SJYXBS"]) == (
        1,
        0,
        "ZH-2024-001",
        1,
    )
    assert values["SCKSRQ"] == "2024-03-01"
    missing = {f.code for f in row.missing}
    assert missing == {"XZQHDM", "GCDM", "STYWBH", "JSTYSHXYDM", "SJTYSHXYDM", "SCJGTYSHXYDM"}
    assert all(f.way_out.zh and f.way_out.en for f in (*row.missing, *row.unset))
    assert values["SJDWXMFZRHM"] is None
    assert values["SPSXBM"] is None


def test_a_case_under_way_counts_violations_and_waits_for_what_comes(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    drafted(world, case_id, sheet_of(world, revision))
    assert row_of(world, case_id).values()["SCZFXWFQTZS"] == 0, "a draft is no violation yet"
    with_opinions_issued(world, case_id)
    row = row_of(world, case_id)
    values = row.values()
    assert (values["SCZFXWFQTZS"], values["CSSFTG"]) == (1, 0)
    assert str(values["CSYJ"]).startswith("1. 一层 3 轴交 C 轴疏散门净宽 0.80 m GB 55037-2022 7.1.4")
    assert (values["SCTGSJ"], values["SCHGSBH"]) == (None, None)
    assert not {"SCTGSJ", "SCHGSBH"} & {f.code for f in row.missing}, "it has not passed yet"


def test_the_row_as_excel_has_its_report(database: Database):
    world = reviewed_world(database)
    case_id, _, _ = certified_case(world, "建施-01")
    row = row_of(world, case_id)
    book = openpyxl.load_workbook(io.BytesIO(exchange_xlsx(row)))
    heads = [str(c.value).split("\n", 1)[0] for c in book.worksheets[0][1]]
    assert " ".join(heads) == FIELDS
    reported = [r[0] for r in book.worksheets[1].iter_rows(min_row=2, values_only=True)]
    assert reported == [f.code for f in (*row.missing, *row.unset)]
