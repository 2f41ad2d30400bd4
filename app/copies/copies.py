"""Copies for printing: a sheet with its code and its status on the face. Derived, marked as a copy, never stored.

The stored bytes are read and never touched (law 1): the copy is composed beside them by a jailed child.
"""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.copies.codes import HASH_IN_CODE, UNCONFIRMED, CodeFacts, plain_address, signed_address
from app.copies.keys import BadKeys, KeyRing
from app.copies.queries import CopyStatus, PublicStatus, public_status
from app.copies.slips import PDF, SlipOrder, SlipPapers, no_papers, order_slips, printed, slips_on
from app.drawings.models import SheetRevision
from app.drawings.queries.seal_marks import SealsOfRevision, seals_of_revisions
from app.drawings.queries.sheets import ByteSource, RevisionView, byte_source, revision_for
from app.files.models import RenditionRole
from app.kernel.errors import NOT_FOUND, Refused, declare
from app.kernel.policy import Rights
from app.projects.models import Project
from app.projects.queries import project_for
from app.seals.saying import SealMark

HASH_ON_FACE = 8
"""First digits of the base hash printed for eyes."""
MOST_NUMBERS = 5
"""Numbers of slips on one line of a stamp; of more the line says how many."""
RINGS_ARE_DERIVED = "红圈由系统按变更范围标出，不属原图 · Red rings are derived, not part of the drawing"
SEALS_ARE_PICTURES = "副本上的章只是图样 pictures here"
"""A copy carries no seal, whatever it shows: the sealed file does."""
LOG = logging.getLogger("oneset.copies")

KEYS_UNUSABLE = declare(
    "keys-unusable",
    503,
    "签发二维码的密钥无法使用，暂不能打印副本。",
    "The key that signs printed codes cannot be used: no copies for now.",
    "请联系系统管理员运行 oneset keys 检查；图纸可正常查看与下载。",
    "Ask the administrator to run oneset keys; sheets can be viewed and downloaded as usual.",
)


class Composer(Protocol):
    """Who draws the copy: ``viewers.render.pool.RenderPool``."""

    def compose(
        self,
        source: Path,
        page: int,
        stamp: Mapping[str, Any],
        out: Path,
        *,
        region: Mapping[str, Any] | None = None,
        slips: Sequence[Mapping[str, Any]] = (),
        papers: Mapping[str, Path] | None = None,
        timeout: float | None = None,
    ) -> Path:
        """Write a stamped copy of one page below ``out``; return its path."""
        ...


class Copies(Protocol):
    """Who lends stored bytes as files: ``app.files.local_copies.LocalCopies``."""

    def object(self, sha256: str) -> AbstractContextManager[Path]:
        """The exact bytes."""
        ...

    def view(self, sha256: str) -> AbstractContextManager[Path]:
        """The vector view of bytes that are no PDF."""
        ...


@dataclass(frozen=True)
class CopyOrder:
    """Everything a copy needs, settled while the session was open."""

    sha256: str
    """The stored bytes it is drawn from."""
    page: int
    view_of: str
    """Bytes whose vector view is drawn instead; empty when the bytes are a PDF."""
    payload: str
    lines: tuple[str, ...]
    file_name: str
    project_id: str = ""
    revision_id: str = ""
    region: Mapping[str, Any] | None = None
    """Only this part of the page: ``box_um``, ``paper``, ``layers``."""
    slips: tuple[SlipOrder, ...] = ()
    """Change slips in force: ringed on the sheet, their papers behind it."""


@dataclass(frozen=True)
class PrintedIdentity:
    """What a printed code stands for, beside its public status: for comparison and for people with a seat."""

    sheet_id: str
    revision_id: str
    title: str
    """Empty unless the project's name is public and the project is not restricted."""
    issue_date: str
    """Empty for a restricted project; so is the hash."""
    hash_prefix: str
    base_sha256: str | None


@dataclass(frozen=True)
class Press:
    """What every copy of this installation is made with."""

    base_url: str
    keys: KeyRing
    slip_papers: SlipPapers = no_papers
    """Who knows the papers of change slips."""

    def address(self, revision: RevisionView, status: PublicStatus, slips: int, now: datetime) -> str:
        """What the code of a copy says (:mod:`app.copies.codes`); signed as soon as the bytes are frozen.

        Raises:
            Refused: ``keys-unusable``.
        """
        if revision.base_sha256 is None:
            return plain_address(self.base_url, revision.short_code, None)
        facts = CodeFacts(
            short_code=revision.short_code,
            hash_prefix=revision.base_sha256[:HASH_IN_CODE],
            issued_at=now,
            status=status.status if status.is_for_construction else UNCONFIRMED,
            slips=slips,
            number=status.number,
            label=status.rev_label,
        )
        try:
            return signed_address(self.base_url, facts, self.keys.signer(now))
        except BadKeys as error:
            LOG.critical("keys of printed codes cannot be used: %s", error)
            raise Refused(KEYS_UNUSABLE) from error


