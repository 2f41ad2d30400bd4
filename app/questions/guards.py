"""The guards of a joint drawing review: functions from :class:`JointFacts` to a reason in both languages."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.access.rules import PARTY_LABELS
from app.kernel.labels import Label
from app.kernel.workflow import GuardResult, failed, passed
from app.questions.facts import JointFacts
from app.questions.models import JointItem
from app.questions.rules import FOUR, JointGuard, Outcome

G = JointGuard
MOST_NAMED = 12
"""Numbers that a reason lists before it says how many more there are."""


def judge_joint(names: Iterable[str], facts: JointFacts) -> list[GuardResult]:
    """Ask guards by name, in order.

    Raises:
        KeyError: a name without a function.
    """
    return [JOINT_GUARDS[JointGuard(name)](facts) for name in names]


def is_done(item: JointItem) -> bool:
    """Answered, classed, and said what follows; what changes something names the sheet that it changes."""
    named = item.outcome != Outcome.CHANGE or bool(item.sheet_id and item.revision_id)
    return bool(item.answer and item.item_class and item.outcome) and named


def needs_rereview(item: JointItem) -> bool:
    """A design error that touches a mandatory clause goes back to the review agency (DOMAIN 2.6)."""
    return item.item_class == "A" and item.touches_mandatory


def _items(facts: JointFacts) -> GuardResult:
    if not facts.items:
        return failed(G.ITEMS, "还没有问题", "There are no questions yet")
    return passed(G.ITEMS, f"{len(facts.items)} 条", f"{len(facts.items)} questions")


def _meeting(facts: JointFacts) -> GuardResult:
    review = facts.review
    missing = [
        label
        for is_there, label in (
            (review.meeting_on, Label("会议日期", "the date")),
            (review.place, Label("地点", "the place")),
            (review.attendees, Label("参加人员", "the attendees")),
        )
        if not is_there
    ]
    if missing:
        zh, en = "、".join(m.zh for m in missing), ", ".join(m.en for m in missing)
        return failed(G.MEETING, f"未填写{zh}", f"Missing: {en}")
    return passed(
        G.MEETING,
        f"{review.meeting_on}，{len(review.attendees)} 人参加",
        f"{review.meeting_on}, {len(review.attendees)} people",
    )


def _all_answered(facts: JointFacts) -> GuardResult:
    left = [i.serial for i in facts.items if not is_done(i)]
    if left:
        return failed(
            G.ALL_ANSWERED,
            f"尚未答复、分类或定处理，或须变更而未指明图纸：第 {_numbers(left)} 条",
            f"Not answered, classed or decided, or a change without its sheet: no. {_numbers(left)}",
        )
    return passed(G.ALL_ANSWERED, "均已答复并分类", "All are")


def _signed(facts: JointFacts) -> GuardResult:
    missing = [PARTY_LABELS[role] for role in FOUR if role not in facts.signed]
    if missing:
        zh, en = "、".join(m.zh for m in missing), ", ".join(m.en for m in missing)
        return failed(G.SIGNED, f"尚未签认：{zh}", f"Not signed yet: {en}")
    return passed(G.SIGNED, "四方均已签认", "All four have signed")


def _changes(facts: JointFacts) -> GuardResult:
    left = [i.serial for i in facts.items if i.outcome == Outcome.CHANGE and not i.change_id]
    if left:
        return failed(
            G.CHANGES,
            f"尚未立变更文件：第 {_numbers(left)} 条",
            f"No change document yet: no. {_numbers(left)}",
        )
    return passed(G.CHANGES, "没有遗留", "Nothing is left")


def _reason(facts: JointFacts) -> GuardResult:
    if not facts.note:
        return failed(G.REASON, "须写明理由", "A reason is needed")
    return passed(G.REASON, "已写明", "Given")


def _numbers(serials: Sequence[int]) -> str:
    shown = ", ".join(map(str, serials[:MOST_NAMED]))
    return f"{shown} … (+{len(serials) - MOST_NAMED})" if len(serials) > MOST_NAMED else shown


JOINT_GUARDS: Mapping[JointGuard, Callable[[JointFacts], GuardResult]] = {
    G.ITEMS: _items,
    G.MEETING: _meeting,
    G.ALL_ANSWERED: _all_answered,
    G.SIGNED: _signed,
    G.CHANGES: _changes,
    G.REASON: _reason,
}
