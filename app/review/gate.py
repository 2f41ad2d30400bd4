"""The gate before submission: what is looked at before a set goes to the agency, each finding with a way out.

*stop* refuses the submission; *reason* lets it through when the owner says why. What a city is stricter about belongs into
its policy: required documents are one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.intake_models import DrawingListEntry, IntakeSheet
from app.drawings.models import Sheet, SheetRevision
from app.drawings.rules import STATE_LABELS, RevisionState
from app.kernel.labels import Label
from app.projects.models import Building, BuildingIdentifier, Project, ProjectIdentifier
from app.projects.queries import policy_of
from app.projects.rules import CodeVerdict, IdentifierScheme, ReviewMode
from app.review.models import ReviewCase, ReviewDocument, ReviewSheet
from app.review.rules import DOCUMENT_LABELS, ENDED

MOST_NAMED = 20
"""Sheets that a finding names; the rest it counts."""


class Level(StrEnum):
    """What a finding means for the submission."""

    STOP = "stop"
    REASON = "reason"


@dataclass(frozen=True)
class GateFinding:
    """One thing that the gate found."""

    code: str
    level: Level
    label: Label
    way_out: Label
    items: tuple[str, ...] = ()
    """Numbers of sheets, buildings or documents it speaks of."""
    data: Mapping[str, object] = field(default_factory=dict)

    def kept(self) -> dict[str, object]:
        """For the submission's row: what was found and let pass."""
        return {"code": self.code, "level": str(self.level), "items": list(self.items)}


def look_through(session: Session, case: ReviewCase, revision_ids: Sequence[str]) -> list[GateFinding]:
    """Everything the gate finds about a choice of revisions, what stops first."""
    rows = sa.select(Sheet, SheetRevision).join(SheetRevision, SheetRevision.sheet_id == Sheet.id)
    query = rows.where(SheetRevision.id.in_(list(revision_ids)), SheetRevision.project_id == case.project_id)
    chosen = [
        (sheet, revision) for sheet, revision in session.execute(query.order_by(Sheet.sort_key, Sheet.id))
    ]
    found = [
        *_states(session, case, chosen),
        *_twice(chosen),
        *_elsewhere(session, case, chosen),
        *_drafts_left(session, case, chosen),
        *_list_against_sheets(session, case, chosen),
        *_documents(session, case),
        *_codes(session, case),
        *_buildings(session, chosen),
        *_place(session, case, chosen),
    ]
    return sorted(found, key=lambda f: f.level is not Level.STOP)


Chosen = Sequence[tuple[Sheet, SheetRevision]]


def submittable(mode: str) -> frozenset[str]:
    """States in which a revision may be handed in: issued ones, and for a check afterwards those that were released."""
    if mode == ReviewMode.COMMIT_THEN_CHECK:
        return frozenset({RevisionState.ISSUED, RevisionState.RELEASED})
    return frozenset({RevisionState.ISSUED})


def _states(session: Session, case: ReviewCase, chosen: Chosen) -> Iterator[GateFinding]:
    del session
    wrong = [(s, r) for s, r in chosen if r.state not in submittable(case.mode) or r.base_sha256 is None]
    if wrong:
        names = [f"{s.number}（{STATE_LABELS[r.state].zh}）" for s, r in wrong]
        yield GateFinding(
            "not-issued",
            Level.STOP,
            Label(f"{len(wrong)} 张图纸不是已出图状态", f"{len(wrong)} sheets are not issued"),
            Label(
                "请由设计单位完成校审并出图；已在送审中的图纸无需再选。",
                "Have the designer check and issue them; sheets under review already need not be chosen.",
            ),
            tuple(names[:MOST_NAMED]),
        )


def _twice(chosen: Chosen) -> Iterator[GateFinding]:
    counts = Counter(s.id for s, _ in chosen)
    double = [s.number for s, _ in chosen if counts[s.id] > 1]
    if double:
        yield GateFinding(
            "two-revisions",
            Level.STOP,
            Label("同一图纸选了两个版次", "Two revisions of one sheet are chosen"),
            Label("每张图纸只选最新的一版。", "Choose the newest revision of each sheet."),
            tuple(dict.fromkeys(double)),
        )


