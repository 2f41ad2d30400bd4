"""OpenAPI 3.1, written from the table of operations: every address, input, answer and status."""

import http
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.shapes.common import RefusalOut
from app.api.table import PREFIX, Operation

REFS = "#/components/schemas/{model}"
PLACES = {
    "leaf": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "short_code": {"type": "string", "pattern": "^[0-9a-z]{10}$"},
}
KEY = {"type": "string", "pattern": "^[0-9a-hjkmnp-tv-z]{20}$"}
ABOUT = (
    "One drawing set per construction project, with proof. 一套图：工程项目图纸的权威记录。\n\n"
    "Send a token as `Authorization: Bearer ons_…`; make one on your profile page. What is not yours to see does not "
    "exist (404). Instants are RFC 3339; answers are in UTC. Refusals are `{code, message, way_out, data}` in both "
    "languages. `POST` acts take an `Idempotency-Key`: the same key with the same request gives the same answer once "
    "more, and acts once. What people edit has a version: `ETag` out, `If-Match` in."
)
STATUS_WORDS = {
    200: "Done",
    201: "Made",
    202: "Not known yet: look again",
    204: "Done, nothing to say",
    206: "Part of the bytes",
    304: "Not changed",
    400: "The request is malformed",
    401: "No valid token",
    403: "Seen, but not yours to do",
    404: "Absent, or not yours to see",
    405: "Not this method",
    409: "Not in this state",
    412: "Somebody changed it meanwhile, or a wrong protocol version",
    413: "Too large",
    415: "Wrong content type",
    416: "Range outside the bytes",
    422: "Not of the right form, or against a rule",
    423: "Another connection is writing",
    428: "If-Match is needed",
    429: "Too many requests",
    460: "The checksum differs",
    500: "A fault inside, or damaged bytes",
    503: "Busy: try again",
}


def openapi_document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The document as a value for JSON."""
    references, schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        place = paths.setdefault(f"{PREFIX}{operation.path}", {})
        place[operation.method.lower()] = _operation(operation, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OneSet API",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(o.tag for o in operations)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Refused": _refused("Refused")},
        },
        "security": [{"token": []}],
    }


Reference = dict[str, Any]


def _schemas(operations: Sequence[Operation]) -> tuple[dict[tuple[Any, str], Reference], dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {(RefusalOut, "serialization"): None}
    for operation in operations:
        if operation.answer is not None:
            wanted[operation.answer, "serialization"] = None
        if operation.pending is not None:
            wanted[operation.pending, "serialization"] = None
        if operation.body is not None:
            wanted[operation.body, "validation"] = None
    references, document = models_json_schema(list(wanted), ref_template=REFS)
    return dict(references), document.get("$defs", {})  # type: ignore[arg-type]


def _operation(operation: Operation, references: dict[tuple[Any, str], Reference]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [*_places(operation), *_query(operation), *_headers(operation)],
        "responses": _responses(operation, references),
    }
    if operation.is_public:
        entry["security"] = []
    if operation.body is not None:
        schema = references[operation.body, "validation"]
        entry["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif operation.takes is not None:
        content = {operation.takes: {"schema": {"type": "string", "format": "binary"}}}
        entry["requestBody"] = {"required": False, "content": content}
    return entry


def _places(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": PLACES.get(name, KEY)}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=REFS)
    definitions = schema.get("$defs", {})
    required = set(schema.get("required", []))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _simple(part, definitions)}
        for name, part in schema.get("properties", {}).items()
    ]


def _simple(part: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is there or not; it is never null. Enumerations are written out."""
    options = [o for o in part.get("anyOf", []) if o.get("type") != "null"]
    flat = {
        **{k: v for k, v in part.items() if k not in ("anyOf", "title")},
        **(options[0] if options else {}),
    }
    if flat.get("default", 0) is None:
        del flat["default"]
    if "$ref" in flat:
        named = definitions[flat.pop("$ref").rsplit("/", 1)[-1]]
        flat |= {k: v for k, v in named.items() if k != "title"}
    return flat


def _headers(operation: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in operation.headers.items()
    ]
    if operation.is_versioned:
        schema = {"type": "string", "pattern": '^"[0-9]{1,9}"$'}
        about = "version (`ETag`) that is to be changed"
        found.append(
            {"name": "If-Match", "in": "header", "required": True, "description": about, "schema": schema}
        )
    if operation.repeats:
        schema = {"type": "string", "pattern": "^[!-~]{1,120}$"}
        about = "makes repeating this request safe"
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": about,
                "schema": schema,
            }
        )
    return found


def _responses(operation: Operation, references: dict[tuple[Any, str], Reference]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": _word(operation.status)}
    if operation.answer is not None:
        answer["content"] = {"application/json": {"schema": references[operation.answer, "serialization"]}}
        if operation.answer.__name__ != "Page" and operation.is_versioned:
            answer["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "version"}}
    elif operation.media is not None:
        answer["content"] = {operation.media: {"schema": {"type": "string", "format": "binary"}}}
    found: dict[str, Any] = {str(operation.status): answer}
    if operation.pending is not None:
        schema = references[operation.pending, "serialization"]
        found["202"] = {
            "description": _word(202),
            "content": {"application/json": {"schema": schema}},
            "headers": {name: {"schema": {"type": "string"}} for name in ("Location", "Retry-After")},
        }
    for status in _refusals(operation):
        if status < 400:
            found[str(status)] = {"description": _word(status)}
            if status == 206 and operation.media:
                found["206"]["content"] = answer["content"]
        else:
            found[str(status)] = _refused(_word(status))
    return found


def _refusals(operation: Operation) -> list[int]:
    """Statuses beside the good one."""
    found = {400, 500, 503, *operation.also}
    if not operation.is_public:
        found |= {401, 403, 404}
    if operation.body is not None or operation.takes is not None:
        found |= {413, 415, 422}
    if operation.query is not None:
        found |= {422}
    if operation.method not in ("GET", "HEAD", "OPTIONS"):
        found |= {404, 409, 422}
    if operation.is_versioned:
        found |= {412, 422, 428}
    return sorted(found - {operation.status})


def _refused(word: str) -> dict[str, Any]:
    schema = {"$ref": REFS.format(model="RefusalOut")}
    return {"description": word, "content": {"application/json": {"schema": schema}}}


def _word(status: int) -> str:
    return STATUS_WORDS.get(status) or http.HTTPStatus(status).phrase
