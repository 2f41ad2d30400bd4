"""When a sealed file must be renewed at the latest: before a certificate or an algorithm that it rests on runs out.

The end dates of algorithms are a policy, not a fact of nature: ETSI TS 119 312 V1.5.1 (2024-12), clauses 5 to 7, in
its machine-readable form. A later edition changes this table and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.seals.rules import Verdict
from app.seals.verifying.values import Named, Report, SealReport

POLICY = "ETSI TS 119 312 V1.5.1 (2024-12)"


@dataclass(frozen=True)
class End:
    """Until when an algorithm counts as safe."""

    name: str
    """As certificates name it: ``rsa``, ``rsassa_pss``, ``ec``, or a digest."""
    below_bits: int | None
    """Keys shorter than this; None for any length."""
    end: datetime


_2029 = datetime(2029, 1, 1, tzinfo=UTC)
ENDS = (
    End("rsa", None, _2029),
    End("rsassa_pss", 3000, _2029),
    End("ec", 250, datetime(2021, 10, 1, tzinfo=UTC)),
    End("sha224", None, _2029),
    End("sha1", None, datetime(2012, 8, 1, tzinfo=UTC)),
)
"""``rsa`` is PKCS#1 v1.5 of any length, legacy since 2024; a certificate does not say with which padding its key signs.
SHA-256 and longer, SHA-3, and ECDSA over 256 bits have no end date yet."""


def algorithm_end(algorithm: str) -> datetime | None:
    """The end of ``KEY BITS / DIGEST``, as reports write an algorithm; None while there is none.

    Raises:
        ValueError: not written so.
    """
    key, _, digest = algorithm.partition(" / ")
    kind, _, bits = key.partition(" ")
    if not digest or not bits.isdigit():
        raise ValueError(algorithm)
    found = [
        one.end
        for one in ENDS
        if one.name in (kind, digest) and (one.below_bits is None or int(bits) < one.below_bits)
    ]
    return min(found, default=None)


def renewal_due(report: Report, now: datetime) -> datetime | None:
    """The last instant at which the file can still be renewed; None for a file that nobody sealed.

    What one archive time stamp covers, the next need not: only the last one, and seals that came after it, count. An
    instant that is not after ``now`` says that it is too late, or that the policy would have had it done already.
    A file that is not valid has nothing worth renewing, and None too.

    Args:
        report: of the file as it is, judged at about ``now``.
        now: no certificate that ended long before is taken for an ending to come.
    """
    if report.verdict is not Verdict.VALID or not report.seals:
        return None
    stamps = [seal for seal in report.seals if seal.is_timestamp]
    last = max(stamps, key=lambda seal: seal.revision, default=None)
    outer = [seal for seal in report.seals if last is None or seal.revision >= last.revision]
    ends = [end for seal in outer for end in _ends(seal)]
    return min(ends, default=now)


def _ends(seal: SealReport) -> Iterable[datetime]:
    named = [*seal.chain, *([seal.who] if seal.who else [])]
    yield from (_end(one) for one in named)
    if seal.stamp_until:
        yield datetime.fromisoformat(seal.stamp_until)
    end = algorithm_end(seal.algorithm) if seal.algorithm else None
    if end is not None:
        yield end


def _end(named: Named) -> datetime:
    return datetime.fromisoformat(named.not_after)
