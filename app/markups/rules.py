"""Kinds of marks, their colours, who sees them, and the machine of their threads, as tables.

The three as-built marks are those of DOMAIN 3.8: text is struck through (杠改), lines are crossed out (划改), a place is
ringed and drawn again in a clear spot (圈改); each names its basis.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.kernel.workflow import StateTable, Step

MOST_POINTS = 2_000
"""Points of one mark."""
FARTHEST_UM = 20_000_000
"""Coordinates lie within 20 m of the sheet's lower left corner, um."""
MOST_TEXT = 2_000
"""Characters of a mark's text or of a comment."""
MOST_MENTIONS = 20
MOST_MARKS = 5_000
"""Marks of one revision, those taken back included."""


class MarkKind(StrEnum):
    """What is drawn."""

    CLOUD = "cloud"
    ARROW = "arrow"
    TEXT = "text"
    INK = "ink"
    RECTANGLE = "rectangle"
    STAMP = "stamp"
    MEASUREMENT = "measurement"
    PHOTO = "photo"
    STRIKE = "markup_strike"
    CROSS = "markup_cross"
    RING = "markup_ring"


@dataclass(frozen=True)
class KindRule:
    """What a kind must be made of."""

    label: Label
    fewest: int
    """Points of each path."""
    most: int = MOST_POINTS
    paths: int = 1
    """Most paths: strokes of one drawing by hand."""
    needs_text: bool = False
    needs_basis: bool = False
    """As-built marks name the document they follow (DOMAIN 3.8)."""


KINDS: dict[MarkKind, KindRule] = {
    MarkKind.CLOUD: KindRule(Label("云线", "Cloud"), 3),
    MarkKind.ARROW: KindRule(Label("箭头", "Arrow"), 2, 2),
    MarkKind.TEXT: KindRule(Label("文字", "Text"), 1, 1, needs_text=True),
    MarkKind.INK: KindRule(Label("手绘", "Ink"), 1, paths=200),
    MarkKind.RECTANGLE: KindRule(Label("矩形", "Rectangle"), 2, 2),
    MarkKind.STAMP: KindRule(Label("印章图", "Stamp picture"), 2, 2),
    MarkKind.MEASUREMENT: KindRule(Label("量测", "Measurement"), 2, 200),
    MarkKind.PHOTO: KindRule(Label("照片", "Photo"), 1, 1),
    MarkKind.STRIKE: KindRule(Label("杠改", "Struck through"), 2, 200, needs_basis=True),
    MarkKind.CROSS: KindRule(Label("划改", "Crossed out"), 2, 2, needs_basis=True),
    MarkKind.RING: KindRule(Label("圈改", "Ringed"), 3, needs_basis=True),
}
KIND_LABELS: dict[MarkKind, Label] = {kind: rule.label for kind, rule in KINDS.items()}


PHOTO_TYPES: dict[str, str] = {"image/jpeg": "jpg", "image/png": "png"}
"""Photos that are taken, and how their names end."""
MOST_PHOTO_BYTES = 40 << 20


class Colour(StrEnum):
    """The palette: six colours that can be told apart on white paper and read as text (WCAG AA)."""

    RED = "red"
    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    PURPLE = "purple"
    BLACK = "black"


COLOUR_LABELS: dict[Colour, Label] = {
    Colour.RED: Label("红", "Red"),
    Colour.BLUE: Label("蓝", "Blue"),
    Colour.GREEN: Label("绿", "Green"),
    Colour.AMBER: Label("琥珀", "Amber"),
    Colour.PURPLE: Label("紫", "Purple"),
    Colour.BLACK: Label("黑", "Black"),
}
INKS: dict[Colour, str] = {
    Colour.RED: "#b42318",
    Colour.BLUE: "#1f4e8c",
    Colour.GREEN: "#1a7f4b",
    Colour.AMBER: "#9a5b00",
    Colour.PURPLE: "#6b2fa0",
    Colour.BLACK: "#1b2430",
}
"""As drawn; at least 4.5:1 on white."""


class Stamp(StrEnum):
    """Stamp pictures: words in a frame. A picture, never a seal: it proves nothing."""

    SEEN = "seen"
    CHECKED = "checked"
    TO_CHECK = "to_check"
    WRONG = "wrong"
    CORRECTED = "corrected"
    WAIT = "wait"


