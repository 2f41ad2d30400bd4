"""The embedded driver: Whoosh 2.7.4, one index folder per project.

::

    <root>/WRITER                   lock of the one writer, over all processes
    <root>/<project>/CURRENT        name of the build that answers; replaced in one step
    <root>/<project>/<build>/       a Whoosh index, and SCHEMA beside it

Whoosh keeps inverted lists and columns; the question itself is answered here with sets of document numbers, because
that is several times faster than its matchers. A commit is a new table of contents renamed into place: a killed
writer leaves the last one. Readers are opened per question; a shared Whoosh searcher is not safe between threads.
"""

import json
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from operator import itemgetter
from pathlib import Path

from whoosh import columns, fields
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader
from whoosh.util.filelock import FileLock
from whoosh.writing import SegmentWriter

from app.kernel.ids import is_id, new_short_code
from app.search.contract import SCHEMA, Hit, IndexDamaged, Put, SearchDoc, SearchQuery, SearchResult
from app.search.quoting import body_lines, head_lines, hit_of
from app.search.tokens import analyse
from app.search.whoosh_matching import Answer, Candidate, FactColumns, answer, facts_to_bytes

SEGMENTS_KEPT = 128
"""Segments whose facts stay in memory; about 200 bytes for each document."""
WRITER_PATIENCE = 20.0
"""Seconds to wait for another writer of the same project."""
MEMORY_MB = 64


def _column() -> fields.COLUMN:
    return fields.COLUMN(columns.VarBytesColumn(write_offsets_cutoff=0))


FIELDS = fields.Schema(
    subject=fields.ID(),
    head=fields.ID(),
    body=fields.ID(),
    head_flow=_column(),
    flow=_column(),
    facts=_column(),
    shown=_column(),
)
"""``head`` and ``body`` hold tokens without frequency or position; the columns hold what is read per document."""


class _Folder(FileStorage):  # type: ignore[misc]
    """A folder that knows without looking that no field has lengths: Whoosh asks the disk once per posting."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))

    def file_exists(self, name: str) -> bool:
        """True when the file is there."""
        return not name.endswith("_len.col") and bool(super().file_exists(name))


class WhooshIndex:
    """A folder of Whoosh indexes; see :class:`app.search.contract.SearchIndex`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._facts: OrderedDict[str, FactColumns] = OrderedDict()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"whoosh://{self._root}"

    def close(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._facts.clear()

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """Become the only writer; False when somebody else is. The lock dies with its process."""
        self._root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self._root / "WRITER"))
        if not lock.acquire(blocking=False):
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def is_current(self, project_id: str) -> bool:
        """True when the project's index exists, can be read and has today's schema."""
        build = self._build(project_id)
        if build is None or not (build / "SCHEMA").is_file():
            return False
        try:
            if (build / "SCHEMA").read_text() != str(SCHEMA):
                return False
            _Folder(build).open_index().reader().close()
        except Exception:  # noqa: BLE001  a torn file raises whatever its bytes happen to mean
            return False
        return True

    def replace(self, project_id: str, subject_ids: Sequence[str], docs: Sequence[SearchDoc]) -> None:
        """Put documents in the place of all that the subjects had, in one commit that is on disk on return."""
        build = self._build(project_id)
        if build is None:
            build = self._new_build(project_id)
            _write(build, subject_ids, docs)
            self._point_to(project_id, build)
            return
        _write(build, subject_ids, docs)

    @contextmanager
    def rebuild(self, project_id: str) -> Iterator[Put]:
        """Build aside, then point to it."""
        self._sweep(project_id)
        build = self._new_build(project_id)

        try:
            with _writing(build) as writer:
                yield lambda docs: _add(writer, docs)
            self._point_to(project_id, build)
        finally:
            self._sweep(project_id)

    def forget(self, keep: Sequence[str]) -> None:
        """Drop every project but these."""
        if not self._root.is_dir():
            return
        for folder in self._root.iterdir():
            if folder.is_dir() and folder.name not in keep:
                (folder / "CURRENT").unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)

    def search(self, query: SearchQuery) -> SearchResult:
        """Ask the permitted projects one after the other, and merge.

        Raises:
            IndexDamaged: a project's index cannot be read.
        """
        wanted = query.limit + query.offset
        found: list[tuple[Candidate, bytes]] = []
        total, is_exact = 0, True
        if query.words.wanted:
            for project_id in dict.fromkeys(query.project_ids):
                top, part = self._search_project(project_id, query, wanted)
                found += top
                total += part.total
                is_exact &= part.is_exact
        found.sort(key=itemgetter(0))
        page = found[query.offset : wanted]
        return SearchResult(tuple(_hit(shown, query) for _, shown in page), total, is_exact)

    def _search_project(
        self, project_id: str, query: SearchQuery, wanted: int
    ) -> tuple[list[tuple[Candidate, bytes]], Answer]:
        if not any(query.visibility.windows(k, project_id) for k in query.kinds):
            return [], Answer()
        reader = self._open(project_id)
        if reader is None:
            return [], Answer()
        try:
            segments = [(s, self._facts_of(s)) for s, _ in reader.leaf_readers() if s.doc_count_all()]
            found = answer(segments, query, wanted)
            return _with_shown(found.first), found
        except Exception as error:
            raise IndexDamaged(project_id) from error
        finally:
            reader.close()

    def _facts_of(self, segment: SegmentReader) -> FactColumns:
        """A segment never changes (deletions are applied to the postings): its facts are read once."""
        key = segment.segment().segment_id()
        with self._lock:
            if (known := self._facts.get(key)) is not None:
                self._facts.move_to_end(key)
                return known
        facts = FactColumns.read(segment)
        with self._lock:
            self._facts[key] = facts
            while len(self._facts) > SEGMENTS_KEPT:
                self._facts.popitem(last=False)
        return facts

    def _open(self, project_id: str) -> SegmentReader | None:
        """A reader of the build that answers now; again when a rebuild takes it away under our hands."""
        error: Exception | None = None
        for _ in range(3):
            build = self._build(project_id)
            if build is None:
                return None
            try:
                return _Folder(build).open_index().reader()
            except Exception as fault:  # noqa: BLE001  see is_current
                error = fault
        raise IndexDamaged(project_id) from error

    def _folder(self, project_id: str) -> Path:
        if not is_id(project_id):
            raise ValueError(f"not a project id: {project_id!r}")
        return self._root / project_id

    def _build(self, project_id: str) -> Path | None:
        folder = self._folder(project_id)
        try:
            return folder / (folder / "CURRENT").read_text()
        except FileNotFoundError:
            return None

    def _new_build(self, project_id: str) -> Path:
        build = self._folder(project_id) / new_short_code()
        build.mkdir(parents=True)
        _Folder(build).create_index(FIELDS)
        (build / "SCHEMA").write_text(str(SCHEMA))
        return build

    def _point_to(self, project_id: str, build: Path) -> None:
        folder = self._folder(project_id)
        fresh = folder / f"{build.name}.current"
        fresh.write_text(build.name)
        _sync_path(fresh)
        fresh.replace(folder / "CURRENT")
        _sync_path(folder)
        _sync_path(self._root)

    def _sweep(self, project_id: str) -> None:
        """Remove builds that do not answer: older ones, and what a killed rebuild left."""
        folder, current = self._folder(project_id), self._build(project_id)
        if not folder.is_dir():
            return
        for path in folder.iterdir():
            if path.is_dir() and path != current:
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.endswith(".current"):
                path.unlink(missing_ok=True)


