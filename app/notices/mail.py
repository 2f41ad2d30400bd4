"""A letter to a person as an e-mail: plain text first, the same as a table beside it."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from zoneinfo import ZoneInfo

from app.kernel.labels import Label, Language, language_of
from app.notices.wording import NoticeView, by_project, heading

_WAY = Label("在网页中查看全部通知", "All notices")
_WHY = Label(
    "您在项目中有席位，因此收到此邮件。更改频率：{base}/me#notices",
    "You get this because you have a seat in the project. How often: {base}/me#notices",
)
_STYLE = {
    "row": "padding:6px 12px 6px 0;border-bottom:1px solid #d8dde3;vertical-align:top",
    "text": "font:14px/1.5 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#1b2733",
    "urgent": "color:#b3261e;font-weight:600",
    "muted": "color:#5b6875",
}


@dataclass(frozen=True)
class Addressee:
    """Who gets a letter."""

    name: str
    email: str
    language: str
    zone: ZoneInfo


def compose(
    letter_id: str, to: Addressee, notices: Sequence[NoticeView], *, base_url: str, sender: str, now: datetime
) -> EmailMessage:
    """An e-mail with these notices; its Message-ID follows from the letter, so that a second try can be told as one."""
    language = language_of(to.language)
    message = EmailMessage()
    message["Subject"] = f"{'一套图' if language == 'zh' else 'OneSet'} · {heading(notices).in_(language)}"
    message["From"] = sender
    message["To"] = to.email
    message["Date"] = format_datetime(now)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "oneset.invalid"
    message["Message-ID"] = f"<{letter_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(to, notices, language, base_url))
    message.add_alternative(_table(to, notices, language, base_url), subtype="html")
    return message


def _plain(to: Addressee, notices: Sequence[NoticeView], language: Language, base_url: str) -> str:
    lines = [f"{to.name}，" if language == "zh" else f"{to.name},", ""]
    for (_, project), rows in by_project(notices).items():
        lines += [f"【{project}】" if language == "zh" else f"[{project}]"]
        for n in rows:
            lines += [f"· {n.line(language)}", f"  {_when(n, to)}  {base_url}/notices/{n.id}/open"]
        lines.append("")
    return "\n".join(
        [*lines, f"{_WAY.in_(language)}: {base_url}/notices", "", _WHY.in_(language).format(base=base_url)]
    )


def _table(to: Addressee, notices: Sequence[NoticeView], language: Language, base_url: str) -> str:
    parts = [f'<div style="{_STYLE["text"]}">']
    for (_, project), rows in by_project(notices).items():
        parts.append(f'<h3 style="margin:16px 0 4px">{html.escape(project)}</h3><table cellspacing="0">')
        for n in rows:
            style = _STYLE["urgent"] if n.is_urgent else ""
            parts.append(
                f'<tr><td style="{_STYLE["row"]}"><a href="{html.escape(base_url)}/notices/{n.id}/open" style="{style}">'
                f"{html.escape(n.line(language))}</a></td>"
                f'<td style="{_STYLE["row"]};{_STYLE["muted"]}">{html.escape(n.by)} {_when(n, to)}</td></tr>'
            )
        parts.append("</table>")
    why = html.escape(_WHY.in_(language).format(base=base_url))
    way = html.escape(_WAY.in_(language))
    parts.append(
        f'<p><a href="{html.escape(base_url)}/notices">{way}</a></p><p style="{_STYLE["muted"]}">{why}</p></div>'
    )
    return "".join(parts)


def _when(notice: NoticeView, to: Addressee) -> str:
    return notice.at.astimezone(to.zone).strftime("%Y-%m-%d %H:%M")
