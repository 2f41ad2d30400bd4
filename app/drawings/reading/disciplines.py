"""Discipline and stage from what is printed (DOMAIN 3.5)."""

import re
import unicodedata

from app.projects.rules import DISCIPLINE_LABELS, Discipline

_D = Discipline
_CHINESE: tuple[tuple[str, Discipline], ...] = (
    # Longer words first: 人防建施 is civil defence, 弱电施 is no 电施.
    ("人防", _D.CIVIL_DEFENCE),
    ("基坑", _D.SHORING),
    ("装配", _D.PRECAST),
    ("弱电", _D.ELV),
    ("智能", _D.ELV),
    ("电讯", _D.ELV),
    ("智施", _D.ELV),
    ("给排水", _D.PLUMB),
    ("给水排水", _D.PLUMB),
    ("水施", _D.PLUMB),
    ("水初", _D.PLUMB),
    ("水竣", _D.PLUMB),
    ("总施", _D.SITE),
    ("总图", _D.SITE),
    ("总初", _D.SITE),
    ("建施", _D.ARCH),
    ("建初", _D.ARCH),
    ("建方", _D.ARCH),
    ("建竣", _D.ARCH),
    ("建筑", _D.ARCH),
    ("结施", _D.STRUCT),
    ("结初", _D.STRUCT),
    ("结竣", _D.STRUCT),
    ("结构", _D.STRUCT),
    ("暖施", _D.HVAC),
    ("暖通", _D.HVAC),
    ("暖初", _D.HVAC),
    ("暖竣", _D.HVAC),
    ("空施", _D.HVAC),
    ("设施", _D.HVAC),
    ("通施", _D.HVAC),
    ("电施", _D.ELEC),
    ("电气", _D.ELEC),
    ("电初", _D.ELEC),
    ("电竣", _D.ELEC),
    ("气施", _D.GAS),
    ("动施", _D.GAS),
    ("燃气", _D.GAS),
    ("动力", _D.GAS),
    ("消施", _D.FIRE),
    ("消防", _D.FIRE),
    ("装施", _D.INTERIOR),
    ("内施", _D.INTERIOR),
    ("装饰", _D.INTERIOR),
    ("室内", _D.INTERIOR),
    ("幕施", _D.FACADE),
    ("幕墙", _D.FACADE),
    ("钢施", _D.STEEL),
    ("钢结构", _D.STEEL),
    ("景施", _D.LANDSCAPE),
    ("园施", _D.LANDSCAPE),
    ("绿施", _D.LANDSCAPE),
    ("景观", _D.LANDSCAPE),
    ("园林", _D.LANDSCAPE),
    ("勘", _D.SURVEY),
    ("路施", _D.ROAD),
    ("道路", _D.ROAD),
    ("桥施", _D.BRIDGE),
    ("桥梁", _D.BRIDGE),
    ("管施", _D.PIPELINE),
    ("隧施", _D.TUNNEL),
    ("照施", _D.LIGHTING),
    ("节能", _D.ENERGY),
    ("绿建", _D.GREEN),
    ("绿色建筑", _D.GREEN),
    ("给排", _D.PLUMB),
)
_BARE = {
    "总": _D.SITE,
    "建": _D.ARCH,
    "结": _D.STRUCT,
    "水": _D.PLUMB,
    "暖": _D.HVAC,
    "电": _D.ELEC,
    "弱": _D.ELV,
    "消": _D.FIRE,
    "景": _D.LANDSCAPE,
    "幕": _D.FACADE,
    "装": _D.INTERIOR,
}
_LATIN: dict[str, Discipline] = {
    "AR": _D.ARCH, "A": _D.ARCH, "JS": _D.ARCH, "AA": _D.GENERAL, "G": _D.GENERAL,
    "AS": _D.SITE, "C": _D.SITE, "ZS": _D.SITE, "SP": _D.SITE,
    "S": _D.STRUCT, "EK": _D.STRUCT, "K": _D.STRUCT, "GS": _D.STRUCT, "ST": _D.STRUCT, "JG": _D.STRUCT,
    "P": _D.PLUMB, "VK": _D.PLUMB, "SS": _D.PLUMB, "PL": _D.PLUMB,
    "M": _D.HVAC, "KV": _D.HVAC, "KVVK": _D.HVAC, "KVJ": _D.HVAC, "NS": _D.HVAC, "HV": _D.HVAC,
    "E": _D.ELEC, "EL": _D.ELEC, "DS": _D.ELEC,
    "T": _D.ELV, "EN": _D.ELV, "NN": _D.ELV, "RD": _D.ELV,
    "F": _D.FIRE, "FP": _D.FIRE, "FA": _D.FIRE, "I": _D.INTERIOR, "ID": _D.INTERIOR,
    "SA": _D.INTERIOR, "L": _D.LANDSCAPE, "LA": _D.LANDSCAPE, "MA": _D.LANDSCAPE, "TL": _D.ROAD,
}  # fmt: skip
_TITLE_WORDS: tuple[tuple[str, Discipline], ...] = (
    (r"弱电|智能化|综合布线|火灾.*报警|structured cabling", _D.ELV),
    (r"给排水|给水|排水|喷淋|消火栓|plumbing|drainage|water supply", _D.PLUMB),
    (r"暖通|空调|通风|采暖|防排烟|hvac|ventilation|mechanical", _D.HVAC),
    (r"电气|配电|照明|防雷|接地|electrical|power plan|lighting plan", _D.ELEC),
    (r"结构|基础|配筋|桩位|柱.*定位|梁.*平法|foundation|structural|framing|rebar", _D.STRUCT),
    (r"总平面|总图|site plan|asendiplaan", _D.SITE),
    (r"幕墙|curtain wall", _D.FACADE),
    (r"景观|绿化|landscape", _D.LANDSCAPE),
    (r"建筑|立面图|architectural|elevations?\b", _D.ARCH),
)
_NAMES = {label.zh: d for d, label in DISCIPLINE_LABELS.items()} | {
    label.en.casefold(): d for d, label in DISCIPLINE_LABELS.items()
}
_FIRST_LETTERS = re.compile(r"([A-Z]{1,4})(?=[-._]?\d)")
_STAGES: tuple[tuple[str, str], ...] = (
    (r"竣工|as.?built|record drawing|teostus", "as_built"),
    (r"施工图|施工|construction|for tender|tööprojekt|põhiprojekt", "construction"),
    (r"初步|初设|扩初|preliminary|schematic|design development|eelprojekt", "preliminary"),
    (r"方案|概念|concept|eskiis", "concept"),
)


