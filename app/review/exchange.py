"""The row of a case in the exchange table of drawing review (施工图设计文件审查信息表, SPGL_SGTSJWJSCXXB; DOMAIN 3.4).

Fields and their names are those that DOMAIN lists. What this product does not keep stays empty and is named before anybody
sends: nothing is made up. Which fields the receiving platform insists on is its own rule; ``needed`` is what the row cannot
be understood without.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.kernel.labels import Label
from app.review.workbook import Page, workbook

TABLE = "SPGL_SGTSJWJSCXXB"


@dataclass(frozen=True)
class Organisation:
    """A party as the exchange names it."""

    name: str = ""
    uscc: str = ""
    lead: str = ""
    """Its project lead."""


@dataclass(frozen=True)
class ExchangeFacts:
    """What the row is made of."""

    case_id: str
    region_code: str
    project_code: str
    engineering_code: str
    business_no: str
    owner: Organisation
    surveyor: Organisation
    designer: Organisation
    agency: Organisation
    is_fire_joint: bool
    is_civil_defence_joint: bool
    began_at: datetime | None
    first_review_at: datetime | None
    is_first_pass: bool | None
    first_opinions: str
    mandatory_violations: int
    passed_at: datetime | None
    certificate_no: str
    is_valid: bool
    invalid_reason: str
    zone_name: str


class Need(StrEnum):
    """How much a field is needed."""

    ALWAYS = "always"
    WHEN_PASSED = "when_passed"
    NO = "no"


@dataclass(frozen=True)
class ExchangeField:
    """One field of the row with its value, and what to do where it is missing."""

    code: str
    label: Label
    value: str | int | None
    need: Need
    way_out: Label

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return self.value is None or self.value == ""


@dataclass(frozen=True)
class ExchangeRow:
    """The row, and what is missing before it can be sent."""

    fields: Sequence[ExchangeField]
    is_passed: bool

    @property
    def missing(self) -> list[ExchangeField]:
        """Needed fields without a value."""
        wanted = {Need.ALWAYS, Need.WHEN_PASSED} if self.is_passed else {Need.ALWAYS}
        return [f for f in self.fields if f.is_empty and f.need in wanted]

    @property
    def unset(self) -> list[ExchangeField]:
        """Other fields without a value."""
        return [f for f in self.fields if f.is_empty and f not in self.missing]

    def values(self) -> dict[str, str | int | None]:
        """The row by the names of the exchange; what is not known is null."""
        return {f.code: None if f.is_empty else f.value for f in self.fields}


_PROJECT = Label("在项目设置中填写", "Fill it in in the project's settings")
_PARTY = Label(
    "请平台管理员登记该单位的统一社会信用代码", "Have the administrator enter the organisation's credit code"
)
_JOIN = Label("在项目设置中加入该参建方", "Add the party in the project's settings")
_PROFILE = Label(
    "事项目录由当地审批系统规定，本产品不保存；发送前在接收平台填写",
    "Set by the local approval system and not kept here: fill it in at the receiving platform",
)
_LATER = Label("审查进行到该步骤后自动产生", "Comes by itself when the review gets there")
_NOT_KEPT = Label(
    "本产品不保存个人证件号码；需要时在接收平台填写",
    "Personal document numbers are not kept here: fill it in at the receiving platform where it is asked for",
)
_BY_PLATFORM = Label("由上传程序回填", "Filled in by the program that uploads")
_CASE = Label("由建设单位在案卷中填写", "The owner fills it in on the case")
_SEAT = Label("请设计单位给项目负责人席位", "Have the design institute seat its project lead")

Made = Callable[[ExchangeFacts], "str | int | None"]
_FIELDS: Sequence[tuple[str, Label, Made, Need, Label]] = (
    ("DFSJZJ", Label("地方数据主键", "Local key"), lambda f: f.case_id, Need.ALWAYS, _LATER),
    ("XZQHDM", Label("行政区划代码", "Region code"), lambda f: f.region_code, Need.ALWAYS, _PROJECT),
    ("XMDM", Label("项目代码", "Project code"), lambda f: f.project_code, Need.ALWAYS, _PROJECT),
    ("GCDM", Label("工程代码", "Engineering code"),
     lambda f: f.engineering_code, Need.ALWAYS, _PROJECT),
    ("STYWBH", Label("施工图审查业务编号", "Business no."), lambda f: f.business_no, Need.ALWAYS, _CASE),
    ("SPSXBM", Label("审批事项编码", "Item code"), lambda _: None, Need.NO, _PROFILE),
    ("SPSXBBH", Label("审批事项版本号", "Item version"), lambda _: None, Need.NO, _PROFILE),
    ("YWQX", Label("业务情形", "Case type"), lambda _: None, Need.NO, _PROFILE),
    ("JSDW", Label("建设单位", "Owner"), lambda f: f.owner.name, Need.ALWAYS, _JOIN),
    ("JSTYSHXYDM", Label("建设单位统一社会信用代码", "Owner's credit code"),
     lambda f: f.owner.uscc, Need.ALWAYS, _PARTY),
    ("KCJG", Label("勘察审查机构", "Survey review agency"), lambda _: None, Need.NO, _PROFILE),
    ("KCJGTYSHXYDM", Label("勘察审查机构统一社会信用代码", "Survey review agency's credit code"),
     lambda _: None, Need.NO, _PROFILE),
    ("SJDW", Label("设计单位", "Design institute"), lambda f: f.designer.name, Need.ALWAYS, _JOIN),
    ("SJTYSHXYDM", Label("设计单位统一社会信用代码", "Design institute's credit code"),
     lambda f: f.designer.uscc, Need.ALWAYS, _PARTY),
    ("SJDWXMFZR", Label("设计单位项目负责人", "Design lead"), lambda f: f.designer.lead, Need.ALWAYS, _SEAT),
    ("SJDWXMFZRHM", Label("设计单位项目负责人证件号码", "Document no. of the design lead"),
     lambda _: None, Need.NO, _NOT_KEPT),
    ("SCJG", Label("设计审查机构", "Review agency"), lambda f: f.agency.name, Need.ALWAYS, _JOIN),
    ("SCJGTYSHXYDM", Label("审查机构统一社会信用代码", "Review agency's credit code"),
     lambda f: f.agency.uscc, Need.ALWAYS, _PARTY),
    ("SFYRFLHSC", Label("是否与人防联合审查", "Joint with civil defence"),
     lambda f: int(f.is_civil_defence_joint), Need.ALWAYS, _CASE),
    ("SFYXFLHSC", Label("是否与消防联合审查", "Joint with fire"),
     lambda f: int(f.is_fire_joint), Need.ALWAYS, _CASE),
    ("SFSZHSC", Label("是否数字化审查", "Digital review"), lambda _: 1, Need.ALWAYS, _LATER),
    ("SCKSRQ", Label("审查开始日期", "Review began"),
     lambda f: _date(f, f.began_at), Need.ALWAYS, _LATER),
    ("CSWCSJ", Label("初审完成时间", "First review done"),
     lambda f: _instant(f, f.first_review_at), Need.ALWAYS, _LATER),
    ("CSSFTG", Label("初审是否通过", "First pass"),
     lambda f: None if f.is_first_pass is None else int(f.is_first_pass), Need.ALWAYS, _LATER),
    ("CSYJ", Label("初审意见", "First opinions"), lambda f: f.first_opinions, Need.NO, _LATER),
    ("SCZFXWFQTZS", Label("审查中发现违反强制性条文总数", "Violations of mandatory clauses"),
     lambda f: f.mandatory_violations, Need.ALWAYS, _LATER),
    ("SCTGSJ", Label("审查通过时间", "Passed"),
     lambda f: _instant(f, f.passed_at), Need.WHEN_PASSED, _LATER),
    ("SCHGSBH", Label("施工图审查合格书编号", "Certificate no."),
     lambda f: f.certificate_no, Need.WHEN_PASSED, _LATER),
    ("SJYXBS", Label("数据有效标识", "Valid"), lambda f: int(f.is_valid), Need.ALWAYS, _LATER),
    ("SJWXYY", Label("数据无效原因", "Why not valid"), lambda f: f.invalid_reason, Need.NO, _LATER),
    ("SJSCZT", Label("数据上传状态", "Upload state"), lambda _: None, Need.NO, _BY_PLATFORM),
    ("SBYY", Label("失败原因", "Why it failed"), lambda _: None, Need.NO, _BY_PLATFORM),
)  # fmt: skip


def exchange_row(facts: ExchangeFacts) -> ExchangeRow:
    """The row of a case, in the order of the table."""
    fields = [ExchangeField(code, label, made(facts), need, way) for code, label, made, need, way in _FIELDS]
    return ExchangeRow(fields, is_passed=facts.passed_at is not None)


def exchange_xlsx(row: ExchangeRow) -> bytes:
    """The row as Excel: one sheet to send, one that says what is missing."""
    columns = [(Label(f.code, f.label.zh), 18) for f in row.fields]
    values = [["" if f.is_empty else str(f.value) for f in row.fields]]
    report = [
        [f.code, f.label.zh, kind, f"{f.way_out.zh} {f.way_out.en}"]
        for kind, fields in (("缺少 missing", row.missing), ("未填 empty", row.unset))
        for f in fields
    ]
    heads = [
        (Label("字段", "Field"), 18),
        (Label("名称", "Name"), 34),
        (Label("情况", "State"), 16),
        (Label("处理", "What to do"), 80),
    ]
    return workbook([Page(TABLE, columns, values), Page("校验报告 Report", heads, report)], title=TABLE)


def _date(facts: ExchangeFacts, at: datetime | None) -> str:
    return _instant(facts, at)[:10]


def _instant(facts: ExchangeFacts, at: datetime | None) -> str:
    return at.astimezone(ZoneInfo(facts.zone_name)).strftime("%Y-%m-%d %H:%M:%S") if at else ""
