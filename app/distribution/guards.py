"""Guards of a receipt: one value of facts, one answer each, with its reason."""

from dataclasses import dataclass

from app.distribution.refusals import NOT_EXACT, NOT_SAID, NOT_STANDING, REASON_NEEDED
from app.distribution.rules import RECEIPTS, ReceiptGuard
from app.kernel.errors import Refused


@dataclass(frozen=True)
class ReceiptAttempt:
    """What somebody is about to say of one cell."""

    item: str
    """How refusals name it."""
    stands: bool = True
    sha256: str = ""
    """Of what is in force."""
    given_sha256: str = ""
    """Of what he saw."""
    statement_sha256: str = ""
    given_statement: str = ""
    reason: str = ""


def refusal_of(guard: str, attempt: ReceiptAttempt) -> Refused | None:
    """Why a guard stops an attempt; None when it does not."""
    match guard:
        case ReceiptGuard.STANDS:
            return None if attempt.stands else Refused(NOT_STANDING, item=attempt.item)
        case ReceiptGuard.EXACT:
            is_exact = bool(attempt.sha256) and attempt.given_sha256 == attempt.sha256
            return None if is_exact else Refused(NOT_EXACT, item=attempt.item)
        case ReceiptGuard.SAID:
            is_said = bool(attempt.statement_sha256) and attempt.given_statement == attempt.statement_sha256
            return None if is_said else Refused(NOT_SAID, item=attempt.item)
        case ReceiptGuard.REASON:
            return None if attempt.reason.strip() else Refused(REASON_NEEDED)
    raise KeyError(guard)


def step_for(state: str, event: str, attempt: ReceiptAttempt) -> str:
    """The state after a step.

    Raises:
        Refused: ``state-conflict``, or the first guard that stops.
    """
    step = RECEIPTS.step(state, event)
    for guard in step.guards:
        if (refusal := refusal_of(guard, attempt)) is not None:
            raise refusal
    return step.target
