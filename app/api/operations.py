"""From the table of operations to routes: authenticate, check the form of the input, call, answer. In that order."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, UnsupportedMediaType
from werkzeug.routing import RequestRedirect

from app.api import answers
from app.api.answers import not_found, send
from app.api.request import close_reading, require_token
from app.api.table import PREFIX, Answer, Operation
from app.kernel.errors import Refused
from app.kernel.ids import is_id
from app.kernel.text import UnprintableText
from storage.errors import StorageError

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
NOWHERE = "nowhere"


def blueprint_of(operations: Sequence[Operation]) -> Blueprint:
    """A blueprint with a route for each operation, and an answer in our form for every other address below it."""
    api = Blueprint("api_v1", __name__, url_prefix=PREFIX)
    for operation in operations:
        api.add_url_rule(
            operation.rule,
            endpoint=operation.name,
            view_func=_view(operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    for rule in ("/", "/<path:rest>"):
        api.add_url_rule(rule, NOWHERE, _nowhere, methods=METHODS, provide_automatic_options=False)
    api.register_error_handler(Refused, answers.send_refusal)
    api.register_error_handler(HTTPException, answers.send_http_error)
    api.register_error_handler(ValidationError, answers.send_invalid)
    api.register_error_handler(UnprintableText, answers.send_hidden_characters)
    api.register_error_handler(StorageError, answers.send_storage_error)
    api.register_error_handler(Exception, answers.send_fault)
    api.after_request(_headers)
    api.teardown_request(close_reading)
    return api


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**places: Any) -> Response:
        given: dict[str, Any] = dict(places)
        if not operation.is_public:
            require_token()
        for name, value in places.items():
            if name.endswith("_id") and not is_id(value):
                raise not_found()
        if operation.query is not None:
            given["query"] = operation.query.model_validate(_query())
        if operation.body is not None:
            given["body"] = _body(operation.body)
        answer = operation.handler(**given)
        return send(answer) if isinstance(answer, Answer) else answer  # type: ignore[return-value]

    return view


def _query() -> dict[str, Any]:
    """Query parameters; one that stands twice is a list, which no model takes."""
    return {name: v[0] if len(v) == 1 else v for name, v in request.args.lists()}


def _body(model: type[BaseModel]) -> BaseModel:
    if request.mimetype != answers.JSON_TYPE:
        raise UnsupportedMediaType
    return model.model_validate_json(request.get_data())


def _nowhere(rest: str = "") -> Response:
    """404 for unknown addresses, 405 for known ones with another method."""
    del rest
    allowed = [m for m in METHODS if _leads_somewhere(m)]
    if allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    raise not_found()


def _leads_somewhere(method: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(method=method)
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return False
    return not str(endpoint).endswith(f".{NOWHERE}")


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; sandbox")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
