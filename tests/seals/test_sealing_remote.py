"""Seals whose key is at a provider: against a dummy server by others, and against one that fails as told."""

import base64
import contextlib
import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import gmssl_pyx
import pytest
from asn1crypto.algos import DSASignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.seals.rules import Level, Verdict
from app.seals.sealing import keys_csc
from app.seals.sealing.keys import belongs
from app.seals.sealing.keys_csc import CscPlace, CscSealer
from app.seals.sealing.pades import Desk, Sealed
from app.seals.sealing.remote_batch import RemoteBatch
from app.seals.verifying.gate import judge
from app.seals.verifying.trust import TrustList
from tests.peers.csc_server import CscProvider, csc_provider, dummy_provider
from tests.seals import sealing_set as given
from tests.seals.remote_set import all_valid, place_of, refused_with, serve, sheets
from tests.seals.sm2_pki import Sm2Authority


@pytest.fixture
def provider() -> Iterator[CscProvider]:
    with csc_provider() as known:
        yield known


# -- a server by others ---------------------------------------------------------------------------------------------


def test_a_dummy_server_by_others_seals_a_batch(tmp_path):
    clear, form = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    keys = {
        "root": ec.generate_private_key(ec.SECP256R1()),
        "ec": ec.generate_private_key(ec.SECP384R1()),
        "rsa": rsa.generate_private_key(65537, 2048),
    }
    pems = {name: key.private_bytes(serialization.Encoding.PEM, form, clear) for name, key in keys.items()}
    (tmp_path / "pki").mkdir()
    with dummy_provider(tmp_path / "pki", pems) as url:
        for name in ("ec", "rsa"):
            sealer = CscSealer(CscPlace(url, "any", f"seals/{name}"))
            assert sealer.at_once == 10
            items = sheets(tmp_path / name, 12)
            found = RemoteBatch(tmp_path / name / "steps", sealer, Level.B).run(items)
            assert all(isinstance(one, Sealed) for one in found.values())
            trust = TrustList.of("dummy", "1", [sealer.chain[-1]])
            for item in items:
                report = judge(item.target.read_bytes(), trust, datetime.now(UTC))
                # The dummy's authority has no list of revoked certificates; everything else was checked.
                assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"revocation-unknown"})
            sealer.close()
        assert refused_with(CscSealer, CscPlace(url, "any", "seals/nobody")) == "seal-provider-refuses"


# -- our own --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("level", [Level.B, Level.LTA])
def test_a_seal_at_a_provider_is_like_any_other(tmp_path, provider, version, level):
    sealer = CscSealer(place_of(serve(provider, version=version, pin="1234"), version=version, pin="1234"))
    [item] = sheets(tmp_path, 1)
    Desk(sealer, level, given.evidence()).seal(item.source, item.target, item.act)
    all_valid([item], level)


def test_one_authorisation_covers_as_many_as_the_provider_allows(provider):
    sealer = CscSealer(place_of(serve(provider, limit=40)))
    contents = [b"%d" % number for number in range(100)]
    signatures = sealer.sign_many(contents)
    assert all(belongs(sealer.certificate, *pair) for pair in zip(signatures, contents, strict=True))
    asked = [method for method, _ in provider.asked]
    assert asked == ["credentials/info"] + 3 * ["credentials/authorize", "signatures/signHash"]
    digests = [body["hash"] for method, body in provider.asked if method == "signatures/signHash"]
    assert [len(one) for one in digests] == [40, 40, 20]
    assert base64.b64decode(digests[0][0]) == hashlib.sha256(b"0").digest()


def test_nothing_but_digests_leaves_the_house(tmp_path, provider):
    sealer = CscSealer(place_of(serve(provider)))
    [item] = sheets(tmp_path, 1)
    RemoteBatch(tmp_path / "steps", sealer, Level.B).run([item])
    sent = json.dumps([body for _, body in provider.asked])
    assert len(sent) < 1_000
    assert "token" not in repr(place_of(provider))


