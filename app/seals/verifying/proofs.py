"""What archive time stamps prove of that which came before them, years later (RFC 4998, 5.3; ETSI EN 319 102-1, 5.6).

A signature whose certificate has run out is judged as of the next later time stamp that holds: by then it existed, and
of revocation data only what existed by then counts. That is the chain of proofs, walked from the last time stamp back.

The library has the same procedure (``ades_lta_validation``), and we ask it first. As of 0.38 it refuses honest files:
``past_validate`` checks the whole path again at the control time of its time slide, periods of validity included, and
the control time is the present as soon as a fresh revocation list of the same authority is at hand, which the last time
stamp needs. What has run out then never passes (``OUT_OF_BOUNDS_NO_POE``); the standard asks for the period of validity
at the time of signing. Nor does it hand on the instant of judging (``_build_and_past_validate_cert``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.policy_decl import LocalKnowledge, SignatureValidationSpec
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from app.seals.verifying.case import Case, Sealed
from app.seals.verifying.knowledge import (
    archive_stamps,
    has_stamp,
    held_in_file,
    run,
    specification,
    with_known,
)
from app.seals.verifying.trust import TrustList

_AGED = frozenset(
    {
        AdESIndeterminate.EXPIRED,
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
        AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.NO_POE,
        AdESIndeterminate.TRY_LATER,
        AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        AdESIndeterminate.SIG_CONSTRAINTS_FAILURE,
        AdESIndeterminate.REVOKED_NO_POE,
        AdESIndeterminate.REVOKED_CA_NO_POE,
    }
)
"""Findings that time alone may have brought about, or a revocation that came later. SIG_CONSTRAINTS_FAILURE is what the
library says of a seal without a time stamp of its own. Untrusted or broken is not among them."""


def prove(case: Case, seal: Sealed, spec: SignatureValidationSpec) -> None:
    """Judge a seal that does not pass today as of each later time stamp that holds, until it passes.

    All later seals must have been judged. The new result replaces the old one only when it passes.
    """
    if seal.result.ades_subindic not in _AGED:
        return
    for stamp in archive_stamps(case, seal):
        at = _gen_time(stamp.embedded.signed_data)
        if not _holds(stamp) or any(made > at for made in _made_at(seal)):
            continue
        result = _ask_then(seal, _spec_then(case, stamp), at)
        if result.ades_subindic is not AdESPassed.OK:
            continue
        revoked = _revoked(case, seal, result, spec.local_knowledge, at)
        if revoked:
            seal.add("revoked", revoked)
        else:
            seal.result = result
        return


def _holds(stamp: Sealed) -> bool:
    """Judged, with nothing against it: neither its form nor what came after it nor its certificate."""
    return stamp.result is not None and stamp.result.ades_subindic is AdESPassed.OK and not stamp.reasons


def _gen_time(token: Any) -> datetime:
    found: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return found


def _made_at(seal: Sealed) -> Iterator[datetime]:
    """The times that time stamps say: its own if it is one, those of time stamps in it."""
    if seal.is_timestamp:
        yield _gen_time(seal.embedded.signed_data)
    for token in extract_tst_data_iter(seal.embedded.signer_info, signed=False):
        yield _gen_time(token)


def _spec_then(case: Case, stamp: Sealed) -> SignatureValidationSpec:
    """Our roots and known authorities, and what the file held when this time stamp was put over it; no later lists."""
    trust = case.trust
    then = TrustList(trust.name, trust.version, trust.roots, trust.certificates)
    return with_known(specification(then), held_in_file(case, stamp.revision))


def _ask_then(seal: Sealed, spec: SignatureValidationSpec, at: datetime) -> Any:
    timing = ValidationTimingInfo(at, at, point_in_time_validation=True)
    embedded = seal.embedded
    if seal.is_timestamp:
        imprint = embedded.compute_digest
        return run(ades.ades_timestamp_validation(embedded.signed_data, spec, imprint, timing_info=timing))
    digest = embedded.compute_digest()
    if has_stamp(seal):
        return run(
            ades.ades_with_time_validation(
                embedded.signed_data, spec, timing_info=timing, raw_digest=digest,
                extra_status_kwargs=embedded.summarise_integrity_info(), status_cls=PdfSignatureStatus,
            )
        )  # fmt: skip
    return run(ades.ades_basic_validation(embedded.signed_data, spec, timing_info=timing, raw_digest=digest))


def _revoked(case: Case, seal: Sealed, result: Any, given: LocalKnowledge, at: datetime) -> str:
    """What any list at hand, however late, says of a certificate revoked before it had been used; empty for nothing.

    The proof says that the signature existed at ``at``, so whoever held the key until then may have made it.
    """
    times = list(_made_at(seal))
    own = times[0] if len(times) == 1 and not seal.is_timestamp else at
    status = result.api_status
    used = [(one, own if one == seal.embedded.signer_cert else at) for one in _certificates(status)]
    used += [(one, at) for one in _certificates(getattr(status, "timestamp_validity", None))]
    for known in (given, held_in_file(case)):
        for certificate, until in used:
            since = _since(certificate, known)
            if since is not None and since <= until:
                return f"{certificate.subject.human_friendly}, {since.isoformat()}"
    return ""


def _certificates(status: Any) -> list[x509.Certificate]:
    path = getattr(status, "validation_path", None)
    return list(path.iter_certs(include_root=False)) if path is not None else []


def _since(certificate: x509.Certificate, known: LocalKnowledge) -> datetime | None:
    """The earliest revocation that any list or answer tells of; whose word it is was not checked, so it can only harm."""
    found: list[datetime] = []
    for one in known.known_crls:
        body = one.crl_data["tbs_cert_list"]
        if body["issuer"] == certificate.issuer:
            found += [
                entry["revocation_date"].native
                for entry in body["revoked_certificates"] or ()
                if entry["user_certificate"].native == certificate.serial_number
            ]
    for answer in known.known_ocsps:
        single = answer.extract_single_response()
        if single is not None and single["cert_id"]["serial_number"].native == certificate.serial_number:
            status = single["cert_status"]
            found += [status.native["revocation_time"]] if status.name == "revoked" else []
    return min(found, default=None)
