"""Shapes of notices."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.api.shapes.common import MOST_ROWS, Body, Key, LabelOut, PageQuery, Shape
from app.notices.wording import NoticeView


class NoticesQuery(PageQuery):
    """Which notices."""

    show: Literal["unread", "all"] = "unread"


class NoticeOut(Shape):
    """One thing told."""

    id: str
    project_id: str
    kind: str
    label: LabelOut
    title: str
    count: int
    is_urgent: bool
    waits: Annotated[bool, Field(description="something waits for who reads this")]
    by: str
    at: datetime
    is_read: bool
    path: Annotated[str, Field(description="page to which it leads")]


class ReadBody(Body):
    """Notices that have been read."""

    notices: Annotated[list[Key], Field(max_length=MOST_ROWS)]


class ReadOut(Shape):
    """How many were unread."""

    read: int


def notice_out(notice: NoticeView) -> NoticeOut:
    """A notice as the API shows it."""
    return NoticeOut(
        id=notice.id,
        project_id=notice.project_id,
        kind=notice.kind,
        label=LabelOut(zh=notice.label.zh, en=notice.label.en),
        title=notice.title,
        count=notice.count,
        is_urgent=notice.is_urgent,
        waits=notice.waits,
        by=notice.by,
        at=notice.at,
        is_read=notice.is_read,
        path=notice.path,
    )
