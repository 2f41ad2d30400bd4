"""Notices in words: one line each, grouped by project, for pages, letters and robots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.kernel.labels import Label, Language
from app.notices.rules import KINDS
from app.notices.told import Subject


@dataclass(frozen=True)
class NoticeView:
    """A notice as pages and letters show it."""

    id: str
    project_id: str
    project: str
    kind: str
    subject: str
    subject_id: str
    title: str
    count: int
    is_urgent: bool
    by: str
    at: datetime
    is_read: bool
    standing: Label | None = None
    """What is in force of the sheet, where the notice leaves the house: no name goes out without its version."""

    @property
    def label(self) -> Label:
        """What happened."""
        return KINDS[self.kind].label

    @property
    def waits(self) -> bool:
        """Whether something waits for who reads this."""
        return KINDS[self.kind].waits

    @property
    def what(self) -> Label:
        """What it happened to: ``建施-04 一层平面图 等 12 张``."""
        if self.count == 1 or not self.title:
            return Label(self.title, self.title)
        if self.subject == Subject.SHEET:
            return Label(f"{self.title} 等 {self.count} 张", f"{self.title} and {self.count - 1} more")
        return Label(f"{self.title}（{self.count} 次）", f"{self.title} ({self.count} times)")

    @property
    def path(self) -> str:
        """Where it leads."""
        if self.subject == Subject.CASE:
            return f"/review/{self.subject_id}"
        if self.subject == Subject.CHANGE:
            return f"/changes/{self.subject_id}"
        if self.subject in (Subject.NOTE, Subject.JDR):
            return f"/{'notes' if self.subject == Subject.NOTE else 'joint-reviews'}/{self.subject_id}"
        if self.subject == Subject.TRANSMITTAL:
            return f"/transmittals/{self.subject_id}"
        if self.subject == Subject.RECEIPTS:
            return f"/projects/{self.project_id}/confirmation"
        if self.subject == Subject.SHEET and self.count == 1:
            return f"/sheets/{self.subject_id}"
        if self.subject == Subject.SHEET and not self.waits:
            return f"/projects/{self.project_id}/register"
        return "/" if self.kind == "seat.ended" else f"/projects/{self.project_id}"

    def line(self, language: Language) -> str:
        """One line: what happened to what; where it leaves the house, with what is in force of it."""
        said = self.short(language)
        return f"{said} — {self.standing.in_(language)}" if self.standing else said

    def short(self, language: Language) -> str:
        """What happened to what."""
        label, what = self.label.in_(language), self.what.in_(language)
        urgent = {"zh": "【紧急】", "en": "[urgent] "}[language] if self.is_urgent else ""
        joint = {"zh": "：", "en": ": "}[language]
        return f"{urgent}{label}{joint}{what}" if what else f"{urgent}{label}"


def by_project(notices: Sequence[NoticeView]) -> dict[tuple[str, str], list[NoticeView]]:
    """Grouped by (project, its name); what is urgent first, then what waits, then the newest."""
    found: dict[tuple[str, str], list[NoticeView]] = {}
    for notice in sorted(notices, key=lambda n: (not n.is_urgent, not n.waits, -n.at.timestamp())):
        found.setdefault((notice.project_id, notice.project), []).append(notice)
    return found


def heading(notices: Sequence[NoticeView]) -> Label:
    """Subject of a letter: the thing itself when there is one, else how many of what."""
    projects = dict.fromkeys(n.project for n in notices)
    where = next(iter(projects)) if len(projects) == 1 else ""
    tail = Label(
        f" · {where}" if where else f" · {len(projects)} 个项目",
        f" · {where}" if where else f" · {len(projects)} projects",
    )
    if len(notices) == 1:
        only = notices[0]
        return Label(only.short("zh") + tail.zh, only.short("en") + tail.en)
    urgent, waits = sum(n.is_urgent for n in notices), sum(n.waits for n in notices)
    zh = [
        f"{urgent} 条紧急" if urgent else "",
        f"{waits} 项待办" if waits else "",
        f"共 {len(notices)} 条通知",
    ]
    en = [
        f"{urgent} urgent" if urgent else "",
        f"{waits} waiting" if waits else "",
        f"{len(notices)} notices in all",
    ]
    return Label("，".join(filter(None, zh)) + tail.zh, ", ".join(filter(None, en)) + tail.en)