def _write(build: Path, subject_ids: Sequence[str], docs: Sequence[SearchDoc]) -> None:
    with _writing(build) as writer:
        for subject in subject_ids:
            writer.delete_by_term("subject", subject)
        _add(writer, docs)


@contextmanager
def _writing(build: Path) -> Iterator[SegmentWriter]:
    """One commit, on disk at the end; nothing of it when the block raises."""
    writer = _Folder(build).open_index().writer(timeout=WRITER_PATIENCE, limitmb=MEMORY_MB, compound=False)
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    _sync(build)


def _add(writer: SegmentWriter, docs: Sequence[SearchDoc]) -> None:
    for doc in docs:
        head, body = analyse(head_lines(doc)), analyse(body_lines(doc))
        writer.add_document(
            subject=[doc.subject_id],
            head=list(head.tokens),
            body=list(body.tokens),
            head_flow=head.flow.encode(),
            flow=body.flow.encode(),
            facts=facts_to_bytes(doc),
            shown=json.dumps(asdict(doc), ensure_ascii=False).encode(),
        )


def _with_shown(candidates: Sequence[Candidate]) -> list[tuple[Candidate, bytes]]:
    segments = {c.segment for c in candidates}
    columns_open = {segment: segment.column_reader("shown", translate=False) for segment in segments}
    return [(c, columns_open[c.segment][c.number]) for c in candidates]


def _hit(shown: bytes, query: SearchQuery) -> Hit:
    known = json.loads(shown)
    doc = SearchDoc(**{**known, "codes": tuple(known["codes"]), "lines": tuple(known["lines"])})
    return hit_of(doc, query.words.wanted, query.now)


def _sync(build: Path) -> None:
    """Have the commit on disk before the outbox forgets; Whoosh itself does not wait for the disk."""
    for path in build.iterdir():
        _sync_path(path)
    _sync_path(build)


def _sync_path(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
