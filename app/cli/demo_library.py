"""A small library of clauses for the demonstration. Every clause and phrase is invented: no real standard is quoted."""

from app.kernel.db.transactions import Tx
from app.projects.rules import Discipline
from app.review.actions.library import ImportClauses, KeepPhrase, import_clauses, keep_phrase
from app.review.library_table import ClauseLine

STRUCTURE = ("示例标准 0001-2024", "示例结构标准（演示）")
FIRE = ("示例标准 0002-2024", "示例防火标准（演示）")
DRAWING = ("示例标准 0003-2024", "示例制图标准（演示）")
_CLAUSES = (
    (STRUCTURE, "3.2.1", "（演示）梁柱节点核心区应注明箍筋的直径、间距和加密范围。", True, Discipline.STRUCT),
    (STRUCTURE, "3.2.2", "（演示）悬挑构件应注明支模与拆模要求。", False, Discipline.STRUCT),
    (STRUCTURE, "4.1.3", "（演示）基础平面图应注明持力层及地基承载力取值。", True, Discipline.STRUCT),
    (STRUCTURE, "4.1.10", "（演示）沉降观测点的位置应在平面图中示出。", False, Discipline.STRUCT),
    (FIRE, "5.1.1", "（演示）疏散门的净宽应在平面图和门窗表中注明，两处应一致。", True, Discipline.ARCH),
    (FIRE, "5.1.4", "（演示）疏散走道两侧隔墙的耐火极限应在材料做法表中注明。", True, Discipline.ARCH),
    (FIRE, "5.3.2", "（演示）楼梯间首层应示出直通室外的路径。", False, Discipline.ARCH),
    (FIRE, "6.2.1", "（演示）消防水泵房应示出排水设施。", True, Discipline.PLUMB),
    (DRAWING, "2.0.3", "（演示）平面图应示出轴网编号、标高和指北针。", False, ""),
    (DRAWING, "2.0.7", "（演示）索引的详图编号应与详图所在图纸一致。", False, ""),
)
_PHRASES = (
    ("", "图纸与设计说明不一致，请核对后统一。"),
    ("", "索引的详图未见，请补充。"),
    (Discipline.ARCH, "门窗表与平面图不一致，请核对编号、数量和开启方向。"),
    (Discipline.STRUCT, "请补充构件配筋及节点构造做法。"),
)


def fill_library(tx: Tx, project_id: str) -> None:
    """Clauses and phrases of the agency whose lead acts."""
    lines = [
        ClauseLine(0, *standard, number, text, is_mandatory, str(discipline))
        for standard, number, text, is_mandatory, discipline in _CLAUSES
    ]
    import_clauses(tx, ImportClauses(project_id, lines))
    for discipline, phrase in _PHRASES:
        keep_phrase(tx, KeepPhrase(project_id, phrase, str(discipline)))
