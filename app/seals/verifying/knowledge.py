"""What the library is told before it validates: rules, roots, and the evidence that is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, ValidationInfoReadingError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from app.seals.sm2.algorithms import Sm2Validator
from app.seals.verifying.case import Case, Sealed
from app.seals.verifying.trust import TrustList

T = TypeVar("T")
_loops: list[asyncio.AbstractEventLoop] = []


def open_loop() -> None:
    """Make the loop that the library's functions wait in, before the lock: inside the jail none can be made any more.

    Each child has its own: one made before a fork would have its descriptors in common with other children.
    """
    _loops[:] = [asyncio.new_event_loop()]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Wait for a function of the library."""
    if not _loops:
        open_loop()
    return _loops[0].run_until_complete(work)


def specification(trust: TrustList) -> SignatureValidationSpec:
    """How the library must validate: these roots alone, revocation data for every certificate, no network."""
    roots = [CertTrustAnchor(x509.Certificate.load(one)) for one in trust.roots]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        signature_validator=Sm2Validator(),
    )
    return SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=_knowledge(trust),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}),
    )


def _knowledge(trust: TrustList) -> LocalKnowledge:
    answers = [ocsp.OCSPResponse.load(one) for one in trust.ocsps]
    return LocalKnowledge(
        known_crls=[CRLContainer(crl.CertificateList.load(one)) for one in trust.crls],
        known_ocsps=[part for answer in answers for part in OCSPContainer.load_multi(answer)],
        known_certs=[x509.Certificate.load(one) for one in trust.certificates],
    )


def held_in_file(case: Case, revision: int | None = None) -> LocalKnowledge:
    """What the file's own store (DSS) holds; or held in a revision, counted from 0."""
    try:
        where: Any = case.opened if revision is None else case.opened.get_historical_resolver(revision)
        found = DocumentSecurityStore.read_dss(where)
        answers = [ocsp.OCSPResponse.load(one.get_object().data) for one in found.ocsps]
        return LocalKnowledge(
            known_crls=[CRLContainer(crl.CertificateList.load(one.get_object().data)) for one in found.crls],
            known_ocsps=[part for answer in answers for part in OCSPContainer.load_multi(answer)],
            known_certs=list(found.load_certs()),
        )
    except NoDSSFoundError:
        return LocalKnowledge()
    except (ValidationInfoReadingError, ValueError, KeyError, TypeError) as error:
        case.add("malformed-signature", f"DSS: {error}")
        return LocalKnowledge()


def with_known(spec: SignatureValidationSpec, held: LocalKnowledge) -> SignatureValidationSpec:
    """The same rules, with more at hand."""
    known = spec.local_knowledge
    both = LocalKnowledge(
        known_crls=known.known_crls + held.known_crls,
        known_ocsps=known.known_ocsps + held.known_ocsps,
        known_certs=known.known_certs + held.known_certs,
    )
    return replace(spec, local_knowledge=both)


def archive_stamps(case: Case, seal: Sealed) -> list[Sealed]:
    """Time stamps over the document that came after this seal."""
    return [one for one in case.seals if one.is_timestamp and one.revision > seal.revision]


def has_stamp(seal: Sealed) -> bool:
    """Whether the signature carries a time stamp of its own."""
    return any(True for _ in generic_cms.extract_tst_data_iter(seal.embedded.signer_info, signed=False))
