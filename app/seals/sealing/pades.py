"""Sealing a PDF (PAdES, ETSI EN 319 142-1): a field is filled, nothing that was there is touched.

The sealed file begins with every byte of the file it was. The first seal certifies the file so that only further seals
may follow. Everything that can be known once is kept by a :class:`Desk`: a batch pays for its sheets alone.
"""

import asyncio
import hashlib
import io
import shutil
import zlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import BaseStampStyle
from pyhanko.stamp.noop import NoOpStampStyle
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.path import ValidationPath

from app.kernel.errors import Refused
from app.seals.rules import Level
from app.seals.sealing.evidence import Evidence
from app.seals.sealing.fields import FieldState, read_fields
from app.seals.sealing.keys import DIGEST, Sealer
from app.seals.sealing.refusals import (
    CHAIN_REFUSED,
    FIELD_MISSING,
    FIELD_TAKEN,
    NO_EVIDENCE,
    NOT_HARMLESS,
    PICTURE_TOO_LARGE,
    SET_CLOSED,
)
from app.seals.sealing.signer import DeskSigner

FRESH_FOR = timedelta(minutes=10)
"""For so long the check of a certificate serves the sheets that follow; then revocation data is asked for again."""
_IN_MEMORY = 64 << 20
"""Files up to this are sealed in memory, which is quicker."""
_PERIOD = "证书不在有效期内 / outside its period of validity"
_SLACK = {Level.B: 32, Level.T: 256, Level.LT: 256, Level.LTA: 256}
"""Bytes beyond the measured size: numbers in time stamps differ in length. In the file each takes two hex digits."""


@dataclass(frozen=True)
class Picture:
    """What a seal looks like: drawing operators in mm, from its lower left corner."""

    width_mm: float
    height_mm: float
    packed: bytes
    """The operators, deflated once for all sheets."""

    @classmethod
    def of(cls, width_mm: float, height_mm: float, operators: bytes) -> "Picture":
        """Pack the operators."""
        return cls(width_mm, height_mm, zlib.compress(operators, 9))


@dataclass(frozen=True)
class Sealed:
    """What came of sealing one file."""

    sha256: str
    field: str
    level: Level
    size: int
    grown: int
    """By so many bytes."""
    is_first: bool
    """This seal certifies the file."""


@dataclass(frozen=True)
class Checked:
    """What was found of the certificates: their paths, and the revocation data that says they hold."""

    at: datetime
    paths: list[ValidationPath]
    ocsps: list[Any]
    crls: list[Any]

    def knows_stamps(self, reader: PdfFileReader) -> bool:
        """True when the certificate of the last time stamp a file has already is among those checked."""
        stamps = reader.embedded_timestamp_signatures[-1:]
        known = {path.leaf.dump() for path in self.paths if path.leaf is not None} if stamps else set()
        return all(stamp.signer_cert.dump() in known for stamp in stamps)


@dataclass(frozen=True)
class Act:
    """One seal on one file."""

    field: str
    picture: Picture | None = None
    reason: str | None = None
    location: str | None = None
    at: datetime | None = None
    """What the seal says of its own time; now, if not given."""