def test_an_sm2_key_at_a_provider_seals(tmp_path, provider):
    authority = Sm2Authority()
    issued = authority.issue("国密远程章")
    provider.certificates = [issued.certificate, authority.issuing.certificate]
    provider.algorithms = ["1.2.156.10197.1.501"]
    provider.sign = lambda digest: gmssl_pyx.sm2_sign_sm3_digest(issued.private, digest)
    items = sheets(tmp_path, 2)
    RemoteBatch(tmp_path / "steps", CscSealer(place_of(provider)), Level.B).run(items)
    crls = authority.crls(datetime.now(UTC))
    trust = TrustList.of("sm2", "1", [authority.root.certificate], crls=crls)
    assert [judge(item.target.read_bytes(), trust, datetime.now(UTC)).verdict for item in items] == [
        Verdict.VALID
    ] * 2


def test_two_bare_numbers_are_a_signature_too(provider):
    serve(provider)
    framed = provider.sign

    def bare(digest: bytes) -> bytes:
        pair = DSASignature.load(framed(digest)).native
        return b"".join(int(pair[key]).to_bytes(32) for key in ("r", "s"))

    provider.sign = bare
    assert CscSealer(place_of(provider)).sign(b"content")[0] == 0x30


# -- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["http://provider.example/csc/v1", "ftp://127.0.0.1/", "https://user:word@provider.example/", "nonsense", "",
     "http://127.0.0.1.provider.example/", "http://localhost/csc", "https://provider.example/?x=1", "http://[::1"],
)  # fmt: skip
def test_addresses_that_are_not_safe_are_refused(url):
    assert refused_with(CscSealer, CscPlace(url, "token", "seal")) == "seal-provider-address"


def test_a_provider_that_nobody_vouches_for_is_not_spoken_to(provider):
    """TLS is wanted and plain HTTP answers: no token leaves."""
    url = provider.url.replace("http:", "https:")
    assert refused_with(CscSealer, place_of(serve(provider), url=url)) == "seal-provider-unreachable"
    assert provider.asked == []


