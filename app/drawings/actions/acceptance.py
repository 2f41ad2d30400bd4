"""Accepting rows of the intake table: sheets and revisions come to exist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex
import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.actions.comparisons import ask_with_previous
from app.drawings.actions.intake import intake_for
from app.drawings.actions.revisions import freeze
from app.drawings.intake_models import Intake, IntakeFile, IntakeSheet
from app.drawings.models import WHOLE, Sheet, SheetRevision
from app.drawings.queries.seal_marks import has_signatures
from app.drawings.rules import (
    CAD_KINDS,
    FIELD_LABELS,
    MEDIA_TYPES,
    OPEN_STATES,
    REVISIONS,
    STATE_LABELS,
    IntakeState,
    ProposalState,
    RevisionState,
)
from app.files.models import Rendition, RenditionRole
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, declare, invalid
from app.kernel.ids import new_id, new_short_code
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import UnprintableText, code_key, look_alike_key, loose_key, natural_key, normalise
from app.projects.queries import policy_of
from app.projects.rules import Discipline, Policy, Stage
from app.seals.judging import ask_on_arrival

DUPLICATE_IN_BATCH = declare(
    "duplicate-number",
    409,
    "图号“{number}”在本批中出现不止一次。",
    "The number '{number}' stands more than once in this batch.",
    "请保留其中一张，将另一张移出或改正图号。",
    "Keep one; leave the other out or correct its number.",
)
REVISION_UNDER_WAY = declare(
    "revision-under-way",
    409,
    "该图的{label}正处于“{state}”。",
    "Revision {label} of this sheet is in state '{state}'.",
    "请先完成或撤回该版次，再收新版。",
    "Finish or withdraw it before taking in another.",
)
NUMBER_RESERVED = declare(
    "number-reserved",
    409,
    "图号“{number}”的图纸已作废。",
    "The sheet '{number}' was cancelled.",
    "作废图号保留，不可再用；请使用新的图号。",
    "The number of a cancelled sheet stays reserved: use another one.",
)
SAME_BYTES = declare(
    "same-bytes",
    409,
    "与{label}完全相同（文件未变化）。",
    "The bytes are those of revision {label}: nothing changed.",
    "无需重复收图；如确需换版，请上传新文件。",
    "There is nothing to take in; upload the changed file if a new revision is meant.",
)


@dataclass(frozen=True)
class AcceptRows:
    """Rows that shall become revisions."""

    intake_id: str
    row_ids: Sequence[str]


def accept_rows(tx: Tx, command: AcceptRows) -> RowReport:
    """Make sheets and revisions of proposed rows; each row reports (收图).

    A PDF and a CAD file of one number become one revision. Design batches make drafts; batches of history make
    issued revisions whose seals and certificates are recorded as claimed, not verified.

    Raises:
        Refused: no right to the batch.
    """
    intake, _ = intake_for(tx, command.intake_id, Permission.INTAKE_UPLOAD)
    query = (
        sa.select(IntakeSheet, IntakeFile)
        .join(IntakeFile, IntakeFile.id == IntakeSheet.file_id)
        .where(IntakeSheet.intake_id == intake.id, IntakeSheet.id.in_(list(command.row_ids)))
        .order_by(IntakeSheet.position)
    )
    rows = [(r, f) for r, f in tx.session.execute(query) if r.state == ProposalState.PROPOSED]
    work = _Acceptance(tx, intake, policy_of(tx.session, intake.project_id))
    report = RowReport()
    for row, file in rows:
        try:
            work.accept(row, file)
            report.done.append(row.id)
        except Refused as refusal:
            report.refused[row.id] = refusal
    ask_with_previous(tx, work.made.values())
    known = {row.id for row, _ in rows}
    report.refused.update({i: Refused(NOT_FOUND) for i in command.row_ids if i not in known})
    if report.done and intake.state == IntakeState.OPEN:
        intake.state = IntakeState.ACCEPTED
    return report


class _Acceptance:
    """One act of acceptance: remembers what it made, so that PDF and CAD of a number meet."""

    def __init__(self, tx: Tx, intake: Intake, policy: Policy) -> None:
        self.tx = tx
        self.intake = intake
        self.policy = policy
        self.rights: Rights = rights_of(tx.session, tx.actor, tx.now)
        self.made: dict[str, SheetRevision] = {}
        """By sheet id: the revision this act made or filled."""
        self.filled: set[tuple[str, str]] = set()
        """(revision id, role) that this act filled."""

    def accept(self, row: IntakeSheet, file: IntakeFile) -> None:
        """Accept one row.

        Raises:
            Refused: with the row's reason.
        """
        values = checked_row(row.values, self.policy)
        seat = self._seat(row, values)
        role = RenditionRole.CAD_SOURCE if file.kind in CAD_KINDS else RenditionRole.PUBLISHED
        sheet = self._sheet(row, values)
        revision = self.made.get(sheet.id) or self._open_revision(sheet, row, file)
        if revision is not None and (revision.id, role) in self.filled:
            raise Refused(DUPLICATE_IN_BATCH, number=values["number"])
        fresh = revision is None
        if revision is None:
            revision = self._new_revision(sheet, row, values, seat)
        elif role is RenditionRole.PUBLISHED or sheet.id not in self.made:
            _describe(revision, row, values)
        if seat.person_id not in (revision.drafted_by, *revision.also_drafted_by):
            revision.also_drafted_by = [*revision.also_drafted_by, seat.person_id]
        self.made[sheet.id] = revision
        self.filled.add((revision.id, role))
        facts = self._store(revision, row, file, role)
        row.state, row.revision_id = ProposalState.ACCEPTED, revision.id
        if self.intake.purpose == "history":
            self._freeze_history(revision)
        self._note(revision, seat, facts, fresh=fresh)

    def _seat(self, row: IntakeSheet, values: Mapping[str, str]) -> SeatFact:
        history = self.intake.purpose == "history"
        target = Target(
            self.intake.project_id,
            building_id=row.building_id,
            has_place=True,
            discipline=values["discipline"],
            party_id=self.intake.party_id,
        )
        permission = Permission.REVISION_IMPORT if history else Permission.REVISION_EDIT
        return self.rights.require(permission, target)

    def _sheet(self, row: IntakeSheet, values: Mapping[str, str]) -> Sheet:
        number = values["number"]
        place = row.building_id or WHOLE
        query = (
            sa.select(Sheet)
            .where(
                Sheet.project_id == self.intake.project_id,
                Sheet.place_key == place,
                Sheet.discipline == values["discipline"],
                Sheet.number_key == code_key(number),
            )
            .with_for_update()
        )
        found = self.tx.session.execute(query).scalar_one_or_none()
        if found is not None:
            return found
        sheet = Sheet(
            id=new_id(),
            project_id=self.intake.project_id,
            building_id=row.building_id,
            place_key=place,
            discipline=values["discipline"],
            number=number,
            number_original=str(row.read.get("number", {}).get("value") or number)[:80],
            number_key=code_key(number),
            loose_key=loose_key(number),
            look_alike_key=look_alike_key(number),
            sort_key=natural_key(number),
            created_at=self.tx.now,
            last_rev_seq=0,
        )
        self.tx.session.add(sheet)
        self.tx.session.flush()
        return sheet

    def _open_revision(self, sheet: Sheet, row: IntakeSheet, file: IntakeFile) -> SheetRevision | None:
        """The draft to fill, or None when a new revision begins.

        Raises:
            Refused: a revision is being checked, or is another party's draft; the sheet was cancelled; or the
                bytes are those of the last one.
        """
        query = (
            sa.select(SheetRevision)
            .where(SheetRevision.sheet_id == sheet.id)
            .order_by(SheetRevision.rev_seq.desc())
            .limit(1)
        )
        last = self.tx.session.execute(query).scalar_one_or_none()
        void = sa.select(SheetRevision.id).where(
            SheetRevision.sheet_id == sheet.id, SheetRevision.state == RevisionState.VOID
        )
        if self.tx.session.execute(void.limit(1)).first():
            raise Refused(NUMBER_RESERVED, number=sheet.number)
        if last is None or last.state == RevisionState.WITHDRAWN:
            return None
        bytes_of_last = sa.select(Rendition.sha256).where(
            Rendition.owner_kind == "revision",
            Rendition.owner_id == last.id,
            Rendition.role.in_((RenditionRole.PUBLISHED, RenditionRole.CAD_SOURCE)),
        )
        if (row.pdf_sha256 or file.sha256) in set(self.tx.session.scalars(bytes_of_last)):
            raise Refused(SAME_BYTES, label=last.rev_label)
        is_ours = last.party_id == self.intake.party_id
        if last.state == RevisionState.DRAFT and is_ours:
            return last
        if last.state in OPEN_STATES:
            state = str(STATE_LABELS[last.state])
            raise Refused(REVISION_UNDER_WAY, label=last.rev_label, state=state)
        return None

    def _new_revision(
        self, sheet: Sheet, row: IntakeSheet, values: Mapping[str, str], seat: SeatFact
    ) -> SheetRevision:
        event = "import_history" if self.intake.purpose == "history" else "create"
        step = REVISIONS.step(None, event)
        sheet.last_rev_seq += 1
        revision = SheetRevision(
            id=new_id(),
            project_id=sheet.project_id,
            sheet_id=sheet.id,
            rev_seq=sheet.last_rev_seq,
            rev_label=values["revision"] or default_label(sheet.last_rev_seq),
            state=step.target,
            building_id=sheet.building_id,
            discipline=sheet.discipline,
            party_id=self.intake.party_id,
            drafted_by=seat.person_id,
            also_drafted_by=[],
            short_code=new_short_code(),
            origin="history" if self.intake.purpose == "history" else "intake",
            external={k: v for k, v in row.values.items() if k.startswith("external_")},
            created_at=self.tx.now,
            state_at=self.tx.now,
        )
        _describe(revision, row, values)
        self.tx.session.add(revision)
        self.tx.session.flush()
        return revision

    def _store(
        self, revision: SheetRevision, row: IntakeSheet, file: IntakeFile, role: RenditionRole
    ) -> list[FileFact]:
        """Renditions of one row: the page cut from its set and the set, or the file itself."""
        tx = self.tx

        def rendition(kind: RenditionRole, fact: FileFact, page: int, derived: str | None) -> Rendition:
            return Rendition(
                id=new_id(),
                owner_kind="revision",
                owner_id=revision.id,
                role=kind,
                sha256=fact.sha256,
                sm3=fact.sm3,
                size=fact.size,
                media_type=MEDIA_TYPES[file.kind],
                file_name=file.name,
                page=page,
                manifest_of=file.sha256,
                manifest_page=row.page,
                derived_from=derived,
                recorded_at=tx.now,
            )

        whole = FileFact(file.sha256, file.sm3, file.size)
        if row.pdf_sha256 is None or row.pdf_sm3 is None or row.pdf_size is None:
            tx.session.add(rendition(role, whole, row.page, None))
            if role is RenditionRole.PUBLISHED and has_signatures(file.signatures):
                ask_on_arrival(tx, file.sha256, revision.project_id)
            return [whole]
        source = rendition(RenditionRole.SOURCE, whole, row.page, None)
        cut = FileFact(row.pdf_sha256, row.pdf_sm3, row.pdf_size)
        tx.session.add_all([source, rendition(role, cut, 0, source.id)])
        return [cut, whole]

    def _note(
        self,
        revision: SheetRevision,
        seat: SeatFact,
        files: Sequence[FileFact],
        *,
        fresh: bool,
    ) -> None:
        """On the ledger, complete enough to write the row again from it (law 10)."""
        data: dict[str, Any] = {
            "title": revision.title,
            "label": revision.rev_label,
            "stage": revision.stage,
            "intake": self.intake.id,
        }
        if fresh:
            sheet = self.tx.session.get_one(Sheet, revision.sheet_id)
            data |= {
                "number": sheet.number,
                "discipline": sheet.discipline,
                "building": sheet.building_id,
                "seq": revision.rev_seq,
                "code": revision.short_code,
                "origin": revision.origin,
                "party": revision.party_id,
            }
        if revision.external:
            data["external"] = revision.external
        if revision.base_sha256:
            data["base"] = revision.base_sha256
        self.tx.record(
            Fact(
                "revision.drafted" if fresh else "revision.file-added",
                revision.project_id,
                sheet_id=revision.sheet_id,
                subjects={"revision": revision.id},
                files=files,
                data=data,
                seat_id=seat.seat_id,
                party_id=seat.party_id,
            )
        )
        self.tx.changed(revision.project_id, "sheet", revision.sheet_id)

    def _freeze_history(self, revision: SheetRevision) -> None:
        """History arrives issued: its base is frozen at once; a printable file wins over a CAD file."""
        self.tx.session.flush()
        query = sa.select(Rendition).where(
            Rendition.owner_kind == "revision",
            Rendition.owner_id == revision.id,
            Rendition.role.in_((RenditionRole.PUBLISHED, RenditionRole.CAD_SOURCE)),
        )
        found = {r.role: r for r in self.tx.session.scalars(query)}
        base = found.get(RenditionRole.PUBLISHED) or found[RenditionRole.CAD_SOURCE]
        freeze(self.tx, revision, base)


def checked_row(values: Mapping[str, str], policy: Policy) -> dict[str, str]:
    """The fields a row needs to become a revision.

    Raises:
        Refused: number, title or discipline missing; a field too long for the register; no such discipline or
            stage; the number does not follow the project's pattern.
    """
    flat = {name: str(values.get(name) or "") for name in ("number", "title", "discipline", "scale", "date")}
    flat["revision"], flat["stage"] = str(values.get("revision") or ""), str(values.get("stage") or "")
    try:
        flat["number"] = normalise(flat["number"])
    except UnprintableText as error:
        raise invalid("图号 / number", "含不可见字符", "has invisible characters") from error
    if not flat["number"] or len(flat["number"]) > 80:
        raise invalid("图号 / number", "不能为空或超过 80 字", "must have 1 to 80 characters")
    if not flat["title"]:
        raise invalid("图名 / title", "不能为空", "must not be empty")
    if not flat["discipline"]:
        raise invalid("专业 / discipline", "请选择专业", "choose a discipline")
    if len(code_key(flat["number"])) > 80:
        raise invalid("图号 / number", "不能为空或超过 80 字", "must have 1 to 80 characters")
    if flat["discipline"] not in set(Discipline):
        raise invalid("专业 / discipline", "没有这个专业", "no such discipline")
    if flat["stage"] not in {"", *Stage}:
        raise invalid("设计阶段 / stage", "没有这个阶段", "no such stage")
    for name, limit in _LONGEST.items():
        if len(flat[name]) > limit:
            label = FIELD_LABELS[name]
            raise invalid(str(label), f"超过 {limit} 个字符", f"longer than {limit} characters")
    if policy.number_pattern and not _follows(policy.number_pattern, flat["number"]):
        raise invalid(
            "图号 / number",
            f"不符合本项目的编号规则 {policy.number_pattern}",
            f"does not follow this project's pattern {policy.number_pattern}",
        )
    return flat


PATTERN_SECONDS = 0.2
"""A pattern that people wrote may be of the kind that takes for ever; a project's numbers need microseconds."""


