"""A letter to a hook, in the form that its kind understands.

企业微信 (developer.work.weixin.qq.com, 群机器人配置说明) and 钉钉 (open.dingtalk.com, 自定义机器人) take markdown by POST
and answer 200 with ``errcode``; WeCom takes 4,096 bytes, DingTalk 20,000; both 20 messages a minute. DingTalk's signature is
HMAC-SHA256 over time and secret, in the address; ours, for own systems, is over time and body, in a header.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

from app.kernel.clock import to_micros
from app.kernel.labels import Language
from app.notices.outgoing import Undeliverable
from app.notices.rules import HookKind
from app.notices.wording import NoticeView, by_project, heading

LIMIT = {HookKind.WECOM: 4_000, HookKind.DINGTALK: 18_000}
"""Bytes of markdown, a little below what the robots take."""
_WIDE = str.maketrans(
    {"[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "_": "＿", "#": "＃", "`": "'", "@": "＠"}
)
"""Titles come from drawings: in a group's message they shall not become links, mentions or emphasis."""
TOKEN_ERRORS = {93000, 300001, 310000}
"""Answers after which trying again is of no use: the robot is gone, or its key or signature is wrong."""


@dataclass(frozen=True)
class Message:
    """What is posted."""

    url: str
    body: bytes
    headers: dict[str, str]


def message_for(
    kind: HookKind,
    url: str,
    secret: str,
    notices: Sequence[NoticeView],
    *,
    letter_id: str,
    language: Language,
    base_url: str,
    now: datetime,
) -> Message:
    """The message of a letter for a kind of hook."""
    millis = str(to_micros(now) // 1000)
    if kind is HookKind.GENERIC:
        body = _json(generic(letter_id, notices, base_url=base_url))
        signature = hmac.new(secret.encode(), millis.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = (
            {"X-OneSet-Timestamp": millis, "X-OneSet-Signature": f"sha256={signature}"} if secret else {}
        )
        return Message(url, body, headers)
    title = heading(notices).in_(language)
    text = markdown(notices, language, base_url=base_url, limit=LIMIT[kind])
    if kind is HookKind.WECOM:
        return Message(url, _json({"msgtype": "markdown", "markdown": {"content": text}}), {})
    signed = f"{url}&timestamp={millis}&sign={_dingtalk_sign(millis, secret)}" if secret else url
    return Message(signed, _json({"msgtype": "markdown", "markdown": {"title": title, "text": text}}), {})


def judge_answer(kind: HookKind, said: bytes) -> None:
    """Read a robot's answer: 200 is not yet success.

    Raises:
        Undeliverable: with the robot's own code and words.
    """
    if kind is HookKind.GENERIC:
        return
    try:
        answer = json.loads(said)
        code, words = int(answer["errcode"]), str(answer.get("errmsg", ""))
    except (ValueError, TypeError, KeyError) as error:
        raise Undeliverable("not the answer of a robot") from error
    if code != 0:
        raise Undeliverable(f"errcode {code} {words[:200]}", is_final=code in TOKEN_ERRORS)


def markdown(notices: Sequence[NoticeView], language: Language, *, base_url: str, limit: int) -> str:
    """Notices as markdown of at most ``limit`` bytes; what does not fit is counted, with the way to it."""
    lines = [f"**{_plain(heading(notices).in_(language))}**"]
    rest = len(notices)
    more = {"zh": "…另有 {n} 条：[查看]({u})", "en": "… and {n} more: [see]({u})"}[language]
    room = limit - len(more.format(n=rest, u=base_url).encode()) - 2
    for (_, project), rows in by_project(notices).items():
        block = [
            f"\n{_plain(project)}",
            *(f"> [{_plain(n.line(language))}]({base_url}{n.path})" for n in rows),
        ]
        for line in block:
            if len("\n".join([*lines, line]).encode()) > room:
                return "\n".join([*lines, more.format(n=rest, u=base_url)])
            lines.append(line)
            rest -= line.startswith(">")
    return "\n".join(lines)


def generic(letter_id: str, notices: Sequence[NoticeView], *, base_url: str) -> dict[str, object]:
    """Notices for a program: version 1."""
    return {
        "version": 1,
        "id": letter_id,
        "notices": [
            {
                "id": n.id,
                "kind": n.kind,
                "label": {"zh": n.label.zh, "en": n.label.en},
                "project": {"id": n.project_id, "name": n.project},
                "subject": {"kind": str(n.subject), "id": n.subject_id, "title": n.title},
                "standing": {"zh": n.standing.zh, "en": n.standing.en} if n.standing else None,
                "count": n.count,
                "urgent": n.is_urgent,
                "waits": n.waits,
                "at": n.at.isoformat(),
                "link": f"{base_url}{n.path}",
            }
            for n in notices
        ],
    }


def _plain(text: str) -> str:
    return text.translate(_WIDE)


def _dingtalk_sign(millis: str, secret: str) -> str:
    mac = hmac.new(secret.encode(), f"{millis}\n{secret}".encode(), hashlib.sha256)
    return quote_plus(base64.b64encode(mac.digest()))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
