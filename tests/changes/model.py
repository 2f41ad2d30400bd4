"""Change documents told a second time, slowly and plainly: what each act must answer, and what is true afterwards.

Nothing here is computed from the product; whoever changes the machine changes it twice.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

BEFORE = ("proposed", "assessed", "designing", "design_issued", "in_review", "review_passed", "approved")
AFTER = ("effective", "implemented", "verified")
ENDED = ("superseded", "cancelled")
STEPS: dict[tuple[str, str], str] = {
    ("proposed", "assess"): "assessed",
    ("proposed", "accept"): "designing",
    ("assessed", "accept"): "designing",
    ("proposed", "refuse"): "rejected",
    ("assessed", "refuse"): "rejected",
    ("designing", "issue"): "design_issued",
    ("design_issued", "send_review"): "in_review",
    ("in_review", "pass"): "review_passed",
    ("in_review", "fail"): "designing",
    ("design_issued", "approve"): "approved",
    ("review_passed", "approve"): "approved",
    ("approved", "countersign"): "effective",
    ("effective", "implement"): "implemented",
    ("implemented", "verify"): "verified",
    ("implemented", "reopen"): "effective",
    ("verified", "incorporate"): "incorporated",
    ("designing", "enact"): "effective",
    **{(s, "emergency"): "effective" for s in BEFORE},
    **{(s, e): s for s in (*AFTER, *ENDED) for e in ("restate", "confirm_review", "regularise")},
    **{(s, "supersede"): "superseded" for s in AFTER},
    **{(s, "cancel"): "cancelled" for s in AFTER},
    **{(s, "withdraw"): "withdrawn" for s in BEFORE if s != "in_review"},
}
"""DOMAIN 2.4, with withdrawing, reopening, and what regularises an emergency."""
STATES = sorted({state for state, _ in STEPS} | set(STEPS.values()))
MOVES = sorted({e for _, e in STEPS} - {"enact", "emergency", "restate", "supersede", "cancel"})
"""Events that a person takes by name."""

OWNERS, DESIGN_LEADS = {"owner", "owner_clerk"}, {"lead", "special"}
DESIGN_HOUSE = {"lead", "designer", "checker", "verifier", "approver"}
WORKING = {*OWNERS, *DESIGN_HOUSE, "special", "contractor", "supervisor"}
FORMAL_ONLY = {
    "reviewer",
    "review_lead",
    "review_clerk",
    "legal",
    "authority",
    "fire",
    "inspector",
    "investigator",
}
PEOPLE = [*sorted(WORKING | FORMAL_ONLY), "archivist", "stranger"]
NOT_FORMAL = {"proposed", "assessed", "designing", "rejected", "withdrawn"}
ISSUERS = {"lead": {"lead", "approver"}, "special": {"special"}, "": set[str]()}
PREPARERS = {"lead": {"lead", "designer"}, "special": {"special"}, "": set[str]()}
"""By the design party that took it up."""
WHO: dict[str, set[str]] = {
    "assess": {"supervisor"},
    "accept": {"owner", *DESIGN_LEADS},
    "refuse": {"owner", *DESIGN_LEADS},
    "send_review": OWNERS,
    "pass": {"review_lead"},
    "fail": {"review_lead"},
    "confirm_review": {"review_lead"},
    "approve": {"owner"},
    "regularise": {"owner"},
    "countersign": {"supervisor"},
    "implement": {"contractor"},
    "verify": {"supervisor"},
    "reopen": {"supervisor"},
    "incorporate": {"supervisor"},
}
WORD_WHO = {
    "lead_designer": ISSUERS["lead"],
    "emergency": {"owner", "supervisor", *DESIGN_LEADS},
    "authority": {"authority", "fire"},
}
SIDE = {"owner": "owner", "supervisor": "supervisor", "lead": "designer", "special": "designer"}
"""For which of the three one agrees to an emergency."""
COMPILERS = {"contractor", "lead", "designer", "special"}
FILE_WHO = {
    "approval": {*OWNERS, "authority", "fire"},
    "confirmation": {"review_lead"},
    "photo": {"contractor", "supervisor"},
}
DONE, CONFLICT, FORBIDDEN, NOT_FOUND = "done", "state-conflict", "forbidden", "not-found"
GUARD, NOT_NOW, FROZEN = "change-guard-failed", "change-word-not-now", "change-frozen"
NOT_YOURS, NO_REASON = "not-your-change", "change-reason-needed"


class Content(NamedTuple):
    """What a change says: words on one content do not count for another."""

    title: str
    base: int = 1
    """Order of the revision that it was written for."""
    is_placed: bool = True
    flags: frozenset[str] = frozenset()
    externals: frozenset[str] = frozenset()
    ends: tuple[tuple[int, str], ...] = ()
    papers: tuple[str, ...] = ()


class Word(NamedTuple):
    """Something said of one content."""

    kind: str
    who: str
    domain: str
    is_yes: bool
    content: Content


@dataclass
class Change:
    """One change document on one sheet."""

    content: Content
    state: str = "proposed"
    designer: str = ""
    """``lead`` or ``special``: whose people have it."""
    is_emergency: bool = False
    is_regular: bool = True
    is_incorporated: bool = False
    is_later: bool = False
    """Countersigned for a day that has not come."""
    words: list[Word] = field(default_factory=list)
    approvals: set[str] = field(default_factory=set)
    slip: int = 0
    """When it began to stand; 0: never did."""


@dataclass
class Site:
    """What must be true of one sheet and its changes."""

    is_assessed_first: bool = True
    is_fire_minor_reviewed: bool = True
    base: int = 1
    changes: list[Change] = field(default_factory=list)
    absorbed: set[int] = field(default_factory=set)
    count: int = 0

    # -- who -----------------------------------------------------------------------------------------------------------

    def sees(self, change: Change, who: str) -> bool:
        """Whether somebody knows of it."""
        return who in WORKING or (who in FORMAL_ONLY and change.state not in NOT_FORMAL)

    def standing(self) -> list[int]:
        """Positions of the changes whose slips stand, in the order in which they began to."""
        alive = [
            n
            for n, c in enumerate(self.changes)
            if c.slip and not c.is_later and n not in self.absorbed and c.state not in ENDED
        ]
        return sorted(alive, key=lambda n: self.changes[n].slip)

    # -- acts ----------------------------------------------------------------------------------------------------------

    def move(self, n: int, event: str, who: str, note: str, *, is_later: bool = False) -> str:
        """A step by name."""
        change = self.changes[n]
        if not self.sees(change, who):
            return NOT_FOUND
        target = STEPS.get((change.state, event))
        if target is None:
            return CONFLICT
        is_early = event == "withdraw" and change.state in ("proposed", "assessed")
        issuers = ISSUERS[change.designer]
        if who not in (WORKING if is_early else WHO.get(event, issuers)):
            return FORBIDDEN
        if is_early and who != "contractor":
            return NOT_YOURS
        if event in ("pass", "fail", "confirm_review") and not note:
            return NO_REASON
        if not self._guards(change, event, note, is_later=is_later):
            return GUARD
        self._apply(change, event, who, is_later=is_later)
        change.state = target
        return DONE

    def word(self, n: int, kind: str, who: str, domain: str, note: str, *, is_yes: bool) -> str:
        """A word of a party."""
        change = self.changes[n]
        if not self.sees(change, who):
            return NOT_FOUND
        if who not in WORD_WHO[kind]:
            return NOT_YOURS if kind == "lead_designer" else FORBIDDEN
        is_irregular = change.state in (*AFTER, *ENDED) and not change.is_regular
        is_time = {
            "lead_designer": change.state == "designing" or is_irregular,
            "emergency": change.state in BEFORE,
            "authority": change.state in (*BEFORE, *AFTER) or is_irregular,
        }[kind]
        if kind == "authority" and who == "fire" and domain != "fire":
            return NOT_YOURS
        if not is_time:
            return NOT_NOW
        if not note and (not is_yes or kind == "emergency"):
            return NO_REASON
        said = Word(kind, who, domain, is_yes, change.content)
        is_agreed = kind == "emergency" and is_yes and self._agreed(change, said)
        if is_agreed and not (change.content.is_placed and self._can_stand(change)):
            return GUARD
        change.words.append(said)
        if is_agreed:
            change.designer = change.designer or self._first_designer(change)
            change.is_emergency, change.is_regular = True, False
            self._begin(change)
            change.state = "effective"
        return DONE

    def classify(self, n: int, who: str, flags: frozenset[str], externals: frozenset[str]) -> str:
        """State the class, with the designer or of an emergency."""
        change = self.changes[n]
        if not self.sees(change, who):
            return NOT_FOUND
        content = change.content._replace(flags=flags, externals=externals)
        if change.state == "designing":
            if who not in PREPARERS[change.designer]:
                return FORBIDDEN
        elif not change.is_emergency or change.state not in (*AFTER, *ENDED, "incorporated"):
            return FROZEN
        elif change.state == "incorporated":
            return CONFLICT
        elif who not in ISSUERS[change.designer]:
            return FORBIDDEN
        elif change.is_regular:
            return GUARD
        change.content = content
        return DONE

    def edit(self, n: int, who: str, content: Content) -> str:
        """Say something else."""
        told = self._may_edit(self.changes[n], who)
        if told == DONE:
            self.changes[n].content = content
        return told

    def file(self, n: int, who: str, kind: str, domain: str, name: str) -> str:
        """Add a file."""
        change = self.changes[n]
        if kind not in FILE_WHO:
            told = self._may_edit(change, who)
            if told == DONE:
                papers = tuple(sorted((*change.content.papers, name)))
                change.content = change.content._replace(papers=papers)
            return told
        if not self.sees(change, who):
            return NOT_FOUND
        is_red = change.state in ENDED and not change.is_regular
        if change.state not in (*BEFORE, *AFTER) and not is_red:
            return NOT_NOW
        if who not in FILE_WHO[kind]:
            return FORBIDDEN
        if kind == "approval":
            change.approvals.add(domain)
        return DONE

    def incorporate(self, n: int, who: str, *, has_place: bool) -> str:
        """Say where it stands in the as-built."""
        change = self.changes[n]
        if not self.sees(change, who):
            return NOT_FOUND
        if who not in COMPILERS:
            return FORBIDDEN
        if change.state not in ("implemented", "verified"):
            return NOT_NOW
        change.is_incorporated = has_place
        return DONE

    def costs(self, n: int, who: str) -> str:
        """Agree on its costs."""
        change = self.changes[n]
        if not self.sees(change, who):
            return NOT_FOUND
        if who != "owner":
            return FORBIDDEN
        return FROZEN if change.state in ("rejected", "withdrawn") else DONE

    # -- what guards ask -----------------------------------------------------------------------------------------------

    def _may_edit(self, change: Change, who: str) -> str:
        if not self.sees(change, who):
            return NOT_FOUND
        if change.state == "designing":
            return DONE if who in PREPARERS[change.designer] else FORBIDDEN
        if change.state != "proposed":
            return FROZEN
        if who not in WORKING:
            return FORBIDDEN
        return DONE if who == "contractor" else NOT_YOURS

    def _guards(self, change: Change, event: str, note: str, *, is_later: bool) -> bool:
        if event in ("assess", "refuse", "reopen", "withdraw"):
            return bool(note)
        if event == "accept":
            return change.state == "assessed" or not self.is_assessed_first
        if event == "issue":
            is_said = change.content.is_placed and bool(change.content.flags)
            return is_said and self._is_confirmed(change)
        if event == "send_review":
            return self._needs_review(change)
        if event == "approve":
            return self._is_reviewed(change) and self._is_approved_elsewhere(change)
        if event == "countersign":
            return self._can_stand(change, is_later=is_later)
        if event == "confirm_review":
            return not change.is_regular and self._needs_review(change)
        if event == "regularise":
            is_complete = self._is_reviewed(change) and self._is_approved_elsewhere(change)
            is_said = bool(change.content.flags) and self._is_confirmed(change)
            return not change.is_regular and is_said and is_complete
        if event == "implement":
            return not change.is_later
        if event == "incorporate":
            return change.is_incorporated and change.is_regular
        return True

    def _needs_review(self, change: Change) -> bool:
        flags = change.content.flags
        is_minor = "fire_minor" in flags and self.is_fire_minor_reviewed
        return "major_review" in flags or "fire_major" in flags or is_minor

    def _newest(self, change: Change, kind: str) -> dict[tuple[str, str], bool]:
        """By domain and party: what was said last of this content."""
        return {
            (w.domain, "lead" if kind == "lead_designer" else SIDE.get(w.who, w.who)): w.is_yes
            for w in change.words
            if w.kind == kind and w.content == change.content
        }

    def _is_reviewed(self, change: Change) -> bool:
        said = [w.is_yes for w in change.words if w.kind == "reviewed" and w.content == change.content]
        return not self._needs_review(change) or (bool(said) and said[-1])

    def _is_approved_elsewhere(self, change: Change) -> bool:
        needed = set(change.content.externals)
        needed |= {"fire"} if "fire_major" in change.content.flags else set()
        needed |= {"preliminary"} if "prelim_review" in change.content.flags else set()
        heard = self._newest(change, "authority")
        refused = {domain for (domain, _), is_yes in heard.items() if not is_yes}
        agreed = {domain for (domain, _), is_yes in heard.items() if is_yes} | change.approvals
        return not needed & refused and needed <= agreed

    def _agreed(self, change: Change, now: Word) -> bool:
        said = [*change.words, now]
        if change.designer:
            said = [w for w in said if SIDE.get(w.who) != "designer" or w.who == change.designer]
        of_now = Change(change.content, words=said)
        heard = self._newest(of_now, "emergency")
        return all(heard.get(("", side)) for side in ("owner", "supervisor", "designer"))

    def _first_designer(self, change: Change) -> str:
        """Of the designers who agree, the one who has said so longest."""
        newest = {w.who: w for w in change.words if w.kind == "emergency" and w.content == change.content}
        agreed = [w for w in change.words if newest.get(w.who) is w and w.is_yes]
        return next(w.who for w in agreed if SIDE[w.who] == "designer")

    def _is_confirmed(self, change: Change) -> bool:
        """What another designer has made, the lead designer has looked at."""
        if change.designer == "lead":
            return True
        said = self._newest(change, "lead_designer")
        return list(said.values())[-1:] == [True]

    def _can_stand(self, change: Change, *, is_later: bool = False) -> bool:
        """Its revision is in force; what it ends is in effect, and ends at once."""
        ends = [self.changes[n] for n, _ in change.content.ends]
        is_time = all(e.state in AFTER for e in ends) and not (ends and is_later)
        return change.content.base == self.base and is_time

    # -- what follows --------------------------------------------------------------------------------------------------

    def _apply(self, change: Change, event: str, who: str, *, is_later: bool) -> None:
        if event == "accept":
            change.designer = who if who in DESIGN_LEADS else "lead"
        elif event in ("pass", "fail", "confirm_review"):
            change.words.append(Word("reviewed", who, "", event != "fail", change.content))
        elif event == "countersign":
            change.is_later = is_later
            self._begin(change)
        elif event == "regularise":
            change.is_regular = True

    def _begin(self, change: Change) -> None:
        """It stands, and what it ends no longer does."""
        self.count += 1
        change.slip = self.count
        for n, how in change.content.ends:
            self.changes[n].state = how
