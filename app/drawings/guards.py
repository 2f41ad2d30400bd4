"""The guards of the revision's machine: each answers with a reason, none with a bare boolean.

What a project's policy does not ask for answers *not required*, never *passed* (ARCHITECTURE section 7, 11).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import RevisionSignature, Sheet, SheetRevision
from app.drawings.rules import FIELD_LABELS, SIGNATURE_LABELS, Guard, SignatureRole
from app.drawings.sealing_guards import judge_design_seal, judge_review_seal
from app.files.models import Rendition, RenditionRole
from app.kernel.labels import Label
from app.kernel.workflow import GuardResult, failed, not_asked, passed, warned
from app.projects.rules import DISCIPLINE_LABELS, Discipline, Policy, ReviewMode
from app.seals.queries.standing import Standing, standing_of


@dataclass(frozen=True)
class ReleaseFact:
    """A release of the same sheet, as far as the order of revisions needs it."""

    rev_seq: int
    effective_at: datetime


@dataclass(frozen=True)
class Certified:
    """The bytes of a revision that a certificate lists, as far as a release needs it."""

    number: str
    sha256: str


@dataclass(frozen=True)
class ReviewFact:
    """What the review says of one revision. Told by the subjects above, which know it; None: nobody was asked."""

    is_submitted: bool = False
    """In the submission that this act makes."""
    must_fix: int = 0
    """Open must-fix opinions on it."""
    is_failed: bool = False
    """Its case was closed as failed."""
    certified: Certified | None = None
    """From a certificate that stands."""


@dataclass(frozen=True)
class JointFact:
    """What joint drawing reviews (图纸会审) say of one discipline. Told by the subject above, which knows them."""

    record: str = ""
    """Name of a record that stands and covers the discipline; empty: there is none."""
    waived: str = ""
    """The owner's reason for doing without; empty: he has given none."""


@dataclass(frozen=True)
class GuardContext:
    """What guards look at for one revision."""

    sheet: Sheet
    revision: SheetRevision
    policy: Policy
    renditions: Sequence[Rendition]
    signatures: Sequence[RevisionSignature]
    """Of the current round."""
    releases: Sequence[ReleaseFact] = ()
    effective_at: datetime | None = None
    review: ReviewFact = ReviewFact()
    joint: JointFact = JointFact()
    seals: Standing | None = None
    """Looked up only where the policy asks for seals."""


def _design_seal(context: GuardContext) -> GuardResult:
    return judge_design_seal(context.policy, context.revision, context.seals)


def _review_seal(context: GuardContext) -> GuardResult:
    return judge_review_seal(context.policy, context.seals)


def judge(names: Iterable[str], context: GuardContext) -> list[GuardResult]:
    """Ask guards by name, in order.

    Raises:
        KeyError: a name without a function; :func:`app.kernel.workflow.StateTable.check` finds it in tests.
    """
    return [GUARDS[Guard(name)](context) for name in names]


def load_contexts(
    session: Session, revisions: Sequence[SheetRevision], policy: Policy
) -> dict[str, GuardContext]:
    """Contexts of many revisions in three queries."""
    ids = [r.id for r in revisions]
    sheets = {
        s.id: s
        for s in session.scalars(sa.select(Sheet).where(Sheet.id.in_([r.sheet_id for r in revisions])))
    }
    renditions: dict[str, list[Rendition]] = {}
    query = sa.select(Rendition).where(Rendition.owner_kind == "revision", Rendition.owner_id.in_(ids))
    for rendition in session.scalars(query.order_by(Rendition.recorded_at, Rendition.id)):
        renditions.setdefault(rendition.owner_id, []).append(rendition)
    signed: dict[str, list[RevisionSignature]] = {}
    rows = sa.select(RevisionSignature).where(RevisionSignature.revision_id.in_(ids))
    for signature in session.scalars(rows.order_by(RevisionSignature.signed_at, RevisionSignature.id)):
        signed.setdefault(signature.revision_id, []).append(signature)
    asks = policy.require_seals or policy.require_review_seal
    seals = standing_of(session, "revision", ids) if asks else {}
    return {
        r.id: GuardContext(
            sheets[r.sheet_id],
            r,
            policy,
            renditions.get(r.id, ()),
            current_round(signed.get(r.id, ())),
            seals=seals.get(r.id),
        )
        for r in revisions
    }


def current_round(signatures: Sequence[RevisionSignature]) -> list[RevisionSignature]:
    """Signatures of the newest round; a rejection ends its round."""
    last = max((s.round for s in signatures), default=1)
    newest = [s for s in signatures if s.round == last]
    return [] if any(s.decision == "rejected" for s in newest) else newest


