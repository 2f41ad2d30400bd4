"""A key at a remote provider, through the API of the Cloud Signature Consortium (versions 1.0.4 and 2).

The provider gets digests, never a file. Nothing it answers is believed: every signature is checked against the
certificate and against what was to be signed. Several requests make one batch, each as large as the provider allows.
"""

import base64
import binascii
import json
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import urllib3
from asn1crypto import x509
from asn1crypto.algos import DSASignature

from app.kernel.errors import Refused
from app.kernel.text import printable
from app.seals.sealing.algorithms import RSA, algorithm_of
from app.seals.sealing.keys import Sealer
from app.seals.sealing.refusals import SIGNATURE_WRONG
from app.seals.sealing.refusals_csc import (
    CSC_ADDRESS,
    CSC_ALGORITHM,
    CSC_CREDENTIAL,
    CSC_NONSENSE,
    CSC_PIN,
    CSC_REFUSES,
    CSC_UNREACHABLE,
)

TIMEOUT = 30.0
"""Seconds for one answer, from the first byte sent to the last received."""
MOST_ANSWER = 2 << 20
MOST_AT_ONCE = 500
"""Digests in one request, whatever a provider says that it takes."""
_SECRETS = ("invalid_pin", "invalid_otp")


class ManySealer(Sealer, Protocol):
    """A seal that signs many at once."""

    @property
    def at_once(self) -> int:
        """How many one authorisation covers."""

    def sign_many(self, contents: Sequence[bytes]) -> list[bytes]:
        """Sign each, in this order."""


@dataclass(frozen=True)
class CscPlace:
    """Where a key is, and what opens it."""

    url: str
    """Of the API, up to its version: ``https://provider.example/csc/v1``."""
    token: str = field(repr=False)
    """Bearer token of an account that may use the credential."""
    credential: str
    """Id of the key at the provider."""
    pin: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)
    """One-time password: good for one authorisation."""
    version: int = 1
    timeout: float = TIMEOUT
    authorities: str | None = None
    """Path of certificates (PEM) that may vouch for the provider's host; the system's own, if not given."""