def _follows(pattern: str, number: str) -> bool:
    """Whether a number follows a project's pattern.

    Raises:
        Refused: the pattern takes too long over this number.
    """
    try:
        return regex.fullmatch(pattern, number, timeout=PATTERN_SECONDS) is not None
    except TimeoutError as error:
        raise invalid(
            "编号规则 / number pattern",
            "过于复杂，无法在限定时间内判断；请到项目设置中简化",
            "too complex to decide in time; simplify it in the project's settings",
        ) from error


_LONGEST = {"title": 300, "scale": 100, "revision": 30}
"""Characters that the register keeps of a field."""


def default_label(seq: int) -> str:
    """A revision label when the sheet says none: A, B, … Z, then AA."""
    letters = ""
    while seq > 0:
        seq, rest = divmod(seq - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _describe(revision: SheetRevision, row: IntakeSheet, values: Mapping[str, str]) -> None:
    """Copy what is known of the page to its revision."""
    revision.title = values["title"]
    revision.stage = values["stage"]
    revision.paper = row.paper
    revision.scales = values["scale"]
    revision.issue_date = values["date"][:20]
    revision.completeness = row.completeness
    differs = [
        name
        for name in ("number", "title")
        if (read := row.read.get(name)) and code_key(str(read["value"])) != code_key(values[name])
    ]
    revision.title_block = {"read": row.read, "corrected": row.corrected, "differs": differs}