def next_round(signatures: Sequence[RevisionSignature]) -> int:
    """Number of the round that a new signature belongs to."""
    last = max((s.round for s in signatures), default=1)
    return last + 1 if any(s.round == last and s.decision == "rejected" for s in signatures) else last


def base_rendition(renditions: Iterable[Rendition]) -> Rendition | None:
    """The bytes that become the record: the published file, else the CAD source."""
    by_role = {r.role: r for r in renditions}
    return by_role.get(RenditionRole.PUBLISHED) or by_role.get(RenditionRole.CAD_SOURCE)


def missing_signatures(context: GuardContext) -> list[Label]:
    """What the policy asks for and the current round lacks."""
    have = {s.role for s in context.signatures}
    missing = [SIGNATURE_LABELS[role] for role in context.policy.signatures if role not in have]
    cosigned = {s.discipline for s in context.signatures if s.role == SignatureRole.COSIGNER}
    for discipline in context.policy.cosign_disciplines:
        if discipline != context.revision.discipline and discipline not in cosigned:
            word = DISCIPLINE_LABELS[Discipline(discipline)]
            missing.append(Label(f"会签（{word.zh}）", f"Co-signature ({word.en})"))
    return missing


def _bytes_present(context: GuardContext) -> GuardResult:
    if base_rendition(context.renditions) is None:
        return failed(Guard.BYTES_PRESENT, "没有图纸文件", "No file is stored for this revision")
    return passed(Guard.BYTES_PRESENT, "文件已入库并校验", "Stored and hashed")


def _pdf_present(context: GuardContext) -> GuardResult:
    if any(r.role == RenditionRole.PUBLISHED for r in context.renditions):
        return passed(Guard.PDF_PRESENT, "有可打印版", "A printable file is there")
    if context.policy.require_pdf:
        return failed(
            Guard.PDF_PRESENT,
            "只有 CAD 源文件；本项目要求同时提交 PDF",
            "Only a CAD file; this project asks for a PDF beside it",
        )
    return not_asked(
        Guard.PDF_PRESENT,
        "仅有 CAD 源文件；本项目策略不要求 PDF",
        "Only a CAD file; this project's policy asks for no PDF",
    )


def _title_matches(context: GuardContext) -> GuardResult:
    if not context.policy.require_title_match:
        return not_asked(Guard.TITLE_MATCHES)
    read = context.revision.title_block.get("differs", [])
    if read:
        zh = "、".join(FIELD_LABELS[f].zh for f in read)
        en = ", ".join(FIELD_LABELS[f].en for f in read)
        return warned(
            Guard.TITLE_MATCHES,
            f"图签与登记不一致：{zh}",
            f"Title block and register differ: {en}",
        )
    return passed(Guard.TITLE_MATCHES, "一致", "They agree")


def _drawn_completely(context: GuardContext) -> GuardResult:
    if context.revision.completeness == "untrusted":
        return failed(
            Guard.DRAWN_COMPLETELY,
            "含无法显示的对象（如天正对象），请提交 PDF 或 T3 图形导出",
            "Holds objects that cannot be shown (e.g. TArch); send a PDF or an exported DXF",
        )
    if context.revision.completeness == "partial":
        return warned(
            Guard.DRAWN_COMPLETELY, "部分对象未显示，见图纸提示", "Some objects are not shown; see the notes"
        )
    return passed(Guard.DRAWN_COMPLETELY, "完整", "Complete")


def _signatures(context: GuardContext) -> GuardResult:
    missing = missing_signatures(context)
    if missing:
        zh, en = "、".join(m.zh for m in missing), ", ".join(m.en for m in missing)
        return failed(Guard.SIGNATURES, f"尚缺：{zh}", f"Missing: {en}")
    if not context.policy.signatures and not context.policy.cosign_disciplines:
        return not_asked(Guard.SIGNATURES)
    return passed(Guard.SIGNATURES, "齐全", "Complete")


def _in_submission(context: GuardContext) -> GuardResult:
    if context.policy.review_mode is ReviewMode.EXEMPT:
        return failed(Guard.IN_SUBMISSION, "本项目免于审查", "This project is exempt from review")
    if context.review.is_submitted:
        return passed(Guard.IN_SUBMISSION, "在送审批次中", "Part of a submission")
    return failed(Guard.IN_SUBMISSION, "不在送审批次中", "Not part of a submission")


