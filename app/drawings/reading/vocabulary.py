"""Words that announce a field in title blocks and lists: Chinese, English, Estonian."""

import re
import unicodedata
from dataclasses import dataclass

_LABELS: dict[str, str] = {
    "number": "图号 图纸编号 图纸号 图纸图号 图纸编码 图编号|sheet no|sheet number|sheet #|sheet num|drawing no|"
    "drawing number|"
    "drawing #|drg no|dwg no|dwg #|dwg number|drg number|plan no|document no|document number|joonise nr|"
    "joonise number|"
    "joonise tähis|joonise nr/tähis|tähis|sheet|dwg|sht no",
    "title": "图名 图纸名称 图纸内容 图纸题名 图纸名 图题|sheet title|sheet name|drawing title|drawing name|"
    "dwg title|"
    "drg title|title of drawing|title|drawing|joonise nimetus|joonise nimi|joonis|document title|sheet contents",
    "discipline": "专业 图别 专业名称 专业类别 图纸类别 设计专业|discipline|trade|eriala|projekti osa",
    "scale": "比例 比例尺 图纸比例 出图比例|scale|scales|drawing scale|mõõtkava|mõõt|m",
    "date": "日期 出图日期 设计日期 完成日期 出图时间 年月 图纸日期|date|issue date|date of issue|issued date|"
    "date issued|"
    "drawing date|kuupäev|plot date|print date",
    "revision": "版本 版次 版号 版本号 修改版次 修订号 修订版次 图纸版本 图纸版次 版别|rev|rev no|revision|"
    "revision no|revision number|"
    "rev #|current revision|versioon|muudatus|muut|ver|version",
    "stage": "设计阶段 阶段 出图阶段 图纸阶段 项目阶段|stage|phase|design stage|design phase|project stage|"
    "project phase|"
    "project status|drawing status|issued for|staadium|stadium|projekti staadium",
    "project_name": "工程名称 项目名称 工程项目 建设项目 工程|project|project name|project title|job title|"
    "objekt|objekti nimi|"
    "objekti nimetus|objekti nimi ja asukoht|ehitis|project name and location",
    "building_name": "子项名称 子项 单体名称 单项工程 子项工程 单位工程 单体 建筑名称 单项名称 子项目名称|"
    "building|building name|sub-item|"
    "subproject|sub project|subitem|subitem name|sub-item name|block name",
    "design_org": "设计单位 设计单位名称|design institute|design firm|design company|projekteerija|"
    "designer company|design unit",
    "owner_org": "建设单位 业主 建设单位名称 委托单位 甲方 建设方|client|owner|employer|client name|tellija|"
    "construction unit",
    "job_no": "工程编号 工程号 设计号 设计编号 项目编号 项目号 合同号 合同编号 工号|job no|job number|project no|"
    "project number|"
    "project #|proj no|job #|contract no|comm no|töönr|töö nr|töö number|projekti nr|design no|file no",
    "building_no": "子项号 子项编号 单体编号|building no|subitem no|sub-item no",
    "archive_no": "档案号 归档号 存档号|archive no",
    "paper": "图幅 幅面 图纸幅面 规格|size|paper size|sheet size|formaat|paper",
    "sheet_index": "页次 张次 页码 第页|page|leht|page no",
    "sheet_total": "总页数 总张数 共页|lehti|pages|total sheets",
    "project_lead": "项目负责人 项目负责 设计总负责人 设总 工程负责人 工程主持 工程主持人 项目经理 设计主持人|"
    "project leader|project manager|"
    "project director|lead designer|projektijuht|captain|project lead",
    "discipline_lead": "专业负责人 专业负责 工种负责人 工种负责|discipline leader|discipline lead|"
    "discipline responsible|"
    "vastutav arhitekt|vastutav spetsialist|vastutav insener|principal",
    "approver": "审定 审定人 批准|approved|approved by|approve|appd|appd by|kinnitas|authorised by|authorized by",
    "verifier": "审核 审核人 审查|verified|verified by|reviewed|reviewed by",
    "checker": "校对 校核 校对人 复核|checked|checked by|chkd|chkd by|chk|check|checker|kontrollis|ckd by|chk by",
    "designer_person": "设计 设计人|designed|designed by|design|des by|designer|arhitekt|insener|projekteeris|"
    "architect",
    "drafter": "制图 绘图 制图人 描图|drawn|drawn by|drafted|drafted by|drafter|drn|drn by|dwn by|joonestas|"
    "koostas|author",
}
_TABLE_WORDS = (
    "姓名 签名 签字 实名 会签 会签栏 修改内容 变更内容 修订内容 修改说明 修改记录 变更记录 修改人 修改原因 职责 "
    "签章 型号 规格型号 材料 数量|"
    "signature|description|descriptions|remarks|remark|amendment|amendments|revisions|revision history|qty|allkiri|"
    "muudatuse sisu|dokumendi nimetus|faili nimetus|material"
)
_WEAK_TABLE_WORDS = (
    "说明 内容 摘要 序号 备注 附注 印章 盖章 单位 名称 编号|name|sign|by|no|notes|note|item|issue|nr|nimetus|"
    "seal|seals|nimi|"
    "key plan|consultants|stamp|osa"
)
_LIST_WORDS: dict[str, str] = {
    "number": "图纸编号 图号 图纸号 图纸图号 图别图号 编号|sheet no|sheet number|drawing no|drawing number|"
    "dwg no|dwg number|number|"
    "sheet|tähis|sheet #|joonise nr|drg no|document no",
    "title": "图名 图纸名称 名称 图纸内容 图纸名|title|drawing title|sheet title|sheet name|drawing name|name|"
    "description|"
    "dokumendi nimetus|joonise nimetus|document title|nimetus",
    "file": "文件名 文件名称|file name|faili nimetus|filename",
    "paper": "图幅 幅面 规格 图纸规格 图纸尺寸 图纸型号 图纸幅面 图幅规格 折合a1|size|paper|paper size|formaat",
    "revision": "版本 版次 版号 版本号 修改版次 版别|rev|revision|rev no|muut|versioon|current revision|muudatus",
    "note": "备注 附注 说明|remarks|remark|note|notes|märkus|märkused",
    "position": "序号 序 项次 顺序号|no|item|nr|s/n|seq|#|jrk nr",
    "kind": "图别 专业|discipline|osa",
    "date": "日期 出图日期|date|issue date|kuupäev",
    "scale": "比例|scale|mõõtkava",
}
_NOT_A_WORD = re.compile(r"[^0-9a-z#\u3400-\u9fff]+")
_CJK = re.compile(r"[\u3400-\u9fff]")


