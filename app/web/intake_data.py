"""The clerk's table as JSON for its script: rows, files and the comparison with the drawing list, in words."""

from typing import Any

from app.drawings.queries.intake_rows import crop_box
from app.drawings.queries.intakes import FileView, IntakeTable, IntakeView, ProposalView, Reconciliation
from app.drawings.reasons import file_reason, problem_label, warning_label
from app.kernel.labels import Label
from app.web.request import say
from app.web.words import when, word

SOURCE_LABELS: dict[str, Label] = {
    "cell": Label("图签单元格", "title block cell"),
    "label": Label("图签标签旁", "beside its label"),
    "pattern": Label("按形式推断", "by its form"),
    "learned": Label("按更正的位置识别", "at the place you taught"),
    "file_name": Label("来自文件名", "from the file name"),
    "list": Label("来自图纸目录", "from the drawing list"),
    "frame": Label("由图框大小推算", "from the size of the frame"),
}
"""Where a field was read."""

BATCH_STATES: dict[str, Label] = {
    "open": Label("进行中", "Open"),
    "accepted": Label("已收图", "Accepted"),
    "closed": Label("已关闭", "Closed"),
}


def table_json(table: IntakeTable, *, may_edit: bool) -> dict[str, Any]:
    """All that the page shows of a batch."""
    return {
        "intake": intake_json(table.intake, may_edit=may_edit),
        "files": [file_json(f) for f in table.files],
        "rows": [row_json(r) for r in table.rows],
        "check": check_json(table.reconciliation),
    }


def intake_json(intake: IntakeView, *, may_edit: bool) -> dict[str, Any]:
    """Counts and state of a batch."""
    return {
        "id": intake.id,
        "state": intake.state,
        "stateWord": say(BATCH_STATES[intake.state]),
        "purpose": intake.purpose,
        "files": intake.files,
        "waiting": intake.waiting,
        "refused": intake.refused,
        "proposed": intake.proposed,
        "accepted": intake.accepted,
        "mayEdit": may_edit and intake.state != "closed",
    }


def file_json(file: FileView) -> dict[str, Any]:
    """One file with what became of it."""
    reason = file_reason(file.reason, file.reason_data) if file.reason else None
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "kind": file.kind,
        "state": file.state,
        "stateWord": word("file_state", file.state),
        "code": file.reason or "",
        "reason": say(reason.sentence) if reason else "",
        "wayOut": say(reason.way_out) if reason else "",
        "problems": [_problem(p) for p in file.problems],
        "seals": sum(bool(s.get("is_signed")) for s in file.signatures),
        "pages": file.pages,
        "at": when(file.received_at),
        "sha256": file.sha256,
    }


def row_json(row: ProposalView) -> dict[str, Any]:
    """One row: values, how sure each is, warnings and problems."""
    return {
        "id": row.id,
        "fileId": row.file_id,
        "file": row.file_name.replace("\\", "/").rsplit("/", 1)[-1],
        "path": row.file_name,
        "kind": row.file_kind,
        "page": row.page + 1,
        "state": row.state,
        "version": row.version,
        "values": {name: value for name, value in row.values.items() if value},
        "read": {name: _read(found) for name, found in row.read.items() if isinstance(found, dict)},
        "corrected": row.corrected,
        "building": row.building_id or "",
        "paper": row.paper,
        "crop": crop_box(row.width_um, row.height_um, row.block_box),
        "completeness": row.completeness,
        "problems": [_problem(p) for p in row.problems],
        "warnings": warnings_json(row.warnings),
        "revision": row.revision_id or "",
    }


def warnings_json(codes: tuple[str, ...]) -> list[dict[str, str]]:
    """Warnings with their words."""
    return [{"code": code, "text": say(warning_label(code))} for code in codes]


def check_json(found: Reconciliation) -> dict[str, Any]:
    """Rows compared with the drawing lists (图纸目录核对)."""
    return {
        "listed": found.listed,
        "missing": [{"number": number, "title": title} for number, title in found.missing],
        "extra": found.extra,
        "duplicates": found.duplicates,
        "titles": [{"row": row, "sheet": sheet, "list": listed} for row, sheet, listed in found.titles],
    }


def _read(found: dict[str, Any]) -> list[Any]:
    """[value, source, confidence, box]; short, for there are thousands of them."""
    return [found.get("value", ""), found.get("source", ""), found.get("confidence", 0), found.get("box")]


def _problem(found: dict[str, Any]) -> dict[str, str]:
    label = problem_label(str(found.get("code", "")), found.get("detail") or {})
    return {
        "code": str(found.get("code", "")),
        "severity": str(found.get("severity", "warning")),
        "text": say(label),
    }
