"""Feeding the index: the outbox of the acts, drained by one writer; and building again from the rows.

The order is what makes a crash harmless: collect, write the index durably, and only then delete exactly the outbox
rows that were read. A writer that dies in between leaves the rows, and the same documents are written once more.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from app.drawings.models import Sheet
from app.files.derived import DerivedFiles
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Database
from app.kernel.outbox import SearchOutbox
from app.projects.models import Project
from app.search.collecting import Draft, drafts_of_project, drafts_of_sheets, with_text
from app.search.contract import Progress, SearchDoc, SearchIndex

BATCH = 500
"""Outbox rows taken at a time."""
SHEETS = 200
"""Sheets collected at a time."""
PATIENCE = 60.0
"""Seconds that a rebuild waits for the writer at work."""


class IndexBusy(RuntimeError):  # noqa: N818
    """Another process writes the index and did not finish in time."""


def drain(database: Database, index: SearchIndex, derived: DerivedFiles) -> int:
    """Bring the index up to the outbox; the number of rows served, 0 when another process is at it.

    A project whose index is missing, unreadable or of an older schema is built again as a whole. A project that
    fails keeps its rows and does not hold up the others; its error is raised at the end.
    """
    with database.read() as session:
        if session.execute(sa.select(SearchOutbox.id).limit(1)).first() is None:
            return 0
    served = 0
    faults: list[Exception] = []
    with index.exclusive() as is_ours:
        while is_ours and not faults and (marks := _marks(database)):
            for project_id in dict.fromkeys(m.project_id for m in marks):
                own = [m for m in marks if m.project_id == project_id]
                try:
                    _serve(database, index, derived, project_id, own)
                except Exception as fault:  # noqa: BLE001  raised below, after the other projects
                    faults.append(fault)
                else:
                    served += len(own)
    if faults:
        raise faults[0]
    return served


def reindex(
    database: Database,
    index: SearchIndex,
    derived: DerivedFiles,
    *,
    project_id: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> int:
    """Build one project's index again, or all of them; what was there answers meanwhile. Returns the documents written.

    Raises:
        IndexBusy: another process is writing.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        with index.exclusive() as is_ours:
            if is_ours:
                return _reindex(database, index, derived, project_id, progress)
        if time.monotonic() > deadline:
            raise IndexBusy(index.url)
        time.sleep(0.1)


class _Mark(NamedTuple):
    id: int
    project_id: str
    kind: str
    subject_id: str


def _marks(database: Database) -> list[_Mark]:
    query = sa.select(
        SearchOutbox.id, SearchOutbox.project_id, SearchOutbox.subject_kind, SearchOutbox.subject_id
    )
    with database.read() as session:
        return [_Mark(*row) for row in session.execute(query.order_by(SearchOutbox.id).limit(BATCH))]


def _serve(
    database: Database, index: SearchIndex, derived: DerivedFiles, project_id: str, marks: Sequence[_Mark]
) -> None:
    if index.is_current(project_id):
        _write(database, index, derived, project_id, marks)
    else:
        _rebuild(database, index, derived, project_id, None)
    with database.plumbing() as session:
        session.execute(sa.delete(SearchOutbox).where(SearchOutbox.id.in_([m.id for m in marks])))


def _write(
    database: Database, index: SearchIndex, derived: DerivedFiles, project_id: str, marks: Sequence[_Mark]
) -> None:
    sheets = sorted({m.subject_id for m in marks if m.kind == "sheet"})
    drafts: list[Draft] = []
    now = to_micros(database.clock.now())
    with database.read() as session:
        drafts += drafts_of_sheets(session, sheets, now)
        if any(m.kind == "project" for m in marks):
            drafts += drafts_of_project(session, project_id)
    docs = [with_text(d, derived) for d in drafts]
    index.replace(project_id, sorted({*sheets, *(d.subject_id for d in docs)}), docs)


def _reindex(
    database: Database,
    index: SearchIndex,
    derived: DerivedFiles,
    project_id: str | None,
    progress: Callable[[Progress], None] | None,
) -> int:
    with database.read() as session:
        known = session.scalars(sa.select(Project.id).order_by(Project.id)).all()
    chosen = [p for p in known if project_id in (None, p)]
    written = sum(_rebuild(database, index, derived, p, progress) for p in chosen)
    if project_id is None:
        index.forget(known)
    return written


def _rebuild(
    database: Database,
    index: SearchIndex,
    derived: DerivedFiles,
    project_id: str,
    progress: Callable[[Progress], None] | None,
) -> int:
    """Everything of a project. Acts that happen meanwhile leave their marks, which are served afterwards."""
    with database.read() as session:
        ids = session.scalars(sa.select(Sheet.id).where(Sheet.project_id == project_id)).all()
        head = [d.doc for d in drafts_of_project(session, project_id)]
    written = 0
    with index.rebuild(project_id) as put:
        put(head)
        for done, docs in enumerate(_documents(database, derived, ids), 1):
            put(docs)
            written += len(docs)
            if progress is not None:
                progress(Progress(project_id, min(done * SHEETS, len(ids)), len(ids)))
    return written + len(head)


def _documents(
    database: Database, derived: DerivedFiles, sheet_ids: Sequence[str]
) -> Iterator[list[SearchDoc]]:
    now = to_micros(database.clock.now())
    for start in range(0, len(sheet_ids), SHEETS):
        with database.read() as session:
            drafts = drafts_of_sheets(session, sheet_ids[start : start + SHEETS], now)
        yield [with_text(d, derived) for d in drafts]
