"""What the tests of sealing share: an authority, sheets, seals, and pyHanko's own judgement as the referee."""

import asyncio
import io
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto.crl import CertificateList
from pikepdf import Array, Name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.ades import (
    ades_basic_validation,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from app.seals.demo_pki import DemoAuthority, Issued
from app.seals.rules import Level, SealKind
from app.seals.sealing.evidence import HeldEvidence, demo_evidence
from app.seals.sealing.fields import Field
from app.seals.sealing.keys import KeySealer
from app.seals.sealing.pades import Desk

A1 = (2383.94, 1683.78)


@lru_cache(maxsize=1)
def authority() -> DemoAuthority:
    return DemoAuthority.found(datetime.now(UTC) - timedelta(days=1))


@lru_cache(maxsize=8)
def issued(name: str = "张结构") -> Issued:
    return authority().issue(name, "一套图演示设计院")


@lru_cache(maxsize=1)
def evidence() -> HeldEvidence:
    return demo_evidence(authority())


def sealer(name: str = "张结构") -> KeySealer:
    return KeySealer(issued(name).key, issued(name).asn1, [authority().issuing.asn1])


def desk(level: Level, name: str = "张结构") -> Desk:
    return Desk(sealer(name), level, evidence())


def sheet(
    path: Path,
    *,
    size: tuple[float, float] = A1,
    rotate: int = 0,
    unit: float = 1,
    crop: Sequence[float] | None = None,
    origin: tuple[float, float] = (0, 0),
    content: bytes = b"2 w 60 60 2260 1560 re S",
) -> Path:
    """A PDF of one page with a line around it."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        page.obj[Name.MediaBox] = Array([*origin, origin[0] + size[0], origin[1] + size[1]])
        page.obj[Name.Contents] = pdf.make_stream(content)
        if rotate:
            page.obj[Name.Rotate] = rotate
        if unit != 1:
            page.obj[Name.UserUnit] = unit
        if crop:
            page.obj[Name.CropBox] = Array(crop)
        pdf.save(path, deterministic_id=True)
    return path


def fields(kinds: Sequence[SealKind], *, closing: bool = False) -> list[Field]:
    return [
        Field(f"{kind.value.replace('_', '-')}-{n}", kind, (100 + 240 * n, 80, 326.8 + 240 * n, 221.8),
              is_last=closing and n == len(kinds) - 1)
        for n, kind in enumerate(kinds)
    ]  # fmt: skip


def _spec(known: LocalKnowledge) -> PdfSignatureValidationSpec:
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=[authority().root.asn1]),
                revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            local_knowledge=known,
        )
    )


def _known(reader: PdfFileReader, level: Level) -> LocalKnowledge:
    """What the judge knows besides the root: at B-B and B-T everything, at B-LT what the file brings, then nothing."""
    if level is Level.LTA:
        return LocalKnowledge()
    if level is Level.LT:
        brought = DocumentSecurityStore.read_dss(reader)
        crls = [CertificateList.load(ref.get_object().data) for ref in brought.crls]
        return LocalKnowledge(
            known_crls=[CRLContainer(crl) for crl in crls], known_certs=list(brought.load_certs())
        )
    crls = authority().crls(datetime.now(UTC))
    return LocalKnowledge(
        known_crls=[CRLContainer(crl) for crl in crls], known_certs=[authority().issuing.asn1]
    )


def judge(content: bytes, level: Level) -> list[tuple[str, bool, Any]]:
    """(field, bottom line, finding of EN 319 102-1) of each seal; a B-LTA file must prove itself by its root alone."""

    async def judged() -> list[tuple[str, bool, Any]]:
        found = []
        reader = PdfFileReader(io.BytesIO(content))
        spec = _spec(_known(reader, level))
        for seal in reader.embedded_regular_signatures:
            if level is Level.LTA:
                result: Any = await ades_lta_validation(seal, spec)
                status: Any = result.api_status
            elif level is Level.B:
                rules, digest = spec.signature_validation_spec, seal.compute_digest()
                result = await ades_basic_validation(seal.signed_data, rules, raw_digest=digest)
                status = await async_validate_pdf_signature(seal, evidence().context())
            else:
                seal.compute_integrity_info()
                result = await ades_with_time_validation(
                    seal.signed_data,
                    spec.signature_validation_spec,
                    raw_digest=seal.compute_digest(),
                    status_cls=PdfSignatureStatus,
                    extra_status_kwargs=seal.summarise_integrity_info(),
                )
                status = result.api_status
            found.append((seal.field_name, status.bottom_line, result.ades_subindic))
        return found

    return asyncio.run(judged())


def all_hold(content: bytes, level: Level, expected: Sequence[str]) -> None:
    """Every expected seal is there, holds, and passes."""
    assert judge(content, level) == [(name, True, AdESPassed.OK) for name in expected]


def pdfsig(path: Path) -> str:
    """What poppler says of a file."""
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig (poppler-utils) is not installed")
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False)
    return done.stdout
