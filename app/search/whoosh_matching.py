"""Answering a question in one Whoosh segment: sets of document numbers, filtered by what the actor may see."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import accumulate
from typing import Any, NamedTuple, Self

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.columns import VarBytesColumn
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import SegmentReader

from app.search.contract import Kind, SearchDoc, SearchQuery, Window
from app.search.tokens import Word

Access = tuple[str, str, str, str, str, str]
"""kind, project, place, discipline, party, state."""
KIND_ORDER = {str(k): n for n, k in enumerate(Kind)}
MANY = 500
"""From so many documents on, reading a column whole is faster than reading it one by one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What filtering and ranking need of a document."""

    access: Access
    subject_id: str
    rev_seq: int
    sort_key: str
    holds_from: int
    holds_until: int

    @classmethod
    def of(cls, doc: SearchDoc) -> Self:
        """The facts of a document."""
        access = (doc.kind, doc.project_id, doc.place, doc.discipline, doc.party_id, doc.state)
        return cls(access, doc.subject_id, doc.rev_seq, doc.sort_key, doc.holds_from, doc.holds_until)

    def to_bytes(self) -> bytes:
        """For the column."""
        fields = (self.subject_id, self.rev_seq, self.sort_key, self.holds_from, self.holds_until)
        return json.dumps([self.access, *fields], ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """From the column."""
        access, *rest = json.loads(raw)
        return cls(_shared(tuple(access)), *rest)


@lru_cache(maxsize=100_000)
def _shared(access: Access) -> Access:
    """One object for all documents of the same access: thousands of sheets have a few dozen."""
    return access


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


_Found = tuple[bool, int, bool, str, str, int, SegmentReader, int]
"""A :class:`Candidate` to be: thousands match, and only those on the page become one."""


def facts_of(segment: SegmentReader) -> list[Facts]:
    """The facts of every document of a segment, by its number."""
    column = segment.column_reader("facts", translate=False)
    return [Facts.from_bytes(column[n]) for n in range(segment.doc_count_all())]


class Eyes(dict[Access, int | None]):
    """What one question may see: for each access, the place of its kind in the answer; None for what is hidden.

    Each combination of place, discipline, party and state is judged once, when it is first met.
    """

    def __init__(self, query: SearchQuery) -> None:
        super().__init__()
        self._query = query
        self._windows: dict[tuple[str, str], tuple[Window, ...]] = {}

    def __missing__(self, access: Access) -> int | None:
        kind, project_id, *place_to_state = access
        if kind in self._query.kinds:
            key = (kind, project_id)
            if key not in self._windows:
                self._windows[key] = self._query.visibility.windows(*key)
            seen = any(w.shows(project_id, *place_to_state) for w in self._windows[key])
        else:
            seen = False
        place = self[access] = KIND_ORDER[kind] if seen else None
        return place


def answer(segments: Iterable[tuple[SegmentReader, Sequence[Facts]]], query: SearchQuery) -> "Answer":
    """What matches in a project's segments. The filter stands before anything is ranked, counted or quoted."""
    best: dict[str, _Found] = {}
    eyes = Eyes(query)
    for segment, facts in segments:
        _collect(best, segment, facts, query, eyes)
    return Answer(best)


class Answer:
    """One document per sheet: the revision in force, else the newest."""

    def __init__(self, best: Mapping[str, _Found]) -> None:
        self._best = best

    def __len__(self) -> int:
        return len(self._best)

    def first(self, count: int) -> list[Candidate]:
        """The first in the order of the answer."""
        return [Candidate._make(found) for found in nsmallest(count, self._best.values())]


def _collect(
    best: dict[str, _Found], segment: SegmentReader, facts: Sequence[Facts], query: SearchQuery, eyes: Eyes
) -> None:
    matching = _with_all(segment, "body", "flow", query.words.wanted, None)
    for word in query.words.unwanted if matching else ():
        matching -= _with_word(segment, "body", "flow", word, matching)
    if not matching:
        return
    named = _with_all(segment, "head", "head_flow", query.words.wanted, matching)
    now, besides = query.now, query.besides
    for number in matching:
        fact = facts[number]
        kind = eyes[fact.access]
        subject = fact.subject_id
        if kind is None or subject in besides:
            continue
        is_not_in_force = not fact.holds_from <= now < fact.holds_until
        known = best.get(subject)
        if known is None or (not is_not_in_force, fact.rev_seq) > (not known[2], known[5]):
            is_only_mentioned = number not in named
            best[subject] = (
                is_only_mentioned, kind, is_not_in_force, fact.sort_key, subject, fact.rev_seq, segment, number,
            )  # fmt: skip


def _with_all(
    segment: SegmentReader, field: str, flow: str, words: Sequence[Word], among: set[int] | None
) -> set[int]:
    """Documents that have every word; first those whose answer needs only tokens, as they narrow the rest."""
    found = among
    for word in sorted(words, key=lambda w: not w.is_one_token):
        found = _with_word(segment, field, flow, word, found)
        if not found:
            return set()
    return found or set()


def _with_word(segment: SegmentReader, field: str, flow: str, word: Word, among: set[int] | None) -> set[int]:
    found = among
    for postings in sorted(_postings(segment, field, word), key=len):
        found = postings if found is None else found & postings
        if not found:
            return set()
    if found is None or word.is_one_token:
        return found or set()
    return _with_needle(segment.column_reader(flow, translate=False), word.needle.encode(), found)


def _with_needle(column: Any, needle: bytes, among: set[int]) -> set[int]:
    """Those whose flow has the needle. Many are looked through in one read of the column, few are read one by one."""
    if len(among) < MANY or not isinstance(column, VarBytesColumn.Reader):
        return {number for number in among if needle in column[number]}
    raw = column._dbfile.get(column._basepos, column._length)  # noqa: SLF001  the library's version is pinned
    offsets, lengths = column._offsets, column._lengths  # noqa: SLF001
    return {n for n in among if raw.find(needle, offsets[n], offsets[n] + lengths[n]) >= 0}


def _postings(segment: SegmentReader, field: str, word: Word) -> list[set[int]]:
    """The documents of each token; one empty set as soon as a token is unknown."""
    sets = []
    for token in word.tokens:
        if (field, token) not in segment:
            return [set()]
        sets.append(_numbers(segment, field, token))
    return sets


def _numbers(segment: SegmentReader, field: str, token: str) -> set[int]:
    """Documents of one token, block by block: one call of the library per 128 documents instead of three for each."""
    matcher = segment.postings(field, token)
    deleted = set(segment.segment().deleted_docs()) if segment.has_deletions() else set()
    inner = matcher.child if deleted and isinstance(matcher, FilterMatcher) else matcher
    if not isinstance(inner, W3LeafMatcher):
        return set(matcher.all_ids())
    inner.reset()
    found: set[int] = set()
    while inner.is_active():
        inner._read_data()  # noqa: SLF001  the library's version is pinned
        ids = inner._data[0]  # noqa: SLF001
        found.update(ids if inner._byteids else accumulate(ids))  # noqa: SLF001  kept as differences
        inner._next_block()  # noqa: SLF001
    return found - deleted
