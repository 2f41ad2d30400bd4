"""Settings -> Services: the only place that chooses drivers (law 8: an unknown scheme is an error)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.accounts.factor_vault import FactorVault
from app.changes.replay import CHANGES
from app.config import Settings
from app.copies.copies import Press
from app.copies.keys import KeyRing
from app.copies.slips import papers_of_changes
from app.distribution.replay import DISTRIBUTION
from app.drawings.flows import ReadingRoom
from app.files.derived import DerivedFiles
from app.files.local_copies import LocalCopies
from app.kernel.clock import Clock, SystemClock
from app.kernel.db.transactions import Database
from app.markups.replay import MARKS
from app.notices.outgoing import Outgoing
from app.questions.replay import QUESTIONS
from app.record.replay import Chapter
from app.record.seal_chapter import SEALS
from app.review.replay import REVIEW
from app.seals.cupboard import DevicePlace, KeyCupboard
from app.seals.demo_house import DemoHouse
from app.seals.room import SealRoom
from app.seals.rules import Level
from app.seals.sealing.evidence import Evidence
from app.seals.sealing.evidence_http import MOST_LIST, Sources, http_evidence
from app.seals.sealing.fetching import Service
from app.seals.sealing.keys_csc import CscPlace
from app.seals.trusting import TrustFolder
from app.search.contract import SearchIndex
from app.search.opening import open_index
from storage import ObjectStore, Staging, open_store
from viewers.render.pool import Limits, RenderPool

CHAPTERS: tuple[Chapter, ...] = (SEALS, MARKS, REVIEW, CHANGES, QUESTIONS, DISTRIBUTION)
"""What seals and the subjects above the record add to its fold, for ``oneset fsck`` and ``oneset rebuild``. Here, where all
subjects are known, and as a value: a list that subjects enter themselves would depend on who was imported."""


@dataclass
class Services:
    """Everything a process works with. Handed down; nothing reaches for it."""

    settings: Settings
    clock: Clock
    database: Database
    store: ObjectStore
    staging: Staging
    derived: DerivedFiles
    copies: LocalCopies
    renderer: RenderPool
    index: SearchIndex
    scratch: Path
    outgoing: Outgoing
    press: Press
    seals: SealRoom
    factors: FactorVault

    @property
    def reading_room(self) -> ReadingRoom:
        """What reading uploads needs."""
        return ReadingRoom(self.database, self.store, self.derived, self.copies, self.renderer, self.scratch)

    def close(self) -> None:
        """End children and connections."""
        self.renderer.close()
        self.index.close()
        self.database.dispose()


def build_services(settings: Settings, *, clock: Clock | None = None) -> Services:
    """Open everything the settings name.

    Raises:
        app.kernel.db.engine.UnknownDatabase, storage.errors.UnknownStore, app.search.contract.UnknownIndex:
            a URL with a scheme nobody knows.
    """
    data = settings.data_dir.absolute()
    data.mkdir(parents=True, exist_ok=True)
    clock = clock or SystemClock()
    database = Database(settings.database, clock)
    options = {"access_key": settings.store_access_key, "secret_key": settings.store_secret_key}
    store = open_store(settings.store, options={k: v for k, v in options.items() if v})
    derived = DerivedFiles(store)
    copies = LocalCopies(store, derived, data / "copies")
    scratch = data / "scratch"
    scratch.mkdir(exist_ok=True)
    demo = DemoHouse(data / "seals" / "authority", clock.now) if settings.is_demo else None
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        store=store,
        staging=Staging(data / "staging"),
        derived=derived,
        copies=copies,
        renderer=_renderer(settings, data, scratch),
        index=open_index(settings.search, database),
        scratch=scratch,
        outgoing=_outgoing(settings),
        press=Press(settings.base_url, KeyRing(data / "keys"), papers_of_changes),
        seals=SealRoom(
            database=database,
            store=store,
            copies=copies,
            scratch=scratch,
            keys=KeyCupboard(demo, _device(settings), _remote(settings)),
            trust=TrustFolder(data / "trust", demo),
            evidence=demo.evidence if demo is not None else _evidence(settings, data / "trust"),
            level=Level(settings.seal_level),
            base_url=settings.base_url,
        ),
        factors=FactorVault(data / "keys"),
    )


def _device(settings: Settings) -> DevicePlace | None:
    if not settings.pkcs11_module:
        return None
    return DevicePlace(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin)


def _remote(settings: Settings) -> CscPlace | None:
    if not settings.csc_url:
        return None
    return CscPlace(settings.csc_url, settings.csc_token, credential="", pin=settings.csc_pin)


def _evidence(settings: Settings, trust: Path) -> Callable[[], Evidence | None]:
    """From the settings' services, opened at the first question; None: only B-B can be made, and says so otherwise."""
    if not settings.tsa_url:
        return lambda: None

    @cache
    def opened() -> Evidence:
        folder = TrustFolder(trust)
        return http_evidence(
            Sources(
                Service(settings.tsa_url),
                roots=folder.certificates("roots"),
                issuers=folder.certificates("issuers"),
                lists=[Service(u.strip(), most=MOST_LIST) for u in settings.crl_urls.split(",") if u.strip()],
                folder=trust / "crls" if (trust / "crls").is_dir() else None,
            )
        )

    return opened


def _outgoing(settings: Settings) -> Outgoing:
    return Outgoing(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password,
        security=settings.smtp_security,
        sender=settings.mail_from,
        hook_hosts=frozenset(h.strip().lower() for h in settings.hook_hosts.split(",") if h.strip()),
    )


def _renderer(settings: Settings, data: Path, scratch: Path) -> RenderPool:
    roots = [data]
    if settings.store.startswith("file://"):
        roots.append(Path(settings.store.removeprefix("file://")))
    workers = max(settings.tile_workers, settings.readers)
    return RenderPool(workers=workers, limits=Limits(), read_roots=roots, scratch=scratch)
