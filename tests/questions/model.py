"""A second, slow telling of both machines: who may take which step where, written by hand from DOMAIN 2.6 and the brief."""

from dataclasses import dataclass, field

# -- contact notes ---------------------------------------------------------------------------------------------------

NOTE_STEPS = {
    ("open", "answer"): "answered",
    ("answered", "answer"): "answered",
    ("answered", "close"): "closed",
    ("answered", "reopen"): "open",
    ("closed", "reopen"): "open",
    ("open", "turn"): "turned",
    ("answered", "turn"): "turned",
    ("open", "withdraw"): "withdrawn",
}
NOTE_EVENTS = ("answer", "close", "reopen", "turn", "withdraw")
DESIGN = {"lead", "designer", "checker", "verifier", "approver"}
BUILD = {"contractor", "manager"}
NOTE_WHO = {
    "answer": DESIGN,
    "close": BUILD,
    "reopen": BUILD,
    "withdraw": BUILD,
    "turn": DESIGN | BUILD,
}
"""Of a note from the contractor to the designer."""
ELSEWHERE = {"owner", "owner_clerk", "supervisor"}
"""Parties at work that are neither."""
WATCHERS = {"reviewer", "review_lead", "review_clerk", "legal", "authority", "inspector", "investigator"}
STRANGERS = {"archivist", "stranger", "admin"}
EVERYBODY = sorted(DESIGN | BUILD | ELSEWHERE | WATCHERS | STRANGERS)


def note_answer(state: str, event: str, who: str) -> set[str]:
    """Codes with which a step may be answered; ``ok`` when it is taken."""
    if who in STRANGERS:
        return {"not-found"}
    if (state, event) not in NOTE_STEPS:
        return {"state-conflict"}
    if who in NOTE_WHO[event]:
        return {"ok"}
    return {"forbidden"} if event == "turn" else {"not-your-note"}


# -- joint drawing reviews ---------------------------------------------------------------------------------------------

JOINT_STEPS = {
    ("planned", "collect"): "questions_collected",
    ("questions_collected", "hold"): "held",
    ("held", "answer"): "answered",
    ("answered", "freeze"): "signing",
    ("signing", "reopen"): "answered",
    ("effective", "close"): "closed",
}
JOINT_EVENTS = ("collect", "hold", "answer", "freeze", "reopen", "close")
CONVENERS = {"owner", "owner_clerk", "supervisor"}
RECORDERS = CONVENERS | BUILD
FOUR = {"owner": "owner", "lead": "designer", "manager": "contractor", "supervisor": "supervisor"}
"""Who signs for whom."""


def joint_answer(state: str, event: str, who: str) -> set[str]:
    """Codes for a step of a review; guards may stop who may."""
    if who in STRANGERS:
        return {"not-found"}
    if (state, event) not in JOINT_STEPS:
        return {"state-conflict"}
    may = CONVENERS if event == "collect" else RECORDERS
    return {"ok", "jdr-guard-failed"} if who in may else {"forbidden"}


@dataclass
class Item:
    """A question as the model knows it."""

    answer: str = ""
    kind: str = ""
    outcome: str = ""
    is_withdrawn: bool = False

    @property
    def is_done(self) -> bool:
        return bool(self.answer and self.kind and self.outcome)


@dataclass
class Joint:
    """A whole review, told slowly."""

    state: str = "planned"
    items: dict[str, Item] = field(default_factory=dict)
    has_meeting: bool = False
    editions: int = 0
    signed: dict[str, int] = field(default_factory=dict)
    """By role: the edition that was signed."""

    def live(self) -> list[Item]:
        return [i for i in self.items.values() if not i.is_withdrawn]

    def change(self) -> None:
        """Something of the record changes: what was frozen is not any more."""
        if self.state == "signing":
            self.state = "answered"

    def guard(self, event: str) -> bool:
        if event == "collect":
            return bool(self.live())
        if event == "hold":
            return self.has_meeting
        if event == "answer":
            return all(i.is_done for i in self.live())
        if event == "freeze":
            return self.has_meeting and all(i.is_done for i in self.live())
        return True

    def move(self, event: str) -> str:
        if (self.state, event) not in JOINT_STEPS:
            return "state-conflict"
        if not self.guard(event):
            return "jdr-guard-failed"
        self.state = JOINT_STEPS[self.state, event]
        self.editions += event == "freeze"
        return "ok"

    def ask(self, key: str) -> str:
        if self.state not in ("planned", "questions_collected", "held"):
            return "jdr-not-asking"
        self.items[key] = Item()
        self.change()
        return "ok"

    def withdraw(self, key: str) -> str:
        if self.state not in ("planned", "questions_collected", "held"):
            return "jdr-not-asking"
        if self.items[key].is_withdrawn:
            return "jdr-item-withdrawn"
        self.items[key].is_withdrawn = True
        self.change()
        return "ok"

    def answer(self, key: str, answer: str, kind: str, outcome: str) -> str:
        if self.state in ("effective", "closed"):
            return "jdr-not-answering"
        if self.items[key].is_withdrawn:
            return "jdr-item-withdrawn"
        one = self.items[key]
        one.answer, one.kind, one.outcome = answer, kind, outcome
        self.change()
        return "ok"

    def meet(self) -> str:
        if self.state in ("effective", "closed"):
            return "jdr-not-answering"
        self.has_meeting = True
        self.change()
        return "ok"

    def sign(self, role: str) -> str:
        if self.state != "signing":
            return "jdr-not-signing"
        if self.signed.get(role) == self.editions:
            return "jdr-signed-already"
        self.signed[role] = self.editions
        if all(
            self.signed.get(r) == self.editions for r in ("owner", "designer", "contractor", "supervisor")
        ):
            self.state = "effective"
        return "ok"
