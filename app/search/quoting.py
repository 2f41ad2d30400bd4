"""From a matching document to what is shown of it: where the words stand, and a few characters around them."""

import re
from collections.abc import Sequence

from app.search.contract import Hit, SearchDoc, Where
from app.search.tokens import CJK, Word, analyse, flat

SNIPPET = 80
"""Characters shown around the first match."""
_PIECE = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")


def hit_of(doc: SearchDoc, words: Sequence[Word], now: int) -> Hit:
    """The hit of a document that matches the words."""
    where, line = _found(doc, words)
    snippet, marks = _quote(line, [_pattern(w) for w in words])
    is_sheet = doc.id != doc.subject_id
    return Hit(
        kind=doc.kind,
        id=doc.subject_id,
        project_id=doc.project_id,
        number=doc.number,
        title=doc.title,
        where=where,
        revision_id=doc.id if is_sheet else "",
        rev_label=doc.rev_label,
        state=doc.state,
        is_in_force=doc.holds_from <= now < doc.holds_until,
        page=doc.page,
        snippet=snippet,
        marks=marks,
    )


def head_lines(doc: SearchDoc) -> tuple[str, ...]:
    """Lines that name a document: a match here ranks above one in the text."""
    return (doc.number, doc.title, *doc.codes)


def body_lines(doc: SearchDoc) -> tuple[str, ...]:
    """All lines of a document."""
    return (*head_lines(doc), *doc.lines)


def _found(doc: SearchDoc, words: Sequence[Word]) -> tuple[Where, str]:
    if _has_all(doc.number, words):
        return Where.NUMBER, doc.number
    if _has_all(doc.title, words):
        return Where.TITLE, doc.title
    for code in doc.codes:
        if _has_all(code, words):
            return Where.CODE, code
    line = next((line for line in doc.lines if any(_has(line, w) for w in words)), "")
    return Where.TEXT if line else Where.TITLE, line or doc.title


def _has_all(line: str, words: Sequence[Word]) -> bool:
    return bool(line) and all(_has(line, w) for w in words)


def _has(line: str, word: Word) -> bool:
    found = analyse((line,))
    if not set(word.tokens) <= set(found.tokens):
        return False
    return word.is_one_token or word.needle in found.flow


def _pattern(word: Word) -> re.Pattern[str]:
    pieces = [re.escape(p) for p in _PIECE.findall(flat(word.typed))]
    return re.compile(r"[\W_]{0,3}".join(pieces) or r"(?!)", re.IGNORECASE)


def _quote(line: str, patterns: Sequence[re.Pattern[str]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    spans = sorted({m.span() for p in patterns for m in p.finditer(line)})
    start = 0 if len(line) <= SNIPPET or not spans else max(0, spans[0][0] - SNIPPET // 4)
    stop = min(len(line), start + SNIPPET)
    marks: list[tuple[int, int]] = []
    for begin, end in spans:
        if begin >= start and end <= stop and (not marks or begin - start >= marks[-1][1]):
            marks.append((begin - start, end - start))
    return line[start:stop], tuple(marks)
