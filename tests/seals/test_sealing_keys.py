import dataclasses
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from app.kernel.errors import Refused
from app.seals.rules import Level, SealKind
from app.seals.sealing.deferred import AbsentSealer, Prepared, embed, prepare
from app.seals.sealing.fields import place_fields
from app.seals.sealing.keys import KeySealer, Pkcs12Sealer, belongs, signature_size
from app.seals.sealing.keys_pkcs11 import Pkcs11Sealer
from app.seals.sealing.pades import Act, Desk
from tests.seals import sealing_set as given


def _code(act, *args: Any, **named: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    return refused.value.code


def _ready(folder, name="sheet.pdf") -> Path:
    path = given.sheet(folder / name)
    path.write_bytes(
        place_fields(path.read_bytes(), given.fields([SealKind.ISSUE, SealKind.REVIEW], closing=True))
    )
    return path


def test_a_key_file_serves_demonstrations_only(tmp_path):
    issued = given.issued()
    lock = serialization.BestAvailableEncryption(b"secret")
    content = pkcs12.serialize_key_and_certificates(
        b"seal", issued.key, issued.certificate, [given.authority().issuing.certificate], lock
    )
    assert _code(Pkcs12Sealer, content, b"secret") == "seal-file-key"
    assert _code(Pkcs12Sealer, content, b"wrong", is_demo=True) == "seal-key-unusable"
    sealer = Pkcs12Sealer(content, b"secret", is_demo=True)
    path = _ready(tmp_path)
    Desk(sealer, Level.B).seal(path, path, Act("issue-0"))
    given.all_hold(path.read_bytes(), Level.B, ["issue-0"])


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_signatures_never_outgrow_their_size(curve):
    key = ec.generate_private_key(curve)
    longest = max(len(key.sign(bytes([n]), ec.ECDSA(hashes.SHA256()))) for n in range(100))
    assert 0 <= signature_size(key.public_key()) - longest <= 4


def test_rsa_seals_too(tmp_path):
    made = given.authority().issue("王建筑", "一套图演示设计院", key=rsa.generate_private_key(65537, 2048))
    path = _ready(tmp_path)
    desk = Desk(KeySealer(made.key, made.asn1, [given.authority().issuing.asn1]), Level.LTA, given.evidence())
    desk.seal(path, path, Act("issue-0"))
    given.all_hold(path.read_bytes(), Level.LTA, ["issue-0"])


def test_a_certificate_out_of_its_period_seals_nothing(tmp_path):
    old = given.authority().issue("赵过期", "一套图演示设计院", life=timedelta(hours=1))
    path = _ready(tmp_path)
    desk = Desk(KeySealer(old.key, old.asn1), Level.B)
    assert _code(desk.seal, path, path, Act("issue-0")) == "seal-chain-refused"


@pytest.mark.parametrize("level", Level)
def test_a_seal_signed_elsewhere_and_embedded_in_another_process_holds(tmp_path, level):
    path, ready, done = _ready(tmp_path), tmp_path / "ready.pdf", tmp_path / "done.pdf"
    issued = given.issued()
    sealer = AbsentSealer(issued.asn1, [given.authority().issuing.asn1])
    for field in ("issue-0", "review-1"):
        state = prepare(path, ready, sealer, level, Act(field), given.evidence())
        kept = Prepared.from_json(state.to_json())
        assert kept == state
        signature = issued.key.sign(bytes.fromhex(kept.to_sign), ec.ECDSA(hashes.SHA256()))
        before = path.read_bytes()
        sealed = embed(ready, done, kept, signature, sealer, given.evidence())
        assert done.read_bytes().startswith(before)
        assert sealed.grown == len(done.read_bytes()) - len(before)
        done.replace(path)
    given.all_hold(path.read_bytes(), level, ["issue-0", "review-1"])


def test_a_prepared_seal_needs_nothing_but_its_file_and_its_value(tmp_path):
    path, ready = _ready(tmp_path), tmp_path / "ready.pdf"
    issued = given.issued()
    state = prepare(path, ready, AbsentSealer(issued.asn1), Level.B, Act("issue-0"))
    signature = issued.key.sign(bytes.fromhex(state.to_sign), ec.ECDSA(hashes.SHA256()))
    (tmp_path / "seal.der").write_bytes(issued.asn1.dump())
    script = (
        "import sys; from pathlib import Path; from asn1crypto import x509\n"
        "from app.seals.sealing.deferred import AbsentSealer, Prepared, embed\n"
        "folder = Path(sys.argv[1]); state = Prepared.from_json(sys.argv[2])\n"
        "sealer = AbsentSealer(x509.Certificate.load((folder / 'seal.der').read_bytes()))\n"
        "embed(folder / 'ready.pdf', folder / 'done.pdf', state, bytes.fromhex(sys.argv[3]), sealer)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path), state.to_json(), signature.hex()]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
    [(_, holds, _)] = given.judge((tmp_path / "done.pdf").read_bytes(), Level.B)
    assert holds


def test_what_comes_back_wrong_is_not_embedded(tmp_path):
    path, ready, done = _ready(tmp_path), tmp_path / "ready.pdf", tmp_path / "done.pdf"
    issued, other = given.issued(), given.issued("李他人")
    sealer = AbsentSealer(issued.asn1)
    state = prepare(path, ready, sealer, Level.B, Act("issue-0"))
    to_sign = bytes.fromhex(state.to_sign)
    right = issued.key.sign(to_sign, ec.ECDSA(hashes.SHA256()))
    strange = other.key.sign(to_sign, ec.ECDSA(hashes.SHA256()))
    assert _code(embed, ready, done, state, strange, sealer) == "seal-signature-wrong"
    assert _code(embed, ready, done, state, strange, AbsentSealer(other.asn1)) == "seal-signature-wrong"
    changed = dataclasses.replace(state, to_sign=(to_sign[:-1] + b"x").hex())
    assert _code(embed, ready, done, changed, right, sealer) == "seal-signature-wrong"
    ready.write_bytes(ready.read_bytes() + b"\n")
    assert _code(embed, ready, done, state, right, sealer) == "seal-prepared-changed"
    assert not done.exists()
    with pytest.raises(ValueError, match="version"):
        Prepared.from_json('{"version": 7}')


MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


@pytest.fixture
def token(tmp_path, monkeypatch):
    """A software token: (module, label, PIN)."""
    module = next(
        (p for p in (os.environ.get("SOFTHSM2_MODULE", ""), *MODULES) if p and Path(p).exists()), None
    )
    tool = os.environ.get("SOFTHSM2_UTIL") or shutil.which("softhsm2-util")
    if module is None or tool is None:
        pytest.skip("SoftHSM2 is not installed (set SOFTHSM2_MODULE and SOFTHSM2_UTIL)")
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    command = [
        tool,
        "--module",
        module,
        "--init-token",
        "--free",
        "--label",
        "seals",
        "--pin",
        "1234",
        "--so-pin",
        "4321",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return module, "seals", "1234", tool


def test_a_key_in_a_token_seals(tmp_path, token):
    module, label, pin, tool = token
    path = _ready(tmp_path)
    keys = {"ec": ec.generate_private_key(ec.SECP256R1()), "rsa": rsa.generate_private_key(65537, 2048)}
    for number, (name, key) in enumerate(keys.items(), 1):
        clear = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        (tmp_path / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, clear))
        command = [
            tool,
            "--module",
            module,
            "--import",
            str(tmp_path / "key.pem"),
            "--token",
            label,
            "--label",
            name,
        ]
        subprocess.run([*command, "--id", f"0{number}", "--pin", pin], check=True, capture_output=True)
    for field, (name, key) in zip(("issue-0", "review-1"), keys.items(), strict=True):
        certificate = given.authority().issue(f"设备 {name}", "一套图演示设计院", key=key).asn1
        sealer = Pkcs11Sealer(module, label, pin, name, certificate, [given.authority().issuing.asn1])
        try:
            assert belongs(certificate, sealer.sign(b"content"), b"content")
            Desk(sealer, Level.LTA, given.evidence()).seal(path, path, Act(field))
            sealer._process += 1
            with pytest.raises(RuntimeError, match="fork"):
                sealer.sign(b"content")
        finally:
            sealer.close()
    given.all_hold(path.read_bytes(), Level.LTA, ["issue-0", "review-1"])
    assert _code(Pkcs11Sealer, module, label, "wrong", "ec", certificate) == "seal-key-unusable"
