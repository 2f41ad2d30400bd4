"""What is said of the seals on a document, in one line: pages, lists, files, letters, codes and the API take it from here.

Nobody looked is never said as nothing found, and nothing found never as passed (law 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.kernel.labels import Label
from app.seals.queries.standing import Standing
from app.seals.rules import Verdict
from app.seals.verifying.reasons import REASONS
from app.seals.verifying.values import After, Clock


class SealMark(StrEnum):
    """How a document stands with its seals: what lists show and filter by."""

    VALID = "valid"
    UNTRUSTED = "valid_untrusted"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"
    WAITING = "waiting"
    """It carries seals, or nobody knows whether it does, and these bytes were not judged yet."""
    NONE = "no_seal"


MARK_LABELS: dict[str, Label] = {
    SealMark.VALID: Label("有效", "Valid"),
    SealMark.UNTRUSTED: Label("证书未受信", "Not trusted"),
    SealMark.INDETERMINATE: Label("无法判定", "Cannot be judged"),
    SealMark.INVALID: Label("无效", "Invalid"),
    SealMark.WAITING: Label("待核验", "Not judged yet"),
    SealMark.NONE: Label("无", "None"),
}
"""For columns and filters, below a heading that says what of."""

MEANINGS: dict[str, str] = {
    SealMark.VALID: "force",
    SealMark.UNTRUSTED: "attention",
    SealMark.INDETERMINATE: "attention",
    SealMark.INVALID: "stop",
    SealMark.WAITING: "waiting",
    SealMark.NONE: "history",
}
"""The five meanings of status (UI rule 1)."""

CLOCK_LABELS: dict[str, Label] = {
    Clock.SIGNER: Label("盖章人电脑的时钟", "the sealer's own clock"),
    Clock.TSA: Label("时间戳服务的时钟", "the clock of a time-stamp service"),
    Clock.UNKNOWN: Label("时钟不明", "an unknown clock"),
    "server": Label("本系统服务器的时钟", "the clock of this server"),
}
"""Whose clock a time is from."""

AFTER_LABELS: dict[str, Label] = {
    After.NOTHING: Label("此后文件未变", "Nothing came after"),
    After.EVIDENCE: Label("此后只增加了长期验证数据", "Only data for long-term validation came after"),
    After.SIGNATURES: Label("此后只加盖了其他签章", "Only further seals came after"),
    After.FORM: Label("此后填写过表单", "Fields were filled in after"),
    After.OTHER: Label("此后还有其他改动", "Other changes came after"),
    After.UNKNOWN: Label("此后的改动无法查明", "What came after cannot be told"),
}
"""What came into a file after a seal."""

_LINES: dict[str, Label] = {
    SealMark.VALID: Label("签章有效 · {count} 枚", "Seals valid · {count}"),
    SealMark.UNTRUSTED: Label("签名有效但证书未受信", "Signature intact, certificate not trusted"),
    SealMark.INDETERMINATE: Label("签章无法判定", "Seals cannot be judged"),
    SealMark.INVALID: Label("签章无效", "Seals invalid"),
    SealMark.WAITING: Label("签章尚未核验", "Seals not checked yet"),
    SealMark.NONE: Label("无电子签章", "No e-seal"),
}
_WAITING = Label(
    "尚未核验：结果出来之前，不能视为有效。", "Not checked yet: until it is, the seals do not count as valid."
)
_LOST = Label(
    "本系统在此文件上登记过签章，文件中却没有。",
    "Seals were put on this file here, and it carries none.",
)


@dataclass(frozen=True)
class SealSaid:
    """What is said of one document."""

    mark: SealMark
    count: int
    """Signatures that the judgement found, time stamps not counted; of what was not judged, those put on here."""
    reason: Label
    """One plain sentence."""
    judged_at: datetime | None

    @property
    def short(self) -> Label:
        """For the line above a drawing, and beside a sheet's number."""
        return _LINES[self.mark].format(count=self.count)

    @property
    def line(self) -> Label:
        """The same with its reason, where something is the matter."""
        if self.mark not in _WITH_REASON:
            return self.short
        return Label(
            f"{self.short.zh}：{self.reason.zh.rstrip('。')}",
            f"{self.short.en}: {self.reason.en.rstrip('.')}",
        )

    @property
    def meaning(self) -> str:
        """Of the five meanings of status."""
        return MEANINGS[self.mark]


_WITH_REASON = frozenset({SealMark.INDETERMINATE, SealMark.INVALID})


def mark_of(standing: Standing | None, *, carries: bool | None) -> SealMark:
    """How a document stands.

    Args:
        standing: None when nothing that could carry a seal was published.
        carries: whether the file that came carries signatures, as its reading found; None when nobody knows.
    """
    if standing is None:
        return SealMark.NONE
    verdict = standing.verdict
    return settle_mark(
        verdict,
        has_own=bool(standing.chain.sealed),
        is_pdf=standing.chain.can_carry,
        carries=carries,
    )


def settle_mark(verdict: Verdict | None, *, has_own: bool, is_pdf: bool, carries: bool | None) -> SealMark:
    """The same from what lists know of a document: the newest verdict, and whether seals were put on here."""
    if verdict is Verdict.NO_SEAL:
        return SealMark.INVALID if has_own else SealMark.NONE
    if verdict is not None:
        return SealMark(verdict)
    if has_own or (is_pdf and carries is not False):
        return SealMark.WAITING
    return SealMark.NONE


def said_of(standing: Standing | None, *, carries: bool | None) -> SealSaid:
    """What is said of a document; arguments as :func:`mark_of`."""
    mark = mark_of(standing, carries=carries)
    judgement = standing.judgement if standing is not None else None
    if standing is None or judgement is None:
        own = len(standing.seals) if standing is not None else 0
        return SealSaid(
            mark, own, _WAITING if mark is SealMark.WAITING else REASONS["no-seal"].sentence, None
        )
    if mark is SealMark.INVALID and judgement.verdict == Verdict.NO_SEAL:
        return SealSaid(mark, 0, _LOST, judgement.judged_at)
    count = sum(not seal["is_timestamp"] for seal in judgement.summary["seals"])
    return SealSaid(mark, count, sentence_of(judgement.summary), judgement.judged_at)


def sentence_of(said: Mapping[str, Any]) -> Label:
    """The plain sentence that a judgement's summary, or one seal in it, holds."""
    zh, en = said["sentence"]
    return Label(str(zh), str(en))
