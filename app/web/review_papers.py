"""Papers and tables of a case: opinions as Excel and PDF, an agency's table, certificates, the exchange row."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.files.names import content_disposition
from app.kernel.errors import invalid
from app.kernel.labels import Label
from app.projects.queries import project_for
from app.projects.rules import Discipline
from app.review.actions.opinion_imports import ImportOpinions, import_opinions, look_at_lines
from app.review.exchange import TABLE, ExchangeRow, exchange_row, exchange_xlsx
from app.review.facts import sheets_of_case
from app.review.opinion_export import opinion_template, opinions_xlsx
from app.review.opinion_rules import BASIS_LABELS, SEVERITY_LABELS, Basis, Severity
from app.review.opinion_table import FIELDS, NOTES, OpinionLine, OpinionTable, read_opinions
from app.review.papers.certificate import certificate_pdf
from app.review.papers.keeping import kept_paper
from app.review.papers.opinions import PaperOrder, latest_round, opinion_notice, reply_sheet
from app.review.queries.cases import case_row
from app.review.queries.certificates import certificate_for
from app.review.queries.exchange import exchange_facts
from app.review.queries.opinions import opinions_of
from app.review.queries.papers import CasePaper, case_paper, certificate_paper
from app.web.bodies import whole
from app.web.layout import use_project
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

pages = Blueprint("review_papers", __name__)


@pages.before_request
def only_signed_in() -> None:
    """Papers of a case are not for strangers; a certificate's public page is elsewhere."""
    require_sign_in()


@pages.get("/review/<case_id>/opinions.xlsx")
def opinion_export(case_id: str) -> Response:
    """The opinions that the person sees, in display order; ``round`` takes one."""
    case = case_row(reading(), rights(), case_id)
    zone = ZoneInfo(project_for(reading(), rights(), case.project_id).timezone)
    wanted = whole(request.args.get("round") or 0, "round")
    found = [o for o in opinions_of(reading(), rights(), case_id) if wanted in (0, o.issued_round or o.round)]
    title = case.title
    close_reading()
    return table_file(opinions_xlsx(found, zone, title=title), f"{title} {t('审查意见', 'opinions')}.xlsx")


@pages.get("/review/<case_id>/opinion-template.xlsx")
def import_template(case_id: str) -> Response:
    """An empty table with the headings that the import knows."""
    case_row(reading(), rights(), case_id)
    return table_file(opinion_template(), f"{t('审查意见表模板', 'opinion template')}.xlsx")


@pages.get("/review/<case_id>/opinion-table")
def import_page(case_id: str) -> str:
    """Bring an agency's table of opinions in: choose, look, import."""
    case = case_row(reading(), rights(), case_id)
    use_project(case.project_id, section="review")
    look_at_lines(reading(), rights(), case_id, [])
    sheets = sheets_of_case(reading(), case_id)
    return render_template(
        "review/opinion_table.html",
        case=case,
        sheets=len(sheets),
        fields=[(say(f.label), f.others[:4]) for f in FIELDS if f.key != "id"],
        disciplines=list(dict.fromkeys(s.discipline for s in sheets)),
        setup={"case": case.id, "words": _texts()},
    )


@pages.post("/review/<case_id>/opinion-table/preview")
def preview(case_id: str) -> Response:
    """What a table (multipart ``table``) would bring in; nothing is written."""
    look_at_lines(reading(), rights(), case_id, [])
    table = _read(case_id)
    lines = look_at_lines(reading(), rights(), case_id, table.lines)
    return _json(_preview_json(table, lines))


@pages.post("/review/<case_id>/opinion-table/import")
def bring_in(case_id: str) -> Response:
    """Bring a table (multipart ``table``) in as drafts; a row exists once."""
    look_at_lines(reading(), rights(), case_id, [])
    table = _read(case_id)
    close_reading()
    with services().database.write(actor()) as tx:
        report = import_opinions(tx, ImportOpinions(case_id, table.lines))
    left = sum(bool(line.problem) for line in report.lines)
    done = t("导入 %d 条草稿，%d 行未导入。", "%d drafts came in, %d rows did not.") % (
        len(report.made),
        left,
    )
    return _json({"done": done, "made": list(report.made)})


