"""The guards of a change document's machine: each answers with a reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.access.rules import PartyRole
from app.changes.facts import ChangeFacts, is_irregular, makes_slips
from app.changes.rules import (
    CHANGE_LABELS,
    EXTERNAL_LABELS,
    ChangeGuard,
    ChangeState,
    FileKind,
    Flag,
    SheetAction,
    WordKind,
)
from app.drawings.rules import RevisionState
from app.kernel.labels import Label
from app.kernel.workflow import GuardResult, failed, not_asked, passed

G = ChangeGuard
ENDABLE = frozenset({ChangeState.EFFECTIVE, ChangeState.IMPLEMENTED, ChangeState.VERIFIED})
DESIGNERS = frozenset({PartyRole.DESIGNER, PartyRole.SPECIALIST_DESIGNER, PartyRole.SURVEYOR})
CONSENTING: Mapping[str, tuple[frozenset[str], Label]] = {
    "designer": (frozenset(DESIGNERS), Label("设计单位", "the designer")),
    "supervisor": (frozenset({PartyRole.SUPERVISOR}), Label("监理单位", "the supervisor")),
    "owner": (frozenset({PartyRole.OWNER}), Label("建设单位", "the owner")),
}


def judge_change(names: Iterable[str], facts: ChangeFacts) -> list[GuardResult]:
    """Ask guards by name, in order."""
    return [CHANGE_GUARDS[ChangeGuard(name)](facts) for name in names]


def _some(numbers: Sequence[str]) -> str:
    shown = "、".join(numbers[:6])
    return f"{shown} …" if len(numbers) > 6 else shown


def _sheets(facts: ChangeFacts) -> GuardResult:
    if not facts.sheets:
        return failed(G.SHEETS, "没有列明影响的图纸", "No affected sheet is named")
    return passed(G.SHEETS, f"{len(facts.sheets)} 张", f"{len(facts.sheets)} sheets")


def _places(facts: ChangeFacts) -> GuardResult:
    """A region on each sheet that is modified; deleting a sheet or explaining it concerns the whole."""
    asked = (SheetAction.MODIFY, SheetAction.ADD) if makes_slips(facts.change.kind) else ()
    missing = [s.number for s in facts.sheets if s.action in asked and not s.boxes and not s.note]
    if missing:
        return failed(
            G.PLACES,
            f"尚未圈出部位，也未说明涉及整张图：{_some(missing)}",
            f"Neither a region nor a note that the whole sheet is meant: {_some(missing)}",
        )
    return passed(G.PLACES, "已圈出", "Drawn")


def _not_assessed(facts: ChangeFacts) -> GuardResult:
    if facts.policy.change_assessed:
        return failed(
            G.NOT_ASSESSED, "须先由监理评估", "The supervisor assesses it first (policy of this project)"
        )
    return passed(G.NOT_ASSESSED, "本项目不要求监理评估", "This project asks for no assessment")


def _class_stated(facts: ChangeFacts) -> GuardResult:
    flags = facts.change.flags
    if not flags:
        return failed(
            G.CLASS_STATED, "设计尚未申明变更类别（一般/重大）", "The designer has not stated the class"
        )
    if not facts.change.class_basis.strip():
        return failed(G.CLASS_STATED, "未写明类别的判定依据", "The basis of the class is not given")
    return passed(G.CLASS_STATED, "已申明", "Stated")


def _design_seal(facts: ChangeFacts) -> GuardResult:
    """Change papers are sealed outside so far: nothing is promised that nobody checks."""
    del facts
    return not_asked(
        G.DESIGN_SEAL,
        "变更文件的签章在纸质或外部系统中办理，本系统不核验",
        "Change papers are sealed elsewhere so far; not verified here",
    )


def _lead_designer(facts: ChangeFacts) -> GuardResult:
    is_lead = facts.designer_role == PartyRole.DESIGNER
    if is_lead or (Flag.DEEPENING not in facts.change.flags and facts.designer_role == PartyRole.SURVEYOR):
        return not_asked(G.LEAD_DESIGNER, "由主体设计单位出具", "Issued by the lead designer")
    words = [w for w in facts.words if w.kind == WordKind.LEAD_DESIGNER]
    if any(not w.is_yes for w in words):
        return failed(G.LEAD_DESIGNER, "主体设计单位不同意", "The lead designer does not agree")
    if not words:
        return failed(G.LEAD_DESIGNER, "主体设计单位尚未确认", "The lead designer has not confirmed yet")
    return passed(G.LEAD_DESIGNER, "已确认", "Confirmed")


def _needs_review(facts: ChangeFacts) -> GuardResult:
    if not facts.needs_review:
        return failed(
            G.NEEDS_REVIEW, "按申明的类别不须送审", "By its class it does not go back to the agency"
        )
    return passed(G.NEEDS_REVIEW, "须送审", "Must be reviewed")


def _review_done(facts: ChangeFacts) -> GuardResult:
    if not facts.needs_review:
        return not_asked(G.REVIEW_DONE, "按申明的类别不须送审", "By its class it is not reviewed")
    words = [w for w in facts.words if w.kind == WordKind.REVIEWED]
    if words and words[-1].is_yes:
        return passed(G.REVIEW_DONE, "已审查通过", "Passed")
    return failed(
        G.REVIEW_DONE,
        "重大或消防变更须经原审查机构审查通过后方可生效",
        "A major or fire change takes effect only after the original agency has passed it",
    )


def _original_agency(facts: ChangeFacts) -> GuardResult:
    if not facts.agencies:
        return not_asked(
            G.ORIGINAL_AGENCY, "这些图纸没有有效的审查合格书", "No certificate in force lists these sheets"
        )
    if facts.party_id and facts.party_id not in facts.agencies:
        return failed(G.ORIGINAL_AGENCY, "须由原审查机构审查", "The original agency reviews it, no other")
    return passed(G.ORIGINAL_AGENCY, "原审查机构", "The original agency")


def _externals(facts: ChangeFacts) -> GuardResult:
    needed = facts.externals
    if not needed:
        return not_asked(G.EXTERNALS, "不涉及其他部门", "No other department is concerned")
    refused = {w.domain for w in facts.words if w.kind == WordKind.AUTHORITY and not w.is_yes}
    for domain in needed:
        if domain in refused:
            word = EXTERNAL_LABELS[domain]
            return failed(G.EXTERNALS, f"{word.zh}部门不同意", f"Refused: {word.en}")
    have = {f.domain for f in facts.files if f.kind == FileKind.APPROVAL}
    have |= {w.domain for w in facts.words if w.kind == WordKind.AUTHORITY and w.is_yes}
    missing = [EXTERNAL_LABELS[d] for d in needed if d not in have]
    if missing:
        zh, en = "、".join(m.zh for m in missing), ", ".join(m.en for m in missing)
        return failed(G.EXTERNALS, f"缺少批准文件：{zh}", f"Approvals are missing: {en}")
    return passed(G.EXTERNALS, "齐全", "Complete")


def _on_base(facts: ChangeFacts) -> GuardResult:
    if not makes_slips(facts.change.kind):
        return not_asked(G.ON_BASE, "升版换图由新版生效", "A reissue takes effect with its revision")
    for sheet in facts.sheets:
        if sheet.is_void:
            return failed(G.ON_BASE, f"{sheet.number} 已作废", f"{sheet.number} is void")
        if sheet.base_revision_id is None:
            return failed(
                G.ON_BASE,
                f"{sheet.number} 此时没有有效版次，变更无所依附",
                f"Nothing of {sheet.number} is in force then: the change would stand on nothing",
            )
        if sheet.base_revision_id != sheet.revision_id:
            return failed(
                G.ON_BASE,
                f"{sheet.number} 有效版次为 {sheet.base_label}，变更依据的是 {sheet.rev_label}，请设计确认",
                f"{sheet.number}: {sheet.base_label} is in force, it was written for {sheet.rev_label}; "
                "its designer must look",
            )
    return passed(G.ON_BASE, "均为有效版次", "All in force")


def _ends_stand(facts: ChangeFacts) -> GuardResult:
    for end in facts.ends:
        if end.state not in ENDABLE:
            word = CHANGE_LABELS[end.state]
            return failed(
                G.ENDS_STAND,
                f"{end.name} 为“{word.zh}”，不能被替代或取消",
                f"{end.name} is '{word.en}': it cannot be ended",
            )
    if not facts.ends:
        return not_asked(G.ENDS_STAND, "不替代其他变更", "It ends no other change")
    if facts.effective_at > facts.now:  # the other would be called ended while its slip still stands
        return failed(
            G.ENDS_STAND,
            "替代或取消其他变更的，会签即生效，不能定在以后",
            "It ends another change: it takes effect when it is countersigned, not on a later day",
        )
    return passed(G.ENDS_STAND, "有效", "In effect")


def _reissued(facts: ChangeFacts) -> GuardResult:
    if makes_slips(facts.change.kind):
        return not_asked(G.REISSUED, "不是升版换图", "Not a reissue")
    missing = [
        f"{s.number} {s.rev_label}" for s in facts.sheets if s.revision_state != RevisionState.RELEASED
    ]
    if missing:
        return failed(G.REISSUED, f"新版尚未发布：{_some(missing)}", f"Not released yet: {_some(missing)}")
    return passed(G.REISSUED, "新版均已发布", "All released")


def consents(facts: ChangeFacts) -> dict[str, bool | None]:
    """Who of the three has agreed to the emergency, on this content: True, False, or not heard."""
    found: dict[str, bool | None] = {}
    for key, (roles, _) in CONSENTING.items():
        words = [w for w in facts.words if w.kind == WordKind.EMERGENCY and w.party_role in roles]
        if key == "designer" and facts.change.designer_id:
            words = [w for w in words if w.party_id == facts.change.designer_id]  # it is with this one
        found[key] = words[-1].is_yes if words else None
    return found


def _three_consents(facts: ChangeFacts) -> GuardResult:
    missing = [CONSENTING[key][1] for key, heard in consents(facts).items() if not heard]
    if missing:
        zh, en = "、".join(m.zh for m in missing), ", ".join(m.en for m in missing)
        return failed(G.THREE_CONSENTS, f"尚未同意：{zh}", f"Have not agreed yet: {en}")
    return passed(G.THREE_CONSENTS, "三方已同意", "All three agree")


def _started(facts: ChangeFacts) -> GuardResult:
    """Countersigned for a later day it is not to be built before that day."""
    start = facts.change.effective_at
    if start is None or start > facts.now:
        return failed(G.STARTED, "变更尚未到生效时间", "It is not in effect yet: its time has not come")
    return passed(G.STARTED, "已生效", "In effect")


def _is_emergency(facts: ChangeFacts) -> GuardResult:
    if is_irregular(facts.change):
        return passed(G.IS_EMERGENCY, "待补办", "To be regularised")
    return failed(G.IS_EMERGENCY, "不是待补办的紧急变更", "It is no emergency that waits to be regularised")


def _regular(facts: ChangeFacts) -> GuardResult:
    if not facts.change.is_emergency:
        return not_asked(G.REGULAR, "不是紧急变更", "No emergency")
    if facts.change.regularised_at is None:
        return failed(G.REGULAR, "紧急变更尚未补办手续", "The emergency is not regularised yet")
    return passed(G.REGULAR, "已补办", "Regularised")


def _all_incorporated(facts: ChangeFacts) -> GuardResult:
    missing = [s.number for s in facts.sheets if s.sheet_id not in facts.incorporated]
    if missing:
        return failed(
            G.ALL_INCORPORATED,
            f"尚未说明落在竣工图何处：{_some(missing)}",
            f"Not said where it stands in the as-built: {_some(missing)}",
        )
    return passed(G.ALL_INCORPORATED, "均已落图", "All")


def _reason(facts: ChangeFacts) -> GuardResult:
    if not facts.note:
        return failed(G.REASON, "请写明理由或意见", "Give a reason")
    return passed(G.REASON, "已写明", "Given")


CHANGE_GUARDS: Mapping[ChangeGuard, Callable[[ChangeFacts], GuardResult]] = {
    G.SHEETS: _sheets,
    G.PLACES: _places,
    G.NOT_ASSESSED: _not_assessed,
    G.CLASS_STATED: _class_stated,
    G.DESIGN_SEAL: _design_seal,
    G.LEAD_DESIGNER: _lead_designer,
    G.NEEDS_REVIEW: _needs_review,
    G.REVIEW_DONE: _review_done,
    G.ORIGINAL_AGENCY: _original_agency,
    G.EXTERNALS: _externals,
    G.ON_BASE: _on_base,
    G.ENDS_STAND: _ends_stand,
    G.REISSUED: _reissued,
    G.THREE_CONSENTS: _three_consents,
    G.STARTED: _started,
    G.IS_EMERGENCY: _is_emergency,
    G.REGULAR: _regular,
    G.ALL_INCORPORATED: _all_incorporated,
    G.REASON: _reason,
}
