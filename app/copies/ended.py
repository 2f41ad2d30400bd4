"""The list that a device carries to know without a network what is no longer to be built from. Format 1 is final.

It speaks of printed codes alone, and only by the first 40 bits of a hash of each: who holds a print finds it, nobody else
learns from it of what project, sheet or revision it speaks. How many there are in all is visible.

``OSL1`` · 4 bytes of the key's fingerprint · 4 bytes of time, seconds since 1970, UTC · for each of :data:`SECTIONS` the
number of its entries in 4 bytes, then its entries · 64 bytes of signature over ``OneSet list 1``, a NUL and all that
stands before. An entry is the first 5 bytes of SHA-256 of ``OneSet list 1``, a NUL and the short code, as a number;
entries are in order and each is written as the difference from the one before, seven bits a byte, the lowest first, the
eighth bit set where more follow. In the section *slips* one byte after each entry counts them (255: that many or more).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.copies.keys import Signer
from app.copies.queries import CopyStatus, status_of
from app.drawings.models import SheetRevision
from app.projects.models import Project
from app.record.queries import Instants, set_in_force

MAGIC = b"OSL1"
SECTIONS = ("superseded", "void", "slips")
ENTRY_BYTES = 5
"""40 bits: among 10,000 entries a code that is not listed is taken for one that is once in a hundred million."""
_CONTEXT = b"OneSet list 1\0"


@dataclass(frozen=True)
class EndedCodes:
    """Short codes by what is to be known of them."""

    superseded: frozenset[str] = frozenset()
    void: frozenset[str] = frozenset()
    slips: Mapping[str, int] = field(default_factory=dict)
    """Revisions in force on which change slips stand, with their number."""


def ended_codes(session: Session, now: datetime) -> EndedCodes:
    """Of every project of the installation, restricted ones too: their prints end as others do."""
    found: dict[CopyStatus, set[str]] = {CopyStatus.SUPERSEDED: set(), CopyStatus.VOID: set()}
    slips: dict[str, int] = {}
    at = Instants(now, now, is_now=True)
    for project_id in session.scalars(sa.select(Project.id)).all():
        force = {f.sheet_id: f for f in set_in_force(session, project_id, at, with_void=True)}
        query = sa.select(
            SheetRevision.id,
            SheetRevision.sheet_id,
            SheetRevision.state,
            SheetRevision.rev_seq,
            SheetRevision.short_code,
        ).where(SheetRevision.project_id == project_id, SheetRevision.base_sha256.is_not(None))
        for revision_id, sheet_id, state, rev_seq, short_code in session.execute(query):
            base = force.get(sheet_id)
            status = status_of(revision_id, state, rev_seq, base)
            if status in found:
                found[status].add(short_code)
            elif status is CopyStatus.CURRENT and base is not None and base.slips:
                slips[short_code] = len(base.slips)
    return EndedCodes(frozenset(found[CopyStatus.SUPERSEDED]), frozenset(found[CopyStatus.VOID]), slips)


def signed_list(codes: EndedCodes, made_at: datetime, signer: Signer) -> bytes:
    """The list as devices fetch it."""
    head = MAGIC + bytes.fromhex(signer.key.key_id) + int(made_at.timestamp()).to_bytes(4)
    data = head + b"".join(_section(getattr(codes, section)) for section in SECTIONS)
    return data + signer.sign(_CONTEXT + data)


def entry_of(short_code: str) -> int:
    """How the list names a code."""
    digest = hashlib.sha256(_CONTEXT + short_code.encode("ascii")).digest()
    return int.from_bytes(digest[:ENTRY_BYTES])


def _section(codes: Iterable[str]) -> bytes:
    counts = codes if isinstance(codes, Mapping) else None
    entries = {entry_of(code): code for code in codes}
    parts, before = [len(entries).to_bytes(4)], 0
    for entry in sorted(entries):
        parts.append(_number(entry - before))
        if counts is not None:
            parts.append(bytes([min(counts[entries[entry]], 255)]))
        before = entry
    return b"".join(parts)


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
