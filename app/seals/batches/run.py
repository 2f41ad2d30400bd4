"""The job behind one decision to seal: each document once, in its own transaction, whatever is killed meanwhile.

A document is made ready (once, before its first seal), sealed, stored, and only then noted. Killed before the note,
nothing has happened but an object in the store that nobody names; killed after it, the document is done. So the job may
be run again from the start as often as needed (laws 6, 7).
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from asn1crypto import x509 as asn1_x509

from app.files.models import Rendition, RenditionRole
from app.files.names import safe_name
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Tx
from app.kernel.errors import BUSY, STALE, Refused
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.kernel.ledger.telling import note
from app.seals.actions.seals import load_certificate
from app.seals.batches.manifests import Manifest, noted, write_manifest
from app.seals.batches.plan import kind_of_field, wishes_for
from app.seals.chain import PDF, Chain, chain_of
from app.seals.judging import JUDGE_FILE
from app.seals.models import Seal, SealBatch, SealUse
from app.seals.pictures import Pictures
from app.seals.refusals import NO_PDF, NO_ROOM, PROVIDER_ABSENT, SEAL_NOT_ACTIVE
from app.seals.room import SealRoom
from app.seals.rules import (
    SEAL_LABELS,
    SEAL_STATE_LABELS,
    BatchState,
    Level,
    Provider,
    SealKind,
    SealState,
    UseState,
)
from app.seals.sealing.fields import FieldState, fields_of
from app.seals.sealing.jail import Ready, ready_file
from app.seals.sealing.pades import Act, Desk, Sealed
from app.seals.sealing.refusals import (
    CHAIN_REFUSED,
    FILE_KEY,
    KEY_UNUSABLE,
    LISTS_MISSING,
    NO_EVIDENCE,
    SIGNATURE_WRONG,
    STAMP_REFUSED,
    STAMP_UNREACHABLE,
)
from app.seals.sealing.refusals_csc import (
    CSC_ADDRESS,
    CSC_ALGORITHM,
    CSC_CREDENTIAL,
    CSC_NONSENSE,
    CSC_PIN,
    CSC_REFUSES,
    CSC_UNREACHABLE,
)
from storage import StoredObject

_STOPS_ALL = frozenset(
    {
        *(CHAIN_REFUSED, FILE_KEY, KEY_UNUSABLE, PROVIDER_ABSENT, SIGNATURE_WRONG, SEAL_NOT_ACTIVE),
        *(NO_EVIDENCE, STAMP_UNREACHABLE, STAMP_REFUSED, LISTS_MISSING),
        *(CSC_ADDRESS, CSC_UNREACHABLE, CSC_REFUSES, CSC_PIN, CSC_CREDENTIAL, CSC_ALGORITHM, CSC_NONSENSE),
    }
)
"""What is wrong with the key or the evidence is not the document's fault: the batch breaks off and can be taken up."""
_PASSING = frozenset({BUSY, STALE})
"""Nothing is wrong with the document: the job is tried again."""
_AHEAD = 4
"""Documents made ready beyond the one that is sealed."""


@dataclass(frozen=True)
class _Task:
    """One document as the job needs it; values, no rows of a session."""

    use_id: str
    owner_kind: str
    owner_id: str
    sheet_id: str | None
    chain: Chain | None


@dataclass(frozen=True)
class _Made:
    """The file to be sealed."""

    path: Path
    ready: StoredObject | None
    """It was made ready now, and stored."""


def run_batch(room: SealRoom, batch_id: str) -> Callable[[Tx], None]:
    """Seal what waits; what is returned ends the batch. Done twice it changes nothing."""
    with room.database.read() as session:
        batch = session.get_one(SealBatch, batch_id)
        seal = session.get_one(Seal, batch.seal_id)
        tasks = _tasks(session, batch_id) if batch.state == BatchState.RUNNING else []
    if batch.state != BatchState.RUNNING:
        return _nothing
    try:
        _must_be_active(seal)
        bench = _Bench(room, batch, seal)
        bench.seal_all(tasks)
        manifest = write_manifest(room, batch, seal, bench.desk, bench.pictures)
    except Refused as refusal:
        if refusal.code not in _STOPS_ALL:
            raise
        return _ending(batch_id, BatchState.BROKEN, refusal=refusal)
    return _ending(batch_id, BatchState.DONE, manifest)