def word_key(text: str) -> str:
    """A label as compared: NFKC, no accents, no spaces, no punctuation, lower case. ``图  号：`` -> ``图号``."""
    if text.isascii():
        return _NOT_A_WORD.sub("", text.lower())
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_A_WORD.sub("", flat)


def has_cjk(text: str) -> bool:
    """True when a Chinese character is inside."""
    return _CJK.search(text) is not None


def _spread(words: str) -> list[str]:
    chinese, _, western = words.partition("|")
    return [word_key(w) for w in chinese.split() + western.split("|") if w]


LABELS: dict[str, str] = {word: name for name, words in _LABELS.items() for word in _spread(words)}
"""Key of a label -> field."""
TABLE_WORDS = frozenset(_spread(_TABLE_WORDS)) - LABELS.keys()
"""Headers of co-sign, revision and material tables: never values, and they make their row a table's header."""
WEAK_TABLE_WORDS = frozenset(_spread(_WEAK_TABLE_WORDS)) - LABELS.keys() - TABLE_WORDS
"""Words that stand in such headers and elsewhere: two of them make a header, one does not."""
LIST_WORDS: dict[str, str] = {word: name for name, words in _LIST_WORDS.items() for word in _spread(words)}
_SURE = frozenset(w for w in LABELS if re.search(r"图[名号]|名称$|单位$|编号$|设计号$", w))
KNOWN = LABELS.keys() | TABLE_WORDS | WEAK_TABLE_WORDS
PREFIXES = frozenset(word[:n] for word in LABELS for n in range(1, len(word)))
"""Beginnings of labels: a run that is one may go on in the next run."""
SIGNERS = frozenset(
    {
        "project_lead",
        "discipline_lead",
        "approver",
        "verifier",
        "checker",
        "designer_person",
        "drafter",
    }
)
_LONGEST = max(map(len, LABELS)) * 3


@dataclass(frozen=True)
class LabelWord:
    """A run that is a label, or begins with one; ``rest`` is what follows in the same run."""

    field: str
    rest: str = ""
    has_colon: bool = False
    is_sure: bool = True
    """False where the words may as well begin a title: ``工程 做法表``, ``PROJECT OFFICE``."""


def read_label(text: str) -> LabelWord | None:
    """Take a run apart. ``field`` is ``""`` for words of tables that hold no field of the sheet."""
    head, colon, tail = text.replace("：", ":").partition(":")
    if len(head) > _LONGEST:
        return None
    name = _field_of(head)
    if name is not None:
        if colon and _field_of(tail) == name:
            tail = ""
        return LabelWord(name, tail.strip(), bool(colon)) if name or not tail.strip() else None
    return _spaced(text.strip())


def _field_of(head: str) -> str | None:
    """The field of a whole label, in one language or several (``图号 DWG NO.``, ``图名/Title``)."""
    key = word_key(head)
    if not key:
        return None
    if key in LABELS:
        # A lone small m is a unit far more often than the Estonian label of a scale.
        return LABELS[key] if key != "m" else None
    if key in TABLE_WORDS or key in WEAK_TABLE_WORDS:
        return ""
    if not has_cjk(head):
        parts = [word_key(p) for p in head.split("/")]
        names = {LABELS.get(p) for p in parts}
        return names.pop() if len(parts) > 1 and len(names) == 1 else None
    western = "".join(c for c in key if c.isascii())
    chinese = "".join(c for c in key if not c.isascii())
    names = {LABELS.get(western), LABELS.get(chinese)}
    if western and chinese and len(names) == 1:
        return names.pop()
    # Translations are free: the Chinese half decides when the other half reads as any known word.
    if western and LABELS.get(chinese) and western in KNOWN:
        return LABELS[chinese]
    return None


def _spaced(text: str) -> LabelWord | None:
    """``图号 建施-01`` or ``SCALE 1/100``: a label, a space and the value, without a colon."""
    words = text.split()
    for count in range(min(len(words) - 1, 5), 0, -1):
        head = " ".join(words[:count])
        name = _field_of(head)
        if name:
            return LabelWord(name, " ".join(words[count:]), is_sure=word_key(head) in _SURE)
    return None
