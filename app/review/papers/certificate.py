"""The certificate (审查合格书) as PDF: kept once as it was issued, and at any time as an extract with its status."""

from datetime import datetime
from typing import Any

from app.access.rules import PARTY_LABELS, PartyRole
from app.kernel.labels import Label
from app.papers.typesetting import typeset
from app.review.papers.parts import (
    count_of,
    day,
    day_in_words,
    fact,
    foot,
    minute,
    sheet_rows,
    signing_rows,
)
from app.review.queries.certificates import CertificateView
from app.review.queries.papers import CertificatePaper

TITLE = Label("施工图设计文件审查合格书", "Certificate of Construction Drawing Review")
VERIFY_LABEL = Label("核验", "Verify")
STATUS_LABELS: dict[str, Label] = {
    "": Label("有效", "In force"),
    "superseded": Label("已被替代", "Superseded"),
    "voided": Label("已作废", "Voided"),
}


def certificate_address(base_url: str, short_code: str) -> str:
    """The public page of a certificate: what its QR code says."""
    return f"{base_url}/c/{short_code}"


def certificate_pdf(
    paper: CertificatePaper, base_url: str, made_at: datetime, *, is_extract: bool = False
) -> bytes:
    """Set a certificate.

    Args:
        paper: what it says.
        base_url: where its public page stands.
        made_at: the instant of making.
        is_extract: False: as issued. True: with the status as known now, marked as an extract.

    Raises:
        Refused: ``paper-too-long``.
    """
    found, project = paper.certificate, paper.project
    address = certificate_address(base_url, found.short_code)
    content = {
        "title": f"{TITLE.zh} {found.number_internal}",
        "author": found.agency,
        "running": f"{TITLE.zh}　{found.number_internal}",
        "mark": "状态副本，非原件 Extract with status, not the original" if is_extract else "",
        "head": {"zh": TITLE.zh, "en": TITLE.en, "under": f"编号 No.　{found.number_internal}"},
        "status": _status(paper, made_at) if is_extract else None,
        "facts": _facts(paper),
        "statement": _statement(paper),
        "remark": found.statement,
        "numbers": [
            fact(Label("全国编号", "National"), found.number_national),
            fact(Label("省级编号", "Provincial"), found.number_provincial),
            fact(Label("机构内部编号", "Internal"), found.number_internal),
            fact(Label("消防审查编号", "Fire review"), found.number_fire),
            fact(Label("人防审查编号", "Civil defence"), found.number_civil_defence),
            fact(Label("核验码", "Code"), found.short_code),
        ],
        "signing": signing_rows(found.signatories),
        "chain": _chain(paper, is_extract=is_extract),
        "rounds": [
            {
                "round": r.round,
                "submitted": day(r.submitted_at, project.zone),
                "sheets": r.sheets,
                "opinions": r.opinions,
                "must_fix": r.must_fix,
            }
            for r in paper.rounds
        ],
        "sheets": sheet_rows(paper.lines),
        "sheets_count": count_of(len(paper.lines), "张", "sheets"),
        "digest": found.digest,
        "foot": foot(address, paper.checkpoint, minute(made_at, project.zone), where=VERIFY_LABEL),
    }
    return typeset("certificate", content, made_at=made_at)


def _facts(paper: CertificatePaper) -> list[dict[str, Any]]:
    found, project = paper.certificate, paper.project
    joint = [
        word
        for is_joint, word in (
            (paper.is_fire_joint, "消防 fire"),
            (paper.is_civil_defence_joint, "人防 civil defence"),
        )
        if is_joint
    ]
    return [
        fact(Label("工程名称", "Project"), project.name, is_wide=True),
        fact(Label("建设地点", "Location"), project.address, is_wide=True),
        fact(Label("项目代码", "Project code"), project.code),
        fact(Label("审查业务编号", "Business no."), paper.business_no),
        fact(Label("单体工程", "Buildings"), "、".join(paper.buildings), is_wide=True),
        fact(Label("送审名称", "Submission"), paper.case_title, is_wide=True),
        fact(PARTY_LABELS[PartyRole.OWNER], project.party("owner"), is_wide=True),
        fact(PARTY_LABELS[PartyRole.SURVEYOR], project.party("surveyor"), is_wide=True),
        fact(PARTY_LABELS[PartyRole.DESIGNER], project.party("designer"), is_wide=True),
        fact(PARTY_LABELS[PartyRole.REVIEWER], found.agency, is_wide=True),
        fact(Label("联合审查", "Joint review"), "、".join(joint)),
        fact(Label("签发日期", "Issued on"), day(found.issued_at, project.zone)),
    ]


def _statement(paper: CertificatePaper) -> dict[str, str]:
    found = paper.certificate
    issued = day_in_words(found.issued_at, paper.project.zone)
    return {
        "zh": f"本机构已完成对下列施工图设计文件的审查，必须修改的审查意见均已关闭，审查合格，于{issued}签发本合格书。"
        f"本合格书仅对所列 {len(paper.lines)} 张图纸的所列版次有效。",
        "en": "The drawings listed below were reviewed by this agency and passed; every must-fix opinion is closed. This"
        " certificate covers the listed revisions and no others.",
    }


def _chain(paper: CertificatePaper, *, is_extract: bool) -> list[dict[str, str]]:
    found, zone = paper.certificate, paper.project.zone
    chain = []
    if found.supersedes_id:
        chain.append(
            {"zh": "延续或替代", "en": "Extends or replaces", "number": found.supersedes_number, "date": ""}
        )
    if is_extract and found.ended == "superseded":
        ended = day(found.ended_at, zone)
        chain.append({"zh": "被替代", "en": "Replaced by", "number": paper.superseded_by, "date": ended})
    if is_extract and found.ended == "voided":
        ended = day(found.ended_at, zone)
        chain.append({"zh": "作废", "en": "Voided", "number": found.number_internal, "date": ended})
    return chain


def _status(paper: CertificatePaper, at: datetime) -> dict[str, str]:
    found: CertificateView = paper.certificate
    label, zone = STATUS_LABELS[found.ended], paper.project.zone
    text = found.end_reason if found.ended == "voided" else ""
    if found.ended == "superseded":
        text = f"替代者 Replaced by {paper.superseded_by or '—'}"
    return {
        "zh": f"{label.zh}　状态截至 {minute(at, zone)}",
        "en": f"{label.en} as of {minute(at, zone)}",
        "text": text,
    }
