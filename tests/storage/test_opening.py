"""URLs of stores."""

from pathlib import Path

import pytest

from storage import open_store
from storage.errors import UnknownStore
from storage.local import LocalStore
from storage.memory import MemoryStore
from storage.opening import _endpoint

KEYS = {"access_key": "a", "secret_key": "b"}


def test_the_scheme_chooses_the_driver(tmp_path: Path) -> None:
    folder = tmp_path / "图 纸"
    store = open_store(folder.as_uri())
    assert isinstance(store, LocalStore)
    assert store.root == folder
    assert store.url == folder.as_uri()
    assert isinstance(open_store("memory://"), MemoryStore)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("", {}),
        ("files:///srv/store", {}),
        ("/srv/store", {}),
        ("file://store", {}),
        ("file:relative", {}),
        ("file:///srv/../etc", {}),
        ("file:///srv/store?x=1", {}),
        ("file:///srv/store", {"acces_key": "a"}),
        ("memory://name", {}),
        ("S4://bucket?endpoint=http://127.0.0.1:1", KEYS),
        ("s3://bucket", KEYS),
        ("s3:///prefix?endpoint=http://127.0.0.1:1", KEYS),
        ("s3://key:secret@bucket?endpoint=http://127.0.0.1:1", KEYS),
        ("s3://bucket?endpoint=http://127.0.0.1:1", {}),
        ("s3://bucket?endpoint=http://127.0.0.1:1", {"access_key": "a"}),
        ("s3://bucket?endpoint=http://127.0.0.1:1&regoin=x", KEYS),
        ("s3://bucket?endpoint=http://127.0.0.1:1&secure=yes", KEYS),
        ("s3://bucket?endpoint=http://127.0.0.1:1&secure=1", KEYS),
        ("s3://bucket?endpoint=ftp://127.0.0.1:1", KEYS),
    ],
)
def test_what_is_not_understood_is_an_error_and_never_a_default(url: str, options: dict[str, str]) -> None:
    with pytest.raises(UnknownStore) as refused:
        open_store(url, options=options)
    assert "secret" not in str(refused.value).replace("secret_key", "")


@pytest.mark.parametrize(
    ("endpoint", "secure", "expected"),
    [
        ("http://h:1", "", ("h:1", False)),
        ("http://h:1/", "0", ("h:1", False)),
        ("https://h", "", ("h", True)),
        ("h:1", "0", ("h:1", False)),
        ("h:1", "", ("h:1", True)),
    ],
)
def test_a_connection_is_encrypted_unless_the_url_says_otherwise(
    endpoint: str, secure: str, expected: tuple[str, bool]
) -> None:
    assert _endpoint({"endpoint": endpoint, "secure": secure}) == expected
