"""Refusals: values with a stable code, a sentence in both languages, and a way out (STYLE 1, 11; UI rule 6).

A subject declares its refusals beside its rules with :func:`declare`; raising an undeclared code is itself an error,
and a test walks the catalogue so that none lacks a language or a way out.
"""

from dataclasses import dataclass, field
from typing import Any

from app.kernel.labels import Label


@dataclass(frozen=True)
class RefusalKind:
    """One entry of the catalogue."""

    code: str
    """kebab-case, never reused."""
    status: int
    """HTTP status by which the web and the API answer."""
    message: Label
    way_out: Label


CATALOGUE: dict[str, RefusalKind] = {}
ACTION_WORDS: dict[str, Label] = {}
"""What a right is called, by its code: filled by the subject that has the rights, read by :data:`FORBIDDEN`."""


def declare(code: str, status: int, zh: str, en: str, way_zh: str, way_en: str) -> str:
    """Add a refusal to the catalogue and return its code.

    Raises:
        ValueError: the code exists already.
    """
    if code in CATALOGUE:
        raise ValueError(f"refusal {code} is declared twice")
    CATALOGUE[code] = RefusalKind(code, status, Label(zh, en), Label(way_zh, way_en))
    return code


class Refused(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """An act or a question was refused, by a rule that has a name.

    Attributes:
        code: key of :data:`CATALOGUE`.
        data: fills the places of the sentences; a :class:`Label` does so in the language of each, and goes to the API
            as a text in both.
        rows: for bulk acts, one refusal per row.
    """

    def __init__(self, code: str, **data: Any) -> None:
        if code not in CATALOGUE:
            raise KeyError(f"refusal {code} is not in the catalogue")
        self.code = code
        self.data = {key: str(value) if isinstance(value, Label) else value for key, value in data.items()}
        self._words = data
        if "action" in data:
            self._words = {**data, "action": ACTION_WORDS.get(data["action"], data["action"])}
        self.kind = CATALOGUE[code]
        super().__init__(f"{code} {self.data}" if data else code)

    @property
    def words(self) -> dict[str, Any]:
        """What fills the places of the sentences, labels as labels: for another process that says the same."""
        return dict(self._words)

    @property
    def message(self) -> Label:
        """The sentence, filled."""
        return self.kind.message.format(**self._words)

    @property
    def way_out(self) -> Label:
        """What to do next, filled."""
        return self.kind.way_out.format(**self._words)


@dataclass
class RowReport:
    """What a bulk act did, row by row: nothing is skipped silently (UI rule 4)."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, Refused] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """True when no row was refused."""
        return not self.refused


NOT_FOUND = declare(
    "not-found",
    404,
    "没有找到，或您无权查看。",
    "Not found, or not yours to see.",
    "请核对链接，或请项目管理人员为您设立席位。",
    "Check the link, or ask the project for a seat.",
)
FORBIDDEN = declare(
    "forbidden",
    403,
    "您的席位没有此项权限：{action}。",
    "Your seat does not have this right: {action}.",
    "请由有此权限的参建方办理，或申请调整席位。",
    "Ask a party that has it, or have your seat changed.",
)
SIGN_IN_NEEDED = declare(
    "sign-in-needed",
    401,
    "请先登录。",
    "Please sign in first.",
    "登录后会回到当前页面。",
    "You will return to this page after signing in.",
)
STALE = declare(
    "stale-version",
    409,
    "该内容已被他人修改。",
    "Somebody changed this meanwhile.",
    "请刷新页面，核对后重新提交；您的输入仍在表单中。",
    "Reload, compare and send again; your input is kept in the form.",
)
STATE_CONFLICT = declare(
    "state-conflict",
    409,
    "当前状态为“{state}”，不能执行“{event}”。",
    "In state '{state}' the step '{event}' is not possible.",
    "请刷新页面查看当前可执行的操作。",
    "Reload to see what can be done now.",
)
INVALID = declare(
    "invalid-input",
    422,
    "“{field}”填写有误：{reason_zh}",
    "'{field}' is not right: {reason_en}",
    "请改正后重新提交。",
    "Correct it and send again.",
)
BUSY = declare(
    "busy",
    503,
    "系统繁忙，请稍后重试。",
    "The system is busy, please try again in a moment.",
    "数据没有丢失，几秒后重试即可。",
    "Nothing is lost; try again in a few seconds.",
)


def invalid(field_name: str, zh: str, en: str) -> Refused:
    """A refusal of one input field, named ``in Chinese / in English`` or by one word for both; with the reason."""
    name_zh, _, name_en = field_name.partition(" / ")
    field = Label(name_zh, name_en) if name_en else field_name
    return Refused(INVALID, field=field, reason_zh=zh, reason_en=en)
