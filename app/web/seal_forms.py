"""Reading the forms of seals: the texts of a picture, where a seal may be used, its certificate."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from app.kernel.errors import Refused, invalid
from app.kernel.labels import Label
from app.seals.pictures import MOST_ROWS
from app.seals.refusals import BAD_CERTIFICATE
from app.seals.rules import PERSONAL, SEAL_LABELS, Provider, SealKind
from app.seals.sealing.appearance.seals import AS_BUILT_FIELDS
from app.web.bodies import whole

MOST_CERTIFICATE = 65_536
"""Bytes."""
ROUND = frozenset({SealKind.ISSUE, SealKind.REVIEW, SealKind.FIRM})
LINES = {SealKind.ISSUE: "出图专用章", SealKind.REVIEW: "审图专用章", SealKind.FIRM: ""}
"""What a round seal says below its star, as proposed."""
ROWS = {
    SealKind.REGISTERED: ("姓名", "注册号", "单位", "有效期"),
    SealKind.PERSON: ("姓名", "单位", "岗位"),
}
"""Rows of a personal seal, as proposed."""
TITLES = {SealKind.REGISTERED: "中华人民共和国一级注册建筑师", SealKind.PERSON: "个人签章"}


def kind_of(raw: str | None) -> SealKind:
    """A kind of seal.

    Raises:
        Refused: ``invalid-input``.
    """
    if raw not in {str(kind) for kind in SealKind}:
        raise invalid("印章种类 / kind of seal", "没有这个种类", "no such kind")
    return SealKind(raw)


def provider_of(raw: str | None, known: tuple[Provider, ...]) -> Provider:
    """A provider of this installation that is chosen with a certificate; keys of the demonstration are issued instead.

    Raises:
        Refused: ``invalid-input``.
    """
    if raw not in {str(one) for one in known if one is not Provider.DEMO}:
        raise invalid("密钥所在 / where the key is", "本系统未配置", "not set up in this installation")
    return Provider(raw)


def sent_picture(kind: SealKind, sent: MultiDict[str, str]) -> dict[str, Any]:
    """The texts of a picture, as :func:`app.seals.pictures.checked_picture` takes them."""
    if kind in ROUND:
        return {name: sent.get(f"picture_{name}", "") for name in ("name", "line", "code")}
    if kind is SealKind.AS_BUILT:
        return {"values": {name: sent.get(f"picture_{name}", "") for name in AS_BUILT_FIELDS}}
    pairs = [
        (sent.get(f"picture_what_{n}", "").strip(), sent.get(f"picture_value_{n}", "").strip())
        for n in range(MOST_ROWS)
    ]
    return {
        "title": sent.get("picture_title", ""),
        "rows": [list(pair) for pair in pairs if any(pair)],
    }


def proposed_picture(kind: SealKind, organisation: str) -> dict[str, Any]:
    """What the fields of a picture hold at first."""
    if kind in ROUND:
        return {"name": organisation.partition("（")[0], "line": LINES[kind], "code": ""}
    if kind is SealKind.AS_BUILT:
        return {"values": dict.fromkeys(AS_BUILT_FIELDS, "")}
    rows = [[what, organisation.partition("（")[0] if what == "单位" else ""] for what in ROWS[kind]]
    return {"title": TITLES[kind], "rows": rows}


def sent_scope(sent: MultiDict[str, str]) -> tuple[list[str] | None, list[str] | None]:
    """(projects, disciplines); None: all of them."""
    projects = None if sent.get("all_projects") else sent.getlist("projects")
    disciplines = None if sent.get("all_disciplines") else sent.getlist("disciplines")
    return projects, disciplines


def sent_certificate() -> bytes:
    """The certificate that was uploaded, or else pasted.

    Raises:
        Refused: ``seal-bad-certificate`` for none and for one too large.
    """
    file = request.files.get("certificate_file")
    content = file.stream.read(MOST_CERTIFICATE + 1) if file is not None else b""
    content = content or request.form.get("certificate", "").strip().encode()
    if not content:
        raise Refused(BAD_CERTIFICATE, reason=Label("没有上传或粘贴证书", "none was uploaded or pasted"))
    if len(content) > MOST_CERTIFICATE:
        raise Refused(BAD_CERTIFICATE, reason=Label("文件过大", "the file is too large"))
    return content


def sent_version(sent: Mapping[str, str]) -> int:
    """The version that the form was made from.

    Raises:
        Refused: ``invalid-input``.
    """
    return whole(sent.get("version"), "version")


def demo_subject(kind: SealKind, organisation: str, holder: str) -> tuple[str, str]:
    """(common name, organisation) of a certificate that the demonstration's authority issues."""
    return (holder if kind in PERSONAL else f"{organisation}{SEAL_LABELS[kind].zh}", organisation)