class _Bench:
    """One batch at work: the desk with its key, the pictures, a folder for files."""

    def __init__(self, room: SealRoom, batch: SealBatch, seal: Seal) -> None:
        self._room = room
        self._batch = batch
        self._seal = seal
        self._kind = SealKind(seal.kind)
        self.pictures = Pictures(self._kind, seal.picture)
        evidence = room.evidence()
        certificate = load_certificate(seal)
        chain = room.trust.trust_list(room.now()).certificates
        sealer = room.keys.open(Provider(seal.provider), seal.key_ref, certificate, _parsed(chain))
        self.desk = Desk(sealer, Level(batch.level), evidence, room.now)

    def seal_all(self, tasks: Sequence[_Task]) -> None:
        """Make ready in threads ahead of the one key, seal one by one.

        Raises:
            Refused: what stops all, see :data:`_STOPS_ALL`.
        """
        with (
            tempfile.TemporaryDirectory(dir=self._room.scratch, prefix="seal-") as folder,
            ThreadPoolExecutor(self._room.workers) as pool,
        ):
            for task, made in self._ahead(pool, tasks, Path(folder)):
                try:
                    self._put(task, made.result(), Path(folder))
                except Refused as refusal:
                    if refusal.code in _STOPS_ALL | _PASSING:
                        raise
                    self._refuse(task, refusal)

    def _ahead(
        self, pool: ThreadPoolExecutor, tasks: Sequence[_Task], folder: Path
    ) -> Iterator[tuple[_Task, "Future[_Made]"]]:
        """Tasks in their order, a few of them under way."""
        waiting: list[tuple[_Task, Future[_Made]]] = []
        for number, task in enumerate(tasks):
            waiting.append((task, pool.submit(self._made, task, folder / f"{number}.pdf")))
            if len(waiting) > _AHEAD:
                yield waiting.pop(0)
        yield from waiting

    def _made(self, task: _Task, target: Path) -> _Made:
        """The file to seal, in the folder; made ready and stored when it is the first seal."""
        chain = task.chain
        if chain is None or not chain.is_pdf:
            raise Refused(NO_PDF)
        with self._room.copies.object(chain.latest.sha256) as source:
            if chain.is_ready:
                target.write_bytes(source.read_bytes())
                return _Made(target, None)
            ready = ready_file(source, target, wishes_for(task.owner_kind), may_add_margin=False)
        self._must_have_room(ready)
        return _Made(target, self._room.store.put_file(target))

    def _must_have_room(self, ready: Ready) -> None:
        if not any(placed.field.kind is self._kind for placed in ready.layout.placed):
            raise Refused(NO_ROOM, kind=SEAL_LABELS[self._kind])

    def _put(self, task: _Task, made: _Made, folder: Path) -> None:
        target = folder / f"{made.path.stem}-sealed.pdf"
        try:
            field = self._field(made.path)
            picture = self.pictures.fitting(*field.shown_mm)
            act = Act(field.name, picture, reason=self._batch.words or None, at=self._room.now())
            sealed = self.desk.seal(made.path, target, act)
            stored = self._room.store.put_file(target, expect_sha256=sealed.sha256)
            with self._room.database.write(SYSTEM) as tx:
                _must_be_active(tx.session.get_one(Seal, self._seal.id))  # suspended meanwhile: not on record
                _Noting(tx, self._batch, task).sealed(made.ready, stored, sealed)
        finally:
            target.unlink(missing_ok=True)
            made.path.unlink(missing_ok=True)

    def _field(self, path: Path) -> FieldState:
        """The first free field for this kind of seal.

        Raises:
            Refused: ``seal-no-room``.
        """
        for field in fields_of(path).values():
            if not field.is_sealed and kind_of_field(field.name) == self._kind:
                return field
        raise Refused(NO_ROOM, kind=SEAL_LABELS[self._kind])

    def _refuse(self, task: _Task, refusal: Refused) -> None:
        with self._room.database.write(SYSTEM) as tx:
            use = _waiting(tx, task.use_id)
            if use is not None:
                use.state, use.refusal = UseState.REFUSED, {"code": refusal.code, "data": refusal.data}
                _note(tx, "seal.not-put", self._batch, use)