class CscSealer:
    """A seal whose key is at a provider. Asks once for certificate and limits, then signs.

    Args:
        provider: where.
        expected: the certificate that the seal must have, where it is known already.

    Raises:
        Refused: ``seal-provider-address``, ``-unreachable``, ``-refuses``, ``-credential``, ``-algorithm``, ``-pin``,
            ``-nonsense`` (all with the prefix ``seal-provider``), ``seal-key-unusable``.
    """

    def __init__(self, provider: CscPlace, expected: x509.Certificate | None = None) -> None:
        self._provider = provider
        self._line = _Line(provider)
        info = self._line.ask(
            "credentials/info",
            {"credentialID": provider.credential, "certificates": "chain", "authInfo": True},
        )
        certificates = _certificates(info)
        self.certificate, self.chain = certificates[0], tuple(certificates[1:])
        _check_credential(info, self.certificate, expected)
        self.algorithm = algorithm_of(self.certificate)
        self.signature_size = self.algorithm.size(self.certificate.public_key)
        self._named = _signing(info, self.algorithm.oids)
        self.at_once = _limit(info.get("multisign"))
        self._wants = _wanted(info)
        self._spent = False
        if "oauth2code" in self._wants:
            raise Refused(CSC_REFUSES, reason="oauth2code")

    def sign(self, content: bytes) -> bytes:
        """Sign bytes (:meth:`app.seals.sealing.keys.Sealer.sign`).

        Raises:
            Refused: as :meth:`sign_many`.
        """
        return self.sign_many([content])[0]

    def sign_many(self, contents: Sequence[bytes]) -> list[bytes]:
        """Sign each, with one authorisation for as many as the provider allows.

        Raises:
            Refused: ``seal-signature-wrong`` where one that came back is not right; ``seal-provider-unreachable``,
                ``-refuses``, ``-pin``, ``-nonsense``.
        """
        made: list[bytes] = []
        for start in range(0, len(contents), self.at_once):
            made += self._sign_some(contents[start : start + self.at_once])
        return made

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def _sign_some(self, contents: Sequence[bytes]) -> list[bytes]:
        key = self.certificate.public_key
        digests = [base64.b64encode(self.algorithm.digest_to_sign(key, one)).decode() for one in contents]
        sad = self._authorise(digests)
        body: dict[str, Any] = {
            "credentialID": self._provider.credential,
            "SAD": sad,
            "signAlgo": self._named,
        }
        body |= {"hash": digests, "hashAlgo": self.algorithm.digest_oid}
        if self._provider.version != 1:
            body |= {"hashes": digests, "hashAlgorithmOID": self.algorithm.digest_oid}
            del body["hash"], body["hashAlgo"]
        answer = self._line.ask("signatures/signHash", body)
        found = answer.get("signatures")
        if not isinstance(found, list) or len(found) != len(contents):
            raise Refused(CSC_NONSENSE, reason="signatures")
        return [self._checked(_bytes(one), content) for one, content in zip(found, contents, strict=True)]

    def _authorise(self, digests: list[str]) -> str:
        """Authorisation for exactly these digests."""
        provider = self._provider
        body: dict[str, Any] = {"credentialID": provider.credential, "numSignatures": len(digests)}
        secrets: dict[str, Any] = {"PIN": provider.pin, "OTP": provider.otp}
        for name in self._wants:
            if not secrets[name] or (name == "OTP" and self._spent):
                raise Refused(CSC_PIN, reason=name)
        given = {name: secrets[name] for name in ("PIN", "OTP") if name in self._wants}
        if provider.version == 1:
            body |= {"hash": digests} | given
        else:
            body |= {"hashes": digests, "hashAlgorithmOID": self.algorithm.digest_oid}
            body["authData"] = [{"id": name, "value": value} for name, value in given.items()]
        answer = self._line.ask("credentials/authorize", body)
        self._spent = "OTP" in given
        sad = answer.get("SAD")
        if not isinstance(sad, str) or not sad:
            raise Refused(CSC_NONSENSE, reason="SAD")
        return sad

    def _checked(self, signature: bytes, content: bytes) -> bytes:
        key = self.certificate.public_key
        half = len(signature) // 2
        spellings = [signature]
        if (
            self.algorithm is not RSA and signature and len(signature) % 2 == 0
        ):  # the two numbers without a frame
            numbers = {"r": int.from_bytes(signature[:half]), "s": int.from_bytes(signature[half:])}
            spellings.append(DSASignature(numbers).dump())
        for one in spellings:
            if len(one) <= self.signature_size and self.algorithm.is_right(key, one, content):
                return one
        raise Refused(SIGNATURE_WRONG)