class Desk:
    """One seal, one level, one source of evidence, for any number of files. For one thread of one process.

    Raises:
        Refused: ``seal-no-evidence``.
    """

    def __init__(
        self,
        sealer: Sealer,
        level: Level,
        evidence: Evidence | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        if level is not Level.B and evidence is None:
            raise Refused(NO_EVIDENCE, level=level.value)
        self.level = level
        self.signer: Signer = DeskSigner(sealer)
        self.digest = sealer.algorithm.digest
        self._evidence = evidence
        self._clock = clock or _computer_clock
        self._reserved = 0
        self._checked: Checked | None = None

    def seal(self, source: Path, target: Path, act: Act) -> Sealed:
        """Fill one field of ``source``; the result is ``target``, complete or not there.

        Raises:
            Refused: ``seal-field-missing``, ``seal-field-taken``, ``seal-set-closed``, ``seal-picture-too-large``,
                ``seal-chain-refused``.
        """
        before = source.stat().st_size
        part = target.with_name(target.name + ".part")
        try:
            with working_copy(source, part, before) as stream:
                is_first = asyncio.run(self._seal(stream, act))
                digest, size = finish(source, stream, part, before)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return Sealed(digest, act.field, self.level, size, size - before, is_first)

    async def _seal(self, stream: Any, act: Act) -> bool:
        for more in (0, 6_000):  # a time stamp may come out longer than the one that was measured
            start = stream.seek(0, io.SEEK_END)
            session, is_first, checked = await self.open_session(stream, act)
            reserved = await self.size(session) + more
            document = session.prepare_tbs_document(None, reserved)
            prepared, _ = document.digest_tbs_document(in_place=True)
            try:
                await document.perform_signature(
                    prepared.document_digest, PdfCMSSignedAttributes(signing_time=session.system_time)
                )
                break
            except SigningError as error:
                if more or "larger than expected" not in str(error):
                    raise
                stream.truncate(start)
        await self.add_evidence(stream, checked)
        return is_first

    async def open_session(self, stream: Any, act: Act) -> tuple[PdfSigningSession, bool, Checked | None]:
        """The file opened for one seal: the session, whether the seal is the first, the check of the chain."""
        try:
            stream.seek(0)
            writer = IncrementalPdfFileWriter(stream)
            fields = read_fields(writer.prev)
        except PdfError as error:
            raise Refused(NOT_HARMLESS, what=str(error)[:200]) from error
        field = _free_field(fields, act.field)
        is_first = not any(other.is_sealed for other in fields.values())
        said = PdfSignatureMetadata(
            field_name=act.field,
            md_algorithm=self.digest,
            reason=act.reason,
            location=act.location,
            subfilter=SigSeedSubFilter.PADES,
            certify=is_first,
            docmdp_permissions=MDPPerm.NO_CHANGES if field.locks else MDPPerm.FILL_FORMS,
        )
        stamper = self._evidence.timestamper() if self._evidence and self.level is not Level.B else None
        style = SealStyle(picture=act.picture, field=field) if act.picture else NoOpStampStyle()
        signer = PdfSigner(said, self.signer, timestamper=stamper, stamp_style=style)
        session = signer.init_signing_session(writer, existing_fields_only=True)
        session.system_time = act.at or self._clock()
        return session, is_first, await self.check(writer.prev)

    async def check(self, reader: PdfFileReader) -> Checked | None:
        """Certificate paths with revocation data, for levels that carry them.

        Raises:
            Refused: ``seal-chain-refused``.
        """
        now = self._clock()
        own = self.signer.signing_cert
        if own is None or not own.not_valid_before <= now <= own.not_valid_after:
            raise Refused(CHAIN_REFUSED, reason=_PERIOD)
        if self._evidence is None or self.level not in {Level.LT, Level.LTA}:
            return None
        if self._checked and now - self._checked.at < FRESH_FOR and self._checked.knows_stamps(reader):
            return self._checked
        context = self._evidence.context()
        try:
            stamper: Any = self._evidence.timestamper()  # the library has no types there
            paths = [await self._path(own, context, {"non_repudiation"})]
            paths += [path async for path in stamper.validation_paths(context)]
            paths += [  # the chain of time stamps must not break
                await self._path(stamp.signer_cert, context, set(), stamp.other_embedded_certs)
                for stamp in reader.embedded_timestamp_signatures[-1:]
            ]
        except (PathBuildingError, PathValidationError) as error:
            raise Refused(CHAIN_REFUSED, reason=str(error)[:300]) from error
        self._checked = Checked(now, paths, list(context.ocsps), list(context.crls))
        return self._checked

    async def _path(
        self, certificate: Any, context: ValidationContext, usage: set[str], others: Iterable[Any] = ()
    ) -> ValidationPath:
        known = [*self.signer.cert_registry, *others]
        validator: Any = CertificateValidator(certificate, known, context)  # the library has no types there
        found: ValidationPath = await validator.async_validate_usage(
            usage, set() if usage else {"time_stamping"}
        )
        return found

    async def size(self, session: PdfSigningSession) -> int:
        """Hex digits to reserve; measured once, for everything but the digest is the same in each file."""
        if not self._reserved:
            found = await session.estimate_signature_container_size(None, tight=True)
            self._reserved = found + 2 * _SLACK[self.level]
        return self._reserved

    async def add_evidence(self, stream: Any, checked: Checked | None) -> None:
        """One revision after the seal: certificates and revocation data, at B-LTA with a time stamp over all."""
        if checked is None or self._evidence is None:
            return
        stream.seek(0)
        writer = IncrementalPdfFileWriter(stream)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            sig_contents=None,
            paths=checked.paths,
            ocsps=checked.ocsps,
            crls=checked.crls,
            embed_roots=True,  # a judge looks for the issuer of each list among the certificates he is given
        )
        if self.level is not Level.LTA:
            writer.write_in_place()  # type: ignore[no-untyped-call]  # as above
            return
        stamper = self._evidence.timestamper()
        measured = len((await stamper.async_dummy_response(DIGEST)).dump())
        await PdfTimeStamper(stamper).async_timestamp_pdf(
            writer, DIGEST, bytes_reserved=2 * (measured + _SLACK[Level.LTA]), in_place=True
        )


