"""A sealed file renewed before what it rests on runs out (PAdES-LTA, ETSI EN 319 142-1, 5.5): evidence, then a time stamp.

Certificates and revocation data of all that is in the file go into its store (DSS), and a new time stamp over the whole
goes behind them. No byte that was there is touched. What a former archive time stamp covers is proved by that stamp: it
is the one that must be checkable now.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.path import ValidationPath

from app.kernel.errors import Refused
from app.seals.sealing.evidence import Evidence
from app.seals.sealing.keys import DIGEST
from app.seals.sealing.pades import finish, working_copy
from app.seals.sealing.refusals import NOT_SEALED, RENEWAL_REFUSED

_SLACK = 256
"""Bytes beyond the measured size of a time stamp."""


@dataclass(frozen=True)
class Renewed:
    """What came of renewing one file."""

    sha256: str
    size: int
    grown: int
    """By so many bytes."""
    stamped_at: datetime
    """What the new time stamp says."""
    holds_until: datetime
    """The end of its certificate; :func:`app.seals.sealing.aging.renewal_due` looks at algorithms too."""
    left_out: tuple[str, ...]
    """Fields that a former archive time stamp covers and for which no new evidence can be had any more."""


@dataclass(frozen=True)
class _Signed:
    """A signature, or a time stamp, that needs a path of certificates."""

    field: str
    certificate: Any
    others: tuple[Any, ...]
    is_stamp: bool
    is_covered: bool
    """By an archive time stamp that came later."""


def renew(source: Path, target: Path, evidence: Evidence) -> Renewed:
    """Add evidence and an archive time stamp; the result is ``target``, complete or not there.

    Meant for files that were judged valid just now: what came after a seal is not looked at here.

    Raises:
        Refused: ``seal-renewal-refused`` (something in the file can no longer be proved), ``file-not-sealed``; and
            whatever the source of evidence refuses.
    """
    before = source.stat().st_size
    part = target.with_name(target.name + ".part")
    try:
        with working_copy(source, part, before) as stream:
            left_out = asyncio.run(_renew(stream, evidence))
            stamp = _last_stamp(stream)
            digest, size = finish(source, stream, part, before)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    info = stamp.signed_data["encap_content_info"]["content"].parsed
    until = stamp.signer_cert.not_valid_after
    return Renewed(digest, size, size - before, info["gen_time"].native, until, left_out)


def _last_stamp(stream: Any) -> Any:
    stream.seek(0)
    return PdfFileReader(stream).embedded_timestamp_signatures[-1]


async def _renew(stream: Any, evidence: Evidence) -> tuple[str, ...]:
    stream.seek(0)
    try:
        writer = IncrementalPdfFileWriter(stream)
        signed = list(_all_signed(writer.prev))
    except (PdfError, CMSExtractionError) as error:
        raise Refused(RENEWAL_REFUSED, reason=str(error)[:300]) from error
    if not signed:
        raise Refused(NOT_SEALED)
    context, stamper = evidence.context(), evidence.timestamper()
    paths, left_out = [], []
    for one in signed:
        try:
            paths.append(await _path(one, context))
        except (PathBuildingError, PathValidationError) as error:
            if not one.is_covered:
                raise Refused(RENEWAL_REFUSED, reason=f"{one.field}: {error}"[:300]) from error
            left_out.append(one.field)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        paths=paths,
        ocsps=list(context.ocsps),
        crls=list(context.crls),
        embed_roots=True,  # a judge looks for the issuer of each list among the certificates he is given
    )
    measured = len((await stamper.async_dummy_response(DIGEST)).dump())
    await PdfTimeStamper(stamper).async_timestamp_pdf(
        writer, DIGEST, bytes_reserved=2 * (measured + _SLACK), in_place=True
    )
    return tuple(dict.fromkeys(left_out))


def _all_signed(reader: PdfFileReader) -> Iterator[_Signed]:
    last = max((stamp.signed_revision for stamp in reader.embedded_timestamp_signatures), default=-1)
    for seal in reader.embedded_signatures:
        is_stamp = str(seal.sig_object.get("/Type")) == "/DocTimeStamp"
        is_covered = seal.signed_revision < last
        others = tuple(seal.other_embedded_certs)
        yield _Signed(seal.field_name, seal.signer_cert, others, is_stamp, is_covered)
        for token in extract_tst_data_iter(seal.signer_info, signed=False):
            held = extract_certificate_info(token)
            others = tuple(held.other_certs)
            yield _Signed(seal.field_name, held.signer_cert, others, is_stamp=True, is_covered=is_covered)


async def _path(one: _Signed, context: ValidationContext) -> ValidationPath:
    validator: Any = CertificateValidator(
        one.certificate, list(one.others), context
    )  # no types in the library
    usage: tuple[set[str], set[str]] = (set(), {"time_stamping"}) if one.is_stamp else (set(), set())
    found: ValidationPath = await validator.async_validate_usage(*usage)
    return found
