"""What the person behind the token was told."""

from app.api.request import close_reading, now, person, reading, rights, services
from app.api.shapes.common import Page, PageQuery, page_of
from app.api.shapes.notices import NoticeOut, NoticesQuery, ReadBody, ReadOut, notice_out
from app.api.table import Answer, Table
from app.notices.actions import mark_read
from app.notices.queries import notices_of

table = Table("notices")
MOST = 500
"""The newest so many; older ones stand in the ledger as what they were."""


@table.add("GET", "/notices", answer=Page[NoticeOut], query=NoticesQuery)
def list_notices(query: NoticesQuery) -> Answer:
    """What one was told (通知), the newest first, in projects in which one still has a seat; unread ones unless asked."""
    found = notices_of(reading(), rights(), only_unread=query.show == "unread", limit=MOST)
    page = PageQuery(limit=query.limit, cursor=query.cursor)
    return page_of(NoticeOut, found, page, notice_out, lambda n: n.id)


@table.add("POST", "/notices/read", body=ReadBody, answer=ReadOut)
def read_notices(body: ReadBody) -> Answer:
    """Note that some of one's notices have been read; those of others are passed over."""
    who = person().id
    close_reading()
    with services().database.plumbing() as session:
        return Answer(ReadOut(read=mark_read(session, who, body.notices, now())))