def _elsewhere(session: Session, case: ReviewCase, chosen: Chosen) -> Iterator[GateFinding]:
    query = (
        sa.select(Sheet.number)
        .join(ReviewSheet, ReviewSheet.sheet_id == Sheet.id)
        .join(ReviewCase, ReviewCase.id == ReviewSheet.case_id)
        .where(
            ReviewSheet.sheet_id.in_([s.id for s, _ in chosen]),
            ReviewCase.id != case.id,
            ReviewCase.state.not_in(sorted(ENDED)),
        )
        .distinct()
    )
    numbers = sorted(session.scalars(query))
    if numbers:
        yield GateFinding(
            "in-another-case",
            Level.STOP,
            Label(
                f"{len(numbers)} 张图纸在其他送审案卷中", f"{len(numbers)} sheets are in another open case"
            ),
            Label(
                "请等待该案卷办结或撤回后再送审。", "Wait until that case has ended, or have it withdrawn."
            ),
            tuple(numbers[:MOST_NAMED]),
        )


def _drafts_left(session: Session, case: ReviewCase, chosen: Chosen) -> Iterator[GateFinding]:
    """DOMAIN 2.1: no draft in the set that is handed in: a newer revision is being prepared of a sheet."""
    newest = {s.id: r.rev_seq for s, r in chosen}
    query = (
        sa.select(Sheet.number, SheetRevision.sheet_id, SheetRevision.rev_seq)
        .join(SheetRevision, SheetRevision.sheet_id == Sheet.id)
        .where(
            SheetRevision.project_id == case.project_id,
            SheetRevision.sheet_id.in_(list(newest)),
            SheetRevision.state.in_((RevisionState.DRAFT, RevisionState.CHECKING, RevisionState.ISSUED)),
        )
    )
    numbers = sorted({number for number, sheet, seq in session.execute(query) if seq > newest[sheet]})
    if numbers:
        yield GateFinding(
            "newer-revision",
            Level.REASON,
            Label(
                f"{len(numbers)} 张图纸已有更新的版次在编",
                f"{len(numbers)} sheets have a newer revision in work",
            ),
            Label(
                "请核对是否应送新版；仍送此版请说明。", "Check whether the newer one is meant; else say why."
            ),
            tuple(numbers[:MOST_NAMED]),
        )


def _list_against_sheets(session: Session, case: ReviewCase, chosen: Chosen) -> Iterator[GateFinding]:
    """The drawing lists (图纸目录) that were read with the sheets, against the sheets (x of N)."""
    listed = _listed(session, case.project_id)
    if not listed:
        yield GateFinding(
            "no-drawing-list",
            Level.REASON,
            Label(
                "没有读到图纸目录，无法核对是否齐全",
                "No drawing list was read: completeness cannot be judged",
            ),
            Label(
                "请随图上传目录，或说明理由。", "Upload the list with the sheets, or say why there is none."
            ),
        )
        return
    keys = {s.number_key for s, _ in chosen} | _in_case(session, case)
    absent = [number for key, number in listed.items() if key not in keys]
    if absent:
        yield GateFinding(
            "listed-not-submitted",
            Level.REASON,
            Label(
                f"图纸目录中有 {len(absent)} 张未送审",
                f"{len(absent)} sheets of the drawing list are not submitted",
            ),
            Label(
                "请补选或补传；分批送审请说明。", "Choose or upload them; for a partial submission say so."
            ),
            tuple(absent[:MOST_NAMED]),
        )
    extra = [s.number for s, _ in chosen if s.number_key not in listed]
    if extra:
        yield GateFinding(
            "submitted-not-listed",
            Level.REASON,
            Label(f"{len(extra)} 张送审图纸不在图纸目录中", f"{len(extra)} sheets are on no drawing list"),
            Label(
                "请更新目录，或说明理由（目录页本身除外）。",
                "Update the list, or say why (the list itself aside).",
            ),
            tuple(extra[:MOST_NAMED]),
        )