CREDENTIALS = {
    "disabled": (
        {"key": {"status": "disabled", "algo": ["1.2.840.10045.4.3.2"]}},
        "seal-provider-credential",
    ),
    "expired": ({"cert": {"status": "expired"}}, "seal-provider-credential"),
    "algorithm": ({"key": {"algo": ["1.2.840.10045.4.3.4"]}}, "seal-provider-algorithm"),
    "no algorithms": ({"key": {}}, "seal-provider-algorithm"),
    "nothing of a key": ({"key": 7}, "seal-provider-algorithm"),
    "no certificate": ({"cert": {"status": "valid"}}, "seal-provider-nonsense"),
    "certificates": ({"cert": {"certificates": ["AAAA"]}}, "seal-provider-nonsense"),
    "not base64": ({"cert": {"certificates": ["~~"]}}, "seal-provider-nonsense"),
    "too many": ({"cert": {"certificates": [""] * 11}}, "seal-provider-nonsense"),
    "browser": ({"authMode": "oauth2code"}, "seal-provider-refuses"),
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_credential_that_cannot_be_used_is_told(provider, name):
    more, code = CREDENTIALS[name]
    full = serve(provider).info()
    provider.more = {
        key: (
            {**full[key], **value}
            if key == "cert" and "status" in value and value["status"] == "expired"
            else value
        )
        for key, value in more.items()
    }
    assert refused_with(CscSealer, place_of(provider)) == code


def test_another_certificate_than_was_registered_is_told(provider):
    expected = given.issued("别人").asn1
    assert refused_with(CscSealer, place_of(serve(provider)), expected) == "seal-provider-credential"


def test_a_certificate_out_of_its_period_is_told(provider):
    old = given.authority().issue("过期", "某院", life=timedelta(hours=1))
    provider.certificates = [old.asn1]
    assert refused_with(CscSealer, place_of(provider)) == "seal-provider-credential"


LIMITS = [
    (7, 7),
    ("7", 7),
    (0, 1),
    (-3, 1),
    (None, 1),
    ("many", 1),
    (10**6, 500),
    (True, 1),
    ({}, 1),
    ("9" * 5000, 1),
]


@pytest.mark.parametrize(("value", "limit"), LIMITS)
def test_a_limit_that_makes_no_sense_is_one(value, limit):
    assert keys_csc._limit(value) == limit


@pytest.mark.parametrize("version", [1, 2])
def test_pin_and_one_time_password(provider, version):
    serve(provider, pin="1234", otp="99", limit=2, version=version)
    for given_words in ({}, {"pin": "1234"}, {"pin": "0000", "otp": "99"}, {"pin": "1234", "otp": "98"}):
        assert refused_with(CscSealer(place_of(provider, **given_words)).sign, b"x") == "seal-provider-pin"
    sealer = CscSealer(place_of(provider, pin="1234", otp="99"))
    assert sealer.sign(b"x")
    asked = len(provider.asked)
    assert refused_with(sealer.sign, b"y") == "seal-provider-pin"  # spent: the provider is not even asked
    assert len(provider.asked) == asked


def _raw(status: int, body: bytes, **headers: str) -> Any:
    return lambda handler, _: handler.raw(status, body, **headers) or True


def _say(status: int, body: Any) -> Any:
    return lambda handler, _: handler.say(status, body) or True


ANSWERS: dict[str, tuple[Any, str]] = {
    "no object": (_raw(200, b"[]"), "seal-provider-nonsense"),
    "no json": (_raw(200, b"<html>"), "seal-provider-nonsense"),
    "deep": (_raw(200, b"[" * 200_000), "seal-provider-nonsense"),
    "large": (_raw(200, b" " * (keys_csc.MOST_ANSWER + 2)), "seal-provider-unreachable"),
    "nothing": (_raw(200, b"{}"), "seal-provider-nonsense"),
    "too few": (_say(200, {"signatures": ["AAAA"]}), "seal-provider-nonsense"),
    "no text": (_say(200, {"signatures": [1, 2]}), "seal-provider-nonsense"),
    "not base64": (_say(200, {"signatures": ["~", "~"]}), "seal-provider-nonsense"),
    "empty": (_say(200, {"signatures": ["", ""]}), "seal-signature-wrong"),
    "zeros": (_say(200, {"signatures": ["AAAA"] * 2}), "seal-signature-wrong"),
    "forbidden": (_say(403, {"error": "access_denied"}), "seal-provider-refuses"),
    "out of order": (_raw(503, b""), "seal-provider-unreachable"),
    "redirect": (_raw(302, b"", Location="http://127.0.0.1:1/"), "seal-provider-refuses"),
    "hangs up": (lambda h, _: h.connection.shutdown(socket.SHUT_RDWR) or True, "seal-provider-unreachable"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none_is_told(provider, name):
    sealer = CscSealer(place_of(serve(provider)))
    provider.fails["signatures/signHash"], code = ANSWERS[name]
    assert refused_with(sealer.sign_many, [b"a", b"b"]) == code


def test_signatures_in_another_order_are_not_taken(provider):
    sealer = CscSealer(place_of(serve(provider)))

    def swapped(handler: Any, body: dict[str, Any]) -> bool:
        _, found = provider.answer(body)
        handler.say(200, {"signatures": found["signatures"][::-1]})
        return True

    provider.fails["signatures/signHash"] = swapped
    assert refused_with(sealer.sign_many, [b"a", b"b"]) == "seal-signature-wrong"


def _drip(handler: Any) -> bool:
    """A byte now and then, for longer than anybody waits."""
    with contextlib.suppress(OSError):
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    return True


def test_a_provider_that_does_not_answer_is_told(provider):
    sealer = CscSealer(place_of(serve(provider), timeout=1.0))
    ends = threading.Event()
    provider.fails["signatures/signHash"] = lambda *_: ends.wait(3) or True
    assert refused_with(sealer.sign, b"a") == "seal-provider-unreachable"

    def drips(handler: Any, body: dict[str, Any]) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        return _drip(handler)

    def drips_before(handler: Any, body: dict[str, Any]) -> bool:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        return _drip(handler)

    for way in (drips, drips_before):
        provider.fails["signatures/signHash"] = way
        assert refused_with(sealer.sign, b"a") == "seal-provider-unreachable"


def test_nobody_there(provider):
    assert (
        refused_with(CscSealer, place_of(serve(provider), url="http://127.0.0.1:1/csc"))
        == "seal-provider-unreachable"
    )
    assert refused_with(CscSealer, place_of(provider, token="wrong")) == "seal-provider-refuses"
