"""The cover sheet of a transmittal (发放单) as PDF: what went to whom, by which digest, and what is in force of it now."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.distribution.queries.transmittals import TransmittalView
from app.distribution.rules import ITEM_LABELS
from app.kernel.labels import Label
from app.papers.typesetting import qr_squares, typeset

TITLE = Label("图纸发放单", "Transmittal of Drawings")
ROOT_ON_PAPER = 16


def transmittal_address(base_url: str, transmittal_id: str) -> str:
    """The page of a transmittal: what its QR code says; the page asks to sign in."""
    return f"{base_url}/transmittals/{transmittal_id}"


def transmittal_pdf(
    found: TransmittalView, *, project: str, zone: ZoneInfo, base_url: str, made_at: datetime
) -> bytes:
    """Set a cover sheet.

    Raises:
        Refused: ``paper-too-long``.
    """
    content = {
        "title": f"{TITLE.zh} {found.number}",
        "author": found.issuer,
        "running": f"{TITLE.zh}　{found.number}",
        "mark": "",
        "head": {"zh": TITLE.zh, "en": TITLE.en, "under": f"编号 No.　{found.number}"},
        "facts": [
            _fact("工程名称", "Project", project, is_wide=True),
            _fact("事由", "Subject", found.title, is_wide=True),
            _fact("发放单位", "From", found.issuer),
            _fact("发放人", "By", found.person),
            _fact("发放时间", "Sent", _minute(found.at, zone)),
            _fact("内容", "Items", f"{len(found.lines)} 项 items"),
            _fact("说明", "Note", found.note, is_wide=True),
        ],
        "recipients": [
            {"name": r.name, "place": r.place, "copies": str(r.copies) if r.copies else "—"}
            for r in found.recipients
        ],
        "lines": [_line(line, zone) for line in found.lines],
        "hidden": found.hidden,
        "outdated": found.outdated,
        "as_of": _minute(made_at, zone),
        "foot": _foot(found, base_url, made_at, zone),
    }
    return typeset("transmittal", content, made_at=made_at)


def _line(line: Any, zone: ZoneInfo) -> dict[str, Any]:
    kind = ITEM_LABELS[line.kind]
    return {
        "kind": f"{kind.zh} {kind.en}",
        "number": line.number,
        "label": line.label,
        "title": line.title,
        "sha256": line.sha256,
        "since": line.effective_at.astimezone(zone).date().isoformat(),
        "holds": line.is_in_force,
    }


def _foot(found: TransmittalView, base_url: str, made_at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    address = transmittal_address(base_url, found.id)
    stood = f"{found.tree_size} 条 entries · 根 root {found.tree_root[:ROOT_ON_PAPER] or '—'}"
    return {
        "qr": qr_squares(address),
        "lines": [
            f"发放单页 Page　{address}",
            f"账本检查点 Ledger checkpoint　{stood}",
            f"制作 Made　{_minute(made_at, zone)}",
        ],
    }


def _fact(zh: str, en: str, value: str, *, is_wide: bool = False) -> dict[str, Any]:
    return {"zh": zh, "en": en, "value": value, "wide": is_wide}


def _minute(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %z")
