"""Sheets for search tests, put straight into the tables, with text where the renderer would have put it."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.access.queries import rights_of
from app.drawings.models import WHOLE, Sheet, SheetRevision
from app.files.derived import DerivedFiles
from app.files.models import Rendition
from app.files.packs import pack
from app.kernel.actor import SYSTEM, Actor
from app.kernel.db.transactions import Database, Tx
from app.kernel.ids import new_id, new_short_code
from app.kernel.policy import Rights
from app.kernel.text import code_key, look_alike_key, loose_key, natural_key, normalise
from app.record.models import FactKind, RecordFact
from app.search.contract import SearchIndex, SearchResult
from app.search.indexer import drain
from app.search.queries import search
from storage import open_store
from tests.world import World, make_world


@dataclass
class Shelf:
    """A world with an index, and short ways to fill and ask it."""

    world: World
    index: SearchIndex
    derived: DerivedFiles
    store: object
    sheets: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.world.database

    def add(
        self,
        number: str,
        title: str,
        text: tuple[str, ...] = (),
        *,
        state: str = "released",
        project_id: str | None = None,
        party: str = "designer",
        discipline: str = "architecture",
        building_id: str | None = None,
        label: str = "A",
        holds_from: datetime | None = None,
    ) -> str:
        """Add a revision, and its sheet when the number is new; returns the revision's id."""
        digest = self.write_text(text)
        with self.database.write(SYSTEM) as tx:
            project = project_id or self.world.project_id
            sheet = self._sheet(tx, project, number, discipline, building_id)
            sheet.last_rev_seq += 1
            revision = SheetRevision(
                id=new_id(), project_id=project, sheet_id=sheet.id, rev_seq=sheet.last_rev_seq, rev_label=label,
                state=state, stage="construction", building_id=building_id, discipline=discipline,
                party_id=self.world.parties.get(party, party), title=title, title_block={}, external={},
                drafted_by=self.world.people["designer"], short_code=new_short_code(),
                created_at=tx.now, state_at=tx.now,
            )  # fmt: skip
            tx.session.add(revision)
            tx.session.add(
                Rendition(
                    id=new_id(), owner_kind="revision", owner_id=revision.id, role="published", sha256=digest,
                    sm3=digest, size=1, media_type="application/pdf", file_name="a.pdf", manifest_of=digest,
                    recorded_at=tx.now,
                )
            )  # fmt: skip
            if state == "released":
                self.hold(tx, revision, holds_from or tx.now)
            tx.changed(project, "sheet", sheet.id)
            return revision.id

    def hold(self, tx: Tx, revision: SheetRevision, at: datetime) -> None:
        tx.session.flush()
        tx.session.add(
            RecordFact(
                project_id=revision.project_id, sheet_id=revision.sheet_id, kind=FactKind.RELEASED,
                revision_id=revision.id, effective_at=at, recorded_at=tx.now, is_backdated=False, act_id=tx.act_id,
            )
        )  # fmt: skip

    def write_text(self, text: tuple[str, ...]) -> str:
        raw = json.dumps({"runs": [[t, 0, 0, 1, 1, 0] for t in text]}, ensure_ascii=False).encode()
        digest = hashlib.sha256(raw).hexdigest()
        self.store.write_named(f"derived/{digest}/pages/0.pack", pack({"text.json": raw}))
        return digest

    def _sheet(self, tx: Tx, project: str, number: str, discipline: str, building_id: str | None) -> Sheet:
        known = self.sheets.get(f"{project}/{number}")
        if known is not None:
            return tx.session.get_one(Sheet, known)
        sheet = Sheet(
            id=new_id(), project_id=project, building_id=building_id, place_key=building_id or WHOLE,
            discipline=discipline, number=normalise(number), number_original=number, number_key=code_key(number),
            loose_key=loose_key(number), look_alike_key=look_alike_key(number), sort_key=natural_key(number),
            created_at=tx.now, last_rev_seq=0,
        )  # fmt: skip
        tx.session.add(sheet)
        tx.session.flush()
        self.sheets[f"{project}/{number}"] = sheet.id
        return sheet

    def drain(self) -> int:
        return drain(self.database, self.index, self.derived)

    def rights(self, who: str | Actor) -> Rights:
        actor = self.world.actor(who) if isinstance(who, str) else who
        with self.database.read() as session:
            return rights_of(session, actor, self.database.clock.now())

    def ask(self, text: str, who: str = "owner", **options: object) -> SearchResult:
        now = self.database.clock.now()
        with self.database.read() as session:
            return search(session, self.index, self.rights(who), text, now=now, **options)

    def numbers(self, text: str, who: str = "owner", **options: object) -> list[str]:
        """Numbers of the sheets found, in order; checks that the count agrees."""
        result = self.ask(text, who, **options)
        assert result.is_exact
        assert result.total == len(result.hits)
        return [h.number for h in result.hits if h.kind == "sheet"]


def open_shelf(database: Database, index: SearchIndex, folder: Path) -> Shelf:
    """A new world with nothing on the shelf."""
    store = open_store(f"file://{folder}")
    return Shelf(make_world(database), index, DerivedFiles(store), store)
