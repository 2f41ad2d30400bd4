"""Refusals and faults as pages, or as JSON for scripts: why, by which rule, what to do next (UI rule 6)."""

import json
import logging
from urllib.parse import quote

from flask import Flask, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.kernel.errors import NOT_FOUND, SIGN_IN_NEEDED, Refused, RowReport, declare, invalid
from app.kernel.ids import new_short_code
from app.kernel.text import UnprintableText
from app.web.request import close_reading, say

LOG = logging.getLogger("oneset.web")

FAULT = declare(
    "internal-fault",
    500,
    "系统内部出错（编号 {reference}）。",
    "Something broke inside (reference {reference}).",
    "您的数据没有丢失；请稍后重试，并把编号告诉管理员。",
    "Nothing is lost; try again, and give the reference to the administrator.",
)
HTTP_FAULT = declare(
    "bad-request",
    400,
    "请求无法处理：{reason}",
    "The request cannot be handled: {reason}",
    "请返回上一页重试。",
    "Go back and try again.",
)


def wants_json() -> bool:
    """True for scripts of our pages: they ask with ``Accept: application/json``."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def refusal_json(refusal: Refused) -> dict[str, object]:
    """A refusal for scripts, in the language of the page."""
    return {
        "code": refusal.code,
        "message": say(refusal.message),
        "way_out": say(refusal.way_out),
        "data": {k: v for k, v in refusal.data.items() if isinstance(v, (str, int, float, bool))},
    }


def report_json(report: RowReport) -> dict[str, object]:
    """A bulk report for scripts."""
    return {
        "done": report.done,
        "refused": {row: refusal_json(refusal) for row, refusal in report.refused.items()},
    }


def answer(refusal: Refused) -> Response:
    """The page or JSON of a refusal."""
    close_reading()
    if wants_json() or request.path.startswith("/uploads"):
        body = refusal_json(refusal)
        return Response(
            json.dumps(body, ensure_ascii=False), refusal.kind.status, content_type="application/json"
        )
    if refusal.code == SIGN_IN_NEEDED and request.method == "GET":
        return redirect(f"/sign-in?next={quote(request.full_path.rstrip('?'))}")
    page = render_template("error.html", refusal=refusal)
    return Response(page, refusal.kind.status, content_type="text/html; charset=utf-8")


def install(application: Flask) -> None:
    """Catch refusals, HTTP errors and faults of pages."""
    application.register_error_handler(Refused, answer)
    application.register_error_handler(UnprintableText, _unprintable)
    application.register_error_handler(HTTPException, _http)
    application.register_error_handler(Exception, _fault)


def _unprintable(error: UnprintableText) -> Response:
    del error
    return answer(invalid("文字 / text", "含不可见字符", "has invisible characters"))


def _http(error: HTTPException) -> Response:
    if error.code == 404:
        return answer(Refused(NOT_FOUND))
    if error.code is not None and error.code < 400:
        return error.get_response()
    response = answer(Refused(HTTP_FAULT, reason=f"{error.code} {error.name}"))
    response.status_code = error.code or 400
    return response


def _fault(error: Exception) -> Response:
    reference = new_short_code()
    LOG.error("fault %s at %s %s", reference, request.method, request.path, exc_info=error)
    return answer(Refused(FAULT, reference=reference))
