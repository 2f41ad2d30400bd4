"""What a rule said, as rows: one for each finding, one for each reason why it could not judge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.review.assist.rule import Said, Verdict
from app.review.assist.rulebook import Judged


@dataclass(frozen=True)
class Found:
    """One row."""

    rule: str
    verdict: Verdict
    sheet_id: str | None
    revision_id: str | None
    region: tuple[int, ...]
    reason: str
    data: Mapping[str, Any]
    key: str

    def to_json(self) -> dict[str, Any]:
        """As it is kept where it has no table of its own."""
        return {**asdict(self), "verdict": str(self.verdict), "region": list(self.region)}


def told_of(judged: Judged) -> Iterable[Found]:
    """The rows of one rule; the same finding twice is one."""
    seen: set[str] = set()
    unjudged: dict[str, list[Said]] = {}
    for said in judged.said:
        key = said.key(judged.rule)
        if said.verdict is Verdict.FINDING and key not in seen:
            seen.add(key)
            yield _found(judged.rule, said)
        elif said.verdict is Verdict.CANNOT:
            unjudged.setdefault(said.reason, []).append(said)
    for all_of_it in unjudged.values():  # one row for each reason: a set of 300 has few reasons
        yield _found(judged.rule, _together(all_of_it))


def _found(rule: str, said: Said) -> Found:
    return Found(
        rule=rule,
        verdict=said.verdict,
        sheet_id=said.sheet.sheet_id if said.sheet else None,
        revision_id=said.sheet.revision_id if said.sheet else None,
        region=_ordered(said.region) if said.region else (),
        reason=said.reason,
        data=dict(said.data),
        key=said.key(rule),
    )


def _together(said: Sequence[Said]) -> Said:
    sheets = {s.sheet.sheet_id: s.sheet for s in said if s.sheet is not None}
    data: dict[str, Any] = {
        **(said[0].data if not sheets else {}),
        "sheets": [[s.sheet_id, s.revision_id, s.number] for s in sheets.values()],
    }
    return Said(Verdict.CANNOT, None, said[0].reason, data)


def _ordered(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """A region that is not empty, however thin what it stands around."""
    x0, y0, x1, y1 = (round(v) for v in box)
    return min(x0, x1), min(y0, y1), max(x0 + 1, x1), max(y0 + 1, y1)
