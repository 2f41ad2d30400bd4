"""Seals and their signatures as GB/T 38540-2020 writes them in DER, and what can be read of the older GM/T 0031-2014.

Only shapes stand here; what is right or wrong about them is said in :mod:`app.seals.verifying.ofd`.
"""

from typing import Any

from asn1crypto import core, parser, x509

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


def _parts(data: bytes) -> list[bytes]:
    """The elements of a sequence, each as it stands.

    Raises:
        ValueError: it is none, or cut off.
    """
    _, _, tag, _, content, _ = parser.parse(data, strict=True)
    if tag != core.Sequence.tag:
        raise ValueError("no sequence")
    found = []
    while content:
        size = parser.peek(content)
        found.append(content[:size])
        content = content[size:]
    return found


def is_old(data: bytes) -> bool:
    """True for the shape of GM/T 0031-2014: two parts, the signer's certificate within the first.

    Raises:
        ValueError: no such value at all.
    """
    parts = _parts(data)
    return len(parts) == 2 and len(_parts(parts[0])) == 7


def old_signer(data: bytes) -> tuple[x509.Certificate, str]:
    """Certificate and name of the seal in the older shape.

    Raises:
        ValueError, TypeError, KeyError, IndexError: not readable.
    """
    told = _parts(_parts(data)[0])
    info = _parts(_parts(told[1])[0])
    name = core.UTF8String.load(_parts(info[2])[1]).native
    return certificate_of(core.OctetString.load(told[5]).native), str(name)


def signature_of(data: bytes) -> Signature:
    """The value, every part of it parsed.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    if len(data) > MOST:
        raise ValueError("too large")
    value = Signature.load(data, strict=True)
    _parse(value)
    return value


def certificate_of(data: bytes) -> x509.Certificate:
    """A certificate, every part of it parsed.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    certificate = x509.Certificate.load(data, strict=True)
    certificate.native  # noqa: B018 - parses all of it now
    return certificate


def _parse(value: Any) -> None:
    """Parse all that has a shape here; what makers add of their own has none."""
    if isinstance(value, core.Any | core.Void):
        return
    if isinstance(value, core.Sequence):
        for name, *_ in type(value)._fields:
            _parse(value[name])
        return
    value.native  # noqa: B018 - parses it now


def stamp_of(value: Signature) -> bytes:
    """The time stamp over the signature; empty where there is none, as it stands where it is no bit string.

    Raises:
        ValueError: it is cut off.
    """
    parts = _parts(value.dump())
    if len(parts) < 5:
        return b""
    inside: bytes = parser.parse(parts[4], strict=True)[4]
    for spelling in (parts[4], inside):  # bare, or under the tag [0]
        try:
            return bytes(core.OctetBitString.load(spelling, strict=True).native)
        except (ValueError, TypeError):
            continue
    return inside or b"-"


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
