"""The guards of a case's machine: each answers with a reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.kernel.labels import Label
from app.kernel.workflow import GuardResult, failed, not_asked, passed
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.facts import CaseFacts
from app.review.opinion_rules import OPEN, TO_ISSUE, TO_JUDGE, UNANSWERED, UNDECIDED, OpinionState, Severity
from app.review.rules import DOCUMENT_LABELS, JOINT_LABELS, CaseGuard, ConclusionVerdict

G = CaseGuard


def judge_case(names: Iterable[str], facts: CaseFacts) -> list[GuardResult]:
    """Ask guards by name, in order."""
    return [CASE_GUARDS[CaseGuard(name)](facts) for name in names]


def _words(disciplines: Iterable[str]) -> Label:
    labels = [DISCIPLINE_LABELS[Discipline(d)] for d in disciplines]
    return Label("、".join(w.zh for w in labels), ", ".join(w.en for w in labels))


def _serials(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in numbers[:8])
    return f"{shown} …" if len(numbers) > 8 else shown


def _sheets(facts: CaseFacts) -> GuardResult:
    if facts.chosen:
        return passed(G.SHEETS, f"{facts.chosen} 张", f"{facts.chosen} sheets")
    return failed(G.SHEETS, "没有选择送审图纸", "No sheet is chosen")


def _gate(facts: CaseFacts) -> GuardResult:
    if facts.stops:
        first, more = facts.stops[0], len(facts.stops) - 1
        zh = f"；另有 {more} 项" if more else ""
        en = f"; and {more} more" if more else ""
        return failed(G.GATE, first.zh + zh, first.en + en)
    return passed(G.GATE, "检查通过", "Nothing stops it")


def _documents(facts: CaseFacts) -> GuardResult:
    needed = facts.policy.review_documents
    if not needed:
        return not_asked(G.DOCUMENTS)
    missing = [DOCUMENT_LABELS[kind] for kind in needed if kind not in facts.documents]
    if missing:
        zh, en = "、".join(m.zh for m in missing), ", ".join(m.en for m in missing)
        return failed(G.DOCUMENTS, f"缺少：{zh}", f"Missing: {en}")
    return passed(G.DOCUMENTS, "齐全", "Complete")


def _assigned(facts: CaseFacts) -> GuardResult:
    missing = [d for d in facts.disciplines if d not in facts.reviewers]
    if missing:
        words = _words(missing)
        return failed(G.ASSIGNED, f"尚未分派：{words.zh}", f"Nobody is assigned to: {words.en}")
    return passed(G.ASSIGNED, "已分派", "Assigned")


def _no_conflict(facts: CaseFacts) -> GuardResult:
    for reason in facts.conflicts.values():
        return failed(G.NO_CONFLICT, f"须回避：{reason.zh}", f"Must stand aside: {reason.en}")
    return passed(G.NO_CONFLICT, "未发现回避情形", "None is known")


def _disciplines_done(facts: CaseFacts) -> GuardResult:
    missing = [d for d in facts.disciplines if d not in facts.done]
    if missing:
        words = _words(missing)
        return failed(G.DISCIPLINES_DONE, f"尚未完成：{words.zh}", f"Not done yet: {words.en}")
    return passed(G.DISCIPLINES_DONE, "各专业已完成", "All disciplines are done")


def _none_undecided(facts: CaseFacts) -> GuardResult:
    drafts = [o.serial for o in facts.opinions if o.state in UNDECIDED]
    if drafts:
        return failed(
            G.NONE_UNDECIDED,
            f"意见草稿未处理：第 {_serials(drafts)} 号",
            f"Drafts are undecided: no. {_serials(drafts)}",
        )
    return passed(G.NONE_UNDECIDED, "没有草稿", "None")


def _has_opinions(facts: CaseFacts) -> GuardResult:
    count = sum(o.state in TO_ISSUE or o.state in UNANSWERED for o in facts.opinions)
    if not count:
        return failed(
            G.HAS_OPINIONS, "没有待出具的意见，可直接审查通过", "There is nothing to issue: the case can pass"
        )
    return passed(G.HAS_OPINIONS, f"{count} 条", f"{count} opinions")


def _all_answered(facts: CaseFacts) -> GuardResult:
    asked = set(Severity) if facts.policy.review_answer_all else {Severity.MUST_FIX}
    missing = [o.serial for o in facts.opinions if o.state in UNANSWERED and o.severity in asked]
    if missing:
        return failed(
            G.ALL_ANSWERED,
            f"尚未回复：第 {_serials(missing)} 号意见",
            f"Not answered yet: no. {_serials(missing)}",
        )
    return passed(G.ALL_ANSWERED, "均已回复", "All are answered")


def _successors(facts: CaseFacts) -> GuardResult:
    if facts.unissued:
        numbers = ", ".join(facts.unissued[:8])
        return failed(
            G.SUCCESSORS, f"修改版尚未出图：{numbers}", f"The changed revision is not issued yet: {numbers}"
        )
    return passed(G.SUCCESSORS, "已出图", "Issued")


def _all_judged(facts: CaseFacts) -> GuardResult:
    missing = [o.serial for o in facts.opinions if o.state in TO_JUDGE]
    if missing:
        return failed(
            G.ALL_JUDGED,
            f"尚未复核：第 {_serials(missing)} 号意见",
            f"Not judged yet: no. {_serials(missing)}",
        )
    return passed(G.ALL_JUDGED, "均已复核", "All are judged")


def _no_open_must_fix(facts: CaseFacts) -> GuardResult:
    """Proposed ones count too: passing must not bury what a reviewer has put forward."""
    waiting = OPEN | {OpinionState.PROPOSED}
    left = [o.serial for o in facts.opinions if o.state in waiting and o.severity == Severity.MUST_FIX]
    if left:
        return failed(
            G.NO_OPEN_MUST_FIX,
            f"必须修改的意见未关闭：第 {_serials(left)} 号",
            f"Must-fix opinions are open: no. {_serials(left)}",
        )
    return passed(G.NO_OPEN_MUST_FIX, "没有", "None")


def _concluded(facts: CaseFacts) -> GuardResult:
    """A conclusion of an earlier round does not count: it spoke of other sheets."""
    if not facts.joint:
        return not_asked(G.CONCLUDED, "本案卷不含联合审查", "The case is not reviewed jointly")
    for verdict, zh, en in (
        (None, "待出具本轮结论：{}", "No conclusion in this round yet: {}"),
        (ConclusionVerdict.FAILED, "本轮结论为不合格：{}", "Concluded against in this round: {}"),
    ):
        found = [JOINT_LABELS[d] for d in facts.joint if facts.verdicts.get(d) == verdict]
        if found:
            words = "、".join(w.zh for w in found), ", ".join(w.en for w in found)
            return failed(G.CONCLUDED, zh.format(words[0]), en.format(words[1]))
    return passed(G.CONCLUDED, "均为合格", "All are favourable")


def _reason(facts: CaseFacts) -> GuardResult:
    if not facts.note:
        return failed(G.REASON, "须写明理由", "A reason is needed")
    return passed(G.REASON, "已写明", "Given")


CASE_GUARDS: Mapping[CaseGuard, Callable[[CaseFacts], GuardResult]] = {
    G.SHEETS: _sheets,
    G.GATE: _gate,
    G.DOCUMENTS: _documents,
    G.ASSIGNED: _assigned,
    G.NO_CONFLICT: _no_conflict,
    G.DISCIPLINES_DONE: _disciplines_done,
    G.NONE_UNDECIDED: _none_undecided,
    G.HAS_OPINIONS: _has_opinions,
    G.ALL_ANSWERED: _all_answered,
    G.SUCCESSORS: _successors,
    G.ALL_JUDGED: _all_judged,
    G.NO_OPEN_MUST_FIX: _no_open_must_fix,
    G.CONCLUDED: _concluded,
    G.REASON: _reason,
}
