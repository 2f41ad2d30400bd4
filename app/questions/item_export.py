"""The questions of a joint drawing review as an Excel list, and an empty table for those who ask."""

from app.kernel.labels import Label
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.questions.item_table import FIELDS
from app.questions.queries.joint import ItemView, JointView
from app.questions.rules import CLASS_LABELS, ITEM_SEVERITY_LABELS, JOINT_LABELS, OUTCOME_LABELS
from app.review.workbook import Page, workbook

COLUMNS = (
    (Label("编号", "No."), 8),
    (Label("专业", "Discipline"), 12),
    (Label("图号", "Sheet"), 14),
    (Label("版次", "Rev."), 8),
    (Label("部位", "Place"), 20),
    (Label("问题", "Question"), 50),
    (Label("提出单位", "Asked by"), 22),
    (Label("程度", "Severity"), 10),
    (Label("答复", "Answer"), 50),
    (Label("答复人", "Answered by"), 14),
    (Label("分类", "Class"), 14),
    (Label("处理", "Outcome"), 14),
    (Label("触及强条", "Mandatory clause"), 12),
    (Label("变更文件", "Change document"), 24),
)
_HIDDEN = Label("（您无权查看的图纸）", "(a sheet that is not yours to see)")
_GUIDE = (
    Label(
        "每行一个问题；“问题”一列必填，图号与专业至少填一项。",
        "One question a row; 'question' is needed, and the sheet or the discipline.",
    ),
    Label(
        "图号须是您可见的图纸；其他图纸请写在“部位”一列。",
        "Sheets are those that you see; name others under 'place'.",
    ),
    Label("程度写一般或重要，可不填。", "Severity is general or major, and may be empty."),
)


def items_xlsx(view: JointView) -> bytes:
    """All questions that were not withdrawn, in the order of the list."""
    state = JOINT_LABELS[view.state]
    notes = [
        f"{view.row.title} · {state.zh} {state.en}",
        f"会议 Meeting: {view.row.meeting_on or '—'} {view.row.place}",
        f"记录摘要 SHA-256: {view.digest or '—'}",
    ]
    rows = [_row(item) for item in view.items if not item.is_withdrawn]
    return workbook([Page("图纸会审 Joint review", COLUMNS, rows, notes)], title=view.row.title)


def item_template() -> bytes:
    """An empty table with the headings that the import knows, and how to fill it in."""
    columns = [(f.label, f.width) for f in FIELDS]
    guide = [[f"{line.zh}\n{line.en}"] for line in _GUIDE]
    pages = [
        Page("会审问题 Questions", columns, []),
        Page("填写说明 Guide", [(Label("填写说明", "How to fill in"), 90)], guide),
    ]
    return workbook(pages, title="会审问题 Questions")


def _row(item: ItemView) -> list[str | int]:
    discipline = DISCIPLINE_LABELS[Discipline(item.discipline)]
    return [
        item.serial,
        _both(discipline),
        item.sheet.number if item.sheet else _both(_HIDDEN) if item.has_hidden_sheet else "",
        item.sheet.rev_label if item.sheet else "",
        item.place,
        item.question,
        item.party,
        _both(ITEM_SEVERITY_LABELS[item.severity]),
        item.answer,
        item.answered_by,
        _both(CLASS_LABELS[item.item_class]),
        _both(OUTCOME_LABELS[item.outcome]),
        "是 yes" if item.touches_mandatory else "",
        item.change_number,
    ]


def _both(label: Label) -> str:
    return f"{label.zh} {label.en}"
