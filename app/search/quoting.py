"""From a matching document to what is shown of it: where the words stand, and a few characters around them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.search.contract import Hit, SearchDoc, Where
from app.search.tokens import CJK, Word, flat, is_cjk

SNIPPET = 80
"""Characters shown around the first match."""
_PIECE = re.compile(rf"[{CJK}]|\d+|[^\W\d_{CJK}]+")


def hit_of(doc: SearchDoc, words: Sequence[Word], now: int) -> Hit:
    """The hit of a document that matches the words."""
    patterns = [_pattern(w) for w in words]
    where, line = _found(doc, patterns)
    snippet, marks = _quote(line, patterns)
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


def _found(doc: SearchDoc, patterns: Sequence[re.Pattern[str]]) -> tuple[Where, str]:
    for where, line in (
        (Where.NUMBER, doc.number),
        (Where.TITLE, doc.title),
        *((Where.CODE, c) for c in doc.codes),
    ):
        if line and all(p.search(line) for p in patterns):
            return where, line
    text = "\n".join(doc.lines)
    for pattern in patterns:
        if (match := pattern.search(text)) is not None:
            begin = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.end())
            return Where.TEXT, text[begin : end if end >= 0 else len(text)]
    return Where.TITLE, doc.title


@lru_cache(maxsize=1024)
def _pattern(word: Word) -> re.Pattern[str]:
    """Where a word stands in the original: any joints between its pieces, but never across two lines."""
    pieces = _PIECE.findall(flat(word.typed))
    between = r"(?:[^\w\n]|_){0,3}".join(re.escape(p) for p in pieces)
    head = "" if not pieces or is_cjk(pieces[0]) else rf"(?<![^\W_{CJK}])"
    tail = "" if not pieces or is_cjk(pieces[-1]) else rf"(?![^\W_{CJK}])"
    return re.compile(head + between + tail if pieces else r"(?!)", re.IGNORECASE)


def _quote(line: str, patterns: Sequence[re.Pattern[str]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    spans = sorted({m.span() for p in patterns for m in p.finditer(line)})
    start = 0 if len(line) <= SNIPPET or not spans else max(0, spans[0][0] - SNIPPET // 4)
    stop = min(len(line), start + SNIPPET)
    marks: list[tuple[int, int]] = []
    for begin, end in spans:
        if begin >= start and end <= stop and (not marks or begin - start >= marks[-1][1]):
            marks.append((begin - start, end - start))
    return line[start:stop], tuple(marks)