def _listed(session: Session, project_id: str) -> dict[str, str]:
    """Numbers by key on the newest list of each batch that has one; lines of cancelled sheets are left out."""
    query = (
        sa.select(DrawingListEntry)
        .join(IntakeSheet, IntakeSheet.id == DrawingListEntry.intake_sheet_id)
        .where(DrawingListEntry.project_id == project_id, IntakeSheet.state == "accepted")
        .order_by(DrawingListEntry.id)
    )
    found: dict[str, str] = {}
    for entry in session.scalars(query):
        if "作废" in entry.note or "取消" in entry.note:
            found.pop(entry.number_key, None)
        else:
            found[entry.number_key] = entry.number
    return found


def _in_case(session: Session, case: ReviewCase) -> set[str]:
    query = (
        sa.select(Sheet.number_key)
        .join(ReviewSheet, ReviewSheet.sheet_id == Sheet.id)
        .where(ReviewSheet.case_id == case.id)
    )
    return set(session.scalars(query))


def _documents(session: Session, case: ReviewCase) -> Iterator[GateFinding]:
    needed = policy_of(session, case.project_id).review_documents
    have = set(
        session.scalars(sa.select(ReviewDocument.kind).where(ReviewDocument.case_id == case.id).distinct())
    )
    missing = [kind for kind in needed if kind not in have]
    if missing:
        yield GateFinding(
            "documents-missing",
            Level.STOP,
            Label(
                f"缺少 {len(missing)} 类依据性文件", f"{len(missing)} kinds of basis documents are missing"
            ),
            Label("请在案卷页上传。", "Upload them on the case page."),
            tuple(str(DOCUMENT_LABELS[kind]) for kind in missing),
        )


def _codes(session: Session, case: ReviewCase) -> Iterator[GateFinding]:
    query = sa.select(ProjectIdentifier.verdict).where(
        ProjectIdentifier.project_id == case.project_id,
        ProjectIdentifier.scheme == IdentifierScheme.PROJECT_CODE,
        ProjectIdentifier.valid_to.is_(None),
    )
    verdicts = session.scalars(query).all()
    if not verdicts:
        yield GateFinding(
            "project-code-missing",
            Level.REASON,
            Label("项目没有项目代码", "The project has no national project code"),
            Label("请在项目设置中登记赋码结果。", "Enter it in the project's settings."),
        )
    elif not {CodeVerdict.OK, CodeVerdict.NO_CHECK} & set(verdicts):
        yield GateFinding(
            "project-code-doubtful",
            Level.REASON,
            Label("项目代码未通过校验", "The project code fails its check"),
            Label("请与赋码证明核对。", "Compare it with the certificate."),
        )


def _buildings(session: Session, chosen: Chosen) -> Iterator[GateFinding]:
    ids = {r.building_id for _, r in chosen if r.building_id}
    coded = sa.select(BuildingIdentifier.building_id).where(
        BuildingIdentifier.building_id.in_(ids), BuildingIdentifier.valid_to.is_(None)
    )
    query = sa.select(Building.number).where(Building.id.in_(ids), Building.id.not_in(coded))
    if numbers := sorted(session.scalars(query.order_by(Building.number))):
        yield GateFinding(
            "building-code-missing",
            Level.REASON,
            Label(f"{len(numbers)} 个单体没有单体编码", f"{len(numbers)} buildings have no code"),
            Label("请在项目设置中登记单体编码。", "Enter the building codes in the project's settings."),
            tuple(numbers[:MOST_NAMED]),
        )


def _place(session: Session, case: ReviewCase, chosen: Chosen) -> Iterator[GateFinding]:
    """落图: buildings with a footprint on the map, or at least the project's address."""
    ids = {r.building_id for _, r in chosen if r.building_id}
    rows = session.scalars(sa.select(Building).where(Building.id.in_(ids)).order_by(Building.number))
    bare = [b.number for b in rows if not b.footprint]
    has_address = bool(session.get_one(Project, case.project_id).address.strip())
    if bare or not (ids or has_address):
        yield GateFinding(
            "location-missing",
            Level.REASON,
            Label("单体尚未落图" if bare else "项目没有地址", "No place on the map is known"),
            Label("请登记单体轮廓或地址，或说明理由。", "Enter footprints or the address, or say why not."),
            tuple(bare[:MOST_NAMED]),
        )
