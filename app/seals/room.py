"""What sealing and judging need of the house: handed down by who starts the process, never reached for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.files.local_copies import LocalCopies
from app.kernel.db.transactions import Database
from app.seals.cupboard import KeyCupboard
from app.seals.rules import Level
from app.seals.sealing.evidence import Evidence
from app.seals.trusting import TrustFolder
from storage import ObjectStore


@dataclass(frozen=True)
class SealRoom:
    """Keys, evidence, trust, and where bytes are."""

    database: Database
    store: ObjectStore
    copies: LocalCopies
    scratch: Path
    keys: KeyCupboard
    trust: TrustFolder
    evidence: Callable[[], Evidence | None]
    """Time stamps and revocation data; None: none are set up, only B-B can be made."""
    level: Level
    """What is put on unless said otherwise."""
    base_url: str = ""
    """Address of the installation, without a final slash."""
    workers: int = 2
    """Files made ready at once."""

    def address(self, path: str) -> str:
        """The address of a page, for codes on paper."""
        return f"{self.base_url}{path}"

    def now(self) -> datetime:
        """By the clock of the house."""
        return self.database.clock.now()
