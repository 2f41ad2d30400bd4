"""A file that arrives already sealed: what each signature claims, in short, and one sentence for the sheet's page.

Whose seal it is and of which kind are the words of a certificate or of a seal object. They are shown as *claimed*, with
the verdict beside them: whether that person may seal this sheet no file can tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.kernel.labels import Label
from app.kernel.text import printable
from app.seals.rules import SEAL_LABELS, VERDICT_LABELS, SealKind, Verdict
from app.seals.verifying.reasons import REASONS
from app.seals.verifying.values import Report, SealReport

UNCHECKABLE = frozenset({"sm2", "unknown-format", "old-seal", "unknown-algorithm"})
"""Reasons that say nothing against a seal, only that its kind is not known here."""
CANNOT = Label(
    "此签章采用国密算法/厂商格式，本系统无法核验。",
    "This seal uses national algorithms or a maker's own format that cannot be checked here.",
)
_WORDS: tuple[tuple[SealKind, re.Pattern[str]], ...] = (
    (SealKind.AS_BUILT, re.compile(r"竣工|as[- ]built", re.IGNORECASE)),
    (
        SealKind.REVIEW,
        re.compile(r"审图|图审|施工图审查|审查专用|审查合格|drawing review|review seal", re.IGNORECASE),
    ),
    (
        SealKind.REGISTERED,
        re.compile(
            r"注册|执业|registered (?:architect|engineer|professional|structural)|\bP\.?E\.?\b", re.IGNORECASE
        ),
    ),
    (SealKind.ISSUE, re.compile(r"出图|issue seal|drawing issue", re.IGNORECASE)),
    (SealKind.FIRM, re.compile(r"公章|合同专用|company seal|corporate seal", re.IGNORECASE)),
)
"""The first whose words stand in the certificate or on the seal."""


@dataclass(frozen=True)
class Claim:
    """What one signature says of itself, and what was found."""

    field: str
    name: str
    organisation: str
    issuer: str
    kind: SealKind | None
    """By the words in its certificate or on its seal; None where they tell none."""
    stated_time: str
    """ISO 8601; empty where nothing is stated."""
    verdict: Verdict
    is_checkable: bool
    """False where the kind of the signature is not known here: then all of this is what the file says."""
    sentence: Label
    """Of the gravest reason, or that it is valid."""

    @property
    def label(self) -> Label:
        """Who claims to have sealed, as what: never without the word *claimed*."""
        kind = SEAL_LABELS[self.kind] if self.kind else Label("未说明种类", "kind not stated")
        who = " · ".join(filter(None, (self.organisation, self.name)))
        return Label(
            f"自称：{who or '未说明签章人'}（{kind.zh}）", f"Claimed: {who or 'nobody named'} ({kind.en})"
        )


@dataclass(frozen=True)
class Arrived:
    """What is told of a file that came sealed."""

    verdict: Verdict
    claims: tuple[Claim, ...]
    sentence: Label

    @property
    def is_sealed(self) -> bool:
        """Whether the file claims any seal at all, good or bad."""
        return bool(self.claims)


def arrived(report: Report) -> Arrived:
    """From a judgement to the short list; time stamps over the document are nobody's seal and left out."""
    claims = [_claim(seal) for seal in report.seals if not seal.is_timestamp]
    for why in report.reasons:
        if why.code in UNCHECKABLE or (why.code == "malformed-signature" and not claims):
            claims.append(_unread(why.code, why.detail))
    return Arrived(report.verdict, tuple(claims), _sentence(report, claims))


def kind_of(*texts: str) -> SealKind | None:
    """Which kind of seal words speak of."""
    text = " ".join(texts)
    return next((kind for kind, words in _WORDS if words.search(text)), None)


def _claim(seal: SealReport) -> Claim:
    name, organisation, issuer = (
        (printable(seal.who.name), printable(seal.who.organisation), printable(seal.who.issuer))
        if seal.who
        else ("", "", "")
    )
    on_seal = printable(seal.object.name) if seal.object else ""
    codes = {why.code for why in seal.reasons}
    return Claim(
        field=printable(seal.field),
        name=name or on_seal,
        organisation=organisation,
        issuer=issuer,
        kind=kind_of(on_seal, name, organisation),
        stated_time=seal.time or seal.claimed_at,
        verdict=seal.verdict,
        is_checkable=not codes & UNCHECKABLE,
        sentence=_gravest(seal),
    )


def _gravest(seal: SealReport) -> Label:
    if not seal.reasons:
        return REASONS["valid"].sentence
    return next(
        (w for w in seal.reasons if REASONS[w.code].verdict is seal.verdict), seal.reasons[0]
    ).sentence


def _unread(code: str, detail: str) -> Claim:
    """A signature of which nothing but its place is known."""
    field = printable(detail.partition(":")[0])[:100]
    reason = REASONS[code]
    return Claim(field, "", "", "", None, "", reason.verdict, code not in UNCHECKABLE, reason.sentence)


def _sentence(report: Report, claims: list[Claim]) -> Label:
    if not claims:
        return report.sentence
    told, count = VERDICT_LABELS[report.verdict], len(claims)
    many = "1 seal" if count == 1 else f"{count} seals"
    if report.verdict is not Verdict.INVALID and not all(claim.is_checkable for claim in claims):
        return Label(
            f"文件送达时已有 {count} 枚电子签章。{CANNOT.zh}所列签章人和种类均为文件自称。",
            f"The file came with {many}. {CANNOT.en} Who and what is listed is what the file says.",
        )
    return Label(
        f"文件送达时已有 {count} 枚电子签章，核验结果：{told.zh}。签章人和种类为证书自称，执业资格未核。",
        f"The file came with {many}; checked here: {told.en}. Who and what are the certificate's words; "
        "the right to seal was not checked.",
    )