def _computer_clock() -> datetime:
    return datetime.now(UTC)


def _free_field(fields: dict[str, FieldState], name: str) -> FieldState:
    field = fields.get(name)
    if field is None:
        raise Refused(FIELD_MISSING, field=name)
    if field.is_sealed:
        raise Refused(FIELD_TAKEN, field=name)
    if any(other.is_sealed and other.locks for other in fields.values()):
        raise Refused(SET_CLOSED)
    return field


def working_copy(source: Path, part: Path, size: int) -> AbstractContextManager[Any]:
    """A stream with the file's bytes that can be extended."""
    if size <= _IN_MEMORY:
        stream = io.BytesIO()
        stream.write(source.read_bytes())
        return closing(stream)
    shutil.copyfile(source, part)
    return part.open("r+b")


def finish(source: Path, stream: Any, part: Path, before: int) -> tuple[str, int]:
    """Digest and size of what was made, all of it written to ``part``.

    Raises:
        AssertionError: a byte of the file as it was has changed; nothing is written then.
    """
    digest = hashlib.sha256()
    stream.seek(0)
    with source.open("rb") as old:
        left = before
        while left:
            was = old.read(min(1 << 20, left))
            if not was or stream.read(len(was)) != was:
                raise AssertionError("sealing changed bytes that were there")
            digest.update(was)
            left -= len(was)
    while more := stream.read(1 << 20):
        digest.update(more)
    size: int = stream.tell()
    if isinstance(stream, io.BytesIO):
        part.write_bytes(stream.getbuffer())
    else:
        stream.flush()
    return digest.hexdigest(), size


@dataclass(frozen=True, kw_only=True)
class SealStyle(BaseStampStyle):
    """The picture of a seal as the appearance of its field: upright as the page is shown, in true millimetres.

    Raises:
        Refused: ``seal-picture-too-large``.
    """

    picture: Picture
    field: FieldState
    border_width: int = 0

    def __post_init__(self) -> None:
        (wide, tall), picture = self.field.shown_mm, self.picture
        if picture.width_mm > wide + 0.05 or picture.height_mm > tall + 0.05:
            raise Refused(
                PICTURE_TOO_LARGE,
                picture=f"{picture.width_mm:g}×{picture.height_mm:g}",
                field=f"{wide:.1f}×{tall:.1f}",
            )

    def create_stamp(self, writer: Any, box: Any, text_params: dict[str, Any]) -> Any:  # noqa: ARG002 - its form is given
        """The appearance for one writer."""
        return _SealPicture(writer, box, self)


_TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
"""Against the page's own turn (12.5.5: the box of the form, turned by its matrix, is fitted to the field)."""


class _SealPicture(AppearanceContent):
    """A form whose box is the field in mm with the picture in its middle."""

    def __init__(self, writer: Any, box: Any, style: SealStyle) -> None:
        super().__init__(writer=writer, box=box)
        self._style = style

    def as_form_xobject(self) -> generic.StreamObject:
        """The form."""
        picture = self._style.picture
        wide, tall = self._style.field.shown_mm
        left, foot = (picture.width_mm - wide) / 2, (picture.height_mm - tall) / 2
        made: Any = generic  # half of the library's PDF objects carry no types
        numbers = [left, foot, left + wide, foot + tall]
        entries = {
            "/Type": made.NameObject("/XObject"),
            "/Subtype": made.NameObject("/Form"),
            "/BBox": made.ArrayObject(made.FloatObject(round(n, 4)) for n in numbers),
            "/Matrix": made.ArrayObject(
                made.NumberObject(n) for n in (*_TURNS[self._style.field.turn], 0, 0)
            ),
            "/Resources": made.DictionaryObject(),
            "/Filter": made.NameObject("/FlateDecode"),
        }
        named = {generic.pdf_name(key): value for key, value in entries.items()}
        return generic.StreamObject(named, encoded_data=picture.packed)
