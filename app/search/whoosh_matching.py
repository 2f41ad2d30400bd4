"""Answering a question in one Whoosh segment: sets of document numbers, filtered by what the actor may see."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import SegmentReader

from app.search.contract import Kind, SearchDoc, SearchQuery, Window
from app.search.tokens import Word

Access = tuple[str, str, str, str, str, str]
"""kind, project, place, discipline, party, state."""
KIND_ORDER = {str(k): n for n, k in enumerate(Kind)}
_Rank = tuple[bool, int, bool, str, str]


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
    """A matching document that the actor may see."""

    facts: Facts
    is_head: bool
    is_in_force: bool
    segment: SegmentReader
    number: int
    """Of the document in its segment."""

    @property
    def rank(self) -> _Rank:
        """Order of the answer: named before mentioned, projects before sheets, in force first, natural order."""
        facts = self.facts
        kind = KIND_ORDER[facts.access[0]]
        return (not self.is_head, kind, not self.is_in_force, facts.sort_key, facts.subject_id)


def facts_of(segment: SegmentReader) -> list[Facts]:
    """The facts of every document of a segment, by its number."""
    column = segment.column_reader("facts", translate=False)
    return [Facts.from_bytes(column[n]) for n in range(segment.doc_count_all())]


class Eyes:
    """What one question may see: each combination of place, discipline, party and state is judged once."""

    def __init__(self, query: SearchQuery) -> None:
        self._query = query
        self._known: dict[Access, bool] = {}
        self._windows: dict[tuple[str, str], tuple[Window, ...]] = {}

    def sees(self, access: Access) -> bool:
        """True when some window of the actor shows documents of this access."""
        known = self._known.get(access)
        if known is None:
            known = self._known[access] = self._judge(access)
        return known

    def _judge(self, access: Access) -> bool:
        kind, project_id, *place_to_state = access
        if kind not in self._query.kinds:
            return False
        key = (kind, project_id)
        if key not in self._windows:
            self._windows[key] = self._query.visibility.windows(*key)
        return any(w.shows(project_id, *place_to_state) for w in self._windows[key])


def answer_segment(
    segment: SegmentReader, facts: Sequence[Facts], query: SearchQuery, eyes: Eyes
) -> Iterator[Candidate]:
    """Candidates of a segment. The filter stands before anything is ranked, counted or quoted."""
    matching = _with_all(segment, "body", "flow", query.words.wanted)
    for word in query.words.unwanted if matching else ():
        matching -= _with_word(segment, "body", "flow", word, matching)
    if not matching:
        return
    named = _with_all(segment, "head", "head_flow", query.words.wanted)
    for number in matching:
        fact = facts[number]
        if eyes.sees(fact.access) and fact.subject_id not in query.besides:
            in_force = fact.holds_from <= query.now < fact.holds_until
            yield Candidate(fact, number in named, in_force, segment, number)


def best_per_subject(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate per sheet: the revision in force, else the newest."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        subject = candidate.facts.subject_id
        known = best.get(subject)
        if known is None or _preference(candidate) > _preference(known):
            best[subject] = candidate
    return list(best.values())


def _preference(candidate: Candidate) -> tuple[bool, int]:
    return candidate.is_in_force, candidate.facts.rev_seq


def _with_all(segment: SegmentReader, field: str, flow: str, words: Sequence[Word]) -> set[int]:
    """Documents that have every word; first those whose answer needs only tokens, as they narrow the rest."""
    found: set[int] | None = None
    for word in sorted(words, key=lambda w: not w.is_one_token):
        found = _with_word(segment, field, flow, word, found)
        if not found:
            return set()
    return found or set()


def _with_word(segment: SegmentReader, field: str, flow: str, word: Word, among: set[int] | None) -> set[int]:
    found = among
    for postings in sorted(_postings(segment, field, word), key=len):
        found = set(postings) if found is None else found & postings
        if not found:
            return set()
    if found is None or word.is_one_token:
        return found or set()
    column, needle = segment.column_reader(flow, translate=False), word.needle.encode()
    return {number for number in found if needle in column[number]}


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
        inner._read_ids()  # noqa: SLF001  the library's version is pinned
        found.update(inner._ids)  # noqa: SLF001
        inner._next_block()  # noqa: SLF001
    return found - deleted