@pages.get("/review/<case_id>/opinion-notice.pdf")
def notice(case_id: str) -> Response:
    """The opinion notice (审查意见告知书): ``round``, ``discipline``."""
    paper, order = _paper(case_id), _order()
    data = opinion_notice(paper, order, now())
    return _pdf(
        data,
        f"{paper.case.title} {t('审查意见告知书', 'opinion notice')} {order.round or latest_round(paper)}.pdf",
    )


@pages.get("/review/<case_id>/reply-sheet.pdf")
def replies(case_id: str) -> Response:
    """The reply sheet (审查意见回复): ``round``, ``discipline``."""
    paper, order = _paper(case_id), _order()
    data = reply_sheet(paper, order, now())
    return _pdf(
        data, f"{paper.case.title} {t('审查意见回复', 'answers')} {order.round or latest_round(paper)}.pdf"
    )


@pages.get("/review/certificates/<certificate_id>/certificate.pdf")
def certificate(certificate_id: str) -> Response:
    """A certificate as it was issued: the bytes that are kept. Until they are, an extract that says what it is."""
    found = certificate_for(reading(), rights(), certificate_id)
    kept = kept_paper(reading(), certificate_id)
    if kept is None:
        return extract(certificate_id)
    sha256, size = kept.sha256, kept.size
    close_reading()
    response = _pdf(b"", f"{t('审查合格书', 'certificate')} {found.number_internal}.pdf")
    response.response = services().store.read(sha256)
    response.headers["Content-Length"] = str(size)
    response.headers["X-OneSet-SHA256"] = sha256
    return response


@pages.get("/review/certificates/<certificate_id>/extract.pdf")
def extract(certificate_id: str) -> Response:
    """A certificate with its status as known now, marked as an extract."""
    certificate_for(reading(), rights(), certificate_id)
    paper = certificate_paper(reading(), certificate_id)
    close_reading()
    data = certificate_pdf(paper, services().settings.base_url, now(), is_extract=True)
    number = paper.certificate.number_internal
    return _pdf(data, f"{t('审查合格书 状态副本', 'certificate extract')} {number}.pdf")


@pages.get("/review/<case_id>/exchange")
def exchange(case_id: str) -> str:
    """The row of the exchange table, with what is missing before it is sent."""
    case = case_row(reading(), rights(), case_id)
    use_project(case.project_id, section="review")
    return render_template("review/exchange.html", case=case, row=_exchange(case_id), table=TABLE)


@pages.get("/review/<case_id>/exchange.<kind>")
def exchange_file(case_id: str, kind: str) -> Response:
    """The row as ``json`` or ``xlsx``, with the report."""
    if kind not in ("json", "xlsx"):
        raise invalid("kind", "应为 json 或 xlsx", "is json or xlsx")
    row = _exchange(case_id)
    if kind == "xlsx":
        return table_file(exchange_xlsx(row), f"{TABLE}.xlsx")
    report = {
        "table": TABLE,
        "row": row.values(),
        "is_complete": not row.missing,
        "missing": [_field_json(f) for f in row.missing],
        "empty": [_field_json(f) for f in row.unset],
    }
    return _json(report)


def _exchange(case_id: str) -> ExchangeRow:
    return exchange_row(exchange_facts(reading(), rights(), case_id, now()))


def _field_json(field: Any) -> dict[str, Any]:
    return {
        "field": field.code,
        "label": {"zh": field.label.zh, "en": field.label.en},
        "way_out": {"zh": field.way_out.zh, "en": field.way_out.en},
    }


def _paper(case_id: str) -> CasePaper:
    paper = case_paper(reading(), rights(), case_id, now())
    close_reading()
    return paper


