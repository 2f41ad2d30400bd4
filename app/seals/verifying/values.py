"""What a judgement says (DOMAIN 4.3): frozen values, JSON both ways. Nothing in here is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.kernel.labels import Label
from app.seals.rules import Level, Verdict
from app.seals.verifying.reasons import REASONS


class Clock(StrEnum):
    """Whose clock a time comes from."""

    SIGNER = "signer"
    TSA = "tsa"
    UNKNOWN = "unknown"


class After(StrEnum):
    """What came into the file after a signature."""

    NOTHING = "nothing"
    EVIDENCE = "evidence"
    """Time stamps and data for long-term validation."""
    SIGNATURES = "signatures"
    FORM = "form"
    OTHER = "other"
    UNKNOWN = "unknown"


class Business(StrEnum):
    """Whether the holder was allowed to seal this: never answered by looking at the file."""

    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class Named:
    """Who a certificate is about; the names are the certificate's own."""

    name: str
    organisation: str
    issuer: str
    serial: str
    not_before: str
    not_after: str

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Named:
        """Read back; a missing key is an error."""
        return cls(**{key: str(data[key]) for key in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Why:
    """One reason, and what is particular about it here (for experts; never needed to understand it)."""

    code: str
    detail: str = ""

    @property
    def sentence(self) -> Label:
        """The plain sentence of this reason."""
        return REASONS[self.code].sentence

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Why:
        """Read back.

        Raises:
            ValueError: nobody knows such a reason.
        """
        if data["code"] not in REASONS:
            raise ValueError(str(data["code"]))
        return cls(str(data["code"]), str(data["detail"]))


@dataclass(frozen=True)
class Evidence:
    """What is known of revocation, and what the file itself carries for later (times in ISO 8601, UTC)."""

    revocation: tuple[str, ...] = ()
    """Kind, issuer and time of each list or answer that was at hand."""
    certificates: int = 0
    crls: int = 0
    ocsps: int = 0
    archive_times: tuple[str, ...] = ()
    """Times of the archive time stamps over this signature."""


@dataclass(frozen=True)
class SealObject:
    """A seal that is an object of its own (GB/T 38540): made by somebody, for somebody, for a period."""

    name: str
    identifier: str
    vendor: str
    maker: Named | None
    created: str
    valid_from: str
    valid_to: str

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SealObject:
        """Read back; a missing key is an error."""
        words = {key: str(data[key]) for key in cls.__dataclass_fields__ if key != "maker"}
        return cls(maker=Named.from_dict(data["maker"]) if data["maker"] else None, **words)


@dataclass(frozen=True)
class SealReport:
    """All that is said of one signature, or of one time stamp over the document."""

    field: str
    is_timestamp: bool
    verdict: Verdict
    reasons: tuple[Why, ...]
    who: Named | None
    chain: tuple[Named, ...]
    claimed_at: str
    """What the signer's computer said."""
    time: str
    """The best time known for this signature."""
    clock: Clock
    level: Level | None
    covers_whole_file: bool
    revision: int
    revisions: int
    after: After
    certifies: bool
    algorithm: str
    evidence: Evidence
    business: Business = Business.NOT_CHECKED
    stamp_until: str = ""
    """The end of the certificate of the time stamp inside this signature; empty where it has none."""
    object: SealObject | None = None
    """None in a PDF, where a seal is nothing but its certificate."""

    @property
    def sentence(self) -> Label:
        """One plain sentence about this signature."""
        return _sentence(self.verdict, self.reasons)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SealReport:
        """Read back; wrong values are errors."""
        found = data["evidence"]
        return cls(
            field=str(data["field"]),
            is_timestamp=bool(data["is_timestamp"]),
            verdict=Verdict(data["verdict"]),
            reasons=tuple(Why.from_dict(one) for one in data["reasons"]),
            who=Named.from_dict(data["who"]) if data["who"] else None,
            chain=tuple(Named.from_dict(one) for one in data["chain"]),
            claimed_at=str(data["claimed_at"]),
            time=str(data["time"]),
            clock=Clock(data["clock"]),
            level=Level(data["level"]) if data["level"] else None,
            covers_whole_file=bool(data["covers_whole_file"]),
            revision=int(data["revision"]),
            revisions=int(data["revisions"]),
            after=After(data["after"]),
            certifies=bool(data["certifies"]),
            algorithm=str(data["algorithm"]),
            evidence=Evidence(
                tuple(map(str, found["revocation"])),
                int(found["certificates"]),
                int(found["crls"]),
                int(found["ocsps"]),
                tuple(map(str, found["archive_times"])),
            ),
            business=Business(data["business"]),
            stamp_until=str(data.get("stamp_until", "")),  # reports of gate 1 did not say
            object=SealObject.from_dict(data["object"]) if data.get("object") else None,
        )


@dataclass(frozen=True)
class Report:
    """What is said of a file with all its seals."""

    sha256: str
    verdict: Verdict
    reasons: tuple[Why, ...]
    """Of the file as a whole; those of one seal stand with it."""
    seals: tuple[SealReport, ...]
    judged_at: str
    engine: str
    trust_name: str
    trust_version: str

    @property
    def codes(self) -> frozenset[str]:
        """Every reason in this report."""
        of_seals = (why.code for seal in self.seals for why in seal.reasons)
        return frozenset(why.code for why in self.reasons) | frozenset(of_seals)

    @property
    def sentence(self) -> Label:
        """One plain sentence: the gravest reason, or that all is well."""
        return _sentence(self.verdict, [*self.reasons, *(why for seal in self.seals for why in seal.reasons)])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """Read back; wrong values are errors (KeyError, TypeError, ValueError)."""
        return cls(
            sha256=str(data["sha256"]),
            verdict=Verdict(data["verdict"]),
            reasons=tuple(Why.from_dict(one) for one in data["reasons"]),
            seals=tuple(SealReport.from_dict(one) for one in data["seals"]),
            judged_at=str(data["judged_at"]),
            engine=str(data["engine"]),
            trust_name=str(data["trust_name"]),
            trust_version=str(data["trust_version"]),
        )


def written(at: datetime | None) -> str:
    """A time as reports write it; empty when there is none."""
    return at.isoformat(timespec="seconds") if at is not None else ""


def _sentence(verdict: Verdict, reasons: Sequence[Why]) -> Label:
    if verdict is Verdict.VALID or not reasons:
        return REASONS["valid"].sentence
    return next((why for why in reasons if REASONS[why.code].verdict is verdict), reasons[0]).sentence