def _must_fix(context: GuardContext) -> GuardResult:
    count = context.review.must_fix
    if count:
        return passed(
            Guard.MUST_FIX_OPINION, f"有 {count} 条必须修改的意见", f"{count} must-fix opinions are open"
        )
    if context.review.is_failed:
        return passed(Guard.MUST_FIX_OPINION, "审查不合格", "The case was closed as failed")
    return failed(Guard.MUST_FIX_OPINION, "没有必须修改的审查意见", "No must-fix opinion is open")


def _certificate(context: GuardContext) -> GuardResult:
    """The certificate is bound to bytes: it lists the base that was frozen at issue, and that is what is released."""
    certified, base = context.review.certified, base_rendition(context.renditions)
    if certified is None:
        return failed(
            Guard.CERTIFICATE, "没有列明该文件的有效审查合格书", "No certificate in force lists these bytes"
        )
    frozen = context.revision.base_sha256
    if base is None or not certified.sha256 == frozen == base.sha256:
        return failed(
            Guard.CERTIFICATE,
            f"文件与审查合格书 {certified.number} 所列不一致（SHA-256 不同）",
            f"The bytes are not those that certificate {certified.number} lists (other SHA-256)",
        )
    return passed(
        Guard.CERTIFICATE,
        f"审查合格书 {certified.number} 列明该文件",
        f"Certificate {certified.number} lists these bytes",
    )


def _review_waived(context: GuardContext) -> GuardResult:
    mode = context.policy.review_mode
    if context.revision.origin == "history":
        return warned(
            Guard.REVIEW_WAIVED,
            "补录的历史图纸：审查情况以登记为准，本系统未核验",
            "From history: its review is as recorded elsewhere, not verified here",
        )
    if mode is ReviewMode.EXEMPT:
        return not_asked(Guard.REVIEW_WAIVED)
    if mode is ReviewMode.COMMIT_THEN_CHECK:
        return passed(Guard.REVIEW_WAIVED, "告知承诺制，事后抽查", "Commitment in place of prior review")
    return failed(Guard.REVIEW_WAIVED, "本项目须先审查合格", "This project needs prior review")


def _joint_review(context: GuardContext) -> GuardResult:
    if not context.policy.require_joint_review:
        return not_asked(Guard.JOINT_REVIEW)
    if context.joint.record:
        record = context.joint.record
        return passed(Guard.JOINT_REVIEW, f"已会审：{record}", f"Jointly reviewed: {record}")
    if context.revision.origin == "history":
        return warned(
            Guard.JOINT_REVIEW,
            "补录的历史图纸：会审情况本系统未核验",
            "From history: its joint review is not verified here",
        )
    if context.joint.waived:
        reason = context.joint.waived
        return warned(
            Guard.JOINT_REVIEW,
            f"建设单位已免于会审：{reason}",
            f"The owner has waived the joint review: {reason}",
        )
    return failed(
        Guard.JOINT_REVIEW,
        "该专业尚无四方签认生效的图纸会审记录",
        "No joint drawing review of this discipline has taken effect with four signatures",
    )


def _older_than_released(context: GuardContext) -> GuardResult:
    at, seq = context.effective_at, context.revision.rev_seq
    if at is None:
        return passed(Guard.OLDER_THAN_RELEASED, "版次顺序正确", "In order")
    late = any(r.rev_seq > seq and r.effective_at <= at for r in context.releases)
    early = any(r.rev_seq < seq and r.effective_at > at for r in context.releases)
    if not (late or early):
        return passed(Guard.OLDER_THAN_RELEASED, "版次顺序正确", "In order")
    zh, en = "生效顺序与版次顺序不一致", "The order of effect is not the order of revisions"
    if context.revision.origin == "history":
        return warned(Guard.OLDER_THAN_RELEASED, zh, en)
    return failed(Guard.OLDER_THAN_RELEASED, zh, en)


GUARDS: Mapping[Guard, Callable[[GuardContext], GuardResult]] = {
    Guard.BYTES_PRESENT: _bytes_present,
    Guard.PDF_PRESENT: _pdf_present,
    Guard.TITLE_MATCHES: _title_matches,
    Guard.DRAWN_COMPLETELY: _drawn_completely,
    Guard.SIGNATURES: _signatures,
    Guard.DESIGN_SEAL: _design_seal,
    Guard.REVIEW_SEAL: _review_seal,
    Guard.IN_SUBMISSION: _in_submission,
    Guard.MUST_FIX_OPINION: _must_fix,
    Guard.CERTIFICATE: _certificate,
    Guard.REVIEW_WAIVED: _review_waived,
    Guard.JOINT_REVIEW: _joint_review,
    Guard.OLDER_THAN_RELEASED: _older_than_released,
}
