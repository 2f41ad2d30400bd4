"""What other programs say of our honest files: ``python -m tests.seals.others`` prints one table.

pyHanko's own command line, ``pdfsig`` of poppler, and ``openssl cms -verify`` over the CMS cut out of the file. A program
that is not on this machine is said to be missing.
"""

import io
import logging
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from app.seals.verifying import gate
from tests.seals.makers import ROLES, Desk, sheet


def honest(desk: Desk) -> dict[str, bytes]:
    """One seal and four, at every level, and one that was renewed."""
    made = {}
    for level in ("B-B", "B-T", "B-LT", "B-LTA"):
        made[f"{level}, 1 seal"] = data = desk.seal(sheet(), level=level, certify=True)
        for role in ROLES[1:]:
            data = desk.seal(data, role, level=level)
        made[f"{level}, 4 seals"] = data
    made["B-LTA, 4 seals, renewed"] = desk.renew(data)
    return made


def _run(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def by_pyhanko(path: Path, folder: Path) -> str:
    """Pass for every signature by the library's command line, with our root and lists; nothing is fetched."""
    program = shutil.which("pyhanko", path=str(Path(sys.executable).parent))
    if program is None:
        return "missing"
    _, said = _run(
        program, "sign", "validate", "--trust", str(folder / "root.pem"), "--trust-replace",
        "--other-certs", str(folder / "issuing.pem"), "--no-revocation-check", "--pretty-print", str(path),
    )  # fmt: skip
    good, found = said.count("The signature is judged VALID"), said.count("Bottom line")
    return f"{good} of {found} valid" if good else f"not valid: {said[-160:]}"


def by_pdfsig(path: Path) -> str:
    """How many signatures poppler finds valid in themselves; it knows no certificates of ours, and need not."""
    if shutil.which("pdfsig") is None:
        return "missing"
    _, said = _run("pdfsig", "-nocert", str(path))
    found = said.count("Signature #") - said.count("field is not signed")
    good, stamps = said.count("Signature is Valid"), said.count("has not yet been verified")
    return f"{good} of {found - stamps} valid" + (f", {stamps} time stamps not judged" if stamps else "")


def by_openssl(data: bytes, folder: Path) -> str:
    """Every signature's CMS over the bytes that its ByteRange names, chain up to our root."""
    if shutil.which("openssl") is None:
        return "missing"
    good, found = 0, PdfFileReader(io.BytesIO(data)).embedded_regular_signatures
    for one in found:
        begin, first, second, rest = (int(number) for number in one.byte_range)
        (folder / "signed").write_bytes(data[begin:first] + data[second : second + rest])
        (folder / "cms").write_bytes(one.pkcs7_content)
        code, _ = _run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(folder / "cms"),
            "-content", str(folder / "signed"), "-CAfile", str(folder / "root.pem"),
            "-certfile", str(folder / "issuing.pem"), "-purpose", "any", "-out", str(folder / "out"),
        )  # fmt: skip
        good += code == 0
    return f"{good} of {len(found)} valid"


def table(desk: Desk, files: dict[str, bytes]) -> list[tuple[str, str, str, str, str]]:
    """Name, our verdict, and what each of the others says."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "root.pem").write_bytes(desk.authority.root.certificate.public_bytes(Encoding.PEM))
        (folder / "issuing.pem").write_bytes(desk.authority.issuing.certificate.public_bytes(Encoding.PEM))
        for title, data in files.items():
            path = folder / "file.pdf"
            path.write_bytes(data)
            ours = gate.judge(data, desk.trust, desk.now + timedelta(minutes=1)).verdict.value
            rows.append((title, ours, by_pyhanko(path, folder), by_pdfsig(path), by_openssl(data, folder)))
    return rows


def main() -> None:
    """The table."""
    head = ("file", "gate", "pyhanko", "pdfsig", "openssl cms")
    logging.disable(logging.CRITICAL)
    desk = Desk()
    for row in (head, *table(desk, honest(desk))):
        print("{:26} {:10} {:18.160} {:42} {}".format(*row))


if __name__ == "__main__":
    main()
