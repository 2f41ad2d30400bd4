"""Values of title blocks: scales, dates, numbers, revisions; and what a file name tells."""

import re
import unicodedata
from datetime import date

from app.drawings.reading.vocabulary import has_cjk

_RATIO = re.compile(r"(?<![\d.])(1|2|5|10|20|50|100)\s*[:/∶]\s*(\d{1,6}(?:\.\d+)?)(?![\d.])")
_FOOT = re.compile(r"(\d+(?:\s*-?\s*\d+/\d+)?|\d+/\d+)\s*(?:\"|''|″|”)\s*=\s*(\d+)\s*(?:'|′|’)\s*-?\s*(\d+)?")
_WORD_SCALE = re.compile(
    r"^(nts|not to scale|as (noted|shown|indicated)|varies|见图|如图|示意|无比例|图示|不按比例)\.?$",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2}))?(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*((?:19|20)\d{2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_MONTHS = {
    m: n
    for n, m in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_NAMED = re.compile(
    r"(?:(\d{1,2})\s*[-. ]?\s*)?([A-Za-z]{3})[a-z]*\.?[-, ]*(?:(\d{1,2}),\s*)?((?:19|20)\d{2})"
)

DISCIPLINE_CHARS = "总建结水暖电气动消防人装内幕钢景园绿弱智设空基坑勘路桥管隧照给排通讯配节能筑构"
_ZH_NUMBER = re.compile(
    rf"(?:[\w#＃]{{1,12}}[-#])*(?:[{DISCIPLINE_CHARS}]{{1,4}}(?:[施初方竣变修]{{1,2}}|[-\d])|[{DISCIPLINE_CHARS}]{{2,4}}(?=-))"
    r"(?:[-.]?[A-Za-z0-9]{1,5}){0,4}[竣改修]?"
)
_LATIN_NUMBER = re.compile(
    r"(?:[A-Z0-9]{1,10}[-_])*[A-Z]{1,4}\d{0,2}(?:[-.]{0,2}[A-Z]{0,2}\d{1,4}){1,5}[A-Za-z]?", re.IGNORECASE
)
_DOTTED = re.compile(r"\d{1,3}(?:[-.]\d{1,3}){1,4}[A-Za-z]?")
_SERIAL = re.compile(r"\d{1,4}[A-Za-z]?")
_REVISION = re.compile(
    r"(?:rev\.?\s*)?(?:[A-Z]|[A-Z]?\d{1,3}|[A-Z]\d?[.]\d{1,2}|v\.?\s*\d{1,3}(?:\.\d+)?|[PC]\d{1,2}|第?\s*[A-Z0-9一二三四五六七八九十]{1,3}\s*[版次稿])",
    re.IGNORECASE,
)
_FILE_REVISION = re.compile(
    r"v\d{1,3}|rev[-.]?\w{1,3}|r\d{1,2}|[a-z]\d?版|第?[\d一二三四五六七八九十]{1,3}版", re.IGNORECASE
)
_GLUED = re.compile(
    rf"((?:[\w#]{{1,8}}-)?[{DISCIPLINE_CHARS}]{{1,4}}[施竣初变]{{1,2}}[- ]?[A-Z]?\d+[a-zA-Z]?)(.*)"
)
_LATIN_SHEET = re.compile(r"[A-Z]{1,3}[-.]?\d{1,4}(?:[-.]\d{1,4}){0,4}[a-z]?", re.IGNORECASE)


def parse_scale(text: str) -> list[str]:
    """All scales in a text as ``1:100``; imperial ones as the ratio they mean (``1/4" = 1'-0"`` -> ``1:48``)."""
    flat = unicodedata.normalize("NFKC", text)
    found = []
    for match in _FOOT.finditer(flat):
        drawn = _inches(match.group(1))
        real = int(match.group(2)) * 12 + int(match.group(3) or 0)
        if drawn > 0 and real > 0:
            found.append(f"1:{_plain(real / drawn)}")
    ratios = _RATIO.findall(_FOOT.sub(" ", flat))
    found += [f"{a}:{_plain(float(b))}" for a, b in ratios if float(b) > 0 and (a == "1" or b == "1")]
    return list(dict.fromkeys(found))


def is_scale_word(text: str) -> bool:
    """``AS NOTED``, ``NTS``, ``见图``: printed in place of a scale."""
    return _WORD_SCALE.match(text.strip()) is not None


def _inches(text: str) -> float:
    total = 0.0
    for part in text.replace("-", " ").split():
        above, _, below = part.partition("/")
        total += int(above) / (int(below) or 1) if below else int(above)
    return total


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def parse_date(text: str) -> str:
    """``2024-05-12``, or ``2024-05`` where no day is printed, or ``""``.

    Day before month where the year stands last, unless the second number can only be a day (US form).
    """
    flat = unicodedata.normalize("NFKC", text)
    if m := _YEAR_FIRST.search(flat):
        return _iso(int(m[1]), int(m[2]), int(m[3]) if m[3] else None)
    if m := _YEAR_LAST.search(flat):
        day, month = int(m[1]), int(m[2])
        if month > 12 >= day:
            day, month = month, day
        return _iso(int(m[3]), month, day)
    if m := _COMPACT.search(flat):
        return _iso(int(m[1]), int(m[2]), int(m[3]))
    if m := _NAMED.search(flat):
        month_named = _MONTHS.get(m[2].lower())
        return _iso(int(m[4]), month_named, int(m[1] or m[3] or 0) or None) if month_named else ""
    return ""


def parse_day(text: str) -> str:
    """``2024-05-12``, or ``""`` where the text names no whole day."""
    found = parse_date(text)
    return found if len(found) == len("2024-05-12") else ""


def _iso(year: int, month: int, day: int | None) -> str:
    try:
        checked = date(year, month, day or 1)
    except ValueError:
        return ""
    return checked.isoformat() if day else f"{year:04d}-{month:02d}"


def clean_number(text: str) -> str:
    """As printed, without the spaces that kerning and fragments leave around dashes and dots."""
    return re.sub(r"\s*([-–—./_])\s*", r"\1", " ".join(text.split())).strip(" :：")


def number_fit(text: str) -> float:
    """How much a text looks like a sheet number: 1 surely, 0 not at all. A bare ``01`` is 0.6."""
    flat = clean_number(unicodedata.normalize("NFKC", text)).replace("—", "-").replace("–", "-")
    flat, _, total = flat.partition("/")
    if not flat or len(flat) > 40 or (total and not re.fullmatch(r"\d{1,4}", total)):
        return 0.0
    if parse_date(flat) or not any(c.isdigit() for c in flat):
        return 0.0
    compact = flat.replace(" ", "")
    if _ZH_NUMBER.fullmatch(compact):
        return 1.0
    if " " in flat:
        return 0.6 if len(compact) <= 16 and _LATIN_NUMBER.fullmatch(compact) else 0.0
    if _LATIN_NUMBER.fullmatch(flat):
        return 1.0
    if _SERIAL.fullmatch(flat):
        return 0.6
    return 0.8 if _DOTTED.fullmatch(flat) else 0.0


def is_sheet_number(text: str) -> bool:
    """The strict form, for numbers that no label announces: ``A102``, ``S-201``, ``建施-01``."""
    flat = unicodedata.normalize("NFKC", clean_number(text))
    if not any(c.isdigit() for c in flat) or len(flat) > 24:
        return False
    if has_cjk(flat):
        return re.search(r"[施竣初变]", flat) is not None and _ZH_NUMBER.fullmatch(flat) is not None
    return flat == flat.upper() and _LATIN_SHEET.fullmatch(flat) is not None


def revision_fit(text: str) -> float:
    """1 for ``A``, ``01``, ``V1.0``, ``B版``; 0 for what is no revision."""
    return 1.0 if _REVISION.fullmatch(unicodedata.normalize("NFKC", text).strip()) else 0.0


def number_from_file_name(name: str) -> tuple[str, str, str] | None:
    """Number, title and revision that a file name tells; None when it tells no number.

    The first part that looks like a sheet number is taken: ``TRN_EP_AR-5-01_V01_Plan.pdf`` gives ``AR-5-01``.
    """
    stem = unicodedata.normalize("NFKC", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = re.sub(r"\.[A-Za-z][A-Za-z0-9]{1,4}$", "", stem)
    stem = re.sub(r"([_ (（]\d{1,2}[_)）]+|_b)$", "", stem)
    words = [w for w in re.split(r"[_\s]+", stem) if w and w not in {"-", "–"}]
    for place, word in enumerate(words):
        if _FILE_REVISION.fullmatch(word):
            continue
        if is_sheet_number(word.upper()):
            return _name_parts(word, words[place + 1 :])
        if m := _GLUED.fullmatch(word):
            return _name_parts(m[1], [m[2].strip("-. "), *words[place + 1 :]])
    return None


def _name_parts(number: str, rest: list[str]) -> tuple[str, str, str]:
    revisions = [w for w in rest if _FILE_REVISION.fullmatch(w)]
    title = " ".join(w for w in rest if w and not _FILE_REVISION.fullmatch(w))
    return number, title, revisions[0] if revisions else ""
