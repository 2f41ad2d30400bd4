"""An agency's library of clauses and phrases: its page, and what the opinion form asks while somebody types."""

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.files.names import content_disposition
from app.files.tables import MAX_CSV_BYTES
from app.kernel.errors import invalid
from app.kernel.labels import Label
from app.projects.rules import Discipline
from app.record.exports import XLSX_TYPE
from app.review.actions.library import (
    DropStandard,
    ImportClauses,
    Imported,
    KeepPhrase,
    OnPhrase,
    drop_phrase,
    drop_standard,
    import_clauses,
    keep_phrase,
    use_phrase,
    weigh_import,
)
from app.review.library_table import FIELDS, PROBLEMS, ClauseTable, clauses_xlsx, read_clauses, template
from app.review.queries.library import (
    all_clauses,
    known_clauses,
    library_for,
    phrases_of,
    search_clauses,
    standards_of,
)
from app.web.bodies import body, text
from app.web.layout import use_project
from app.web.request import actor, close_reading, reading, require_sign_in, rights, say, services
from app.web.words import t, words

pages = Blueprint("review_library", __name__)

SHOWN = 500
"""Rows of a preview."""
FIRST = 40
"""Clauses on the page before anybody typed."""


@pages.before_request
def only_signed_in() -> None:
    """Libraries are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/review/library")
def library_page(project_id: str) -> str:
    """The library of the agency for which the person reviews here."""
    project = use_project(project_id, section="review")
    library = library_for(reading(), rights(), project_id)
    query = request.args.get("q", "")
    return render_template(
        "review/library.html",
        library=library,
        query=query,
        found=search_clauses(reading(), library, query, most=FIRST),
        standards=standards_of(reading(), library),
        phrases=phrases_of(reading(), library, most=200),
        setup={"project": project.id, "mayImport": library.may_import, "words": _texts()},
    )


@pages.get("/projects/<project_id>/review/clauses")
def clauses(project_id: str) -> Response:
    """Clauses that fit what is typed: ``q``; ``discipline`` puts its own first."""
    library = library_for(reading(), rights(), project_id)
    found = search_clauses(
        reading(),
        library,
        request.args.get("q", ""),
        discipline=_discipline(request.args.get("discipline", "")),
    )
    return _json({"clauses": [asdict(c) for c in found]})


@pages.get("/projects/<project_id>/review/phrases")
def phrases(project_id: str) -> Response:
    """Phrases, the most used first: ``q``, ``discipline``."""
    library = library_for(reading(), rights(), project_id)
    discipline = _discipline(request.args.get("discipline", ""))
    found = phrases_of(reading(), library, discipline=discipline, query=request.args.get("q", ""))
    return _json({"phrases": [asdict(p) for p in found]})


@pages.post("/projects/<project_id>/review/phrases")
def keep(project_id: str) -> Response:
    """Keep a phrase."""
    sent = body()
    command = KeepPhrase(
        project_id, text(sent.get("text"), "text"), text(sent.get("discipline"), "discipline")
    )
    close_reading()
    with services().database.write(actor()) as tx:
        phrase_id = keep_phrase(tx, command)
    return _json({"phrase": phrase_id})


@pages.post("/projects/<project_id>/review/phrases/<phrase_id>/used")
def used(project_id: str, phrase_id: str) -> Response:
    """Count that a phrase was used."""
    close_reading()
    with services().database.write(actor()) as tx:
        uses = use_phrase(tx, OnPhrase(project_id, phrase_id))
    return _json({"uses": uses})


@pages.post("/projects/<project_id>/review/phrases/<phrase_id>/drop")
def drop(project_id: str, phrase_id: str) -> Response:
    """Remove a phrase."""
    close_reading()
    with services().database.write(actor()) as tx:
        drop_phrase(tx, OnPhrase(project_id, phrase_id))
    return _json({})


@pages.get("/projects/<project_id>/review/library.xlsx")
def export(project_id: str) -> Response:
    """The whole library as Excel, as it can be imported again."""
    library = library_for(reading(), rights(), project_id)
    lines = list(all_clauses(reading(), library))
    close_reading()
    return table_file(clauses_xlsx(lines), f"{library.organisation} {t('条款库', 'clauses')}.xlsx")


@pages.get("/projects/<project_id>/review/library-template.xlsx")
def library_template(project_id: str) -> Response:
    """A small sample library: headings and invented rows."""
    library_for(reading(), rights(), project_id)
    return table_file(template(), f"{t('条款库模板', 'clause template')}.xlsx")


@pages.post("/projects/<project_id>/review/library/preview")
def preview(project_id: str) -> Response:
    """What a table (multipart ``table``) would bring in; nothing is written."""
    library = library_for(reading(), rights(), project_id, Permission.REVIEW_LEAD)
    table = read_clauses(sent_table())
    weighed = weigh_import(known_clauses(reading(), library), table.lines)
    return _json(_preview_json(table, weighed))


@pages.post("/projects/<project_id>/review/library/import")
def bring_in(project_id: str) -> Response:
    """Bring a table (multipart ``table``) in; clauses known by their key are replaced."""
    library_for(reading(), rights(), project_id, Permission.REVIEW_LEAD)
    close_reading()
    table = read_clauses(sent_table())
    with services().database.write(actor()) as tx:
        done = import_clauses(tx, ImportClauses(project_id, table.lines))
    return _json(
        {"done": t("新增 %d 条，替换 %d 条。", "%d new, %d replaced.") % (done.fresh, done.replaced)}
    )


@pages.post("/projects/<project_id>/review/library/drop-standard")
def remove_standard(project_id: str) -> Response:
    """Remove a standard's clauses from the library."""
    command = DropStandard(project_id, text(body().get("standard"), "standard", most=60))
    close_reading()
    with services().database.write(actor()) as tx:
        dropped = drop_standard(tx, command)
    return _json({"dropped": dropped})


