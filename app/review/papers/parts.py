"""Parts that all papers of the review share: facts, feet, and who signs."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.kernel.labels import Label
from app.papers.typesetting import qr_squares
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.queries.certificates import CertificateLine, Signatory
from app.review.queries.papers import Checkpoint

ROLE_LABELS: dict[str, Label] = {
    "reviewer": Label("审查人员", "Reviewer"),
    "technical_lead": Label("技术负责人", "Technical lead"),
    "legal_representative": Label("法定代表人", "Legal representative"),
    "designer": Label("设计单位项目负责人", "Design lead"),
}
ROOT_ON_PAPER = 16
"""First digits of the ledger's root in a foot."""


def fact(label: Label, value: str, *, is_wide: bool = False) -> dict[str, Any]:
    """A name and a value in a table of facts."""
    return {"zh": label.zh, "en": label.en, "value": value, "wide": is_wide}


def words(label: Label) -> dict[str, str]:
    """A label as templates take it."""
    return {"zh": label.zh, "en": label.en}


def day(at: datetime | None, zone: ZoneInfo) -> str:
    """``2024-05-12``, or nothing."""
    return at.astimezone(zone).date().isoformat() if at else ""


def day_in_words(at: datetime, zone: ZoneInfo) -> str:
    """``2024年5月12日``."""
    there: date = at.astimezone(zone).date()
    return f"{there.year}年{there.month}月{there.day}日"


def minute(at: datetime, zone: ZoneInfo) -> str:
    """``2024-05-12 14:30 +0800``."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %z")


def foot(address: str, checkpoint: Checkpoint, made: str, *, where: Label) -> dict[str, Any]:
    """The foot: a code that leads to the paper's page, and where the ledger stood when it was made."""
    stood = f"{checkpoint.size} 条 entries · 根 root {checkpoint.root[:ROOT_ON_PAPER] or '—'}"
    return {
        "qr": qr_squares(address),
        "lines": [
            f"{where.zh} {where.en}　{address}",
            f"账本检查点 Ledger checkpoint　{stood}",
            f"制作 Made　{made}",
        ],
    }


def sheet_rows(lines: Iterable[CertificateLine]) -> list[dict[str, Any]]:
    """Sheets as the list of a paper."""
    return [
        {
            "number": line.number,
            "title": line.title,
            "label": line.label,
            "pages": line.pages,
            "sha256": line.sha256,
        }
        for line in lines
    ]


def signing_rows(signatories: Sequence[Signatory]) -> list[dict[str, str]]:
    """Who stands behind a paper."""
    rows = []
    for signatory in signatories:
        role = ROLE_LABELS.get(signatory.role, Label(signatory.role, signatory.role))
        zh, en = role.zh, role.en
        if signatory.discipline:
            discipline = DISCIPLINE_LABELS[Discipline(signatory.discipline)]
            zh, en = f"{zh}（{discipline.zh}）", f"{en}, {discipline.en}"
        rows.append({"zh": zh, "en": en, "name": signatory.name})
    return rows


def count_of(count: int, zh: str, en: str) -> str:
    """``12 条 opinions``."""
    return f"{count} {zh} {en}"
