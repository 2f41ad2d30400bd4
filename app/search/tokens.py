"""What a text becomes in an index, and what people's words become in a question: one analyzer for both drivers.

A text is cut into *segments*: runs of Chinese characters, and runs of other letters and digits. ``建施-01``, ``建施01``
and ``建施－０１`` all become ``建施`` ``01``; a Latin code loses its joints, ``KZ-1`` becomes ``kz1``. From segments come

* *tokens*, for the inverted index: overlapping pairs of a Chinese run (right on 9 of 9 probe questions where a word
  segmenter was right on 6), each single Chinese character, other runs whole, and the parts of joined codes;
* the *flow*, the segments of a line with one space between them, in which a driver looks for the *needle* of a word
  after the tokens have named the candidates. So a word of many characters matches only where it stands as one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.kernel.text import clean

CJK = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
"""Han characters with extensions A to H, and the three marks that stand among them."""
LONGEST_TOKEN = 64
LONGEST_QUERY = 200
MOST_WORDS = 16
JOINED_PARTS = 6
"""A code has at most so many joined parts; what has more is an address or a path."""

_RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+(?:[-_./][^\W_{CJK}]+)*")
_SPACED_CJK = re.compile(rf"(?<=[{CJK}]) (?=[{CJK}])")
_IS_CJK = re.compile(rf"[{CJK}]")
_PART = re.compile(r"[^\W_]+")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]+)(\d+)")
_QUERY_PART = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_QUOTES = str.maketrans("“”„«»「」『』＂", '""""""""""')


@dataclass(frozen=True)
class Segment:
    """A run of a line in its one form, and the parts it was joined from."""

    text: str
    parts: tuple[str, ...] = ()

    @property
    def is_cjk(self) -> bool:
        """True for Chinese characters."""
        return is_cjk(self.text[0])


@dataclass(frozen=True)
class Word:
    """One word or quoted phrase of a question."""

    segments: tuple[str, ...]
    typed: str
    """As it was typed, cleaned: for finding it again in the original text."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Tokens that a matching document has, all of them."""
        found = (t for s in self.segments for t in (_pairs(s) if is_cjk(s[0]) else (s,)))
        return tuple(dict.fromkeys(found))

    @property
    def needle(self) -> str:
        """What the flow of a matching document contains."""
        first, last = self.segments[0], self.segments[-1]
        head = "" if is_cjk(first[0]) else " "
        tail = "" if is_cjk(last[-1]) else " "
        return f"{head}{' '.join(self.segments)}{tail}"

    @property
    def is_one_token(self) -> bool:
        """True when having the token is already the answer, so that no flow need be read."""
        return len(self.tokens) == 1 and len(self.segments) == 1


@dataclass(frozen=True)
class Words:
    """A question: every word of ``wanted`` and none of ``unwanted``. Nothing wanted finds nothing."""

    wanted: tuple[Word, ...] = ()
    unwanted: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Analysed:
    """Lines of a document, ready for an index."""

    tokens: tuple[str, ...]
    """Each once, in order of appearance."""
    flow: str


def is_cjk(character: str) -> bool:
    """True for a Chinese character."""
    return _IS_CJK.match(character) is not None


def flat(text: str) -> str:
    """A line in the form in which it is kept and shown: NFKC, without what cannot be printed."""
    return clean(text)


def segments(line: str) -> Iterator[Segment]:
    """The segments of one :func:`flat` line, in order. Never raises, whatever the text."""
    text = _SPACED_CJK.sub("", line.casefold())
    for match in _RUN.finditer(text):
        run = match.group()
        if is_cjk(run[0]):
            yield Segment(run)
            continue
        parts = _PART.findall(run)
        if 1 < len(parts) <= JOINED_PARTS and any(not p.isdigit() for p in parts):
            yield Segment("".join(parts)[:LONGEST_TOKEN], tuple(p[:LONGEST_TOKEN] for p in parts))
        else:
            yield from (Segment(p[:LONGEST_TOKEN]) for p in parts)


def analyse(lines: Iterable[str]) -> Analysed:
    """Tokens and flow of a document's :func:`flat` lines. Words never match across two lines."""
    tokens: dict[str, None] = {}
    flows = []
    for line in lines:
        found = list(segments(line))
        if found:
            flows.append(f" {' '.join(s.text for s in found)} ")
            tokens.update(dict.fromkeys(_tokens(found)))
    return Analysed(tuple(tokens), "\n".join(flows))


def parse(question: str) -> Words:
    """The words of a question: ``word``, ``"a phrase"``, ``-without``. Never raises, whatever is typed.

    A minus binds the whole word or phrase that follows it, Chinese or not.
    """
    wanted: dict[tuple[str, ...], Word] = {}
    unwanted: dict[tuple[str, ...], Word] = {}
    text = clean(question.translate(_QUOTES))[:LONGEST_QUERY]
    for match in _QUERY_PART.finditer(text):
        minus, phrase, plain = match.groups()
        typed = (phrase if phrase is not None else plain).strip()
        found = tuple(s.text for s in segments(typed))
        if found and len(wanted) + len(unwanted) < MOST_WORDS:
            (unwanted if minus else wanted).setdefault(found, Word(found, typed))
    return Words(tuple(wanted.values()), tuple(unwanted.values()))


def _tokens(found: list[Segment]) -> Iterator[str]:
    for at, segment in enumerate(found):
        text = segment.text
        if segment.is_cjk:
            yield from _pairs(text)
            yield from text
            continue
        yield text
        yield from segment.parts
        if (split := _LETTERS_DIGITS.fullmatch(text)) is not None:
            yield from split.groups()
        after = found[at + 1].text if at + 1 < len(found) else ""
        if after.isdecimal() and not any(c.isdigit() for c in text):
            yield (text + after)[:LONGEST_TOKEN]  # "GB 50016" is found by GB50016


def _pairs(run: str) -> Iterable[str]:
    return (run,) if len(run) == 1 else (run[i : i + 2] for i in range(len(run) - 1))