def order_copy(
    session: Session, rights: Rights, rendition_id: str, *, press: Press, now: datetime
) -> CopyOrder:
    """Settle a copy of a rendition that the actor may read, with the status as known now.

    Raises:
        Refused: ``not-found``; ``keys-unusable``.
    """
    source = byte_source(session, rights, rendition_id)
    _, revision = revision_for(session, rights, source.revision_id)
    status = public_status(session, revision.short_code, now)
    if status is None:
        raise Refused(NOT_FOUND)
    slips = slips_on(session, revision.sheet_id, revision.id, now)
    zone = ZoneInfo(project_for(session, rights, source.project_id).timezone)
    shown = source.rendition
    is_pdf = shown.media_type == "application/pdf"
    seals = seals_of_revisions(session, [source.revision_id])[source.revision_id]
    sealed = seals.sealed_sha256 if shown.role != RenditionRole.CAD_SOURCE else ""
    return CopyOrder(
        # What was sealed is printed as it is sealed; to make it ready, it was made a file of one page.
        sha256=sealed or shown.sha256,
        page=0 if sealed else shown.page if is_pdf else shown.manifest_page,
        view_of="" if is_pdf else shown.manifest_of,
        payload=press.address(revision, status, len(slips), now),
        lines=copy_lines(source, revision, status, [slip.number for slip in slips], zone, seals),
        file_name=f"{source.number} {source.title} {source.rev_label} 副本 copy.pdf",
        slips=order_slips(session, slips, press.slip_papers),
        project_id=source.project_id,
        revision_id=source.revision_id,
    )


def copy_lines(
    source: ByteSource,
    revision: RevisionView,
    status: PublicStatus,
    slips: Sequence[str],
    zone: ZoneInfo,
    seals: SealsOfRevision,
) -> tuple[str, ...]:
    """What stands beside the code, Chinese before English (DOMAIN 3.10)."""
    at = status.as_of.astimezone(zone).strftime("%Y-%m-%d %H:%M %z")
    successor = ""
    if status.status is CopyStatus.SUPERSEDED and status.superseded_by:
        successor = f" → {status.superseded_by}"
    digest = f"sha256 {revision.base_sha256[:HASH_ON_FACE]}" if revision.base_sha256 else "未冻结 not frozen"
    if seals.said.mark is not SealMark.NONE:
        digest += f" · {seals.said.short.zh} {seals.said.short.en} · {SEALS_ARE_PICTURES}"
    elif revision.base_sha256 and source.rendition.sha256 != revision.base_sha256:
        digest += f" · 本件 this file {source.rendition.sha256[:HASH_ON_FACE]}"
    identity = " ".join(p for p in (source.number, source.rev_label, revision.issue_date) if p)
    lines = [
        f"副本 Copy · {identity}",
        f"{status.label.zh}{successor} · 状态截至 {at}",
        f"{status.label.en}{successor} · as of {at}",
        digest,
    ]
    if slips:
        lines[3:3] = [
            f"另有 {len(slips)} 份变更有效 · {len(slips)} change slip(s) in force: {numbers_of(slips)}",
            RINGS_ARE_DERIVED,
        ]
    if not status.is_for_construction:
        count = f"{status.confirmed}/{status.needed}"
        lines.insert(3, f"确认未完成 {count}，不得施工 · confirmed {count}: not for construction yet")
    if source.rendition.role == RenditionRole.CAD_SOURCE:
        lines.append("CAD 视图，仅供参考 · CAD view, for reference only")
    return tuple(lines)


def numbers_of(slips: Sequence[str]) -> str:
    """Numbers of slips on one line."""
    shown = "、".join(slips[:MOST_NUMBERS])
    return f"{shown} … (+{len(slips) - MOST_NUMBERS})" if len(slips) > MOST_NUMBERS else shown


def compose_copy(order: CopyOrder, copies: Copies, composer: Composer, scratch: Path) -> bytes:
    """Draw the copy; no session may be open meanwhile.

    Raises:
        viewers.render.errors.RenderError, storage.errors.NotFound, storage.errors.Corrupt
    """
    place = copies.view(order.view_of) if order.view_of else copies.object(order.sha256)
    stamp = {"payload": order.payload, "lines": list(order.lines)}
    with ExitStack() as stack:
        path = stack.enter_context(place)
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=scratch, prefix="copy-"))
        digests = sorted({p.sha256 for slip in order.slips for p in slip.papers if p.media_type == PDF})
        names = {digest: f"paper-{number}" for number, digest in enumerate(digests)}
        papers = {name: stack.enter_context(copies.object(digest)) for digest, name in names.items()}
        return composer.compose(
            path,
            order.page,
            stamp,
            Path(folder) / "out",
            region=order.region,
            slips=[printed(slip, names) for slip in order.slips],
            papers=papers,
        ).read_bytes()


def printed_identity(session: Session, short_code: str) -> PrintedIdentity | None:
    """What a printed code stands for; None when no revision has it."""
    query = (
        sa.select(SheetRevision, Project.is_restricted, Project.is_name_public)
        .join(Project, Project.id == SheetRevision.project_id)
        .where(SheetRevision.short_code == short_code.lower())
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    revision, is_restricted, is_name_public = row
    digest = revision.base_sha256
    return PrintedIdentity(
        sheet_id=revision.sheet_id,
        revision_id=revision.id,
        title=revision.title if is_name_public and not is_restricted else "",
        issue_date="" if is_restricted else revision.issue_date,
        hash_prefix="" if is_restricted or digest is None else digest[:HASH_IN_CODE],
        base_sha256=digest,
    )
