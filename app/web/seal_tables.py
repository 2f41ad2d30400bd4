"""The log of seals (用印登记簿) as a workbook: each use with its count, and each act of the officer."""

from collections.abc import Mapping, Sequence

from app.kernel.labels import Label
from app.review.workbook import Page, workbook
from app.seals.queries.history import SealAct, UseLine
from app.seals.rules import BATCH_STATE_LABELS
from app.web.request import language
from app.web.words import when_exactly

_USES: Sequence[tuple[Label, int]] = (
    (Label("印章", "Seal"), 26),
    (Label("时间", "Time"), 30),
    (Label("项目", "Project"), 32),
    (Label("用印人", "Asked by"), 14),
    (Label("复核人", "Confirmed by"), 14),
    (Label("级别", "Level"), 8),
    (Label("状态", "State"), 14),
    (Label("用途", "What for"), 30),
    (Label("件数", "Documents"), 10),
    (Label("已签章", "Sealed"), 10),
    (Label("未签章", "Not sealed"), 10),
    (Label("用印单", "Sealing"), 24),
)
_ACTS: Sequence[tuple[Label, int]] = (
    (Label("印章", "Seal"), 26),
    (Label("时间", "Time"), 30),
    (Label("事项", "Act"), 16),
    (Label("内容", "What"), 50),
    (Label("办理人", "By"), 14),
    (Label("账本条目", "Ledger entry"), 66),
)


def log_xlsx(
    names: Mapping[str, str], acts: Sequence[SealAct], uses: Sequence[UseLine], *, title: str
) -> bytes:
    """Both tables in one workbook; ``names`` of seals by id."""
    is_zh = language() == "zh"

    def said(label: Label) -> str:
        return label.zh if is_zh else label.en

    pages = (
        Page(
            said(Label("用印", "Uses")),
            _USES,
            [
                (
                    names[u.seal_id],
                    when_exactly(u.at),
                    u.project,
                    u.asked_by,
                    u.second_by,
                    u.level,
                    said(BATCH_STATE_LABELS[u.state]),
                    u.words,
                    u.count,
                    u.sealed,
                    u.refused,
                    u.batch_id,
                )
                for u in uses
            ],
        ),
        Page(
            said(Label("管理", "Administration")),
            _ACTS,
            [(names[a.seal_id], when_exactly(a.at), said(a.label), said(a.said), a.by, a.leaf) for a in acts],
        ),
    )
    return workbook(pages, title=title)
