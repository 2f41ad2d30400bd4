"""What a draw computes: canonical lines, seed, ranking. Pure: the same texts give the same result, everywhere, for ever.

Three texts, each a list of lines ``name: value`` ended by LF, in UTF-8. The *announcement* fixes everything but two things:
the public value, which nobody can know when it is made, and the numbers that people contribute. Its SHA-256 goes into the
*seed*, the seed ranks the items, and the *result* says so. Plain SHA-256 over lines, nothing else, so that a stranger can
check a draw with ``sha256sum`` (:mod:`app.review.draws.check_draw`, ``static/js/draw-check.js``).

The format is version 1 and final: draws that were made by it must be checkable for ever.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

FORMAT = "OneSet draw, format 1"
SEED_FORMAT = "OneSet draw seed, format 1"
SHARE_FORMAT = "OneSet draw contribution, format 1"
RESULT_FORMAT = "OneSet draw result, format 1"
NONE = "-"


@dataclass(frozen=True)
class Item:
    """Something that may be drawn: identifiers alone, names are not part of a draw."""

    kind: str
    """``case``, ``project`` or ``certificate``."""
    id: str
    project_id: str

    @property
    def line(self) -> str:
        """As the announcement lists it."""
        return f"item: {self.kind} {self.id} {self.project_id}"


@dataclass(frozen=True)
class Announcement:
    """All that is fixed beforehand."""

    draw_id: str
    authority_id: str
    """Organisation."""
    title: str
    pool: str
    """How the pool was chosen, in words."""
    take: int
    per_item: int
    """Inspectors for each drawn item."""
    source: str
    """The public value, so that everybody knows which is meant."""
    example: str
    """How it is written: the value has digits where this has digits, and is the same elsewhere."""
    known_at: str
    """Instant in UTC, ISO 8601; contributions are committed before it."""
    reveal_until: str
    """Instant until which they are revealed; ``-``: nobody contributes."""
    unrevealed: str
    """``leave-out`` or ``void``: what becomes of a draw in which somebody does not reveal."""
    items: Sequence[Item]
    inspectors: Sequence[str]
    conflicts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Reason by (inspector, project): who may not inspect what."""

    @property
    def text(self) -> str:
        """The canonical lines."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield FORMAT
        yield f"draw: {self.draw_id}"
        yield f"authority: {self.authority_id}"
        yield f"title: {self.title}"
        yield f"pool: {self.pool}"
        yield f"take: {self.take}"
        yield f"inspectors-per-item: {self.per_item}"
        yield f"public-value: {self.source}"
        yield f"written-like: {self.example}"
        yield f"known-from: {self.known_at}"
        yield f"reveal-until: {self.reveal_until}"
        yield f"unrevealed: {self.unrevealed}"
        yield from sorted(item.line for item in self.items)
        yield from sorted(f"inspector: {person}" for person in self.inspectors)
        for (person, project), reason in sorted(self.conflicts.items()):
            yield f"conflict: {person} {project} {reason}"


def read_announcement(text: str) -> Announcement:
    """What :attr:`Announcement.text` wrote.

    Raises:
        ValueError: it is not such a text.
    """
    first, *lines = text.removesuffix("\n").split("\n")
    if first != FORMAT:
        raise ValueError(f"not a draw of format 1: {first[:40]!r}")
    pairs = [line.split(": ", 1) for line in lines]
    single = {name: value for name, value in pairs if name not in ("item", "inspector", "conflict")}
    conflicts = (value.split(" ", 2) for name, value in pairs if name == "conflict")
    return Announcement(
        draw_id=single["draw"],
        authority_id=single["authority"],
        title=single["title"],
        pool=single["pool"],
        take=int(single["take"]),
        per_item=int(single["inspectors-per-item"]),
        source=single["public-value"],
        example=single["written-like"],
        known_at=single["known-from"],
        reveal_until=single["reveal-until"],
        unrevealed=single["unrevealed"],
        items=[Item(*value.split(" ")) for name, value in pairs if name == "item"],
        inspectors=[value for name, value in pairs if name == "inspector"],
        conflicts={(person, project): reason for person, project, reason in conflicts},
    )


@dataclass(frozen=True)
class Share:
    """A contribution: committed, and perhaps revealed."""

    number: int
    person_id: str
    commitment: str
    secret: str | None


@dataclass(frozen=True)
class Drawn:
    """An item that was drawn, with its inspectors."""

    item: Item
    score: str
    inspectors: tuple[str, ...]
    passed_over: tuple[tuple[str, str], ...]
    """(inspector, reason): who came before them and must stand aside."""


@dataclass(frozen=True)
class Result:
    """What follows from an announcement, a public value and contributions."""

    announcement: str
    """Digest."""
    value: str
    shares: tuple[Share, ...]
    seed: str
    drawn: tuple[Drawn, ...]

    @property
    def text(self) -> str:
        """The canonical lines."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield RESULT_FORMAT
        yield f"announcement: {self.announcement}"
        yield f"public-value: {self.value}"
        for share in self.shares:
            told = f"left-out {NONE}" if share.secret is None else f"revealed {share.secret}"
            yield f"contribution: {share.number} {share.person_id} {share.commitment} {told}"
        yield f"seed: {self.seed}"
        for rank, one in enumerate(self.drawn, start=1):
            yield f"drawn: {rank} {one.item.kind} {one.item.id} {one.score}"
            yield from (f"inspector: {rank} {person}" for person in one.inspectors)
            yield from (f"passed-over: {rank} {person} {reason}" for person, reason in one.passed_over)


