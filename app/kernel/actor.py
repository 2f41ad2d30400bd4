"""Who acts: always a parameter, never read from a context (STYLE 1, 2)."""

from dataclasses import dataclass
from enum import StrEnum


class Via(StrEnum):
    """How an actor proved who he is; part of every ledger entry."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105  the word, not a secret
    CLI = "cli"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True)
class Actor:
    """A person at work, or the system itself.

    Seats are not here: rights are looked up by person and project at the moment of the act (law 5).
    """

    person_id: str | None
    via: Via
    scopes: frozenset[str] = frozenset()
    """For tokens: permissions the token is limited to; empty means nothing."""
    is_platform_admin: bool = False
    """May hold, restore and configure; never signs, releases or reads drafts (law 5)."""

    @property
    def is_limited(self) -> bool:
        """True when only ``scopes`` may be used."""
        return self.via is Via.TOKEN


SYSTEM = Actor(None, Via.SYSTEM)
PUBLIC = Actor(None, Via.PUBLIC)
