"""Answering a question in one Whoosh segment: masks over document numbers, filtered by what the actor may see.

A segment's documents are columns (:class:`Segment facts <FactColumns>`), a set of documents is a mask over them, and what
may be seen is a few look-ups per column: a thousand Python steps per sheet become a dozen numpy calls per segment.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import accumulate, chain
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.columns import VarBytesColumn
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import SegmentReader

from app.search.contract import Kind, SearchDoc, SearchQuery, Window
from app.search.tokens import Word

Mask = NDArray[np.bool_]
"""One truth per document of a segment."""
Numbers = NDArray[np.int64]

KIND_ORDER = {str(k): n for n, k in enumerate(Kind)}
MANY = 500
"""From so many documents on, reading a column whole is faster than reading it one by one."""
COUNTED = 1_000
"""Subjects that are looked for when words need more proof than tokens; what else may match is not counted."""
AT_ONCE = 256
"""Subjects looked through in one go; a few more than are counted may be."""

_RANK_BITS = 40
"""Of a document in the natural order of its segment; above them stand force, kind, and being only mentioned."""
_NOT_IN_FORCE, _KIND, _ONLY_MENTIONED = 1 << _RANK_BITS, 1 << (_RANK_BITS + 1), 1 << (_RANK_BITS + 8)
_WINDOWED = ("place", "discipline", "party", "state")


def facts_to_bytes(doc: SearchDoc) -> bytes:
    """What filtering and ranking need of a document, for its column."""
    access = (doc.kind, doc.project_id, doc.place, doc.discipline, doc.party_id, doc.state)
    fields = (doc.subject_id, doc.rev_seq, doc.sort_key, doc.holds_from, doc.holds_until)
    return json.dumps([access, *fields], ensure_ascii=False).encode()


class Coded:
    """A column of texts as numbers: codes of each document, and the texts by code."""

    def __init__(self, texts: Sequence[str]) -> None:
        known: dict[str, int] = {}
        self.codes = np.array([known.setdefault(t, len(known)) for t in texts], dtype=np.int64)
        self.texts = tuple(known)

    def among(self, wanted: Iterable[str]) -> Mask:
        """Documents whose text is one of the wanted."""
        allowed = frozenset(wanted)
        return np.array([t in allowed for t in self.texts], dtype=np.bool_)[self.codes]


@dataclass(frozen=True)
class FactColumns:
    """What filtering and ranking need of every document of a segment, by its number."""

    kind: Coded
    project: Coded
    place: Coded
    discipline: Coded
    party: Coded
    state: Coded
    subject: Coded
    rev_seq: Numbers
    sort_keys: tuple[str, ...]
    rank: Numbers
    """Place in the natural order: sort key, subject, revision."""
    kind_order: Numbers
    holds_from: Numbers
    holds_until: Numbers

    @classmethod
    def read(cls, segment: SegmentReader) -> Self:
        """The facts of a segment, whose column has one entry per document."""
        column = segment.column_reader("facts", translate=False)
        rows = [json.loads(column[n]) for n in range(segment.doc_count_all())]
        kinds, *others = zip(*(row[0] for row in rows), strict=True)
        kind, (project, place, discipline, party, state) = Coded(kinds), map(Coded, others)
        _, subjects, revisions, sort_keys, since, until = zip(*rows, strict=True)
        natural = sorted(range(len(rows)), key=lambda n: (sort_keys[n], subjects[n], revisions[n]))
        rank = np.empty(len(rows), dtype=np.int64)
        rank[natural] = np.arange(len(rows))
        return cls(
            kind, project, place, discipline, party, state, Coded(subjects), _numbers_of(revisions), sort_keys, rank,
            _numbers_of([KIND_ORDER[k] for k in kinds]), _numbers_of(since), _numbers_of(until),
        )  # fmt: skip

    def visible(self, query: SearchQuery) -> Mask:
        """What the asker may see and asked for: any window of its kind shows it, and he has it not already."""
        seen = np.zeros(len(self.sort_keys), dtype=np.bool_)
        for kind in self.kind.texts:
            if kind not in query.kinds:
                continue
            of_kind = self.kind.among([kind])
            for project_id in self.project.texts:
                for window in query.visibility.windows(kind, project_id):
                    seen |= of_kind & self._shown(window)
        if query.besides:
            seen &= ~self.subject.among(query.besides)
        return seen

    def _shown(self, window: Window) -> Mask:
        """See :meth:`Window.shows`."""
        shown = self.project.among([window.project_id])
        limits = (window.places, window.disciplines, window.parties, window.states)
        for name, limit in zip(_WINDOWED, limits, strict=True):
            if limit is not None:
                column: Coded = getattr(self, name)
                shown &= column.among(limit)
        return shown


class Candidate(NamedTuple):
    """A matching document that the actor may see. Sorts in the order of the answer.

    Named before mentioned, projects before sheets, in force first, natural order.
    """

    is_only_mentioned: bool
    kind: int
    is_not_in_force: bool
    sort_key: str
    subject_id: str
    rev_seq: int
    segment: SegmentReader
    number: int
    """Of the document in its segment."""


@dataclass(frozen=True)
class Answer:
    """One document per subject: the revision in force, else the newest."""

    first: tuple[Candidate, ...] = ()
    total: int = 0
    is_exact: bool = True
    """False when a segment had more to look through than :data:`COUNTED`."""


def answer(segments: Iterable[tuple[SegmentReader, FactColumns]], query: SearchQuery, wanted: int) -> Answer:
    """What matches in a project's segments, its first in order. The filter stands before anything is ranked or counted.

    All documents of a subject are written in one commit, so none has documents in two segments.
    """
    found = [_in_segment(segment, facts, query, wanted) for segment, facts in segments]
    return Answer(
        tuple(nsmallest(wanted, (c for part in found for c in part.first))),
        sum(part.total for part in found),
        all(part.is_exact for part in found),
    )


def _in_segment(segment: SegmentReader, facts: FactColumns, query: SearchQuery, wanted: int) -> Answer:
    matching = facts.visible(query)
    for word in query.words.wanted:
        _keep_with_tokens(matching, segment, "body", word)
        if not matching.any():
            return Answer()
    for word in query.words.unwanted:
        if word.is_one_token:
            matching &= ~_with_tokens(segment, "body", word, len(matching))
    candidates = np.flatnonzero(matching)
    if not candidates.size:
        return Answer()
    keys = _keys(facts, candidates, _named(segment, query.words.wanted, matching), query.now)
    groups = _Groups(facts, candidates, keys, query.now)
    proof = _Proof(segment, query, candidates.size)
    most = max(wanted, COUNTED // len(query.project_ids))
    chosen, is_exact = groups.proven(proof, most) if proof.is_needed else (groups.best(), True)
    ranked = chosen[np.argsort(keys[chosen], kind="stable")[:wanted]]
    first = (_candidate(segment, facts, int(candidates[at]), int(keys[at])) for at in ranked)
    return Answer(tuple(first), int(chosen.size), is_exact)


def _keys(facts: FactColumns, candidates: Numbers, named: Mask, now: int) -> Numbers:
    """The order of the answer as one number per candidate; see :class:`Candidate`."""
    return (
        facts.rank[candidates]
        + _NOT_IN_FORCE * ~_in_force(facts, candidates, now)
        + _KIND * facts.kind_order[candidates]
        + _ONLY_MENTIONED * ~named[candidates]
    )


def _in_force(facts: FactColumns, candidates: Numbers, now: int) -> Mask:
    return (facts.holds_from[candidates] <= now) & (now < facts.holds_until[candidates])


def _candidate(segment: SegmentReader, facts: FactColumns, number: int, key: int) -> Candidate:
    return Candidate(
        key >= _ONLY_MENTIONED,
        int(facts.kind_order[number]),
        bool(key & _NOT_IN_FORCE),
        facts.sort_keys[number],
        facts.subject.texts[facts.subject.codes[number]],
        int(facts.rev_seq[number]),
        segment,
        number,
    )


class _Groups:
    """Candidates by subject, the preferred document first: the one in force, else the newest."""

    def __init__(self, facts: FactColumns, candidates: Numbers, keys: Numbers, now: int) -> None:
        subjects = facts.subject.codes[candidates]
        preference = (_in_force(facts, candidates, now).astype(np.int64) << _RANK_BITS) + facts.rev_seq[
            candidates
        ]
        self._candidates = candidates.tolist()
        self._keys = keys
        self._order = np.lexsort((-preference, subjects))
        grouped = subjects[self._order]
        self._starts = np.flatnonzero(np.concatenate(([True], grouped[1:] != grouped[:-1])))

    def best(self) -> Numbers:
        """The preferred document of every subject, as a place among the candidates."""
        return self._order[self._starts]

    def proven(self, proof: "_Proof", most: int) -> tuple[Numbers, bool]:
        """The preferred one of those that prove, subjects in the order of the answer; False when some were left."""
        first_keys = np.minimum.reduceat(self._keys[self._order], self._starts)
        ends = np.append(self._starts[1:], self._order.size)
        groups = np.argsort(first_keys, kind="stable").tolist()
        chosen: list[int] = []
        for begin in range(0, len(groups), AT_ONCE):
            if len(chosen) >= most:
                return np.array(chosen, dtype=np.int64), False
            places = [
                self._order[self._starts[g] : ends[g]].tolist() for g in groups[begin : begin + AT_ONCE]
            ]
            proven = proof.of([self._candidates[at] for at in chain.from_iterable(places)])
            for group in places:
                chosen += next(([at] for at in group if self._candidates[at] in proven), [])
        return np.array(chosen, dtype=np.int64), True


class _Proof:
    """That words of several tokens stand in a document as one, and those not wanted do not: read in its flow."""

    def __init__(self, segment: SegmentReader, query: SearchQuery, count: int) -> None:
        self._wanted = _needles(query.words.wanted)
        self._unwanted = _needles(query.words.unwanted)
        self.is_needed = bool(self._wanted or self._unwanted)
        self._flows = _Flows(segment, "flow", count) if self.is_needed else None

    def of(self, numbers: list[int]) -> set[int]:
        """Those of these documents that match."""
        found = numbers
        if self._flows is not None:
            for needle in self._wanted:
                found = self._flows.those_with(needle, found)
            for needle in self._unwanted:
                without = set(self._flows.those_with(needle, found))
                found = [n for n in found if n not in without]
        return set(found)


class _Flows:
    """The flows of a segment: read whole when many are asked for, else one by one."""

    def __init__(self, segment: SegmentReader, name: str, count: int) -> None:
        self._column: Any = segment.column_reader(name, translate=False)
        self._is_whole = count >= MANY and isinstance(self._column, VarBytesColumn.Reader)
        if self._is_whole:
            reader = self._column
            self._raw = reader._dbfile.get(reader._basepos, reader._length)  # noqa: SLF001  the library's version is pinned
            self._offsets, self._lengths = reader._offsets, reader._lengths  # noqa: SLF001

    def those_with(self, needle: bytes, numbers: list[int]) -> list[int]:
        """Those in whose flow the needle stands."""
        if not self._is_whole:
            return [n for n in numbers if needle in self._column[n]]
        find, offsets, lengths = self._raw.find, self._offsets, self._lengths
        return [n for n in numbers if find(needle, offsets[n], offsets[n] + lengths[n]) >= 0]


def _needles(words: Sequence[Word]) -> list[bytes]:
    return [w.needle.encode() for w in words if not w.is_one_token]


def _named(segment: SegmentReader, words: Sequence[Word], matching: Mask) -> Mask:
    """Those of the matching whose number, title or codes have every word."""
    named = matching.copy()
    for word in words:
        _keep_with_tokens(named, segment, "head", word)
        if not named.any():
            return named
    needles = _needles(words)
    if needles:
        found = np.flatnonzero(named).tolist()
        flows = _Flows(segment, "head_flow", len(found))
        for needle in needles:
            found = flows.those_with(needle, found)
        named[:] = False
        named[found] = True
    return named


def _keep_with_tokens(mask: Mask, segment: SegmentReader, field: str, word: Word) -> None:
    mask &= _with_tokens(segment, field, word, len(mask))


def _with_tokens(segment: SegmentReader, field: str, word: Word, count: int) -> Mask:
    """Documents that have every token of a word."""
    found = np.ones(count, dtype=np.bool_)
    for token in word.tokens:
        if (field, token) not in segment:
            return np.zeros(count, dtype=np.bool_)
        found &= _having(segment, field, token, count)
    if segment.has_deletions():
        found[list(segment.segment().deleted_docs())] = False
    return found


def _having(segment: SegmentReader, field: str, token: str, count: int) -> Mask:
    having = np.zeros(count, dtype=np.bool_)
    having[_numbers(segment, field, token)] = True
    return having


def _numbers(segment: SegmentReader, field: str, token: str) -> list[int]:
    """Documents of one token, block by block: one call of the library per 128 documents instead of three for each."""
    matcher = segment.postings(field, token)
    inner = matcher.child if isinstance(matcher, FilterMatcher) else matcher
    if not isinstance(inner, W3LeafMatcher):
        return list(inner.all_ids())
    inner.reset()
    numbers: list[int] = []
    while inner.is_active():
        inner._read_data()  # noqa: SLF001  the library's version is pinned
        numbers.extend(accumulate(inner._data[0]))  # noqa: SLF001  kept as differences
        inner._next_block()  # noqa: SLF001
    return numbers


def _numbers_of(values: Sequence[int]) -> Numbers:
    return np.array(values, dtype=np.int64)
