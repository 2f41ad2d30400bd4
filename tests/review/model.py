"""A review case told a second time, slowly and plainly: what each act must answer, and what is true afterwards.

Nothing here is computed from the product; whoever changes the machine changes it twice.
"""

from dataclasses import dataclass, field

STEPS: dict[tuple[str, str], str] = {
    ("preparing", "submit"): "submitted",
    ("submitted", "start_intake"): "intake",
    ("intake", "need_documents"): "correction",
    ("correction", "supplement"): "intake",
    ("intake", "accept"): "accepted",
    ("accepted", "assign"): "first_review",
    ("first_review", "consolidate"): "consolidating",
    ("consolidating", "send_back"): "first_review",
    ("consolidating", "issue_opinions"): "opinions_issued",
    ("consolidating", "pass"): "passed",
    ("opinions_issued", "open_reply"): "replying",
    ("replying", "resubmit"): "recheck",
    ("recheck", "issue_opinions"): "opinions_issued",
    ("recheck", "pass"): "passed",
    ("passed", "certify"): "certified",
    ("certified", "file"): "filed",
    **{
        (s, "fail"): "failed"
        for s in ("first_review", "consolidating", "opinions_issued", "replying", "recheck")
    },
    **{
        (s, "withdraw"): "withdrawn"
        for s in ("preparing", "submitted", "intake", "correction", "accepted", "opinions_issued", "replying")
    },
}
"""DOMAIN 2.2, with ``send_back`` and the states from which a case fails or is withdrawn."""
STATES = sorted({state for state, _ in STEPS} | set(STEPS.values()))
EVENTS = sorted({event for _, event in STEPS})
OWNERS, CLERKS = {"owner", "owner_clerk"}, {"review_clerk", "review_lead"}
WHO: dict[str, set[str]] = {
    "submit": OWNERS,
    "start_intake": CLERKS,
    "need_documents": CLERKS,
    "supplement": OWNERS,
    "accept": CLERKS,
    "assign": {"review_lead"},
    "consolidate": {"review_lead"},
    "send_back": {"review_lead"},
    "issue_opinions": {"review_lead"},
    "pass": {"review_lead"},
    "open_reply": {"lead", "designer"},
    "resubmit": OWNERS,
    "certify": {"legal"},
    "file": CLERKS,
    "fail": {"review_lead"},
    "withdraw": OWNERS,
}
SEES = {
    *OWNERS,
    "lead",
    "designer",
    "reviewer",
    "review_lead",
    "review_clerk",
    "legal",
    "authority",
    "inspector",
}
"""Of those whom the tests ask."""
PEOPLE = [*sorted(SEES), "contractor"]
JOINT_WHO = {"fire": "fire", "civil_defence": "defence"}
"""Whose word counts on which domain; everybody else of the project is refused."""
DONE, CONFLICT, FORBIDDEN, NOT_FOUND = "done", "state-conflict", "forbidden", "not-found"
GUARD = "review-guard-failed"


@dataclass
class Opinion:
    """One opinion, on one of the sheets."""

    sheet: int
    is_must: bool
    state: str = "draft"


@dataclass
class Model:
    """What must be true of a case with one discipline and two sheets."""

    state: str = "preparing"
    round: int = 0
    is_assigned: bool = False
    is_done: bool = False
    opinions: list[Opinion] = field(default_factory=list)
    sheets: list[str] = field(default_factory=lambda: ["issued", "issued"])
    """State of the newest revision that was handed in."""
    fixes: set[int] = field(default_factory=set)
    """Sheets of which a newer revision is issued and not handed in."""
    fixed: set[int] = field(default_factory=set)
    """Sheets whose newer revision an answer names."""
    is_first_pass: bool | None = None
    joint: set[str] = field(default_factory=set)
    """Domains on which another authority concludes."""
    words: list[tuple[int, str, str]] = field(default_factory=list)
    """(round, domain, verdict) as they were said."""

    def step(self, event: str, who: str, *, note: str) -> str:
        """A step of the case."""
        if who not in SEES:
            return NOT_FOUND
        target = STEPS.get((self.state, event))
        if target is None:
            return CONFLICT
        if who not in WHO[event]:
            return FORBIDDEN
        if not self._guards(event, note):
            return GUARD
        getattr(self, f"_{event}", lambda: None)()
        self.state = target
        return DONE

    def conclude(self, who: str, domain: str, verdict: str, note: str) -> str:
        """A word of a joint authority."""
        if who not in SEES | set(JOINT_WHO.values()):
            return NOT_FOUND
        if who not in JOINT_WHO.values():
            return FORBIDDEN
        if who != JOINT_WHO[domain]:
            return "not-your-domain"
        if domain not in self.joint:
            return "domain-not-joint"
        if self.state not in ("first_review", "consolidating", "recheck"):
            return "not-concluding-now"
        if verdict == "failed" and not note:
            return "reason-needed"
        self.words.append((self.round, domain, verdict))
        return DONE

    def _all_concluded(self) -> bool:
        for domain in self.joint:
            said = [v for r, d, v in self.words if (r, d) == (self.round, domain)]
            if not said or said[-1] != "passed":
                return False
        return True

    def _in(self, *states: str) -> list[Opinion]:
        return [o for o in self.opinions if o.state in states]

    def _guards(self, event: str, note: str) -> bool:
        if event in ("need_documents", "send_back", "fail", "withdraw"):
            return bool(note)
        if event == "assign":
            return self.is_assigned
        if event == "consolidate":
            return self.is_done
        if event in ("issue_opinions", "pass"):
            is_ready = not self._in("draft")
            if self.state == "recheck":
                is_ready = is_ready and self.is_done and not self._in("replied", "explained")
            if event == "issue_opinions":
                return is_ready and bool(self._in("proposed", "issued", "upheld"))
            is_ready = is_ready and self._all_concluded()
            return is_ready and not any(o.is_must for o in self._in(*OPEN, "proposed"))
        if event == "resubmit":
            return not self._in("issued", "upheld")
        if event == "certify":
            return not any(o.is_must for o in self._in(*OPEN))
        return True

    def _submit(self) -> None:
        self.round, self.sheets = 1, ["submitted", "submitted"]

    def _withdraw(self) -> None:
        self.sheets = ["issued" if s == "submitted" else s for s in self.sheets]

    def _assign(self) -> None:
        self.is_done = False

    def _send_back(self) -> None:
        self.is_done = False

    def _issue_opinions(self) -> None:
        for opinion in self._in("proposed"):
            opinion.state = "issued"
        self._settle_first_pass()
        for n in range(2):
            if any(o.is_must and o.sheet == n for o in self._in(*OPEN)) and self.sheets[n] == "submitted":
                self.sheets[n] = "returned"

    def _pass(self) -> None:
        for opinion in self._in("proposed"):
            opinion.state = "issued"
        self._settle_first_pass()

    def _settle_first_pass(self) -> None:
        if self.is_first_pass is None:
            self.is_first_pass = not any(o.is_must for o in self._in(*OPEN))

    def _fail(self) -> None:
        self.sheets = ["returned" if s == "submitted" else s for s in self.sheets]

    def _resubmit(self) -> None:
        self.round += 1
        self.is_done = False
        for n in range(2):
            if n in self.fixed:
                self.sheets[n] = "submitted"
                self.fixes.discard(n)
            elif self.sheets[n] == "returned":
                self.sheets[n] = "submitted"
        self.fixed = set()

    def _certify(self) -> None:
        self.sheets = ["approved" if s == "submitted" else s for s in self.sheets]


OPEN = ("issued", "replied", "explained", "disputed", "upheld")
