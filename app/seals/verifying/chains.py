"""The chain of a certificate that stands in no PDF signature: to a root of the trust list, with nothing fetched."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as chain_errors
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from app.seals.sm2.algorithms import SM3, Sm2Validator, sm3
from app.seals.verifying.certificates import DIGESTS, Notes, check_algorithm, check_key, named
from app.seals.verifying.knowledge import run, specification
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import written

_CHAIN: tuple[tuple[type[Exception], str], ...] = (
    (chain_errors.RevokedError, "revoked"),
    (chain_errors.ExpiredError, "expired"),
    (chain_errors.NotYetValidError, "not-in-validity"),
    (chain_errors.InsufficientRevinfoError, "revocation-unknown"),
    (chain_errors.PathBuildingError, "not-trusted"),
    (chain_errors.PathValidationError, "not-trusted"),
)
"""The first that fits. A chain that does not hold leads to nobody we trust."""


def check_chain(
    notes: Notes, certificate: x509.Certificate, trust: TrustList, at: datetime
) -> list[x509.Certificate]:
    """The way to a root of the trust list, with revocation data for every step; empty where there is none.

    Strength of keys and algorithms is looked at along it; whatever is wrong becomes a reason.
    """
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in trust.roots],
        other_certs=[x509.Certificate.load(one) for one in trust.certificates],
        crls=[crl.CertificateList.load(one) for one in trust.crls],
        ocsps=[ocsp.OCSPResponse.load(one) for one in trust.ocsps],
        moment=at,
        allow_fetching=False,
        revocation_mode="require",
        signature_validator=Sm2Validator(),
    )
    validator: Any = CertificateValidator(certificate, (), context)  # the library has no types there
    chain = [certificate]
    try:
        path = run(validator.async_validate_path())
        chain = list(path.iter_certs(include_root=True))[::-1]
    except (chain_errors.PathError, chain_errors.ValidationError) as error:
        code = next((code for kind, code in _CHAIN if isinstance(error, kind)), "library-open")
        notes.add(code, f"{named(certificate).name}: {error}")
        chain = []
    for one in chain or [certificate]:
        check_key(notes, one)
        if one.self_issued != "yes" and not one.self_issued:
            check_algorithm(notes, one["signature_algorithm"], None)
    return chain


def check_stamp(
    notes: Notes, raw: bytes, signature: bytes, trust: TrustList, at: datetime
) -> datetime | None:
    """The time that a time stamp (RFC 3161) over a signature proves; None, with a reason, where it proves none."""
    try:
        signed = cms.ContentInfo.load(raw, strict=True)["content"]
        told = signed["encap_content_info"]["content"].parsed
        time: datetime = told["gen_time"].native
        method = str(told["message_imprint"]["hash_algorithm"]["algorithm"].native)
    except (ValueError, TypeError, KeyError, AttributeError):
        notes.add("time-stamp-untrusted", "of a kind that is not known here")
        return None
    if method not in DIGESTS:
        notes.add("weak-algorithm", f"time stamp {method}")
        return None

    def imprint(name: str) -> bytes:
        return sm3(signature) if name == SM3 else hashlib.new(name, signature).digest()

    timing = ValidationTimingInfo(at, at, point_in_time_validation=False)
    found = run(ades.ades_timestamp_validation(signed, specification(trust), imprint, timing_info=timing))
    status = found.api_status
    if status is None or not (status.intact and status.valid):
        notes.add("time-stamp-wrong", found.failure_msg or found.ades_subindic)
    elif found.ades_subindic is not AdESPassed.OK:
        notes.add("time-stamp-untrusted", found.ades_subindic)
    else:
        return time
    return None


def revocation_words(trust: TrustList) -> tuple[str, ...]:
    """Kind, issuer and time of every list of revoked certificates at hand."""
    found = []
    for one in trust.crls:
        body = crl.CertificateList.load(one)["tbs_cert_list"]
        found.append(f"CRL, {body['issuer'].human_friendly}, {written(body['this_update'].native)}")
    return tuple(dict.fromkeys(found))
