"""What the guards say of the seals on a sheet: which are there, and how the bytes that carry them were judged."""

from app.drawings.models import SheetRevision
from app.drawings.rules import Guard
from app.kernel.workflow import GuardResult, failed, not_asked, passed, warned
from app.projects.rules import Policy
from app.seals.queries.standing import Standing
from app.seals.rules import SEAL_LABELS, VERDICT_LABELS, SealKind, Verdict

_NO_ANSWER = frozenset({Verdict.INDETERMINATE, Verdict.UNTRUSTED})


def judge_design_seal(policy: Policy, revision: SheetRevision, standing: Standing | None) -> GuardResult:
    """Whether the designer's seals are on the sheet and valid (DOMAIN 2.1, *issue*)."""
    guard = Guard.DESIGN_SEAL
    if not policy.require_seals:
        return not_asked(guard)
    if standing is None or not (standing.seals or standing.came_sealed):
        if revision.origin == "history":
            return warned(
                guard,
                "补录的历史图纸：签章以登记为准，本系统未核验",
                "From history: its seals are as recorded, not verified here",
            )
        return failed(guard, "尚无经核验的签章", "No verified seal")
    if not standing.seals:
        return _came_sealed(policy, standing)
    missing = [SEAL_LABELS[kind] for kind in wanted_seals(policy, revision) if kind not in standing.kinds]
    if missing:
        zh, en = "、".join(m.zh for m in missing), ", ".join(m.en for m in missing)
        return failed(guard, f"尚缺：{zh}", f"Missing: {en}")
    return _judged(guard, standing)


def judge_review_seal(policy: Policy, standing: Standing | None) -> GuardResult:
    """Whether the agency's seal is on the sheet and valid (DOMAIN 2.2, *certified*)."""
    guard = Guard.REVIEW_SEAL
    if not policy.require_review_seal:
        return not_asked(guard)
    if standing is None or SealKind.REVIEW not in standing.kinds:
        return failed(guard, "尚未加盖审图章", "The review seal is not on it yet")
    return _judged(guard, standing)


def wanted_seals(policy: Policy, revision: SheetRevision) -> list[SealKind]:
    """Kinds of seals that a sheet needs before issue."""
    kinds = [SealKind(kind) for kind in policy.seal_kinds]
    needs_person = revision.discipline in policy.seal_disciplines
    return [kind for kind in kinds if kind is not SealKind.REGISTERED or needs_person]


def _came_sealed(policy: Policy, standing: Standing) -> GuardResult:
    guard, verdict = Guard.DESIGN_SEAL, standing.verdict
    count = len([s for s in _said(standing) if not s["is_timestamp"]])
    if verdict is Verdict.VALID:
        return passed(
            guard,
            f"文件自带 {count} 个签章，核验有效",
            f"The file came with {count} seal(s), judged valid",
        )
    if verdict in _NO_ANSWER and policy.accept_unjudged_seals:
        zh, en = _why(standing)
        return warned(
            guard,
            f"文件自带签章，本系统不能判定：{zh}",
            f"The file came sealed; that cannot be judged here: {en}",
        )
    return _judged(guard, standing)


def _judged(guard: Guard, standing: Standing) -> GuardResult:
    verdict = standing.verdict
    if verdict is None:
        return failed(guard, "签章核验进行中", "The seals are being judged")
    if verdict is Verdict.VALID:
        return passed(guard, "签章齐全，核验有效", "Seals complete and judged valid")
    zh, en = _why(standing)
    label = VERDICT_LABELS[verdict]
    return failed(guard, f"签章核验为“{label.zh}”：{zh}", f"The seals were judged '{label.en}': {en}")


def _why(standing: Standing) -> tuple[str, str]:
    if standing.judgement is None:
        return "—", "—"
    zh, en = standing.judgement.summary["sentence"]
    return str(zh), str(en)


def _said(standing: Standing) -> list[dict[str, object]]:
    return list(standing.judgement.summary["seals"]) if standing.judgement else []
