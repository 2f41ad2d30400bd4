"""Two pages that are compared: which bytes they are of, and the names under which answer and job are known."""

import hashlib
from dataclasses import dataclass
from typing import Any, Self

from viewers.render.compare.values import ENGINE


@dataclass(frozen=True)
class Place:
    """A page of stored bytes."""

    sha256: str
    page: int


@dataclass(frozen=True)
class Pair:
    """Two pages, the first taken as the older one. The other way round is another pair: what was added there was
    removed here, and only the second sheet's clouds declare.
    """

    before: Place
    after: Place

    @property
    def name(self) -> str:
        """Where the answer is kept, beside the bytes of the first."""
        one, other = self.before, self.after
        return f"compare/{one.page}-{other.sha256}-{other.page}-{ENGINE.replace(' ', '-')}.json"

    @property
    def key(self) -> str:
        """By which its job is known: one per pair and engine."""
        whole = f"{self.before.sha256}/{self.name}"
        return f"compare:{hashlib.sha256(whole.encode()).hexdigest()}"

    def to_payload(self) -> dict[str, Any]:
        """For a job."""
        one, other = self.before, self.after
        return {"before": [one.sha256, one.page], "after": [other.sha256, other.page]}

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        """What :meth:`to_payload` wrote."""
        (one, page), (other, other_page) = payload["before"], payload["after"]
        return cls(Place(one, page), Place(other, other_page))
