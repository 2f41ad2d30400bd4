"""A whole installation in a folder for tests of pages: real database, real store, real renderer, a project with a past."""

import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.actions import open_session
from app.bootstrap import Services, build_services
from app.config import Settings
from app.drawings.actions.intake import (
    NoteReading,
    OpenIntake,
    ReadPage,
    ReceiveFile,
    note_reading,
    open_intake,
    receive_file,
)
from app.drawings.models import SheetRevision
from app.drawings.rules import FileState
from app.factory import create_app
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.kernel.ledger.sequence import sequence
from app.record.actions import Effect, SlipEntry, append_slip_effect
from app.record.models import EffectKind
from app.release.actions import CancelSheets, cancel_sheets
from tests.drawings.sheets import accept_all, advance, clean
from tests.world import World, make_world

START = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)


def day(month: int, day_of_month: int) -> datetime:
    """09:00 in Shanghai on a day of 2024."""
    return datetime(2024, month, day_of_month, 1, 0, tzinfo=UTC)


def small_pdf(text: str) -> bytes:
    """A sheet of A3 with a frame and one word in its title: different for every text, equal for equal texts."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(1190.55, 841.89))
    lines = "2 w 71 28 1091 785 re S 800 28 362 90 re S"
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj[pikepdf.Name.Resources] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    code = text.encode().hex()
    page.obj[pikepdf.Name.Contents] = pdf.make_stream(
        f"{lines} BT /F 18 Tf 820 60 Td <{code}> Tj ET".encode()
    )
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


@dataclass
class Site:
    """An installation with a world in it."""

    services: Services
    clock: SteppedClock
    world: World
    sheets: dict[str, str] = field(default_factory=dict)
    """Sheet id by number."""
    revisions: dict[str, str] = field(default_factory=dict)
    """Revision id by ``number label``."""

    @property
    def application(self) -> Any:
        """The WSGI application, made once."""
        if not hasattr(self, "_application"):
            self._application = create_app(self.services)
        return self._application

    def client(self, who: str = "", language: str = "zh") -> FlaskClient:
        """A browser without scripts, signed in as somebody."""
        client: FlaskClient = self.application.test_client()
        client.set_cookie("language", language)
        if who:
            client.set_cookie("oneset", self.cookie(who))
        return client

    def cookie(self, who: str) -> str:
        """The cookie of a new session."""
        with self.services.database.write(SYSTEM) as tx:
            secret, _ = open_session(
                tx, person_id=self.world.people[who], address="127.0.0.1", user_agent="test"
            )
        return secret

    def token(self, client: FlaskClient) -> str:
        """The token that unsafe requests of a signed-in client carry."""
        page = client.get("/").get_data(as_text=True)
        return page.split('name="csrf-token" content="')[1].split('"')[0]

    def draft(
        self,
        number: str,
        label: str,
        data: bytes,
        *,
        title: str = "一层平面图",
        kind: str = "pdf",
        **more: Any,
    ) -> str:
        """Store bytes and accept them as a draft; returns the revision id."""
        world, stored = self.world, self.services.store.put([data])
        with world.database.write(world.actor("designer")) as tx:
            intake = open_intake(
                tx, OpenIntake(world.project_id, "一批图", "design", more.get("building_id"))
            )
        with world.database.write(world.actor("designer")) as tx:
            receive = ReceiveFile(intake, f"{number}.{kind}", stored.sha256, stored.sm3, stored.size)
            file_id = receive_file(tx, receive)
        values = {"number": number, "title": title, "discipline": more.get("discipline", "arch")}
        values |= {"revision": label, "date": "2024.03"}
        read = {k: {"value": v, "source": "block", "confidence": 0.9, "box": None} for k, v in values.items()}
        page = ReadPage(more.get("page", 0), read, 420_000, 297_000, "A3", None, "complete", ())
        with world.database.write(SYSTEM) as tx:
            note_reading(tx, NoteReading(file_id, FileState.READY, kind, pages=[page]))
        taken = accept_all(world, intake, "designer")
        clean(taken.report)
        revision = taken.revision()
        self.revisions[f"{number} {label}"] = revision
        with world.database.read() as session:
            self.sheets[number] = session.get_one(SheetRevision, revision).sheet_id
        return revision

    def release(self, number: str, label: str, data: bytes | None = None, **more: Any) -> str:
        """Draft, issue and release; ``effective_at`` and ``reason`` for backdated ones."""
        effect = {k: more.pop(k) for k in ("effective_at", "reason") if k in more}
        revision = self.draft(number, label, data or small_pdf(f"{number} {label}"), **more)
        advance(self.world, [revision], "released", **effect)
        sequence(self.services.database, self.clock)
        return revision

    def cancel(self, number: str, label: str, basis: str = "变更单 7 号") -> None:
        """Cancel a sheet."""
        command = CancelSheets(self.world.project_id, [self.revisions[f"{number} {label}"]], basis)
        with self.world.database.write(self.world.actor("owner")) as tx:
            clean(cancel_sheets(tx, command))
        sequence(self.services.database, self.clock)

    def slip(self, number: str, slip: str) -> None:
        """Let a change slip take effect on a sheet now."""
        with self.world.database.write(SYSTEM) as tx:
            effect = Effect(tx.now, is_backdated=False, reason="")
            sheet = self.sheets[number]
            append_slip_effect(
                tx,
                SlipEntry(self.world.project_id, sheet, f"change-{slip}", slip, EffectKind.EFFECTIVE, effect),
            )

    def row(self, revision_id: str) -> SheetRevision:
        """The stored revision."""
        with self.world.database.read() as session:
            return session.get_one(SheetRevision, revision_id)

    def rendition(self, revision_id: str, role: str = "published") -> str:
        """The rendition of a revision."""
        from app.files.models import Rendition  # noqa: PLC0415  only here

        with self.world.database.read() as session:
            query = sa.select(Rendition.id).where(Rendition.owner_id == revision_id, Rendition.role == role)
            return str(session.execute(query).scalar_one())


def with_past(site: Site) -> Site:
    """Five months: two issues of a sheet, a backdated one, a slip, a cancelled sheet.

    03-05 建施-01 A, 建施-02 A, 结施-01 A · 04-10 建施-01 B · 05-01 slip on 建施-01 · 05-20 结施-01 B, backdated to 04-20 ·
    06-01 建施-02 cancelled · now is 07-01.
    """
    site.clock.set(day(3, 5))
    site.release("建施-01", "A", title="一层平面图", building_id=site.world.building_id)
    site.release("建施-02", "A", title="二层平面图", building_id=site.world.building_id)
    site.release("结施-01", "A", title="基础平面图", discipline="struct")
    site.clock.set(day(4, 10))
    site.release("建施-01", "B", title="一层平面图", building_id=site.world.building_id)
    site.clock.set(day(5, 1))
    site.slip("建施-01", "设变-003")
    site.clock.set(day(5, 20))
    site.release(
        "结施-01",
        "B",
        title="基础平面图",
        discipline="struct",
        effective_at=day(4, 20),
        reason="现场先行执行",
    )
    site.clock.set(day(6, 1))
    site.cancel("建施-02", "A")
    site.clock.set(day(7, 1))
    sequence(site.services.database, site.clock)
    return site


@contextmanager
def open_site(folder: Path, template: Path, *, settings: dict[str, Any] | None = None) -> Iterator[Site]:
    """An installation in a folder, its database a copy of the migrated template."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, folder / "oneset.db")
    clock = SteppedClock(START)
    chosen = {"base_url": "http://127.0.0.1:8000", **(settings or {})}
    services = build_services(Settings(data_dir=folder, **chosen), clock=clock)
    try:
        yield Site(services, clock, make_world(services.database))
    finally:
        services.close()


def texts(rows: Sequence[Sequence[Any]], columns: Sequence[str], *names: str) -> list[tuple[Any, ...]]:
    """Chosen columns of an answer's rows."""
    places = [list(columns).index(name) for name in names]
    return [tuple(row[p] for p in places) for row in rows]


SECOND = timedelta(seconds=1)
