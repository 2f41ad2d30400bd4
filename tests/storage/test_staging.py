"""Resumable uploads."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import (
    ChecksumMismatch,
    Incomplete,
    InvalidKey,
    NotFound,
    OffsetConflict,
    StoreUnavailable,
    TooLarge,
    UnsupportedChecksum,
    UploadBusy,
    UploadExists,
)
from storage.staging import ACKNOWLEDGE_EVERY, CHECKSUMS, Staging

ID = "0123456789abcdef"


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    staging = Staging(tmp_path / "staging")
    staging.create(ID, length=10, meta={"filename": "总平面图.dwg", "project": 7})
    return staging


def test_an_upload_goes_on_where_it_stopped_in_another_process(staging: Staging) -> None:
    assert staging.append(ID, 0, [b"012", b"3"]) == 4
    again = Staging(staging.root)
    upload = again.info(ID)
    assert (upload.offset, upload.length, upload.complete) == (4, 10, False)
    assert upload.meta == {"filename": "总平面图.dwg", "project": 7}
    assert again.append(ID, 4, [b"456789"]) == 10
    finished = again.finish(ID)
    assert finished.read_bytes() == b"0123456789"
    assert finished.stat().st_mode & 0o222 == 0
    assert again.finish(ID) == finished
    assert again.append(ID, 10, []) == 10


def test_an_empty_upload_is_complete_at_once(staging: Staging) -> None:
    staging.create("b" * 40, length=0, meta={})
    assert staging.finish("b" * 40).read_bytes() == b""


def test_a_wrong_offset_is_told_the_right_one(staging: Staging) -> None:
    staging.append(ID, 0, [b"0123"])
    for wrong in (0, 3, 5):
        with pytest.raises(OffsetConflict) as refused:
            staging.append(ID, wrong, [b"x"])
        assert refused.value.expected == 4


def test_an_incomplete_upload_does_not_finish(staging: Staging) -> None:
    staging.append(ID, 0, [b"0123"])
    with pytest.raises(Incomplete) as refused:
        staging.finish(ID)
    assert (refused.value.offset, refused.value.length) == (4, 10)


@pytest.mark.parametrize("algorithm", CHECKSUMS)
def test_a_chunk_with_a_wrong_checksum_is_discarded(staging: Staging, algorithm: str) -> None:
    right = hashlib.new(algorithm, b"0123").digest()
    with pytest.raises(ChecksumMismatch) as refused:
        staging.append(ID, 0, [b"0124"], checksum=(algorithm, right))
    assert refused.value.algorithm == algorithm
    assert staging.offset(ID) == 0
    assert staging.append(ID, 0, [b"01", b"23"], checksum=(algorithm, right)) == 4
    assert staging.append(ID, 4, [b"456789"]) == 10
    assert staging.finish(ID).read_bytes() == b"0123456789"


def test_an_unknown_checksum_is_refused_before_anything_is_read(staging: Staging) -> None:
    chunks = iter([b"0123"])
    with pytest.raises(UnsupportedChecksum):
        staging.append(ID, 0, chunks, checksum=("crc32", b""))
    assert next(chunks) == b"0123"


def broken(*pieces: bytes) -> Iterator[bytes]:
    yield from pieces
    raise ConnectionResetError("gone")


def test_a_broken_stream_keeps_what_came(staging: Staging) -> None:
    with pytest.raises(ConnectionResetError):
        staging.append(ID, 0, broken(b"012", b"34"))
    assert staging.offset(ID) == 5


def test_a_broken_chunk_with_a_checksum_keeps_nothing(staging: Staging) -> None:
    with pytest.raises(ConnectionResetError):
        staging.append(ID, 0, broken(b"012"), checksum=("sha1", hashlib.sha1(b"0123").digest()))  # noqa: S324
    assert staging.offset(ID) == 0


def test_a_long_chunk_is_acknowledged_on_the_way(staging: Staging) -> None:
    piece = bytes(1_000_000)
    upload_id = "c" * 20
    staging.create(upload_id, length=10**9, meta={})
    seen: list[int] = []

    def slow() -> Iterator[bytes]:
        for _ in range(40):
            seen.append(Staging(staging.root).offset(upload_id))
            yield piece

    staging.append(upload_id, 0, slow())
    assert sorted(set(seen)) == [0, 17_000_000, 34_000_000]
    assert ACKNOWLEDGE_EVERY < 17_000_000


def test_more_than_was_announced_is_refused_and_the_rest_can_still_come(staging: Staging) -> None:
    with pytest.raises(TooLarge) as refused:
        staging.append(ID, 0, [b"01234567", b"89X"])
    assert refused.value.limit == 10
    assert staging.append(ID, staging.offset(ID), [b"89"]) == 10
    with pytest.raises(TooLarge):
        staging.append(ID, 10, [b"X"])
    assert staging.finish(ID).read_bytes() == b"0123456789"


def test_a_torn_tail_is_cut_and_a_torn_line_does_not_count(staging: Staging) -> None:
    staging.append(ID, 0, [b"0123"])
    folder = staging.root / ID
    with (folder / "content").open("ab") as content:
        content.write(b"never acknowledged")
    with (folder / "acknowledged").open("ab") as lines:
        lines.write(b"00000000000000000009 0000")
    assert staging.offset(ID) == 4
    assert staging.append(ID, 4, [b"456"]) == 7
    assert staging.offset(ID) == 7
    with (folder / "acknowledged").open("ab") as lines:
        lines.write(bytes(30))
    assert staging.append(ID, 7, [b"789"]) == 10
    assert staging.finish(ID).read_bytes() == b"0123456789"


def test_lost_acknowledged_bytes_are_an_alarm_and_not_a_shorter_upload(staging: Staging) -> None:
    staging.append(ID, 0, [b"0123"])
    os.truncate(staging.root / ID / "content", 2)
    with pytest.raises(StoreUnavailable, match="lost bytes"):
        staging.append(ID, 4, [b"456789"])


def test_a_second_writer_is_refused_while_the_first_works(staging: Staging) -> None:
    other = Staging(staging.root)

    def while_writing() -> Iterator[bytes]:
        yield b"01"
        for act in (lambda: other.append(ID, 0, [b"x"]), lambda: other.finish(ID), lambda: other.discard(ID)):
            with pytest.raises(UploadBusy):
                act()
        assert other.sweep(timedelta(0)) == []
        assert other.offset(ID) == 0
        yield b"23"

    assert staging.append(ID, 0, while_writing()) == 4
    assert other.append(ID, 4, [b"4"]) == 5


def test_the_lock_is_on_the_content_and_ends_with_its_holder(staging: Staging) -> None:
    with (staging.root / ID / "content").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(UploadBusy):
            staging.append(ID, 0, [b"0"])
    assert staging.append(ID, 0, [b"0"]) == 1


def test_an_upload_id_is_used_once(staging: Staging) -> None:
    staging.append(ID, 0, [b"0123"])
    with pytest.raises(UploadExists):
        staging.create(ID, length=3, meta={})
    assert staging.offset(ID) == 4
    assert [path.name for path in staging.root.iterdir()] == [ID]


@pytest.mark.parametrize(
    "bad", ["", "short", "A" * 20, "../../etc/passwd00", "a" * 41, "a" * 15 + "/", "图" * 16]
)
def test_a_malformed_id_is_refused(staging: Staging, bad: str) -> None:
    with pytest.raises(InvalidKey):
        staging.create(bad, length=1, meta={})
    for act in (staging.info, staging.offset, staging.finish, staging.discard):
        with pytest.raises(InvalidKey):
            act(bad)


def test_a_discarded_upload_is_gone(staging: Staging) -> None:
    staging.discard(ID)
    staging.discard(ID)
    assert list(staging.root.iterdir()) == []
    for act in (staging.info, staging.offset, staging.finish):
        with pytest.raises(NotFound):
            act(ID)
    with pytest.raises(NotFound):
        staging.append(ID, 0, [b"0"])


def test_only_uploads_without_news_are_swept(staging: Staging) -> None:
    staging.create("d" * 16, length=1, meta={})
    remains = staging.root / ".made-by-the-dead"
    remains.mkdir()
    (remains / "content").write_bytes(b"")
    for old in (staging.root / ID / "acknowledged", remains):
        os.utime(old, (0, 1_000_000))
    assert staging.sweep(timedelta(days=1)) == [ID]
    assert [path.name for path in staging.root.iterdir()] == ["d" * 16]
