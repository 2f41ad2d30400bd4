"""The signer's certificate and its chain: strong enough, meant for sealing, with a name, at a possible time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from asn1crypto import algos, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import generic_cms

from app.seals.sm2.algorithms import SM2_CURVE, SM2_SM3, SM3
from app.seals.verifying.case import Case, Sealed
from app.seals.verifying.knowledge import archive_stamps, has_stamp
from app.seals.verifying.values import Clock, Named, written

DIGESTS = {SM3, "sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"}
CURVES = {SM2_CURVE, "secp256r1", "secp384r1", "secp521r1"}
RSA_BITS = 2048
PURPOSES = {
    "any_extended_key_usage",
    "email_protection",
    "adobe_authentic_documents_trust",
    "microsoft_document_signing",
    "1.3.6.1.5.5.7.3.36",  # RFC 9336, document signing
    "1.3.6.1.4.1.311.10.3.12",
    "1.2.840.113583.1.1.5",
}
DRIFT = timedelta(minutes=10)
"""How far a signer's clock may be wrong."""


class Notes(Protocol):
    """Whatever takes reasons."""

    def add(self, code: str, detail: object = "") -> None:
        """Note a reason, once."""


def check_certificates(case: Case) -> None:
    """Strength, usage, name and times of every signature."""
    for seal in case.seals:
        certificate = seal.embedded.signer_cert
        _check_strength(seal)
        if not seal.is_timestamp:
            check_usage(seal, certificate)
        if not named(certificate).name:
            seal.add("nameless")
        _check_times(case, seal)


def _check_strength(seal: Sealed) -> None:
    info = seal.embedded.signer_info
    for name in (info["digest_algorithm"]["algorithm"].native, seal.embedded.external_md_algorithm):
        if name not in DIGESTS:
            seal.add("weak-algorithm", name)
    check_algorithm(seal, info["signature_algorithm"], info["digest_algorithm"]["algorithm"].native)
    for certificate in chain_of(seal):
        check_key(seal, certificate)
        if certificate.self_issued != "yes" and not certificate.self_issued:
            check_algorithm(seal, certificate["signature_algorithm"], None)
    for token in generic_cms.extract_tst_data_iter(seal.embedded.signer_info, signed=False):
        for part in token["signer_infos"]:
            if part["digest_algorithm"]["algorithm"].native not in DIGESTS:
                seal.add("weak-algorithm", "time stamp")
        imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native not in DIGESTS:
            seal.add("weak-algorithm", "time stamp")


def check_algorithm(seal: Notes, algorithm: algos.SignedDigestAlgorithm, digest: str | None) -> None:
    """One algorithm of signatures; ``digest`` is the one beside it, where it names none itself."""
    if algorithm["algorithm"].native == SM2_SM3:
        if digest not in (None, SM3):
            seal.add("weak-algorithm", f"SM2 {digest}")
        return
    try:
        kind = algorithm.signature_algo
        used = (
            digest
            if algorithm["algorithm"].native in ("rsassa_pkcs1v15", "ecdsa", "rsa")
            else algorithm.hash_algo
        )
    except ValueError:
        seal.add("weak-algorithm", algorithm["algorithm"].native)
        return
    if kind not in ("rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "ed25519", "ed448") or used not in {
        *DIGESTS,
        "shake256",
    }:
        seal.add("weak-algorithm", f"{kind} {used}")


def check_key(seal: Notes, certificate: x509.Certificate) -> None:
    """Its kind and length."""
    key = certificate.public_key
    kind = key.algorithm
    if kind in ("rsa", "rsassa_pss"):
        is_strong = key.bit_size >= RSA_BITS
    elif kind == "ec":
        is_strong = key.curve[0] == "named" and key.curve[1] in CURVES
    else:
        is_strong = kind in ("ed25519", "ed448")
    if not is_strong:
        seal.add("weak-algorithm", f"{kind} {getattr(key, 'bit_size', '')}")


