"""A robot tried out: one line is sent now, and what it answers is said to who asked."""

from app.kernel.db.transactions import Database
from app.kernel.labels import language_of
from app.notices.models import NoticeHook
from app.notices.outgoing import Outgoing, Undeliverable
from app.notices.robots import judge_answer, message_for
from app.notices.rules import TEST, HookKind
from app.notices.wording import NoticeView
from app.projects.models import Project


def send_test(database: Database, outgoing: Outgoing, hook_id: str, base_url: str) -> str | None:
    """Send a test line to a hook; returns why it did not arrive, None when it did."""
    now = database.clock.now()
    with database.read() as session:
        hook = session.get_one(NoticeHook, hook_id)
        project = session.get_one(Project, hook.project_id)
    kind = HookKind(hook.kind)
    line = NoticeView(
        id=hook.id,
        project_id=project.id,
        project=project.short_name or project.name,
        kind=TEST,
        subject="project",
        subject_id=project.id,
        title=hook.name,
        count=1,
        is_urgent=False,
        by="",
        at=now,
        is_read=True,
    )
    message = message_for(
        kind,
        hook.url,
        hook.secret,
        [line],
        letter_id=f"test-{hook.id}",
        language=language_of(hook.language),
        base_url=base_url,
        now=now,
    )
    try:
        judge_answer(kind, outgoing.post(message.url, message.body, message.headers))
    except Undeliverable as error:
        return str(error)
    return None
