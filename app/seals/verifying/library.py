"""What the library says by ETSI EN 319 102-1, with nothing fetched, and how it becomes our reasons.

Both its answers are asked: the sub-indication knows nothing of what came after a signature, and ``bottom_line`` nothing
of proofs of existence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy

from app.seals.verifying.case import Case, Sealed
from app.seals.verifying.knowledge import (
    archive_stamps,
    has_stamp,
    held_in_file,
    run,
    specification,
    with_known,
)
from app.seals.verifying.proofs import prove


def check_library(case: Case) -> None:
    """Ask the library about each signature, as far as the evidence in the file allows."""
    spec = specification(case.trust)
    held = held_in_file(case)
    timing = ValidationTimingInfo(case.at, case.at, point_in_time_validation=False)
    for seal in reversed(case.seals):  # what came last proves what came before
        if seal.embedded.coverage is None:
            seal.weigh()
        try:
            seal.path = _path(seal, spec, held, timing)
            seal.result = _ask(case, seal, spec, held, timing)
            if seal.result.ades_subindic is not AdESPassed.OK:
                prove(case, seal, spec)
        except SigningError as error:
            seal.add("library-refuses", error)
            continue
        except (ValueError, TypeError, KeyError) as error:  # lazily parsed ASN.1 that is none
            seal.add("malformed-signature", error)
            continue
        _conclude(seal)


def _ask(
    case: Case,
    seal: Sealed,
    spec: SignatureValidationSpec,
    held: LocalKnowledge,
    timing: ValidationTimingInfo,
) -> Any:
    """The result of the strongest procedure that the evidence allows."""
    wide = with_known(spec, held)
    embedded = seal.embedded
    digest = embedded.compute_digest()
    if seal.is_timestamp:
        imprint = embedded.compute_digest
        return run(ades.ades_timestamp_validation(embedded.signed_data, wide, imprint, timing_info=timing))
    # The library wants a time stamp in the signature itself before it looks at those over the file. A plain seal under
    # the archive stamp of a later one is judged for now, as before that stamp.
    if archive_stamps(case, seal) and has_stamp(seal):
        return run(ades.ades_lta_validation(embedded, PdfSignatureValidationSpec(spec), timing_info=timing))
    if has_stamp(seal):
        return run(
            ades.ades_with_time_validation(
                embedded.signed_data, wide, timing_info=timing, raw_digest=digest,
                extra_status_kwargs=embedded.summarise_integrity_info(), status_cls=PdfSignatureStatus,
            )
        )  # fmt: skip
    return run(ades.ades_basic_validation(embedded.signed_data, wide, timing_info=timing, raw_digest=digest))


_PLAIN = {
    AdESFailure.HASH_FAILURE: "digest-mismatch",
    AdESFailure.SIG_CRYPTO_FAILURE: "signature-wrong",
    AdESFailure.FORMAT_FAILURE: "malformed-signature",
    AdESFailure.REVOKED: "revoked-before",
    AdESFailure.NOT_YET_VALID: "not-in-validity",
    AdESIndeterminate.NOT_YET_VALID: "not-in-validity",
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "not-trusted",
    AdESIndeterminate.REVOKED_NO_POE: "revoked",
    AdESIndeterminate.REVOKED_CA_NO_POE: "revoked",
    AdESIndeterminate.EXPIRED: "expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "expired",
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: "expired",
    AdESIndeterminate.NO_POE: "proof-of-time-missing",
    AdESIndeterminate.TIMESTAMP_ORDER_FAILURE: "time-stamp-wrong",
    AdESIndeterminate.TRY_LATER: "revocation-unknown",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "weak-algorithm",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "weak-algorithm",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "not-for-sealing",
}


def _conclude(seal: Sealed) -> None:
    """From the library's two answers to our reasons; what we do not know is open, never well."""
    result = seal.result
    status, said = result.api_status, result.ades_subindic
    if status is None or not (status.intact and status.valid):
        seal.add(_PLAIN.get(said, "library-refuses"), result.failure_msg or said)
        if status is not None and not status.intact:
            seal.add("digest-mismatch")
        elif status is not None and not status.valid:
            seal.add("signature-wrong")
        return
    if said is not AdESPassed.OK:
        _name(seal, said, status)
    elif not seal.is_timestamp and not (status.bottom_line and _is_unchanged(seal)):
        stamp = getattr(status, "timestamp_validity", None)
        is_stamp = stamp is not None and not (stamp.valid and stamp.trusted)
        seal.add("time-stamp-wrong" if is_stamp else "library-refuses", status.summary())
    elif not status.trusted:
        seal.add("not-trusted", said)


def _is_unchanged(seal: Sealed) -> bool:
    """What ``bottom_line`` of a PDF's status says of later changes; basic validation answers with another status."""
    found = seal.embedded.summarise_integrity_info()
    return bool(found["docmdp_ok"])


def _name(seal: Sealed, said: Any, status: Any) -> None:
    code = _PLAIN.get(said, "library-open")
    if said is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
        code = "not-trusted" if status.validation_path is None and seal.path is None else "revocation-unknown"
    if said is AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE and seal.path is None:
        code = "not-trusted"
    if code == "not-trusted" and seal.path is not None:
        code = "time-stamp-untrusted" if has_stamp(seal) else "library-open"
    best = getattr(seal.result, "best_signature_time", None)
    revoked = status.revocation_details
    is_proved = has_stamp(seal) and best is not None and revoked is not None
    if code == "revoked" and is_proved and best >= revoked.revocation_date:
        code = "revoked-before"
    seal.add(code, f"{said.standard_name} {seal.result.failure_msg or ''}".strip())


def _path(
    seal: Sealed, spec: SignatureValidationSpec, held: LocalKnowledge, timing: ValidationTimingInfo
) -> Any:
    """The way from the signer to a root of the trust list, revocation left aside; None where there is none."""
    policy = replace(spec.cert_validation_policy, revinfo_policy=CertRevTrustPolicy(NO_REVOCATION))
    plain = replace(with_known(spec, held), cert_validation_policy=policy)
    embedded = seal.embedded
    if seal.is_timestamp:
        imprint = embedded.compute_digest
        found = run(ades.ades_timestamp_validation(embedded.signed_data, plain, imprint, timing_info=timing))
    else:
        digest = embedded.compute_digest()
        found = run(
            ades.ades_basic_validation(embedded.signed_data, plain, timing_info=timing, raw_digest=digest)
        )
    return found.api_status.validation_path if found.api_status is not None else None
