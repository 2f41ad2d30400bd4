"""What a case of the matrix of rights is: one request, who there is, and what each of them is expected to get."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.web.site import EVERYBODY

OK, FORBIDDEN, NOT_FOUND, SIGN_IN = "ok", "forbidden", "not-found", "sign-in"

DESIGN = frozenset({"lead", "designer", "checker", "verifier", "approver"})
PREPARE = frozenset({"lead", "designer"})
OWNERS = frozenset({"owner", "owner_clerk"})
READERS = frozenset({"contractor", "supervisor", "inspector", "investigator", "authority"})
SEATED = DESIGN | OWNERS | READERS | {"reviewer", "review_lead", "legal", "archivist"}
RECORD = SEATED - {"archivist"}
"""The archive sees nothing before the transfer."""
SIGNED_IN = frozenset(EVERYBODY)
ADMIN = frozenset({"admin"})
FREEZERS = frozenset({"owner", "owner_clerk", "inspector", "investigator"})

SEEN: Mapping[str, frozenset[str]] = {
    "draft": DESIGN,
    "checking": DESIGN,
    "issued": DESIGN | OWNERS,
    "withdrawn": DESIGN | OWNERS,
    "released": RECORD,
    "void": RECORD,
    "superseded": RECORD,
}
"""Who sees a revision in which state."""

Things = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Case:
    """One request, and what it is for whom."""

    rule: str
    """Method and rule as the application writes them."""
    path: str
    """With names of things: ``/sheets/{sheet:draft}``."""
    may: frozenset[str]
    """Who gets ``done``, when the things are of his project."""
    rest: str = FORBIDDEN
    """What the other people of the project get."""
    outside: str = NOT_FOUND
    """What people without a seat in the project get."""
    anonymous: str = SIGN_IN
    done: str = OK
    """A code instead, when a condition stops the act after the right was asked."""
    form: Callable[[Things], Mapping[str, Any]] | None = None
    json: Callable[[Things], Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    at_home: str = ""
    """What the stranger gets with things of his project, where he is the owner's lead and has entered history;
    empty: what the owner gets here."""
    hidden_from: frozenset[str] = frozenset()
    """People of the project who do not learn that the thing exists."""
    is_personal: bool = False
    """The things belong to one person, not to a project: the owner's, or the stranger's."""

    def expected(self, name: str | None, *, is_foreign: bool) -> str:
        """The outcome for a person of the world."""
        if name is None:
            return self.anonymous
        if self.is_personal:
            return self.done if name == ("stranger" if is_foreign else "owner") else self.rest
        if (self.may >= SIGNED_IN - {"admin"} and "{" not in self.path) or self.may == SIGNED_IN:
            return self.done if name in self.may else self.rest
        if self.may == ADMIN:
            return self.done if name == "admin" else self.rest
        if is_foreign:
            if name != "stranger":
                return self.outside
            return self.at_home or (self.done if "owner" in self.may else self.rest)
        if name not in SEATED:
            return self.outside
        if name in self.hidden_from:
            return NOT_FOUND
        return self.done if name in self.may else self.rest


def get(rule: str, path: str, may: frozenset[str], **more: Any) -> Case:
    return Case(f"GET {rule}", path, may, **more)


def post(rule: str, path: str, may: frozenset[str], **more: Any) -> Case:
    return Case(f"POST {rule}", path, may, **more)


def form_of(**fields: Any) -> Callable[[Things], Mapping[str, Any]]:
    return lambda things: {k: str(v).format_map(Named(things)) for k, v in fields.items()}


class Named(dict[str, str]):
    """Looks names with colons up, which ``str.format`` would take for a format: ``{sheet~draft}``."""

    def __init__(self, things: Things) -> None:
        super().__init__({name.replace(":", "~"): value for name, value in things.items()})


def revisions_in(state: str, **more: Any) -> Callable[[Things], Any]:
    return lambda things: {"revisions": [things.get(f"revision:{state}", things["revision:issued"])], **more}


def rows_of(**more: Any) -> Callable[[Things], Any]:
    return lambda things: {"rows": [things["row"]], **more}


def by_state(rule: str, path: str, **more: Any) -> tuple[Case, ...]:
    """The same page of a revision in each state."""
    return tuple(get(rule, path.replace("STATE", s), may, rest=NOT_FOUND, **more) for s, may in SEEN.items())