def check_usage(seal: Notes, certificate: x509.Certificate) -> None:
    """What it was issued for."""
    usage = certificate.key_usage_value
    allowed = set(usage.native) if usage is not None else set()
    if not allowed & {"digital_signature", "non_repudiation"} or allowed & {"key_cert_sign", "crl_sign"}:
        seal.add("not-for-sealing", ", ".join(sorted(allowed)))
    if certificate.ca:
        seal.add("not-for-sealing", "an authority's own certificate")
    purposes = certificate.extended_key_usage_value
    if purposes is not None and not set(purposes.native) & PURPOSES:
        seal.add("not-for-sealing", ", ".join(purposes.native))


def _check_times(case: Case, seal: Sealed) -> None:
    claimed, (proved, clock) = claimed_at(seal), best_time(seal)
    if claimed is not None and claimed > case.at + DRIFT:
        seal.add("time-contradiction", written(claimed))
    late = proved + DRIFT if clock is Clock.TSA and proved is not None else None
    if proved is not None and late is not None and (proved > case.at + DRIFT or (claimed or proved) > late):
        seal.add("time-contradiction", f"{written(claimed)} / {written(proved)}")
    certificate = seal.embedded.signer_cert
    if proved is not None and not certificate.not_valid_before <= proved <= certificate.not_valid_after:
        seal.add("not-in-validity", written(proved))
    is_over = certificate.not_valid_after < case.at
    if is_over and not seal.is_timestamp and not archive_stamps(case, seal):
        # Lists need not name what has run out (RFC 5280, 3.3): only those kept in time can tell.
        seal.add("expired", written(certificate.not_valid_after))


def claimed_at(seal: Sealed) -> datetime | None:
    """What the signer's own clock said, if it said anything."""
    if seal.is_timestamp:
        return None
    found = seal.embedded.self_reported_timestamp
    if found is None:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def best_time(seal: Sealed) -> tuple[datetime | None, Clock]:
    """The best time known of a signature, and whose it is."""
    if seal.is_timestamp:
        content = seal.embedded.signed_data["encap_content_info"]["content"].parsed
        return content["gen_time"].native, Clock.TSA
    if has_stamp(seal):
        token = next(iter(generic_cms.extract_tst_data_iter(seal.embedded.signer_info, signed=False)))
        return token["encap_content_info"]["content"].parsed["gen_time"].native, Clock.TSA
    claimed = claimed_at(seal)
    return claimed, Clock.SIGNER if claimed is not None else Clock.UNKNOWN


def stamp_end(seal: Sealed) -> datetime | None:
    """When the certificate of the time stamp inside a signature runs out; the first to do so, if it has several."""
    ends = []
    for token in generic_cms.extract_tst_data_iter(seal.embedded.signer_info, signed=False):
        found: datetime = extract_certificate_info(token).signer_cert.not_valid_after
        ends.append(found)
    return min(ends, default=None)


def chain_of(seal: Sealed) -> list[x509.Certificate]:
    """From the signer to the root, as far as there is a way."""
    status: Any = seal.result.api_status if seal.result is not None else None
    path = (status.validation_path if status is not None else None) or seal.path
    signer = seal.embedded.signer_cert
    if path is None:
        return [signer]
    found = list(path.iter_certs(include_root=True))[::-1]
    return found or [signer]


def named(certificate: x509.Certificate) -> Named:
    """Who a certificate is about: its own words alone, never those of a dictionary in the file."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return Named(
        name=_word(subject, "common_name"),
        organisation=_word(subject, "organization_name"),
        issuer=_word(issuer, "common_name") or certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:X}",
        not_before=written(certificate.not_valid_before),
        not_after=written(certificate.not_valid_after),
    )


def _word(name: dict[str, Any], key: str) -> str:
    found = name.get(key, "")
    return " ".join(map(str, found)) if isinstance(found, list) else str(found)
