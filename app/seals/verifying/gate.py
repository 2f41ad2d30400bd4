"""The gate: runs every check over a file and says valid only when each has run and none has a reason against it.

It stands on top of pyHanko and trusts none of its defaults. What nobody foresaw is an open question, never a pass.
It must run inside the jail (:mod:`app.seals.verifying.jail`): every check here parses hostile bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.metadata import version

from asn1crypto import crl
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from app.seals.rules import Level, Verdict
from app.seals.sm2.algorithms import is_sm2
from app.seals.verifying.case import Case, Sealed, open_case
from app.seals.verifying.certificates import (
    best_time,
    chain_of,
    check_certificates,
    claimed_at,
    named,
    stamp_end,
)
from app.seals.verifying.changes import check_changes, check_permissions, is_certifying
from app.seals.verifying.content import check_content
from app.seals.verifying.knowledge import archive_stamps, has_stamp, held_in_file
from app.seals.verifying.library import check_library
from app.seals.verifying.parsers import check_parsers
from app.seals.verifying.pixels import check_pixels
from app.seals.verifying.reasons import SEVERITY, worst
from app.seals.verifying.shape import check_shape
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import After, Clock, Evidence, Report, SealReport, written

GATE = "2"
"""Number of this gate; it goes up whenever a verdict could come out differently."""

CHECKS: dict[str, Callable[[Case], None]] = {
    "shape": check_shape,
    "changes": check_changes,
    "permissions": check_permissions,
    "library": check_library,
    "certificates": check_certificates,
    "content": check_content,
    "parsers": check_parsers,
    "pixels": check_pixels,
}
"""In this order, and all of them: one defence that fails is backed by the next."""


@cache
def engine() -> str:
    """Which programs judge, with their versions."""
    parts = (f"{name} {version(name)}" for name in ("pyHanko", "pikepdf", "pypdfium2", "gmssl_pyx"))
    return f"OneSet gate {GATE}; {', '.join(parts)}"


def judge(data: bytes, trust: TrustList, at: datetime) -> Report:
    """Judge a file as of an instant, with nothing but its bytes and a trust list."""
    case = Case(data, trust, at)
    _run(case, "opening", open_case)
    if case.reader is not None and case.seals:
        for name, check in CHECKS.items():
            _run(case, name, check)
    if not case.seals and not case.reasons:
        case.add("no-seal")
    seals = tuple(_describe(case, seal) for seal in case.seals)
    return Report(
        sha256=hashlib.sha256(data).hexdigest(),
        verdict=_verdict(case),
        reasons=tuple(case.reasons),
        seals=seals,
        judged_at=written(at),
        engine=engine(),
        trust_name=trust.name,
        trust_version=trust.version,
    )


def _run(case: Case, name: str, check: Callable[[Case], None]) -> None:
    try:
        check(case)
    except MemoryError:
        raise
    except PdfError as error:
        case.add("unreadable", f"{name}: {error}")
    except Exception as error:  # noqa: BLE001 - whatever a parser throws over hostile bytes is a reason, not a pass
        case.add("check-failed", f"{name}: {type(error).__name__}: {error}")


def _verdict(case: Case) -> Verdict:
    if not case.seals:
        codes = [why.code for why in case.reasons]
        return Verdict.NO_SEAL if codes == ["no-seal"] else worst(codes)
    verdicts = [_of_seal(seal) for seal in case.seals] + [worst([why.code for why in case.reasons])]
    if all(seal.is_timestamp for seal in case.seals) and max(map(SEVERITY.index, verdicts)) == 0:
        case.add("no-seal", "time stamps only")
        return Verdict.NO_SEAL
    return max(verdicts, key=SEVERITY.index)


def _of_seal(seal: Sealed) -> Verdict:
    """A seal that the library did not answer for is open, whatever the other checks say."""
    if seal.result is None and not seal.reasons:
        seal.add("check-failed", "not asked")
    return worst([why.code for why in seal.reasons])


def _describe(case: Case, seal: Sealed) -> SealReport:
    try:
        return _described(case, seal)
    except Exception as error:  # noqa: BLE001 - what cannot even be described is not judged
        seal.add("check-failed", f"describing: {type(error).__name__}")
        return SealReport(
            field=seal.field, is_timestamp=seal.is_timestamp, verdict=_of_seal(seal), reasons=tuple(seal.reasons),
            who=None, chain=(), claimed_at="", time="", clock=Clock.UNKNOWN, level=None, covers_whole_file=False,
            revision=seal.revision + 1, revisions=case.opened.xrefs.total_revisions, after=After.UNKNOWN,
            certifies=False, algorithm="", evidence=Evidence(),
        )  # fmt: skip


def _described(case: Case, seal: Sealed) -> SealReport:
    time, clock = best_time(seal)
    chain = tuple(named(one) for one in chain_of(seal))
    info = seal.embedded.signer_info
    key = seal.embedded.signer_cert.public_key
    kind = "sm2" if is_sm2(key) else key.algorithm
    is_whole = seal.embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return SealReport(
        field=seal.field,
        is_timestamp=seal.is_timestamp,
        verdict=_of_seal(seal),
        reasons=tuple(seal.reasons),
        who=named(seal.embedded.signer_cert),
        chain=chain,
        claimed_at=written(claimed_at(seal)),
        time=written(time),
        clock=clock,
        level=None if seal.is_timestamp else _level(case, seal),
        covers_whole_file=is_whole,
        revision=seal.revision + 1,
        revisions=case.opened.xrefs.total_revisions,
        after=_after(case, seal, is_whole=is_whole),
        certifies=is_certifying(seal),
        algorithm=f"{kind} {key.bit_size} / {info['digest_algorithm']['algorithm'].native}",
        evidence=_evidence(case, seal),
        stamp_until=written(stamp_end(seal)),
    )


def _after(case: Case, seal: Sealed, *, is_whole: bool) -> After:
    codes = {why.code for why in (*seal.reasons, *case.reasons)}
    if is_whole:
        return After.NOTHING
    if codes & {"changed-after", "unsigned-revision", "looks-different", "painted-over", "revision-end"}:
        return After.OTHER
    if "form-filled-after" in codes:
        return After.FORM
    if seal.after is None:
        return After.UNKNOWN
    if any(one.revision > seal.revision for one in case.signers):
        return After.SIGNATURES
    return After.EVIDENCE if seal.after <= ModificationLevel.LTA_UPDATES else After.FORM


def _level(case: Case, seal: Sealed) -> Level:
    """What the seal carries; whether it holds is the verdict's question."""
    if not has_stamp(seal):
        return Level.B
    held = held_in_file(case)
    if not (held.known_crls or held.known_ocsps):
        return Level.T
    return Level.LTA if archive_stamps(case, seal) else Level.LT


def _evidence(case: Case, seal: Sealed) -> Evidence:
    held = held_in_file(case)
    lists = [*held.known_crls, *(_given(case))]
    found = []
    for one in lists:
        body = one.crl_data["tbs_cert_list"]
        found.append(f"CRL, {body['issuer'].human_friendly}, {written(body['this_update'].native)}")
    for answer in held.known_ocsps:
        basic = answer.ocsp_response_data.basic_ocsp_response
        if basic is not None:
            found.append(f"OCSP, {written(basic['tbs_response_data']['produced_at'].native)}")
    return Evidence(
        revocation=tuple(dict.fromkeys(found)),
        certificates=len(held.known_certs),
        crls=len(held.known_crls),
        ocsps=len(held.known_ocsps),
        archive_times=tuple(written(best_time(one)[0]) for one in archive_stamps(case, seal)),
    )


def _given(case: Case) -> list[CRLContainer]:
    return [CRLContainer(crl.CertificateList.load(one)) for one in case.trust.crls]
