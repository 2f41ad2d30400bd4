"""The rules of the assisted review as a table, and running them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.kernel.labels import Label
from app.review.assist import file_rules, set_rules, title_rules
from app.review.assist.facts import SetFacts
from app.review.assist.rule import GB_50001, Rule, Said, Verdict, by_sheet
from app.review.opinion_rules import Severity

OFF = "off"
"""What is kept of a rule that the project switched off."""

RULES: tuple[Rule, ...] = (
    Rule(
        "title-block",
        Label("图签填写完整", "Title block complete"),
        Label(
            "图号、图名、日期已填写；图签有专业栏的已填写，第二版起版次也已填写。",
            "Number, title and date are filled in; so are the boxes for discipline and, from the second issue, revision.",
        ),
        by_sheet(title_rules.title_fields),
        standard_no=GB_50001,
    ),
    Rule(
        "signature-names",
        Label("签署栏署名", "Names in signature boxes"),
        Label(
            "审定、审核、校对、设计等栏内有姓名；手写签名不是文字，无法判断。",
            "Names stand in the boxes of approval, checking and design; strokes of a pen cannot be judged.",
        ),
        by_sheet(title_rules.signature_names),
        standard_no=GB_50001,
    ),
    Rule(
        "drawing-list",
        Label("图纸目录与图纸一致", "Drawing list against sheets"),
        Label(
            "目录所列图纸齐全、图名一致，送审图纸均在目录中。",
            "Every listed sheet is there with the listed title, and every sheet is listed.",
        ),
        set_rules.drawing_list,
        Severity.MUST_FIX,
    ),
    Rule(
        "numbers",
        Label("图号唯一且不易混淆", "Numbers unique and distinct"),
        Label(
            "同一单体内图号不重复、不易混淆，图签所印图号与登记一致。",
            "Unique in a building, not to be mistaken for each other, and printed as registered.",
        ),
        set_rules.numbers,
        Severity.MUST_FIX,
    ),
    Rule(
        "paper-size",
        Label("图幅", "Sheet size"),
        Label(
            "图幅为 A0 至 A4，或其规定的加长幅面。", "A0 to A4, or lengthened as the standard has it."
        ),
        by_sheet(title_rules.paper_size),
        standard_no=GB_50001,
        clause_no="3.1",
    ),
    Rule(
        "scale",
        Label("比例", "Scale"),
        Label(
            "图签或图名旁注有比例，且为常用比例。",
            "Stated in the title block or under the views, and a usual one.",
        ),
        by_sheet(title_rules.scale_stated),
        standard_no=GB_50001,
        clause_no="6.0.4",
    ),
    Rule(
        "callouts",
        Label("索引指向的图纸存在", "References lead to sheets"),
        Label(
            "索引符号和“详见”所指图纸均在图纸登记册中。",
            "Every sheet that a callout names is in the register.",
        ),
        set_rules.references_to_sheets,
        Severity.MUST_FIX,
        standard_no=GB_50001,
        clause_no="7.1",
    ),
    Rule(
        "fonts",
        Label("字体齐全", "Fonts present"),
        Label(
            "文件自带所用字体；随软件或系统提供的字体不算缺失。",
            "The file brings its fonts; those that come with every program are not missed.",
        ),
        by_sheet(file_rules.fonts),
    ),
    Rule(
        "references",
        Label("外部参照与图片齐全", "References and images present"),
        Label(
            "CAD 文件引用的外部参照和图片已随图上传。",
            "What the CAD file refers to was uploaded with it.",
        ),
        by_sheet(file_rules.references),
        Severity.MUST_FIX,
    ),
    Rule(
        "objects",
        Label("无代理对象", "No proxy objects"),
        Label(
            "CAD 文件中没有只有特定软件才能显示的对象（天正、代理）。",
            "No objects that only one program can show (TArch, proxies).",
        ),
        by_sheet(file_rules.objects),
    ),
    Rule(
        "seals",
        Label("签章", "Seals"),
        Label("注册执业印章和出图专用章齐全有效。", "Seals of registered persons and of the firm are there and valid."),
        file_rules.seals,
        Severity.MUST_FIX,
    ),
    Rule(
        "layers",
        Label("图层命名", "Layer names"),
        Label(
            "CAD 图层按项目选定的标准命名。", "CAD layers are named as the project has chosen."
        ),
        file_rules.layers,
    ),
    Rule(
        "text",
        Label("文字可读", "Text readable"),
        Label(
            "图中文字可检索：不是乱码、扫描件或轮廓线。",
            "Words can be searched: no garbled text, no scan, no outlines.",
        ),
        by_sheet(file_rules.text_readable),
    ),
)  # fmt: skip
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}


@dataclass(frozen=True)
class Judged:
    """What one rule said of a set."""

    rule: str
    said: Sequence[Said] = ()
    is_off: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    """Subjects (sheets, or the set) by the gravest thing that was said of each."""

    @property
    def verdict(self) -> str:
        """Of the whole set: a finding outweighs what cannot be judged, which outweighs what passed."""
        if self.is_off:
            return OFF
        for verdict in (Verdict.FINDING, Verdict.CANNOT):
            if self.counts.get(verdict):
                return verdict
        return Verdict.PASS


def run_rules(found: SetFacts, off: Collection[str] = ()) -> list[Judged]:
    """Ask every rule; those switched off are named, not asked."""
    judged = []
    for rule in RULES:
        if rule.id in off:
            judged.append(Judged(rule.id, is_off=True))
        else:
            said = list(rule.judge(found))
            judged.append(Judged(rule.id, said, counts=_counts(said)))
    return judged


def _counts(said: Iterable[Said]) -> dict[str, int]:
    order = (Verdict.PASS, Verdict.CANNOT, Verdict.FINDING)
    gravest: dict[str, int] = {}
    for one in said:
        subject = one.sheet.sheet_id if one.sheet else ""
        gravest[subject] = max(gravest.get(subject, 0), order.index(one.verdict))
    return {str(order[rank]): number for rank, number in Counter(gravest.values()).items()}