STAMP_LABELS: dict[Stamp, Label] = {
    Stamp.SEEN: Label("已阅", "Seen"),
    Stamp.CHECKED: Label("已核对", "Checked"),
    Stamp.TO_CHECK: Label("待核实", "To be verified"),
    Stamp.WRONG: Label("有误", "Wrong"),
    Stamp.CORRECTED: Label("已改正", "Corrected"),
    Stamp.WAIT: Label("暂缓", "Wait"),
}


class Measure(StrEnum):
    """What a measurement measures."""

    LENGTH = "length"
    AREA = "area"
    ANGLE = "angle"


MEASURE_LABELS: dict[Measure, Label] = {
    Measure.LENGTH: Label("长度", "Length"),
    Measure.AREA: Label("面积", "Area"),
    Measure.ANGLE: Label("角度", "Angle"),
}
MEASURE_POINTS: dict[Measure, tuple[int, int]] = {
    Measure.LENGTH: (2, 200),
    Measure.AREA: (3, 200),
    Measure.ANGLE: (3, 3),
}
"""Fewest and most points."""


class Audience(StrEnum):
    """Who sees a mark, among those who see the revision."""

    PARTY = "party"
    PROJECT = "project"


AUDIENCE_LABELS: dict[Audience, Label] = {
    Audience.PARTY: Label("本单位", "Own party"),
    Audience.PROJECT: Label("项目各方", "Whole project"),
}

BASIS_FIELDS: dict[str, Label] = {
    "name": Label("依据名称", "Basis"),
    "date": Label("日期", "Date"),
    "number": Label("编号", "Number"),
    "clause": Label("条款", "Clause"),
}
"""The label beside an as-built mark (DOMAIN 3.8)."""


class MarkStatus(StrEnum):
    """Where a thread stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    REOPENED = "reopened"


M = MarkStatus
STATUS_LABELS: dict[str, Label] = {
    M.OPEN: Label("待处理", "Open"),
    M.ANSWERED: Label("已答复", "Answered"),
    M.RESOLVED: Label("已解决", "Resolved"),
    M.REOPENED: Label("重新打开", "Reopened"),
}
EVENT_LABELS: dict[str, Label] = {
    "answer": Label("答复", "Answer"),
    "resolve": Label("解决", "Resolve"),
    "reopen": Label("重新打开", "Reopen"),
}
THREADS = StateTable(
    "mark",
    STATUS_LABELS,
    EVENT_LABELS,
    (
        Step("answer", M.OPEN, M.ANSWERED, Do.MARK_DRAW),
        Step("answer", M.REOPENED, M.ANSWERED, Do.MARK_DRAW),
        Step("resolve", M.OPEN, M.RESOLVED, Do.MARK_RESOLVE),
        Step("resolve", M.ANSWERED, M.RESOLVED, Do.MARK_RESOLVE),
        Step("resolve", M.REOPENED, M.RESOLVED, Do.MARK_RESOLVE),
        Step("reopen", M.ANSWERED, M.REOPENED, Do.MARK_RESOLVE),
        Step("reopen", M.RESOLVED, M.REOPENED, Do.MARK_RESOLVE),
    ),
)
"""Who may draw may answer; whether that settles it is for the party that made the mark."""
EVENT_PAST: dict[str, str] = {"answer": "answered", "resolve": "resolved", "reopen": "reopened"}
"""Ledger entry types: ``markup.past``."""


class Standing(StrEnum):
    """How a mark's place stands on a newer revision."""

    NOT_COMPARED = "not_compared"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"


STANDING_LABELS: dict[Standing, Label] = {
    Standing.NOT_COMPARED: Label("未比对", "Not compared yet"),
    Standing.CHANGED: Label("区域已变", "Area changed"),
    Standing.UNCHANGED: Label("区域未变", "Area unchanged"),
    Standing.GONE: Label("区域已无", "Area gone"),
}


class Decision(StrEnum):
    """What a person decides about a mark on an older revision."""

    CONFIRMED = "confirmed"
    DROPPED = "dropped"


DECISION_LABELS: dict[Decision, Label] = {
    Decision.CONFIRMED: Label("已沿用", "Carried"),
    Decision.DROPPED: Label("不沿用", "Dropped"),
}
