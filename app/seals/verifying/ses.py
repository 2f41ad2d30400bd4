"""Seals and their signatures as GB/T 38540-2020 writes them in DER, and what can be read of the older GM/T 0031-2014.

Only shapes stand here; what is right or wrong about them is said in :mod:`app.seals.verifying.ofd`.
"""

from typing import Any

from asn1crypto import core, x509

from app.seals.sm2.algorithms import ARC

SM2_SM3_OID = ARC + "1.501"
BY_CERTIFICATE, BY_DIGEST = 1, 2
"""How a seal names those who may use it."""
MOST = 16 << 20
"""Bytes of one value: it holds a picture."""


class Header(core.Sequence):
    """Always ``ES``, the version, and who made the program."""

    _fields = [("id", core.IA5String), ("version", core.Integer), ("vendor", core.IA5String)]  # noqa: RUF012


class Picture(core.Sequence):
    """What the seal looks like; width and height in mm."""

    _fields = [  # noqa: RUF012
        ("type", core.IA5String),
        ("data", core.OctetString),
        ("width", core.Integer),
        ("height", core.Integer),
    ]


class Certificates(core.SequenceOf):
    """Whole certificates."""

    _child_spec = core.OctetString


class CertificateDigest(core.Sequence):
    """One certificate by its digest."""

    _fields = [("type", core.PrintableString), ("value", core.OctetString)]  # noqa: RUF012


class CertificateDigests(core.SequenceOf):
    """Digests of certificates."""

    _child_spec = CertificateDigest


class Property(core.Sequence):
    """Name, users and period of a seal."""

    _fields = [  # noqa: RUF012
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("list_type", core.Integer),
        ("users", core.Any),
        ("created", core.GeneralizedTime),
        ("valid_from", core.GeneralizedTime),
        ("valid_to", core.GeneralizedTime),
    ]


class SealInfo(core.Sequence):
    """What the maker of a seal signs."""

    _fields = [  # noqa: RUF012
        ("header", Header),
        ("id", core.IA5String),
        ("property", Property),
        ("picture", Picture),
        ("more", core.Any, {"optional": True}),
    ]


class Seal(core.Sequence):
    """A seal with its maker's signature."""

    _fields = [  # noqa: RUF012
        ("info", SealInfo),
        ("certificate", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]


class ToSign(core.Sequence):
    """What the holder of a seal signs."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("seal", Seal),
        ("time", core.GeneralizedTime),
        ("digest", core.OctetBitString),
        ("property", core.IA5String),
        ("more", core.Any, {"optional": True}),
    ]


class Signature(core.Sequence):
    """A seal put on a document (version 4)."""

    _fields = [  # noqa: RUF012
        ("to_sign", ToSign),
        ("certificate", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("time_stamp", core.Any, {"optional": True}),
    ]


class _Many(core.SequenceOf):
    _child_spec = core.Any


def is_old(data: bytes) -> bool:
    """True for the shape of GM/T 0031-2014: two parts, the signer's certificate within the first.

    Raises:
        ValueError: no such value at all.
    """
    parts = _Many.load(data, strict=True)
    return len(parts) == 2 and len(_Many.load(parts[0].dump())) == 7


def old_signer(data: bytes) -> tuple[x509.Certificate, str]:
    """Certificate and name of the seal in the older shape.

    Raises:
        ValueError, TypeError, IndexError: not readable.
    """
    told = _Many.load(_Many.load(data)[0].dump())
    certificate = certificate_of(core.OctetString.load(told[5].dump()).native)
    info = _Many.load(_Many.load(told[1].dump())[0].dump())
    return certificate, str(core.UTF8String.load(_Many.load(info[2].dump())[1].dump()).native)


def signature_of(data: bytes) -> Signature:
    """The value, every part of it parsed.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    if len(data) > MOST:
        raise ValueError("too large")
    value = Signature.load(data, strict=True)
    value.native  # noqa: B018 - parses all of it now
    return value


def certificate_of(data: bytes) -> x509.Certificate:
    """A certificate, every part of it parsed.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    certificate = x509.Certificate.load(data, strict=True)
    certificate.native  # noqa: B018 - as above
    return certificate


def users_of(seal: Seal) -> tuple[int, list[bytes]]:
    """How the seal names its users, and the certificates or digests.

    Raises:
        ValueError: neither of the two ways.
    """
    told = seal["info"]["property"]
    kind, raw = int(told["list_type"].native), told["users"].dump()
    if kind == BY_CERTIFICATE:
        return kind, [bytes(one.native) for one in Certificates.load(raw, strict=True)]
    if kind == BY_DIGEST:
        found: Any = CertificateDigests.load(raw, strict=True)
        return kind, [bytes(one["value"].native) for one in found]
    raise ValueError(f"list of users: {kind}")


def made_over(seal: Seal) -> list[bytes]:
    """What the maker's signature may be over: the seal alone, or with certificate and algorithm (GM/T 0031-2014, 6.1)."""
    parts = seal["info"].dump(), seal["certificate"].dump(), seal["algorithm"].dump()
    whole = core.Sequence()
    whole.contents = b"".join(parts)
    return [parts[0], whole.dump()]
