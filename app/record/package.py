"""The set in force as one ZIP: the exact bytes, a manifest and ``SHA256SUMS`` that ``sha256sum -c`` accepts.

Written as a stream, stored and not deflated, with nothing in it but what the question and the record determine: the
same question about a fixed knowledge gives the same file, to the byte.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.files.models import Rendition
from app.files.names import NAME_BYTES, role_in_name, safe_name
from app.kernel.clock import to_micros
from app.projects.rules import DISCIPLINE_LABELS, DISCIPLINE_ORDER, Discipline
from app.record.actions import baseline_line
from app.record.package_seals import SetSeals
from app.record.queries import InForce, Instants
from app.record.rules import digest_of
from storage import ObjectStore

PACKAGE_VERSION = 1
NO_SEALS = SetSeals()
"""Nobody asked for them: nothing is said of seals."""
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/vnd.dxf": ".dxf",
    "image/vnd.dwg": ".dwg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "application/ofd": ".ofd",
}
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class BaseFile:
    """The bytes of a revision in force."""

    sha256: str
    sm3: str
    size: int
    media_type: str
    file_name: str


@dataclass(frozen=True)
class PackageItem:
    """One file of the package."""

    path: str
    row: InForce
    file: BaseFile
    sealed_path: str = ""
    """Of the bytes with all seals, beside the base; empty where there are none."""


def base_files(session: Session, rows: Sequence[InForce]) -> dict[str, BaseFile]:
    """The base bytes of revisions in force, by revision id."""
    wanted = {r.revision_id: r.base_sha256 for r in rows if r.revision_id and r.base_sha256}
    found: dict[str, BaseFile] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), 500):
        query = (
            sa.select(Rendition)
            .where(Rendition.owner_kind == "revision", Rendition.owner_id.in_(ids[start : start + 500]))
            .order_by(Rendition.recorded_at, Rendition.id)
        )
        for r in session.scalars(query):
            if r.sha256 == wanted[r.owner_id]:
                found.setdefault(r.owner_id, BaseFile(r.sha256, r.sm3, r.size, r.media_type, r.file_name))
    return found


def package_items(
    rows: Sequence[InForce],
    files: Mapping[str, BaseFile],
    buildings: Mapping[str, str],
    seals: SetSeals = NO_SEALS,
) -> list[PackageItem]:
    """A safe, unique path for every sheet in force: ``discipline/[building ]number label title.pdf``.

    Args:
        rows: the set, void sheets are left out.
        files: from :func:`base_files`.
        buildings: building number by id.
        seals: from :func:`app.record.package_seals.seals_of_set`; sealed bytes get a path beside their base.

    Raises:
        KeyError: a revision in force has no base file; the record would be incomplete, and says so.
    """
    items: list[PackageItem] = []
    taken: set[str] = set()
    for row in rows:
        if row.is_void or row.revision_id is None:
            continue
        file = files[row.revision_id]
        word = DISCIPLINE_LABELS[Discipline(row.discipline)].zh
        folder = f"{DISCIPLINE_ORDER[row.discipline] + 1:02d} {word}"
        place = buildings.get(row.building_id or "", "")
        stem = " ".join(p for p in (place, row.number, row.rev_label, row.title) if p)
        path = unique_path(folder, stem, SUFFIXES.get(file.media_type, ".bin"), taken)
        has_seals = seals.sealed(row.revision_id) is not None
        beside = f"{stem}{role_in_name('sealed')}"
        sealed = unique_path(folder, beside, ".pdf", taken) if has_seals else ""
        items.append(PackageItem(path, row, file, sealed))
    return items


def package_manifest(
    title: str, items: Sequence[PackageItem], at: Instants, seals: SetSeals = NO_SEALS
) -> bytes:
    """``manifest.json``: the question, the answer line by line with its seals, and its digest.

    ``digest`` covers the canonical lines as a frozen set's does: a package and a baseline of the same set agree.
    """
    entries: list[dict[str, Any]] = []
    lines = [baseline_line(item.row) for item in items]
    for item, line in zip(items, lines, strict=True):
        file = item.file
        entries.append(
            {
                **json.loads(line),
                "path": item.path,
                "size": file.size,
                "sm3": file.sm3,
                "media_type": file.media_type,
                "file_name": file.file_name,
                "discipline": item.row.discipline,
                "building": item.row.building_id,
                "is_backdated": item.row.is_backdated,
                "code": item.row.short_code,
                "seals": seals.told(item.row.revision_id or "", item.sealed_path or None),
            }
        )
    content = {
        "v": PACKAGE_VERSION,
        "project": title,
        "as_of": at.as_of.isoformat(),
        "as_of_micros": to_micros(at.as_of),
        "known_at": at.known_at.isoformat(),
        "known_at_micros": to_micros(at.known_at),
        "digest": digest_of(lines),
        "sheets": len(items),
        "items": entries,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def stream_package(
    store: ObjectStore,
    *,
    title: str,
    items: Sequence[PackageItem],
    at: Instants,
    seals: SetSeals = NO_SEALS,
) -> Iterator[bytes]:
    """The ZIP in chunks; holds one chunk of one file at a time.

    Raises:
        storage.errors.NotFound, storage.errors.Corrupt: while iterating; the stream then ends without a directory,
            and no program opens it.
    """
    manifest = package_manifest(title, items, at, seals)
    stored = [member for item in items for member in _members(item, seals)]
    stored += [Member(path, store.size(digest), digest, when) for path, digest, when in seals.kept()]
    return stream_zip(store, [("manifest.json", manifest), *seals.made()], stored)


def _members(item: PackageItem, seals: SetSeals) -> list["Member"]:
    """The base, and the bytes with all seals beside it."""
    found = [Member(item.path, item.file.size, item.file.sha256, at=item.row.effective_at)]
    sealed = seals.sealed(item.row.revision_id or "")
    if sealed is not None and item.sealed_path:
        found.append(Member(item.sealed_path, sealed.size, sealed.sha256, at=sealed.recorded_at))
    return found


@dataclass(frozen=True)
class Member:
    """Stored bytes that go into an archive."""

    path: str
    size: int
    sha256: str
    at: datetime


def stream_zip(
    store: ObjectStore, made: Sequence[tuple[str, bytes]], stored: Sequence[Member]
) -> Iterator[bytes]:
    """A ZIP of files made for it, ``SHA256SUMS`` over everything else in it, and stored bytes; in chunks.

    Raises:
        storage.errors.NotFound, storage.errors.Corrupt: while iterating.
    """
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in made]
    sums += [f"{member.sha256}  {member.path}\n" for member in stored]
    sink = _Sink()
    with zipfile.ZipFile(cast("Any", sink), "w", zipfile.ZIP_STORED) as archive:
        for name, data in (*made, ("SHA256SUMS", "".join(sums).encode())):
            with archive.open(_entry(name, _FIRST_DATE, len(data)), "w") as opened:
                opened.write(data)
            yield sink.taken()
        for member in stored:
            entry = _entry(member.path, _date(member.at), member.size)
            with archive.open(entry, "w") as opened:
                for chunk in store.read(member.sha256):
                    opened.write(chunk)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """Takes what the archive writes; has no position, so the archive never wants to go back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None: ...

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def _entry(name: str, date: tuple[int, int, int, int, int, int], size: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date)
    entry.create_system = 3  # the same bytes on every system
    entry.external_attr = 0o100644 << 16
    entry.file_size = size  # lets the archive decide about 64-bit sizes beforehand
    return entry


def _date(at: datetime) -> tuple[int, int, int, int, int, int]:
    """ZIP knows 1980 to 2107, in steps of two seconds, without a zone: this is UTC."""
    if not 1980 <= at.year <= 2107:
        return _FIRST_DATE
    return at.year, at.month, at.day, at.hour, at.minute, at.second // 2 * 2


def unique_path(folder: str, stem: str, suffix: str, taken: set[str]) -> str:
    """A path that no other path equals, upper and lower case being the same."""
    for n in range(1, 100_000):
        tail = suffix if n == 1 else f" ({n}){suffix}"
        path = f"{safe_name(folder)}/{safe_name(stem, NAME_BYTES - len(tail))}{tail}"
        if path.casefold() not in taken:
            taken.add(path.casefold())
            return path
    raise OverflowError(stem)