class _Line:
    """The connection: bounded in time and size, encrypted unless it stays on this machine, following nobody."""

    def __init__(self, provider: CscPlace) -> None:
        try:
            parts = urlsplit(provider.url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise Refused(CSC_ADDRESS, url=printable(provider.url)[:200]) from error
        is_here = parts.scheme == "http" and host == "127.0.0.1"
        is_plain = parts.username is None and not parts.query and not parts.fragment
        if not host or not is_plain or not (parts.scheme == "https" or is_here):
            raise Refused(CSC_ADDRESS, url=printable(provider.url)[:200])
        self._base, self._timeout = parts.path.rstrip("/"), provider.timeout
        waits = urllib3.Timeout(connect=min(10.0, provider.timeout), read=provider.timeout)
        if is_here:
            self._pool: urllib3.HTTPConnectionPool = urllib3.HTTPConnectionPool(host, port, timeout=waits)
        else:
            context = ssl.create_default_context(cafile=provider.authorities)
            self._pool = urllib3.HTTPSConnectionPool(host, port, timeout=waits, ssl_context=context)
        self._headers = {
            "Authorization": f"Bearer {provider.token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }

    def ask(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post, and return the answer's object.

        Raises:
            Refused: ``seal-provider-unreachable``, ``-refuses``, ``-pin``, ``-nonsense``.
        """
        said: list[tuple[int, bytes] | Exception] = []
        work = threading.Thread(
            target=self._post, args=(method, json.dumps(body).encode(), said), daemon=True
        )
        work.start()
        work.join(self._timeout)  # of the whole answer: a socket's own limit begins anew with each byte
        if not said:
            self.close()
            raise Refused(CSC_UNREACHABLE, reason=f"{method}: too slow")
        answer = said[0]
        if isinstance(answer, Exception):
            raise Refused(CSC_UNREACHABLE, reason=f"{method}: {answer or type(answer).__name__}") from answer
        status, content = answer
        if status != 200:
            raise _refusal(method, status, content)
        found = _object(content)
        if found is None:
            raise Refused(CSC_NONSENSE, reason=method)
        return found

    def _post(self, method: str, body: bytes, said: list[tuple[int, bytes] | Exception]) -> None:
        """Say in ``said`` what came of it: status and content, or what went wrong."""
        try:
            answer = self._pool.urlopen(
                "POST",
                f"{self._base}/{method}",
                body=body,
                headers=self._headers,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
            content = b""
            while part := answer.read1(1 << 16):
                content += part
                if len(content) > MOST_ANSWER:
                    answer.close()
                    said.append(OSError("too large"))
                    return
            answer.release_conn()
            said.append((answer.status, content))
        except Exception as error:  # noqa: BLE001 - whatever it is, the provider has not answered
            said.append(OSError(type(error).__name__))

    def close(self) -> None:
        self._pool.close()


def _object(said: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refusal(method: str, status: int, said: bytes) -> Refused:
    """What an answer other than 200 means; its words are a stranger's."""
    found = _object(said) or {}
    code, words = (printable(str(found.get(key, "")))[:160] for key in ("error", "error_description"))
    reason = ": ".join(filter(None, (f"HTTP {status}", code, words)))
    is_secret = code in _SECRETS or (method == "credentials/authorize" and ("PIN" in words or "OTP" in words))
    if is_secret:
        return Refused(CSC_PIN, reason=reason)
    if status >= 500 or status == 429:
        return Refused(CSC_UNREACHABLE, reason=reason)
    return Refused(CSC_REFUSES, reason=reason)


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise Refused(CSC_NONSENSE, reason="base64")
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(CSC_NONSENSE, reason="base64") from error


def _part(info: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = info.get(name)
    return found if isinstance(found, dict) else {}


def _certificates(info: Mapping[str, Any]) -> list[x509.Certificate]:
    found = _part(info, "cert").get("certificates")
    if not isinstance(found, list) or not 1 <= len(found) <= 10:
        raise Refused(CSC_NONSENSE, reason="certificates")
    made = []
    for one in found:
        try:
            certificate = x509.Certificate.load(_bytes(one), strict=True)
            certificate.native  # noqa: B018 - parses all of it now
        except (ValueError, TypeError, KeyError) as error:
            raise Refused(CSC_NONSENSE, reason="certificates") from error
        made.append(certificate)
    return made


def _check_credential(
    info: Mapping[str, Any], certificate: x509.Certificate, expected: x509.Certificate | None
) -> None:
    key, cert, now = _part(info, "key").get("status"), _part(info, "cert").get("status"), datetime.now(UTC)
    if key not in (None, "enabled"):
        raise Refused(CSC_CREDENTIAL, reason=printable(str(key))[:60])
    if cert not in (None, "valid"):
        raise Refused(CSC_CREDENTIAL, reason=printable(str(cert))[:60])
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise Refused(CSC_CREDENTIAL, reason="证书不在有效期内 / outside its period of validity")
    if expected is not None and expected.dump() != certificate.dump():
        raise Refused(CSC_CREDENTIAL, reason="证书与登记的不同 / another certificate than was registered")


def _signing(info: Mapping[str, Any], wanted: Sequence[str]) -> str:
    """The provider's name for what we need."""
    known = _part(info, "key").get("algo")
    names = [str(one) for one in known] if isinstance(known, list) else []
    for oid in wanted:
        if oid in names:
            return oid
    raise Refused(CSC_ALGORITHM, reason=printable(", ".join(names))[:160])


def _limit(value: object) -> int:
    """How many signatures one authorisation covers; one, where the provider says nothing sensible."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return 1
    return max(1, min(MOST_AT_ONCE, int(value))) if str(value).isdecimal() and len(str(value)) < 9 else 1


def _wanted(info: Mapping[str, Any]) -> tuple[str, ...]:
    """PIN, OTP or both; ``oauth2code`` where a browser of the holder's would be needed."""
    if info.get("authMode") == "oauth2code" or _part(info, "auth").get("mode") == "oauth2code":
        return ("oauth2code",)
    found = [name for name in ("PIN", "OTP") if str(_part(info, name).get("presence", "")).lower() == "true"]
    objects = _part(info, "auth").get("objects")
    for one in objects if isinstance(objects, list) else ():
        name = str(one.get("id", "")).upper() if isinstance(one, dict) else ""
        if name in ("PIN", "OTP") and name not in found:
            found.append(name)
    return tuple(found)
