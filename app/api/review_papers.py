"""Papers and tables of a case: certificates, notices, answers, an agency's table of opinions, the exchange row."""

from zoneinfo import ZoneInfo

from flask import Response, request

from app.access.rules import Permission
from app.api.delivery import send_bytes
from app.api.request import act, close_reading, now, reading, rights, services
from app.api.shapes.common import Changed, Created, LabelOut, Page, PageQuery, page_of
from app.api.shapes.opinions import RoundQuery, TableDoneOut, TableOut, TableQuery, TableRowOut
from app.api.shapes.review import (
    CertificateDetailOut,
    CertificateLineOut,
    CertificateOut,
    CertifyBody,
    ExchangeFieldOut,
    ExchangeOut,
    VoidBody,
)
from app.api.table import PREFIX, Answer, Table
from app.files.names import content_disposition
from app.files.tables import MAX_CSV_BYTES
from app.kernel.db.transactions import Tx
from app.kernel.policy import Target
from app.projects.queries import project_for
from app.record.exports import XLSX_TYPE
from app.review.actions.certificates import CertifyCase, VoidCertificate, certify_case, void_certificate
from app.review.actions.opinion_imports import ImportOpinions, import_opinions, look_at_lines
from app.review.exchange import TABLE, ExchangeField, ExchangeRow, exchange_row, exchange_xlsx
from app.review.facts import sheets_of_case
from app.review.opinion_export import opinion_template, opinions_xlsx
from app.review.opinion_table import NOTES, OpinionLine, OpinionTable, read_opinions
from app.review.papers.certificate import certificate_pdf
from app.review.papers.keeping import kept_paper
from app.review.papers.opinions import PaperOrder, opinion_notice, reply_sheet
from app.review.queries.cases import case_row, cases_of
from app.review.queries.certificates import certificate_for, certificates_of, lines_of
from app.review.queries.exchange import exchange_facts
from app.review.queries.opinions import opinions_of
from app.review.queries.papers import case_paper, certificate_paper

table = Table("review papers")
CASE = "/review/cases/{case_id}"
CERTIFICATE = "/review/certificates/{certificate_id}"
PDF = "application/pdf"
BYTES = "application/octet-stream"


@table.add("GET", "/projects/{project_id}/review/certificates", answer=Page[CertificateOut], query=PageQuery)
def list_certificates(project_id: str, query: PageQuery) -> Answer:
    """Certificates (审查合格书) of the cases that one may see, the newest first, ended ones too."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    shown = {case.id for case in cases_of(reading(), rights(), project_id, now())}
    found = [c for c in certificates_of(reading(), project_id) if c.case_id in shown]
    return page_of(CertificateOut, found, query, CertificateOut.model_validate, lambda c: c.id)


@table.add("POST", f"{CASE}/certify", body=CertifyBody, answer=Created, status=201, repeats=True)
def certify(case_id: str, body: CertifyBody) -> Answer:
    """Issue the certificate (签发审查合格书) of a case that passed: it lists every sheet with its digest."""
    values = {**body.model_dump(), "extends_id": body.extends_id or ""}
    command = CertifyCase(case_id, **values)

    def work(tx: Tx) -> Answer:
        made = certify_case(tx, command)
        return Answer(Created(id=made), 201, {"Location": f"{PREFIX}/review/certificates/{made}"})

    return act(work)


@table.add("GET", CERTIFICATE, answer=CertificateDetailOut)
def get_certificate(certificate_id: str) -> Answer:
    """One certificate with every sheet it lists and its status now."""
    found = certificate_for(reading(), rights(), certificate_id)
    lines = [CertificateLineOut.model_validate(line) for line in lines_of(reading(), found.baseline_id)]
    return Answer(CertificateDetailOut.model_validate({**vars(found), "lines": lines}))


@table.add("POST", f"{CERTIFICATE}/void", body=VoidBody, answer=Changed, repeats=True)
def void(certificate_id: str, body: VoidBody) -> Answer:
    """Void a certificate (作废): nothing is released by it any more; what was released stays."""
    command = VoidCertificate(certificate_id, body.reason)

    def work(tx: Tx) -> Answer:
        void_certificate(tx, command)
        return Answer(Changed(id=certificate_id))

    return act(work)


@table.add("GET", f"{CERTIFICATE}/certificate.pdf", media=PDF, also=(206, 304, 416))
def certificate_as_pdf(certificate_id: str) -> Response:
    """A certificate as it was issued: the kept bytes. Until they are kept, an extract that says what it is."""
    found = certificate_for(reading(), rights(), certificate_id)
    kept = kept_paper(reading(), certificate_id)
    if kept is None:
        return _extract(certificate_id)
    return send_bytes(kept.sha256, kept.size, PDF, f"审查合格书 {found.number_internal}.pdf")


@table.add("GET", f"{CERTIFICATE}/extract.pdf", media=PDF)
def extract_as_pdf(certificate_id: str) -> Response:
    """A certificate with its status as known now, marked as an extract."""
    certificate_for(reading(), rights(), certificate_id)
    return _extract(certificate_id)


@table.add("GET", f"{CASE}/opinion-notice.pdf", query=RoundQuery, media=PDF)
def notice_as_pdf(case_id: str, query: RoundQuery) -> Response:
    """The opinion notice (审查意见告知书) of a round."""
    paper = case_paper(reading(), rights(), case_id, now())
    close_reading()
    return _file(opinion_notice(paper, _order(query), now()), PDF, f"{paper.case.title} 审查意见告知书.pdf")


@table.add("GET", f"{CASE}/reply-sheet.pdf", query=RoundQuery, media=PDF)
def replies_as_pdf(case_id: str, query: RoundQuery) -> Response:
    """The answers (审查意见回复) to the opinions of a round."""
    paper = case_paper(reading(), rights(), case_id, now())
    close_reading()
    return _file(reply_sheet(paper, _order(query), now()), PDF, f"{paper.case.title} 审查意见回复.pdf")


@table.add("GET", f"{CASE}/opinions.xlsx", query=RoundQuery, media=XLSX_TYPE)
def opinions_as_xlsx(case_id: str, query: RoundQuery) -> Response:
    """The opinions that one may see as Excel, in display order; ``round`` takes one."""
    case = case_row(reading(), rights(), case_id)
    zone = ZoneInfo(project_for(reading(), rights(), case.project_id).timezone)
    found = [
        o
        for o in opinions_of(reading(), rights(), case_id)
        if query.round in (0, o.issued_round or o.round) and query.discipline in (None, o.discipline)
    ]
    title = case.title
    close_reading()
    return _file(opinions_xlsx(found, zone, title=title), XLSX_TYPE, f"{title} 审查意见.xlsx")


@table.add("GET", f"{CASE}/opinion-template.xlsx", media=XLSX_TYPE)
def template_as_xlsx(case_id: str) -> Response:
    """An empty table with the headings that the import knows."""
    case_row(reading(), rights(), case_id)
    close_reading()
    return _file(opinion_template(), XLSX_TYPE, "审查意见表模板.xlsx")


@table.add(
    "POST", f"{CASE}/opinion-table/preview", query=TableQuery, answer=TableOut, takes=BYTES, also=(413, 422)
)
def look_at_opinion_table(case_id: str, query: TableQuery) -> Answer:
    """What an agency's own table (XLSX or CSV, the body) would bring in; nothing is written."""
    look_at_lines(reading(), rights(), case_id, [])
    read = _read(case_id, query)
    lines = look_at_lines(reading(), rights(), case_id, read.lines)
    return Answer(
        TableOut(
            columns=list(read.columns),
            unknown=list(read.unknown),
            good=sum(not line.problem for line in lines),
            rows=[_row(line) for line in lines],
        )
    )


