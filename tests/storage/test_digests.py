"""The two ways to SM3, and what importing the library costs."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from storage.digests import StreamDigest, _CryptographySm3, new_sm3
from tests.storage.made import made


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 100_000])
def test_both_sources_of_sm3_agree(size: int) -> None:
    ours, theirs = _CryptographySm3(), new_sm3()
    for piece in (made(size)[: size // 3], made(size)[size // 3 :]):
        ours.update(piece)
        theirs.update(piece)
    assert ours.hexdigest() == theirs.hexdigest() == theirs.digest().hex()


def test_a_python_without_sm3_still_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashlib, "algorithms_available", {"sha256"})
    digest = StreamDigest()
    digest.update(b"abc")
    # SM3 of "abc": GB/T 32905-2016, annex A.1
    assert digest.result().sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_the_library_loads_without_the_s3_client_and_without_the_application() -> None:
    root = Path(__file__).parents[2]
    code = "import storage, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True
    )
    assert not {"minio", "urllib3", "app", "viewers", "flask"} & set(loaded.stdout.split())
