"""What one API request knows: whose token asks, what he may, one reading session, and one act with its repeat key."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import current_app, g, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.accounts.queries import PersonView, SignedIn, token_by_secret
from app.api.table import Answer
from app.bootstrap import Services
from app.kernel.actor import PUBLIC, Actor
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, declare, invalid
from app.kernel.outbox import claim_key, keep_answer, kept_answer
from app.kernel.policy import Rights

KEY_LENGTH = 120

TOKEN_NEEDED = declare(
    "token-needed",
    401,
    "需要有效的 API 令牌。",
    "A valid API token is needed.",
    "请在“个人设置”中创建令牌，并以 Authorization: Bearer 发送。",
    "Make a token on your profile page and send it as Authorization: Bearer.",
)
KEY_REUSED = declare(
    "idempotency-mismatch",
    422,
    "该 Idempotency-Key 已用于另一请求。",
    "This Idempotency-Key was used for another request.",
    "请为不同的请求使用不同的键。",
    "Use another key for another request.",
)
VERSION_NEEDED = declare(
    "version-needed",
    428,
    "缺少请求头 If-Match。",
    "The header If-Match is missing.",
    "请先读取该对象，并把其 ETag 作为 If-Match 发送。",
    "Read the object first and send its ETag as If-Match.",
)


def services() -> Services:
    """The services of this process."""
    return cast(Services, current_app.extensions["oneset"])


def reading() -> Session:
    """The reading session of this request; opened when first needed, closed with the request."""
    if "api_reading" not in g:
        g.api_reading_context = services().database.read()
        g.api_reading = g.api_reading_context.__enter__()
    return cast(Session, g.api_reading)


def close_reading(error: BaseException | None = None) -> None:
    """End the reading session, if one was opened. Always before an act: two snapshots must not be compared."""
    del error
    context = g.pop("api_reading_context", None)
    g.pop("api_reading", None)
    if context is not None:
        context.__exit__(None, None, None)


def now() -> datetime:
    """The instant of this request."""
    if "api_now" not in g:
        g.api_now = services().clock.now()
    return cast(datetime, g.api_now)


def require_token() -> SignedIn:
    """Who asks.

    Raises:
        Refused: ``token-needed``; cookies are never looked at.
    """
    if "api_signed_in" not in g:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        found = None
        if scheme.lower() == "bearer" and secret:
            found = token_by_secret(reading(), secret.strip(), now())
        if found is None:
            raise Refused(TOKEN_NEEDED)
        g.api_signed_in = found
    return cast(SignedIn, g.api_signed_in)


def person() -> PersonView:
    """The person behind the token."""
    return require_token().person


def actor() -> Actor:
    """Who acts; the public where no token is asked for."""
    return g.api_signed_in.actor if "api_signed_in" in g else PUBLIC


def rights() -> Rights:
    """All rights of who asks."""
    if "api_rights" not in g:
        g.api_rights = rights_of(reading(), actor(), now())
    return cast(Rights, g.api_rights)


def expected_version() -> int:
    """The version in ``If-Match: "3"``.

    Raises:
        Refused: ``version-needed``; ``invalid-input`` for anything else.
    """
    text = request.headers.get("If-Match", "").strip()
    if not text:
        raise Refused(VERSION_NEEDED)
    digits = text.removeprefix('"').removesuffix('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise invalid("If-Match", "不是版本号", "is not a version")
    return int(digits)


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}


def act(work: Callable[[Tx], Answer], *, about: str = "") -> Answer:
    """Run one act, or give again what the act with the same ``Idempotency-Key`` answered.

    The answer is kept in the act's own transaction: either both exist or none. Refused acts are not kept.

    Args:
        work: the act.
        about: what else the request is, where its body was read as a stream: the digest of the bytes.

    Raises:
        Refused: what the act refuses; ``idempotency-mismatch``.
    """
    key = repeat_key()
    who = actor().person_id
    close_reading()
    with services().database.write(actor()) as tx:
        if key is None or who is None:
            return work(tx)
        fingerprint = _fingerprint(about)
        if not claim_key(tx.session, who, key, fingerprint, tx.now):
            return _again(tx, who, key, fingerprint)
        answer = work(tx)
        kept = {"body": _plain(answer.value), "headers": dict(answer.headers)}
        keep_answer(tx.session, who, key, answer.status, kept)
        return answer


def repeat_key() -> str | None:
    """The request's ``Idempotency-Key``, if it has one.

    Raises:
        Refused: ``invalid-input`` when too long or not printable ASCII.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= KEY_LENGTH or not all(" " < c <= "~" for c in key):
        raise invalid(
            "Idempotency-Key",
            f"应为 1 至 {KEY_LENGTH} 个可见字符",
            f"has 1 to {KEY_LENGTH} visible characters",
        )
    return key


class KeptAnswer(BaseModel):
    """An answer given before, as it was."""

    kept: dict[str, object] | None


def _again(tx: Tx, who: str, key: str, fingerprint: str) -> Answer:
    known, status, answer = kept_answer(tx.session, who, key)
    if known != fingerprint:
        raise Refused(KEY_REUSED)
    headers = {**answer["headers"], "Idempotency-Replayed": "true"}
    return Answer(KeptAnswer(kept=answer["body"]), status, headers)


def _plain(value: BaseModel | None) -> dict[str, object] | None:
    return None if value is None else value.model_dump(mode="json")


def _fingerprint(about: str) -> str:
    head = f"{request.method} {request.full_path} {request.headers.get('If-Match', '')}\n{about}".encode()
    return hashlib.sha256(head + request.get_data()).hexdigest()