@table.add(
    "POST",
    f"{CASE}/opinion-table",
    query=TableQuery,
    answer=TableDoneOut,
    takes=BYTES,
    repeats=True,
    also=(413, 422),
)
def bring_opinion_table_in(case_id: str, query: TableQuery) -> Answer:
    """Bring a table (XLSX or CSV, the body) in as drafts; the same row exists once, every other says why not."""
    look_at_lines(reading(), rights(), case_id, [])
    command = ImportOpinions(case_id, _read(case_id, query).lines)

    def work(tx: Tx) -> Answer:
        report = import_opinions(tx, command)
        left = [_row(line) for line in report.lines if line.problem]
        return Answer(TableDoneOut(made=list(report.made), left_out=left))

    return act(work)


@table.add("GET", f"{CASE}/exchange", answer=ExchangeOut)
def get_exchange_row(case_id: str) -> Answer:
    """The row of the exchange table of drawing review, and what is missing before it is sent."""
    row = _exchange(case_id)
    return Answer(
        ExchangeOut(
            table=TABLE,
            row=row.values(),
            is_complete=not row.missing,
            missing=[_field(f) for f in row.missing],
            empty=[_field(f) for f in row.unset],
        )
    )


@table.add("GET", f"{CASE}/exchange.xlsx", media=XLSX_TYPE)
def exchange_as_xlsx(case_id: str) -> Response:
    """The row of the exchange table as Excel, with the report."""
    return _file(exchange_xlsx(_exchange(case_id)), XLSX_TYPE, f"{TABLE}.xlsx")


def _extract(certificate_id: str) -> Response:
    paper = certificate_paper(reading(), certificate_id)
    close_reading()
    data = certificate_pdf(paper, services().settings.base_url, now(), is_extract=True)
    return _file(data, PDF, f"审查合格书 状态副本 {paper.certificate.number_internal}.pdf")


def _exchange(case_id: str) -> ExchangeRow:
    row = exchange_row(exchange_facts(reading(), rights(), case_id, now()))
    close_reading()
    return row


def _field(field: ExchangeField) -> ExchangeFieldOut:
    return ExchangeFieldOut.model_validate(field)


def _order(query: RoundQuery) -> PaperOrder:
    return PaperOrder(query.round, query.discipline or "", services().settings.base_url)


def _read(case_id: str, query: TableQuery) -> OpinionTable:
    request.max_content_length = MAX_CSV_BYTES + 1
    data = request.get_data()
    return read_opinions(data, sheets_of_case(reading(), case_id), discipline=query.discipline or "")


def _row(line: OpinionLine) -> TableRowOut:
    cited = f"{line.citation.standard_no} {line.citation.clause_no}".strip()
    return TableRowOut(
        row=line.row,
        sheets=line.shown_number,
        fact=line.fact,
        discipline=line.discipline,
        severity=line.severity,
        basis=line.basis,
        citation=cited,
        problem=line.problem,
        problem_label=LabelOut.model_validate(line.problem_label) if line.problem else None,
        notes=[LabelOut.model_validate(NOTES[n]) for n in line.notes],
    )


def _file(data: bytes, media: str, name: str) -> Response:
    response = Response(data, mimetype=media)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