def sha256(text: str) -> str:
    """Hex digest of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def commitment_of(announcement: str, person_id: str, secret: str) -> str:
    """What somebody commits to: bound to draw and person, so that nobody can commit to another's number."""
    return sha256(f"{SHARE_FORMAT}\nannouncement: {announcement}\nperson: {person_id}\nsecret: {secret}\n")


def seed_of(announcement: str, value: str, shares: Iterable[Share]) -> str:
    """The seed: nobody who lacks one of its parts knows anything of it."""
    revealed = "".join(
        f"contribution: {s.number} {s.person_id} {s.secret}\n" for s in shares if s.secret is not None
    )
    return sha256(f"{SEED_FORMAT}\nannouncement: {announcement}\npublic-value: {value}\n{revealed}")


def draw(text: str, value: str, shares: Sequence[Share] = ()) -> Result:
    """The result of an announced draw.

    Raises:
        ValueError: the text is no announcement.
    """
    announced = read_announcement(text)
    digest = sha256(text)
    seed = seed_of(digest, value, shares)
    scores = {sha256(f"{seed}\n{item.line}\n"): item for item in announced.items}
    drawn = [
        Drawn(scores[score], score, *_inspectors(announced, seed, scores[score]))
        for score in sorted(scores)[: announced.take]
    ]
    return Result(digest, value, tuple(shares), seed, tuple(drawn))


def _inspectors(
    announced: Announcement, seed: str, item: Item
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Who inspects a drawn item: the first in an order of its own who need not stand aside."""
    chosen: list[str] = []
    passed: list[tuple[str, str]] = []
    ranked = sorted((sha256(f"{seed}\n{item.line}\ninspector: {p}\n"), p) for p in announced.inspectors)
    for _, person in ranked:
        if len(chosen) == announced.per_item:
            break
        reason = announced.conflicts.get((person, item.project_id))
        if reason is None:
            chosen.append(person)
        else:
            passed.append((person, reason))
    return tuple(chosen), tuple(passed)


def has_shape(value: str, example: str) -> bool:
    """Whether a value is written like its example: digits where it has digits, the same elsewhere.

    Without that the writer of the value could choose between two ways of writing it, and so between two results.
    """
    return len(value) == len(example) and all(
        (v in "0123456789") if e in "0123456789" else v == e for v, e in zip(value, example, strict=True)
    )