@dataclass(frozen=True)
class _Noting:
    """What one sealed document leaves in the register, in one transaction."""

    tx: Tx
    batch: SealBatch
    task: _Task

    def sealed(self, ready: StoredObject | None, stored: StoredObject, sealed: Sealed) -> None:
        """The renditions, the use, the entry, and the job that judges the file. Nothing when it was done meanwhile."""
        use, chain = _waiting(self.tx, self.task.use_id), self.task.chain
        if use is None or chain is None:
            return
        made: list[Rendition] = []
        before = chain.latest
        if ready is not None:
            before = self._rendition(chain.published, RenditionRole.PUBLISHED, ready, chain.published.id)
            made.append(before)
        after = self._rendition(before, RenditionRole.SEALED, stored, before.id)
        made.append(after)
        for rendition in made:  # one after the other: the second names the first
            self.tx.session.add(rendition)
            self.tx.session.flush()
        use.state, use.rendition_id, use.sealed_at = UseState.SEALED, after.id, self.tx.now
        use.before_sha256, use.sha256, use.field = before.sha256, stored.sha256, sealed.field
        _note(self.tx, "seal.put", self.batch, use, *made)
        self.tx.enqueue(
            JUDGE_FILE,
            {"sha256": stored.sha256, "cause": "sealed", "project_id": self.batch.project_id},
            project_id=self.batch.project_id,
            dedupe_key=f"judge:{stored.sha256}",
        )
        if use.sheet_id is not None:
            self.tx.changed(self.batch.project_id, "sheet", use.sheet_id)

    def _rendition(
        self, like: Rendition, role: RenditionRole, stored: StoredObject, source: str
    ) -> Rendition:
        return Rendition(
            id=new_id(),
            owner_kind=like.owner_kind,
            owner_id=like.owner_id,
            role=role,
            sha256=stored.sha256,
            sm3=stored.sm3,
            size=stored.size,
            media_type=PDF,
            file_name=safe_name(like.file_name),
            page=0,
            manifest_of=like.manifest_of,
            manifest_page=like.manifest_page,
            derived_from=source,
            recorded_at=self.tx.now,
        )


def _tasks(session: Any, batch_id: str) -> list[_Task]:
    waiting = sa.select(SealUse).where(SealUse.batch_id == batch_id, SealUse.state == UseState.WAITING)
    uses = session.scalars(waiting.order_by(SealUse.place)).all()
    rows = sa.select(Rendition).where(Rendition.owner_id.in_([use.owner_id for use in uses]))
    found: dict[tuple[str, str], list[Rendition]] = {}
    for rendition in session.scalars(rows.order_by(Rendition.recorded_at, Rendition.id)):
        found.setdefault((rendition.owner_kind, rendition.owner_id), []).append(rendition)
    return [
        _Task(
            use.id,
            use.owner_kind,
            use.owner_id,
            use.sheet_id,
            chain_of(found.get((use.owner_kind, use.owner_id), [])),
        )
        for use in uses
    ]


def _ending(
    batch_id: str, state: BatchState, manifest: Manifest | None = None, refusal: Refused | None = None
) -> Callable[[Tx], None]:
    def end(tx: Tx) -> None:
        query = sa.select(SealBatch).where(SealBatch.id == batch_id).with_for_update()
        batch = tx.session.scalars(query).one()
        if batch.state != BatchState.RUNNING:
            return
        batch.state, batch.state_at = state, tx.now
        batch.broken = {"code": refusal.code, "data": refusal.data} if refusal is not None else {}
        noted(manifest)(batch)
        files = [manifest.rows, *([manifest.paper] if manifest.paper else [])] if manifest else []
        _note(
            tx,
            "seal-batch.done" if state == BatchState.DONE else "seal-batch.broken-off",
            batch,
            files=[FileFact(one.sha256, one.sm3, one.size) for one in files],
        )

    return end


def _must_be_active(seal: Seal) -> None:
    """A seal that its officer stopped is not put on anything any more, whatever was decided before.

    Raises:
        Refused: ``seal-not-active``.
    """
    if seal.state != SealState.ACTIVE:
        raise Refused(SEAL_NOT_ACTIVE, seal=seal.name, state=SEAL_STATE_LABELS[seal.state])


def _nothing(tx: Tx) -> None:
    """There is nothing to end."""
    del tx


def _waiting(tx: Tx, use_id: str) -> SealUse | None:
    """The use, locked, if it still waits."""
    query = sa.select(SealUse).where(SealUse.id == use_id, SealUse.state == UseState.WAITING)
    return tx.session.scalars(query.with_for_update()).one_or_none()


def _note(tx: Tx, kind: str, batch: SealBatch, *rows: Any, files: Sequence[FileFact] = ()) -> None:
    use = next((row for row in rows if isinstance(row, SealUse)), None)
    stored = [FileFact(r.sha256, r.sm3, r.size) for r in rows if isinstance(r, Rendition)]
    subjects = {"batch": batch.id, "seal": batch.seal_id}
    if use is not None:
        subjects |= {"use": use.id, use.owner_kind: use.owner_id}
    note(
        tx,
        kind,
        *(rows or (batch,)),
        project_id=batch.project_id,
        sheet_id=use.sheet_id if use else None,
        files=[*stored, *files],
        party_id=batch.party_id,
        **subjects,
    )


def _parsed(ders: Sequence[bytes]) -> list[asn1_x509.Certificate]:
    return [asn1_x509.Certificate.load(der) for der in ders]
