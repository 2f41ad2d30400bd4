"""Papers and tables of a joint drawing review: the record as PDF and as lines, the list as Excel, questions from a table."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.drawings.queries.register import register_of
from app.files.names import content_disposition
from app.kernel.errors import invalid
from app.questions.actions.item_imports import ImportItems, import_items
from app.questions.actions.joint_items import asking_seat
from app.questions.item_export import item_template, items_xlsx
from app.questions.item_table import FIELDS, IMPORTED, MOST_PASTED, ItemLine, ItemTable, read_items
from app.questions.papers.joint_record import joint_paper, joint_record_pdf
from app.questions.queries.joint import joint_for, joint_row, record_items
from app.questions.record import record_lines
from app.web.notes import answer
from app.web.request import (
    actor,
    close_reading,
    now,
    reading,
    require_sign_in,
    rights,
    say,
    services,
)
from app.web.review_library import SHOWN, sent_table, table_file, told
from app.web.words import t, word

pages = Blueprint("joint_papers", __name__)


@pages.before_request
def only_signed_in() -> None:
    """Papers of a joint review are not for strangers."""
    require_sign_in()


@pages.get("/joint-reviews/<review_id>/record.pdf")
def record_pdf(review_id: str) -> Response:
    """The record (图纸会审记录)."""
    paper = joint_paper(reading(), rights(), review_id)
    close_reading()
    data = joint_record_pdf(paper, services().settings.base_url, now())
    response = Response(data, content_type="application/pdf")
    name = f"{paper.view.row.title} {t('图纸会审记录', 'joint review record')}.pdf"
    response.headers["Content-Disposition"] = content_disposition(name, is_inline=True)
    response.headers["Cache-Control"] = "private, no-store"
    # No sandbox: the browser's own PDF reader does not open in one, and our papers carry no scripts.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@pages.get("/joint-reviews/<review_id>/record.txt")
def record_text(review_id: str) -> Response:
    """The lines whose SHA-256 is signed, for ``sha256sum``."""
    review = joint_row(reading(), rights(), review_id)
    data = record_lines(review, record_items(reading(), review_id))
    response = Response(data, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition(f"jdr-{review.serial:03d}.txt")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/joint-reviews/<review_id>/items.xlsx")
def list_file(review_id: str) -> Response:
    """The questions and answers as Excel."""
    view = joint_for(reading(), rights(), review_id)
    close_reading()
    return table_file(items_xlsx(view), f"{view.row.title} {t('图纸会审', 'joint review')}.xlsx")


@pages.get("/joint-reviews/<review_id>/item-template.xlsx")
def template(review_id: str) -> Response:
    """An empty table with the headings that the import knows."""
    joint_row(reading(), rights(), review_id)
    return table_file(item_template(), f"{t('会审问题模板', 'question template')}.xlsx")


@pages.post("/joint-reviews/<review_id>/table/preview")
def preview(review_id: str) -> Response:
    """What a table (multipart ``table``), or cells (``pasted``), would bring in; nothing is written."""
    return answer(_preview_json(_read(review_id)))


@pages.post("/joint-reviews/<review_id>/table/import")
def bring_in(review_id: str) -> Response:
    """Bring the questions of a table in; a row exists once."""
    table = _read(review_id)
    close_reading()
    with services().database.write(actor()) as tx:
        made = import_items(tx, ImportItems(review_id, table.lines))
    left = len(table.lines) - len(made)
    done = t("提出 %d 个问题，%d 行未导入。", "%d questions came in, %d rows did not.") % (len(made), left)
    return answer({"done": done, "made": made})


def _read(review_id: str) -> ItemTable:
    """The table of this request, matched to what the person sees; who may not ask learns nothing of it."""
    review = joint_row(reading(), rights(), review_id)
    asking_seat(rights(), review, None)
    pasted = request.form.get("pasted", "")
    if len(pasted) > MOST_PASTED:
        raise invalid("pasted", "粘贴的内容过多，请改用文件", "too much was pasted: send a file")
    data = pasted.encode() if pasted else sent_table()
    known = [
        i.origin.removeprefix(IMPORTED)
        for i in record_items(reading(), review_id)
        if i.origin.startswith(IMPORTED)
    ]
    return read_items(data, register_of(reading(), rights(), review.project_id), known)


def _preview_json(table: ItemTable) -> dict[str, Any]:
    labels = {f.key: say(f.label) for f in FIELDS}
    good = [line for line in table.lines if not line.problem]
    bad = [line for line in table.lines if line.problem]
    tell = [
        told(
            "force" if good else "attention",
            f"{len(good)} 个问题可导入",
            f"{len(good)} questions can come in",
        )
    ]
    if bad:
        zh, en = f"{len(bad)} 行不能导入，原因见下", f"{len(bad)} rows cannot come in, for the reasons below"
        tell.append(told("attention", zh, en))
    return {
        "tell": tell,
        "columns": [[heading.replace("\n", " "), labels[key]] for heading, key in table.columns],
        "unknown": [heading.replace("\n", " ") for heading in table.unknown],
        "head": [
            t("行", "Row"),
            t("图号", "Sheet"),
            t("部位", "Place"),
            t("问题", "Question"),
            t("情况", "State"),
        ],
        "rows": [_line_json(line) for line in (*bad, *good)[:SHOWN]],
        "more": max(0, len(table.lines) - SHOWN),
        "count": len(good),
        "go": t("导入 %d 个问题", "Bring %d in") % len(good),
    }


def _line_json(line: ItemLine) -> dict[str, Any]:
    if line.problem:
        meaning, words = "attention", say(line.problem_label)
    else:
        meaning, words = "force", f"{t('可导入', 'Comes in')} · {word('discipline', line.discipline)}"
    return {
        "row": line.row,
        "cells": [line.shown_number, line.place, line.question],
        "meaning": meaning,
        "say": words,
    }
