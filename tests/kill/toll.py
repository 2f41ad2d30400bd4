"""What happened under fire: everything that a client was told, for the judge and for the report."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sent:
    """An upload that was acknowledged."""

    file_id: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Done:
    """An act that was answered: what was done, with which rows or revisions."""

    act: str
    subjects: tuple[str, ...]


@dataclass
class Toll:
    """Figures of one run. Lists are appended to by many threads; nothing is ever taken out."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: list[Sent] = field(default_factory=list)
    acts: list[Done] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)
    """Offsets of resumable uploads that were acknowledged."""
    repeated: int = 0
    """Requests whose answer was lost and that were sent again."""
    resumed: int = 0
    """Resumable uploads that went on from the offset the server said, after an answer was lost."""
    replayed: int = 0
    """Acts that had happened although their answer was lost: asked again, answered as then."""
    wrong: list[str] = field(default_factory=list)

    @property
    def progress(self) -> int:
        """Grows with everything that was acknowledged."""
        return len(self.acknowledged) + len(self.acts) + len(self.pieces)

    def done(self, act: str) -> list[str]:
        """What an act was answered for, in the order of the answers."""
        return [subject for done in self.acts if done.act == act for subject in done.subjects]

    def report(self) -> str:
        """One line."""
        acts = Counter(done.act for done in self.acts)
        return (
            f"{sum(self.kills.values())} killed {dict(self.kills)}, {len(self.acknowledged)} uploads acknowledged, "
            f"{len(self.pieces)} pieces, {self.resumed} resumed, {sum(acts.values())} acts {dict(acts)}, "
            f"{self.repeated} sent again, {self.replayed} of them had happened"
        )