def guess_discipline(number: str, title: str) -> str | None:
    """An id of :class:`Discipline` from a number such as ``建施-01`` or ``AR-5-01``, else from strong words of the title."""
    flat = unicodedata.normalize("NFKC", number).strip()
    for word, discipline in _CHINESE:
        if word in flat:
            return str(discipline)
    if m := re.search(r"(?:^|-)([总建结水暖电弱消景幕装])(?=-?[A-Z]?\d)", flat):
        return str(_BARE[m[1]])
    if found := _from_letters(flat.upper()):
        return found
    text = unicodedata.normalize("NFKC", title).casefold()
    for pattern, discipline in _TITLE_WORDS:
        if re.search(pattern, text):
            return str(discipline)
    return None


def _from_letters(number: str) -> str | None:
    """The letters right before the first digit that stand for a discipline (``TRN_EP_AR-5-01`` -> AR)."""
    for letters in _FIRST_LETTERS.findall(number):
        if letters in _LATIN:
            return str(_LATIN[letters])
    return None


def discipline_of_cell(text: str) -> str | None:
    """What a cell 专业 or 图别 says: a name (``建筑``, ``Structure``) or a short form (``建施``)."""
    flat = unicodedata.normalize("NFKC", text).strip()
    exact = _NAMES.get(flat) or _NAMES.get(flat.casefold()) or _BARE.get(flat) or _LATIN.get(flat.upper())
    if exact:
        return str(exact)
    for word, discipline in _CHINESE:
        if word in flat:
            return str(discipline)
    return None


def guess_stage(text: str) -> str | None:
    """An id of :class:`app.projects.rules.Stage` from a printed stage (设计阶段), or None."""
    flat = text.casefold()
    return next((stage for pattern, stage in _STAGES if re.search(pattern, flat)), None)