def _order() -> PaperOrder:
    discipline = request.args.get("discipline", "")
    if discipline and discipline not in set(Discipline):
        raise invalid("discipline", "没有这个专业", "there is no such discipline")
    round_ = whole(request.args.get("round") or 0, "round")
    if round_ < 0:
        raise invalid("round", "应为正整数", "is a positive number")
    return PaperOrder(round_, discipline, services().settings.base_url)


def _read(case_id: str) -> OpinionTable:
    discipline = request.form.get("discipline", "")
    if discipline and discipline not in set(Discipline):
        raise invalid("discipline", "没有这个专业", "there is no such discipline")
    return read_opinions(sent_table(), sheets_of_case(reading(), case_id), discipline=discipline)


def _preview_json(table: OpinionTable, lines: list[OpinionLine]) -> dict[str, Any]:
    labels = {f.key: say(f.label) for f in FIELDS}
    good = [line for line in lines if not line.problem]
    bad = [line for line in lines if line.problem]
    noted = sum(bool(line.notes) for line in good)
    tell = [
        told(
            "force" if good else "attention",
            f"{len(good)} 条可导入为草稿",
            f"{len(good)} can come in as drafts",
        )
    ]
    if noted:
        tell.append(
            told(
                "waiting",
                f"其中 {noted} 条有推定内容，请核对",
                f"{noted} of them hold something assumed: check them",
            )
        )
    if bad:
        tell.append(
            told(
                "attention",
                f"{len(bad)} 行不能导入，原因见下",
                f"{len(bad)} rows cannot come in, for the reasons below",
            )
        )
    return {
        "tell": tell,
        "columns": [[heading.replace("\n", " "), labels[key]] for heading, key in table.columns],
        "unknown": [heading.replace("\n", " ") for heading in table.unknown],
        "head": [
            t("行", "Row"),
            t("图号", "Sheet"),
            t("意见", "Opinion"),
            t("性质", "Kind"),
            t("情况", "State"),
        ],
        "rows": [_line_json(line) for line in (*bad, *good)[:SHOWN]],
        "more": max(0, len(lines) - SHOWN),
        "count": len(good),
        "go": t("导入 %d 条草稿", "Import %d drafts") % len(good),
    }


def _line_json(line: OpinionLine) -> dict[str, Any]:
    if line.problem:
        return {
            "row": line.row,
            "cells": [line.shown_number, line.fact[:200], ""],
            "meaning": "history" if line.problem in ("known", "here-already", "twice") else "attention",
            "say": say(line.problem_label),
        }
    kind = [say(SEVERITY_LABELS[Severity(line.severity)]), say(BASIS_LABELS[Basis(line.basis)])]
    cited = f"{line.citation.standard_no} {line.citation.clause_no}".strip()
    return {
        "row": line.row,
        "cells": [
            line.shown_number,
            line.fact[:200],
            " · ".join(filter(None, (word("discipline", line.discipline), *kind, cited))),
        ],
        "meaning": "waiting" if line.notes else "force",
        "say": "；".join(say(NOTES[n]) for n in line.notes) or t("可导入", "can come in"),
    }


def _texts() -> dict[str, str]:
    labels = {
        "reading": Label("正在读取 %s…", "Reading %s…"),
        "columns": Label("列的对应", "Columns"),
        "unknown": Label("未用的列：", "Columns left out: "),
        "cancel": Label("取消", "Cancel"),
        "more": Label("其余 %d 行未列出。", "%d more rows are not listed."),
    }
    return {key: say(label) for key, label in labels.items()}


def _pdf(data: bytes, name: str) -> Response:
    response = Response(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition(name, is_inline=True)
    response.headers["Cache-Control"] = "private, no-store"
    # No sandbox: the browser's own PDF reader does not open in one, and our papers carry no scripts.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _json(value: Any) -> Response:
    response = Response(json.dumps(value, ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response
