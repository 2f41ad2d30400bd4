"""State tables and their interpreter (law 11): rules are values, tests enumerate them, diagrams are drawn from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.kernel.errors import STATE_CONFLICT, Refused
from app.kernel.labels import Label


class Verdict(StrEnum):
    """What a guard answers. "Not checked" is never shown as "passed" (law 8)."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REQUIRED = "not_required"
    """This project's policy does not ask for it; visible on the page as such."""
    WARNED = "warned"


@dataclass(frozen=True)
class GuardResult:
    """One guard's answer with its reason."""

    guard: str
    verdict: Verdict
    reason: Label
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """True when the step must be refused."""
        return self.verdict is Verdict.FAILED


def passed(guard: str, zh: str, en: str) -> GuardResult:
    """The guard is satisfied, and by what."""
    return GuardResult(guard, Verdict.PASSED, Label(zh, en))


def failed(guard: str, zh: str, en: str) -> GuardResult:
    """The guard stops the step, and why."""
    return GuardResult(guard, Verdict.FAILED, Label(zh, en))


def warned(guard: str, zh: str, en: str) -> GuardResult:
    """The step may be taken; something should be seen first."""
    return GuardResult(guard, Verdict.WARNED, Label(zh, en))


def not_asked(
    guard: str, zh: str = "本项目策略不要求", en: str = "Not required by this project's policy"
) -> GuardResult:
    """The guard is not asked here, and why: visible as such, never as passed (law 8)."""
    return GuardResult(guard, Verdict.NOT_REQUIRED, Label(zh, en))


@dataclass(frozen=True)
class Step:
    """One allowed move: from a state, by an event, to a state, under a permission and guards."""

    event: str
    source: str | None
    """None: the thing comes into being."""
    target: str
    permission: str
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class StateTable:
    """A whole machine: its states with labels, and its steps."""

    name: str
    states: Mapping[str, Label]
    events: Mapping[str, Label]
    steps: tuple[Step, ...]

    def step(self, state: str | None, event: str) -> Step:
        """The step that an event takes from a state.

        Raises:
            Refused: ``state-conflict`` when the table has none.
            KeyError: the event is not in the table at all: a programming error, not a refusal.
        """
        label = self.events[event]
        for step in self.steps:
            if step.source == state and step.event == event:
                return step
        at = self.states[state] if state is not None else Label("无", "none")
        raise Refused(STATE_CONFLICT, state=at, event=label)

    def steps_from(self, state: str | None) -> tuple[Step, ...]:
        """All steps that leave a state."""
        return tuple(s for s in self.steps if s.source == state)

    def check(self, known_guards: Iterable[str]) -> None:
        """Verify the table itself: every name in a step exists, no step stands twice.

        Raises:
            ValueError: with the first fault found.
        """
        guards = set(known_guards)
        seen: set[tuple[str | None, str]] = set()
        for step in self.steps:
            if (step.source, step.event) in seen:
                raise ValueError(f"{self.name}: {step.event} leaves {step.source} twice")
            seen.add((step.source, step.event))
            unknown = {step.target, *([step.source] if step.source else [])} - set(self.states)
            unknown |= {step.event} - set(self.events) | set(step.guards) - guards
            if unknown:
                raise ValueError(f"{self.name}: unknown names {sorted(unknown)}")
