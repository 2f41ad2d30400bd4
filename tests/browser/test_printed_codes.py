"""Browsers read and check signed codes as the server signs them; with their own curve and without it."""

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from playwright.sync_api import Browser, Page, Route

from app.copies.codes import STATUSES, CodeFacts, signed_address
from app.copies.ended import EndedCodes, entry_of, signed_list
from app.copies.keys import KeyRing, Signer
from app.copies.queries import CopyStatus
from app.kernel.ids import new_short_code
from tests.samples import ROOT

pytestmark = pytest.mark.browser
STATIC = ROOT / "app/web/static"
AT = datetime(2026, 11, 27, 15, 4, 5, tzinfo=UTC)
FACTS = CodeFacts("0123456789", "0123456789abcdef", AT, CopyStatus.CURRENT, 2, "结施-07", "B")
ORDER = 2**252 + 27742317777372353535851937790883648493

VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)
"""RFC 8032, 7.1, tests 1 to 3: public key, message, signature."""


def serve(route: Route) -> None:
    path = route.request.url.partition("//")[2].partition("/")[2]
    if path.startswith("static/"):
        source = (STATIC / path.removeprefix("static/")).read_text("utf-8")
        route.fulfill(body=source, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")


@pytest.fixture(params=["http://localhost:9", "http://oneset.test"], ids=["with TLS", "without"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page()
    opened.route("**/*", serve)
    opened.goto(f"{request.param}/")
    yield opened
    opened.close()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return KeyRing(tmp_path / "keys").signer(AT)


def signed(page: Page, way: str, cases: list[tuple[str, str, str]]) -> list[bool]:
    found: list[bool] = page.evaluate(
        """async ([way, cases]) => {
          const module = await import("/static/js/ed25519.js");
          const answers = [];
          for (const [key, message, signature] of cases) {
            answers.push(await module[way](key, module.bytesOf(message), module.bytesOf(signature)));
          }
          return answers;
        }""",
        [way, cases],
    )
    return found


def forgeries() -> list[tuple[str, str, str]]:
    """What must not pass: every byte changed, halves swapped, S beyond the order, other messages and keys, wrong lengths."""
    found = []
    for key, message, signature in VECTORS:
        raw = bytes.fromhex(signature)
        flipped = [raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in range(64)]
        found += [(key, message, other.hex()) for other in flipped]
        beyond = int.from_bytes(raw[32:], "little") + ORDER
        found += [
            (key, message, (raw[:32] + beyond.to_bytes(32, "little")).hex()),
            (key, message, (raw[32:] + raw[:32]).hex()),
            (key, message, raw[:63].hex()),
            (key, message, (raw + b"\0").hex()),
            (key, message, ""),
            (key, message, "00" * 64),
            (key, message, "ff" * 64),
            (key, message + "00", signature),
        ]
    found += [(VECTORS[n][0], VECTORS[n - 1][1], VECTORS[n - 1][2]) for n in range(3)]
    return found


@pytest.mark.parametrize("way", ["isSigned", "isSignedByLibrary"])
def test_signatures_are_judged_as_the_standard_says(page: Page, way: str) -> None:
    assert signed(page, way, list(VECTORS)) == [True] * 3
    cases = forgeries()
    for key, message, signature in cases:
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
                bytes.fromhex(signature), bytes.fromhex(message)
            )
    assert signed(page, way, cases) == [False] * len(cases)


def test_the_digest_of_messages_is_right_at_every_edge(page: Page) -> None:
    chance = random.Random(5)
    for size in (0, 1, 111, 112, 113, 127, 128, 129, 239, 240, 400):
        message = chance.randbytes(size)
        found = page.evaluate(
            """async (hex) => {
              const { sha512 } = await import("/static/js/sha512.js");
              const { bytesOf } = await import("/static/js/ed25519.js");
              return Array.from(sha512(bytesOf(hex)), (byte) => byte.toString(16).padStart(2, "0")).join("");
            }""",
            message.hex(),
        )
        assert found == hashlib.sha512(message).hexdigest(), size


def judged(page: Page, text: str, signer: Signer, data: bytes | None, **changes: Any) -> dict[str, Any]:
    key = {"id": signer.key.key_id, "public": signer.key.public, "retired_at": None, "withdrawn_at": None}
    found: dict[str, Any] = page.evaluate(
        """async ([text, key, data]) => {
          const { judge, readList } = await import("/static/js/printed-code.js");
          const list = data && readList(Uint8Array.from(data.match(/../g), (pair) => parseInt(pair, 16)));
          const { verdict, code, listedSlips } = await judge(text, { keys: new Map([[key.id, key]]), list });
          const plain = code && { ...code, message: null, signature: null, issuedAt: code.issuedAt?.toISOString() };
          return { verdict, listedSlips, code: plain };
        }""",
        [text, {**key, **changes}, data and data.hex()],
    )
    return found


def test_a_code_is_read_as_it_was_signed(page: Page, signer: Signer) -> None:
    found = judged(page, signed_address("https://tuzhi.example.org", FACTS, signer), signer, None)
    assert found["verdict"] == "no-list"
    code = found["code"]
    assert (code["number"], code["label"], code["slips"], code["status"]) == ("结施-07", "B", 2, "current")
    assert code["issuedAt"] == "2026-11-27T15:04:05.000Z"
    assert (code["code"], code["hash"], code["keyId"]) == (
        FACTS.short_code,
        FACTS.hash_prefix,
        signer.key.key_id,
    )


def test_every_answer_that_a_device_may_give(page: Page, signer: Signer, tmp_path: Path) -> None:
    codes = {name: new_short_code() for name in ("current", "superseded", "void", "slips", "other")}
    ended = EndedCodes(
        frozenset({codes["superseded"], *(new_short_code() for _ in range(500))}),
        frozenset({codes["void"]}),
        {codes["slips"]: 2},
    )
    data = signed_list(ended, AT, signer)
    stranger = KeyRing(tmp_path / "other").signer(AT)

    def ask(name: str, by: Signer = signer, status: str = CopyStatus.CURRENT, **changes: Any) -> str:
        facts = CodeFacts(codes[name], FACTS.hash_prefix, AT, status, 0, "建施-01", "A")
        return str(judged(page, signed_address("http://x", facts, by), signer, data, **changes)["verdict"])

    assert ask("current") == "none-newer"
    assert ask("superseded") == "superseded"
    assert ask("void") == "void"
    assert ask("other", stranger) == "unknown-key"
    assert ask(
        "current", withdrawn_at="2026-12-01T00:00:00+00:00", retired_at="2026-12-01T00:00:00+00:00"
    ) == ("withdrawn-key")
    assert ask("current", retired_at="2026-12-01T00:00:00+00:00") == "none-newer"
    assert ask("current", retired_at="2026-11-01T00:00:00+00:00") == "withdrawn-key", "signed after its end"
    then = dict(
        zip(
            STATUSES,
            (
                "none-newer",
                "superseded-then",
                "not-released-then",
                "void-then",
                "not-released-then",
                "not-released-then",
            ),
            strict=True,
        )
    )
    assert {status: ask("current", status=status) for status in STATUSES} == then
    facts = CodeFacts(codes["slips"], FACTS.hash_prefix, AT, CopyStatus.CURRENT, 0, "建施-01", "A")
    assert judged(page, signed_address("http://x", facts, signer), signer, data)["listedSlips"] == 2
    address = signed_address("http://x", facts, signer)
    assert judged(page, address[:-4] + "0000", signer, data)["verdict"] == "forged"
    assert judged(page, address.replace(codes["slips"], codes["other"]), signer, data)["verdict"] == "forged"
    assert judged(page, f"http://x/v/{codes['other']}", signer, data)["verdict"] == "unsigned"
    assert judged(page, f"http://x/v/{codes['void']}", signer, data)["verdict"] == "void"
    assert judged(page, "http://x/c/0123456789", signer, data)["verdict"] == "foreign"


def test_a_long_list_is_read_to_its_end_and_a_cut_one_is_not(page: Page, signer: Signer) -> None:
    codes = [new_short_code() for _ in range(10_000)]
    data = signed_list(EndedCodes(frozenset(codes), frozenset(codes[:7]), {codes[9]: 4}), AT, signer)
    found = page.evaluate(
        """async (hex) => {
          const { readList, entryOf } = await import("/static/js/printed-code.js");
          const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
          const list = readList(bytes);
          let cut = "";
          try { readList(bytes.slice(0, 20_000)); } catch (error) { cut = error.message; }
          return JSON.stringify({
            all: [...list.superseded.keys()], few: list.void.size, slips: [...list.slips.entries()],
            at: list.madeAt.toISOString(), cut, own: entryOf("0123456789"),
          });
        }""",
        data.hex(),
    )
    told = json.loads(found)
    assert told["all"] == sorted(map(entry_of, codes))
    assert (told["few"], told["slips"], told["cut"]) == (7, [[entry_of(codes[9]), 4]], "cut off")
    assert told["at"] == "2026-11-27T15:04:05.000Z"
    assert told["own"] == entry_of("0123456789")
