"""Answers and refusals as JSON: ``{code, message: {zh, en}, way_out: {zh, en}, data}``."""

import json
import logging
from typing import Any

from flask import Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from app.api.request import KeptAnswer
from app.api.table import Answer
from app.kernel.errors import BUSY, INVALID, NOT_FOUND, STALE, Refused, declare
from app.kernel.ids import new_short_code
from app.kernel.labels import Label
from app.kernel.text import UnprintableText
from storage.errors import BadRange, StorageError, StoreUnavailable, TooLarge

LOG = logging.getLogger("oneset.api")
JSON_TYPE = "application/json"

HTTP_REFUSED = declare(
    "request-not-possible",
    400,
    "请求无法处理：{reason}",
    "The request cannot be handled: {reason}",
    "请对照 /api/v1/openapi.json 检查请求。",
    "Compare the request with /api/v1/openapi.json.",
)
BYTES_DAMAGED = declare(
    "bytes-damaged",
    500,
    "存储的文件与其摘要不符或缺失，已拒绝提供。",
    "Stored bytes are missing or do not match their digest; they are not handed out.",
    "请通知管理员运行 oneset fsck。",
    "Have an administrator run oneset fsck.",
)
BROKEN = declare(
    "server-fault",
    500,
    "系统内部出错（编号 {reference}）。",
    "Something broke inside (reference {reference}).",
    "数据没有丢失；请把编号告诉管理员。",
    "Nothing is lost; give the reference to an administrator.",
)


def send(answer: Answer) -> Response:
    """An answer as a response."""
    if answer.value is None:
        body = b""
    elif isinstance(answer.value, KeptAnswer):
        body = b"" if answer.value.kept is None else _json(answer.value.kept)
    else:
        body = answer.value.model_dump_json().encode()
    response = Response(body, answer.status, mimetype=JSON_TYPE)
    if not body:
        del response.headers["Content-Type"]
    response.headers.extend(answer.headers)
    return response


def refusal_body(refusal: Refused) -> dict[str, Any]:
    """A refusal as a value for JSON."""
    return {
        "code": refusal.code,
        "message": _label(refusal.message),
        "way_out": _label(refusal.way_out),
        "data": {k: _simple(v) for k, v in refusal.data.items()},
    }


def send_refusal(refusal: Refused) -> Response:
    """A refusal as a response; a stale version is 412 where the caller said which version he means (RFC 9110)."""
    status = refusal.kind.status
    if refusal.code == STALE and request.headers.get("If-Match"):
        status = 412
    return _respond(refusal, status)


def send_http_error(error: HTTPException) -> Response:
    """An error of the framework (too large, wrong method) in our form."""
    refusal = Refused(HTTP_REFUSED, reason=error.name)
    response = _respond(refusal, error.code or 500)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "content-range"):
            response.headers[name] = value
    return response


def send_invalid(error: ValidationError) -> Response:
    """Input that does not have the form of its model."""
    problems = [
        {"place": ".".join(str(p) for p in e["loc"]), "reason": e["msg"], "kind": e["type"]}
        for e in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    first = problems[0]
    refusal = Refused(
        INVALID,
        field=first["place"] or "body",
        reason_zh=first["reason"],
        reason_en=first["reason"],
        problems=problems,
    )
    return _respond(refusal, 422)


def send_hidden_characters(error: UnprintableText) -> Response:
    """Text with control or format characters."""
    del error
    zh, en = "含不可见字符", "has invisible characters"
    return _respond(Refused(INVALID, field="text", reason_zh=zh, reason_en=en), 422)


def send_storage_error(error: StorageError) -> Response:
    """A failure of the object store."""
    if isinstance(error, TooLarge):
        return _respond(Refused(HTTP_REFUSED, reason=f"more than {error.limit} bytes"), 413)
    if isinstance(error, BadRange):
        return _respond(Refused(HTTP_REFUSED, reason="range not satisfiable"), 416)
    if isinstance(error, StoreUnavailable):
        LOG.error("store unavailable: %s", error)
        return _respond(Refused(BUSY), 503)
    LOG.error("store: %s", error)
    return _respond(Refused(BYTES_DAMAGED), 500)


def send_fault(error: Exception) -> Response:
    """Anything else: logged under a reference that the caller can name."""
    reference = new_short_code()
    LOG.error("fault %s at %s %s", reference, request.method, request.path, exc_info=error)
    return _respond(Refused(BROKEN, reference=reference), 500)


def not_found() -> Refused:
    """The refusal for addresses that lead nowhere."""
    return Refused(NOT_FOUND)


def _respond(refusal: Refused, status: int) -> Response:
    response = Response(_json(refusal_body(refusal)), status, mimetype=JSON_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="oneset"'
    if status == 503:
        response.headers["Retry-After"] = "3"
    return response


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _label(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def _simple(value: object) -> object:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(k): _simple(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_simple(v) for v in value]
    return str(value)