def sent_table() -> bytes:
    """The bytes of the table in a multipart request.

    Raises:
        Refused: ``invalid-input`` when there is none.
    """
    file = request.files.get("table")
    if file is None:
        raise invalid("table", "请选择表格文件", "choose a table")
    return file.stream.read(MAX_CSV_BYTES + 1)


def table_file(data: bytes, name: str) -> Response:
    """An Excel file on its way out."""
    response = Response(data, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def told(meaning: str, zh: str, en: str) -> dict[str, str]:
    """A line of a preview's summary."""
    return {"meaning": meaning, "text": t(zh, en)}


def _preview_json(table: ClauseTable, weighed: Imported) -> dict[str, Any]:
    labels = {f.key: say(f.label) for f in FIELDS}
    count = weighed.fresh + weighed.replaced
    tell = [
        told("force" if weighed.fresh else "history", f"新增 {weighed.fresh} 条", f"{weighed.fresh} are new"),
        told(
            "waiting" if weighed.replaced else "history",
            f"替换 {weighed.replaced} 条，不变 {weighed.unchanged} 条",
            f"{weighed.replaced} are replaced, {weighed.unchanged} stay as they are",
        ),
    ]
    if table.refused:
        count_refused = len(table.refused)
        tell.append(
            told(
                "attention",
                f"{count_refused} 行不能导入，原因见下",
                f"{count_refused} rows cannot come in, for the reasons below",
            )
        )
    rows = [
        {"row": r.row, "cells": [r.shown], "meaning": "attention", "say": say(PROBLEMS[r.problem])}
        for r in table.refused[:SHOWN]
    ]
    rows += [
        {
            "row": line.row,
            "cells": [f"{line.standard_no} {line.clause_no} {line.text[:80]}"],
            "meaning": "waiting" if line.is_mandatory else "history",
            "say": t("强制", "mandatory") if line.is_mandatory else t("一般", "general"),
        }
        for line in table.lines[: max(0, 20 - len(rows))]
    ]
    return {
        "tell": tell,
        "columns": [[heading.replace("\n", " "), labels[key]] for heading, key in table.columns],
        "unknown": list(table.unknown),
        "head": [t("行", "Row"), t("条款", "Clause"), t("情况", "State")],
        "rows": rows,
        "more": max(0, len(table.refused) - SHOWN),
        "count": count,
        "go": t("导入 %d 条", "Import %d") % count,
    }


def _texts() -> dict[str, Any]:
    labels = {
        "reading": Label("正在读取 %s…", "Reading %s…"),
        "columns": Label("列的对应", "Columns"),
        "unknown": Label("未用的列：", "Columns left out: "),
        "cancel": Label("取消", "Cancel"),
        "more": Label("其余 %d 行未列出。", "%d more rows are not listed."),
        "none": Label(
            "没有符合的条款。可减少字词，或只输入标准编号。",
            "No clause fits. Use fewer words, or only the standard’s number.",
        ),
        "mandatory": Label("强制", "Mandatory"),
        "dropStandard": Label(
            "从条款库移除 %s 的全部条款？已写入意见的条文不受影响。",
            "Remove all clauses of %s from the library? What opinions cite stays.",
        ),
        "dropped": Label("已移除 %d 条。", "%d removed."),
        "kept": Label("已保存。", "Kept."),
        "uses": Label("用过 %d 次", "used %d times"),
        "remove": Label("移除", "Remove"),
        "any": Label("各专业", "All disciplines"),
    }  # fmt: skip
    return {key: say(label) for key, label in labels.items()} | {"disciplines": words("discipline")}


def _discipline(raw: str) -> str:
    if raw and raw not in set(Discipline):
        raise invalid("discipline", "没有这个专业", "there is no such discipline")
    return raw


def _json(value: Any) -> Response:
    response = Response(json.dumps(value, ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response
