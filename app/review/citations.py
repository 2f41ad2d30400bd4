"""A citation as people write it in one cell, taken apart: 《name》 GB 00000-2000 第 1.2.3 条."""

import re
from dataclasses import dataclass

from app.kernel.text import clean, tidy

_NAME = re.compile(r"《([^》]{1,200})》")
_STANDARD = re.compile(
    r"(?<![A-Za-z])((?:GBJ|GB|JGJ|CJJ|CJ|JG|JTG|TB|DL|DB\s?\d{2}|DBJ\s?[\d-]*|DGJ|T|XF|GA|CECS|RFJ|SL|JTS)"
    r"(?:\s?/\s?[A-Z]{1,8}\d*(?:-\d+)?)?\s?[A-Z]?\s?\d{1,6}(?:\.\d+)?(?:\s?[-—–]\s?\d{2,4})?)(?!\d)"
)
"""Prefix, number and year; which prefixes there are is a matter of habit, not of a rule."""
_CLAUSE = re.compile(r"(?:第\s?)?(\d+(?:\.\d+)+[A-Za-z]?)\s?(?:条|款)?(?!\d)")
_PLAIN_CLAUSE = re.compile(r"第\s?(\d+[A-Za-z]?)\s?条")


@dataclass(frozen=True)
class Citation:
    """What was found; empty where nothing was."""

    standard_no: str = ""
    standard_name: str = ""
    clause_no: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it names a standard and a clause."""
        return bool(self.standard_no and self.clause_no)


def read_citation(text: str) -> Citation:
    """The first standard and the first clause that a text names."""
    flat = clean(text)
    name = _NAME.search(tidy(text)) if text.isprintable() else _NAME.search(flat)
    standard = _STANDARD.search(flat)
    rest = flat[: standard.start()] + " " + flat[standard.end() :] if standard else flat
    rest = _NAME.sub(" ", rest)
    clause = _CLAUSE.search(rest) or _PLAIN_CLAUSE.search(rest)
    return Citation(
        re.sub(r"\s?([-/])\s?", r"\1", standard.group(1)).strip() if standard else "",
        name.group(1).strip() if name else "",
        clause.group(1) if clause else "",
    )
