"""Operations as values: routes, document and tests are made from one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from werkzeug.wrappers import Response

PREFIX = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """What an operation answers: a value of its answer model, and what belongs into the head."""

    value: BaseModel | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[..., Answer | Response]


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    name: str
    """``operationId``."""
    method: str
    path: str
    """Below :data:`PREFIX`, with ``{name}`` places."""
    handler: Handler
    tag: str
    answer: type[BaseModel] | None
    status: int
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    is_public: bool
    is_versioned: bool
    """Needs ``If-Match``."""
    repeats: bool
    """Takes ``Idempotency-Key``."""
    also: tuple[int, ...]
    """Statuses beside the usual ones."""
    media: str | None
    """Media type of an answer that is not JSON."""
    takes: str | None
    """Media type of a body that is not JSON."""
    headers: Mapping[str, str]
    """Request headers of its own: name → description."""
    pending: type[BaseModel] | None
    """What 202 answers, with ``Location`` and ``Retry-After``, where the answer takes a while."""

    @property
    def rule(self) -> str:
        """The address as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def summary(self) -> str:
        """First line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().split("\n", maxsplit=1)[0]


class Table:
    """Collects the operations of one module."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.operations: list[Operation] = []

    def add(
        self,
        method: str,
        path: str,
        *,
        answer: type[BaseModel] | None = None,
        status: int = 200,
        query: type[BaseModel] | None = None,
        body: type[BaseModel] | None = None,
        is_public: bool = False,
        is_versioned: bool = False,
        repeats: bool = False,
        also: tuple[int, ...] = (),
        media: str | None = None,
        takes: str | None = None,
        headers: Mapping[str, str] | None = None,
        pending: type[BaseModel] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Enter a function as an operation."""

        def enter(handler: Handler) -> Handler:
            operation = Operation(
                name=getattr(handler, "__name__", ""),
                method=method,
                path=path,
                handler=handler,
                tag=self.tag,
                answer=answer,
                status=status,
                query=query,
                body=body,
                is_public=is_public,
                is_versioned=is_versioned,
                repeats=repeats,
                also=also,
                media=media,
                takes=takes,
                headers=dict[str, Any](headers or {}),
                pending=pending,
            )
            self.operations.append(operation)
            return handler

        return enter
