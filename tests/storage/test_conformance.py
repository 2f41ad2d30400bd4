"""What every driver promises (storage/contract.py), asked of each of them; S3 is a real server."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Condition, ObjectStore, scrub
from storage.errors import (
    AlreadyWritten,
    BadRange,
    Corrupt,
    DigestMismatch,
    InvalidKey,
    NotFound,
    Protected,
    TooLarge,
)
from tests.samples import sample
from tests.storage.conftest import Subject
from tests.storage.made import made

ABSENT = hashlib.sha256(b"never stored").hexdigest()


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pieces(content: bytes, length: int = 1000) -> Iterator[bytes]:
    return (content[at : at + length] for at in range(0, len(content), length))


def test_stored_bytes_come_back_with_both_digests_and_their_size(store: ObjectStore) -> None:
    stored = store.put([b"a", b"bc"])
    # SM3 of "abc": GB/T 32905-2016, annex A.1
    assert stored.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert stored.sha256 == digest_of(b"abc")
    assert (stored.size, store.size(stored.sha256), store.has(stored.sha256)) == (3, 3, True)
    assert b"".join(store.read(stored.sha256)) == b"abc"


@pytest.mark.parametrize("size", [0, 1, 65_536, 1_000_001])
def test_objects_of_any_size_come_back_whole(store: ObjectStore, size: int) -> None:
    content = made(size, size)
    stored = store.put(pieces(content, 7000), expect_sha256=digest_of(content), size_limit=size)
    assert b"".join(store.read(stored.sha256, chunk=4096)) == content
    assert store.verify(stored.sha256).ok


def test_objects_outlive_the_instance(subject: Subject) -> None:
    stored = subject.store.put([b"kept"])
    subject.store.write_named("derived/note.json", b"{}")
    again = subject.reopen()
    assert b"".join(again.read(stored.sha256)) == b"kept"
    assert again.read_named("derived/note.json") == b"{}"


def test_a_real_drawing_is_stored_from_a_file_which_stays(store: ObjectStore, tmp_path: Path) -> None:
    source = next(path for path in sorted(sample().rglob("*.pdf")) if path.stat().st_size < 8_000_000)
    copy = tmp_path / "drawing.pdf"
    copy.write_bytes(source.read_bytes())
    stored = store.put_file(copy, expect_sha256=digest_of(source.read_bytes()))
    assert copy.read_bytes() == source.read_bytes()
    copy.write_bytes(b"the caller's file changes afterwards")
    assert b"".join(store.read(stored.sha256)) == source.read_bytes()


def test_storing_the_same_bytes_again_is_harmless(store: ObjectStore) -> None:
    assert store.put([b"same"]) == store.put([b"sa", b"me"])
    assert list(store.objects()) == [digest_of(b"same")]


def test_a_wrong_digest_leaves_nothing(store: ObjectStore, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"what came")
    with pytest.raises(DigestMismatch) as refused:
        store.put([b"what came"], expect_sha256=ABSENT)
    assert (refused.value.expected, refused.value.found) == (ABSENT, digest_of(b"what came"))
    with pytest.raises(DigestMismatch):
        store.put_file(file, expect_sha256=ABSENT)
    assert list(store.objects()) == []
    assert not store.has(ABSENT)


def test_a_stream_over_the_limit_is_cut_off_and_leaves_nothing(store: ObjectStore) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(1000)

    with pytest.raises(TooLarge) as refused:
        store.put(endless(), size_limit=5000)
    assert refused.value.limit == 5000
    assert taken == 6
    assert list(store.objects()) == []


def test_an_error_of_the_callers_stream_passes_unchanged_and_leaves_nothing(store: ObjectStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError("the browser left")

    with pytest.raises(ConnectionResetError, match="the browser left"):
        store.put(broken())
    assert list(store.objects()) == []


def test_absent_things_are_not_found_at_the_call(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        store.read(ABSENT)
    with pytest.raises(NotFound):
        store.read(ABSENT, start=1, stop=2)
    with pytest.raises(NotFound):
        store.size(ABSENT)
    with pytest.raises(NotFound), store.local_copy(ABSENT):
        pass
    with pytest.raises(NotFound):
        store.read_named("derived/absent")
    with pytest.raises(NotFound):
        store.put_file(tmp_path / "absent")
    assert store.named_path("derived/absent") is None
    assert store.verify(ABSENT).condition is Condition.MISSING
    assert not store.has(ABSENT)


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 10), (3, 7), (0, None), (9_990, None), (5_000, 99_999), (10_000, None), (4, 4)]
)
def test_ranges_are_those_of_a_slice(store: ObjectStore, start: int, stop: int | None) -> None:
    content = made(10_000)
    stored = store.put([content])
    assert b"".join(store.read(stored.sha256, start=start, stop=stop, chunk=999)) == content[start:stop]


@pytest.mark.parametrize(("start", "stop"), [(-1, None), (10_001, None), (5, 4)])
def test_a_range_outside_is_refused_with_the_size(store: ObjectStore, start: int, stop: int | None) -> None:
    stored = store.put([made(10_000)])
    with pytest.raises(BadRange) as refused:
        store.read(stored.sha256, start=start, stop=stop)
    assert refused.value.size == 10_000


@pytest.mark.parametrize("damage", ["flipped", "short", "long", "empty"])
def test_damaged_bytes_are_never_served_whole_and_a_second_put_heals_them(
    subject: Subject, damage: str
) -> None:
    store, content = subject.store, made(50_000)
    sha256 = store.put([content]).sha256
    flipped = bytes([content[-1] ^ 1])
    subject.spoil(
        sha256,
        {
            "flipped": content[:-1] + flipped,
            "short": content[:-1],
            "long": content + b"x",
            "empty": b"",
        }[damage],
    )

    served = b""
    with pytest.raises(Corrupt) as refused:
        for chunk in store.read(sha256, chunk=8192):
            served += chunk
    assert refused.value.sha256 == sha256
    assert len(served) < len(content)
    with pytest.raises(Corrupt), store.local_copy(sha256):
        pass
    verdict = store.verify(sha256)
    assert (verdict.condition, verdict.ok) == (Condition.CORRUPT, False)
    assert verdict.found not in {None, sha256}

    store.put([content])
    assert store.verify(sha256).ok
    with store.local_copy(sha256) as path:
        assert path.read_bytes() == content


def test_a_small_damaged_object_serves_no_byte(subject: Subject) -> None:
    sha256 = subject.store.put([b"in force"]).sha256
    subject.spoil(sha256, b"on paper")
    reading = subject.store.read(sha256)
    with pytest.raises(Corrupt):
        next(reading)


def test_a_local_copy_is_damaged_after_it_was_verified_and_this_is_seen(subject: Subject) -> None:
    sha256 = subject.store.put([b"first"]).sha256
    with subject.store.local_copy(sha256) as path:
        assert path.read_bytes() == b"first"
    subject.spoil(sha256, b"other")
    with pytest.raises(Corrupt), subject.store.local_copy(sha256):
        pass


def test_all_objects_are_listed(store: ObjectStore) -> None:
    expected = {store.put([b"%d" % number]).sha256 for number in range(20)}
    store.write_named("objects/not-one", b"")
    assert set(store.objects()) == expected


@pytest.mark.parametrize("bad", ["", "abc", "A" * 64, "g" * 64, "../" * 21 + "a", "0" * 65])
def test_a_malformed_digest_is_refused(store: ObjectStore, bad: str) -> None:
    for ask in (store.read, store.size, store.has, store.verify):
        with pytest.raises(InvalidKey):
            ask(bad)


@pytest.mark.parametrize(
    "bad",
    ["", "/etc/passwd", "a//b", "a/../b", "..", "a/.", "a/", "A", "图", "a b", "a\\b", "a\x00", "x" * 513],
)
def test_a_malformed_key_is_refused(store: ObjectStore, bad: str) -> None:
    with pytest.raises(InvalidKey):
        store.write_named(bad, b"")
    with pytest.raises(InvalidKey):
        store.write_once(bad, b"")
    with pytest.raises(InvalidKey):
        store.read_named(bad)
    with pytest.raises(InvalidKey):
        store.named_path(bad)


def test_a_derived_file_is_replaced_and_listed(subject: Subject) -> None:
    store = subject.store
    store.write_named("derived/aa/tile-0.png", b"one")
    store.write_named("derived/aa/tile-0.png", b"two")
    store.write_named("derived/aab", b"")
    assert store.read_named("derived/aa/tile-0.png") == b"two"
    assert store.read_named("derived/aab") == b""
    assert set(store.names("derived/aa")) == {"derived/aa/tile-0.png", "derived/aab"}
    assert set(store.names("derived/aa/")) == {"derived/aa/tile-0.png"}
    assert set(store.names("absent/")) == set()
    path = store.named_path("derived/aa/tile-0.png")
    assert (path.read_bytes() if path else None) == (b"two" if subject.kind == "local" else None)


def test_what_is_written_once_never_changes(store: ObjectStore) -> None:
    store.write_once("records/aa/manifest.json", b"{1}")
    store.write_once("records/aa/manifest.json", b"{1}")
    with pytest.raises(AlreadyWritten):
        store.write_once("records/aa/manifest.json", b"{2}")
    with pytest.raises(Protected):
        store.write_named("records/aa/manifest.json", b"{3}")
    for prefix in ("records", "records/", "records/aa", "records/aa/manifest.json", ""):
        with pytest.raises(Protected):
            store.delete_named(prefix)
    assert store.read_named("records/aa/manifest.json") == b"{1}"


def test_of_many_who_write_once_exactly_one_is_kept(store: ObjectStore) -> None:
    outcomes: dict[bytes, str] = {}

    def write(content: bytes) -> None:
        try:
            store.write_once("records/race", content)
            outcomes[content] = "written"
        except AlreadyWritten:
            outcomes[content] = "refused"

    contents = [b"%d" % number for number in range(8)]
    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) == ["refused"] * 7 + ["written"]
    assert outcomes[store.read_named("records/race")] == "written"


def test_deleting_derived_files_takes_the_folder_and_not_its_neighbour(store: ObjectStore) -> None:
    for key in ("derived/aa/1", "derived/aa/b/2", "derived/aab", "derived/c"):
        store.write_named(key, b"x")
    kept = store.put([b"an object"]).sha256
    assert store.delete_named("derived/aa") == 2
    assert set(store.names("")) == {"derived/aab", "derived/c"}
    assert store.delete_named("derived/c") == 1
    assert store.delete_named("derived/c") == 0
    store.write_named("derived/aa/1", b"again")
    assert store.read_named("derived/aa/1") == b"again"
    assert store.has(kept)


def test_no_method_deletes_an_object(store: ObjectStore) -> None:
    deleting = [name for name in dir(store) if "delete" in name or "remove" in name]
    assert deleting == ["delete_named"]
    with pytest.raises(InvalidKey):
        store.delete_named("../objects")


def test_many_writers_of_the_same_and_other_bytes_all_succeed(store: ObjectStore) -> None:
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for number in range(5):
                content = made(3000, number if seed % 2 else (1 + seed) * 100 + number)
                assert b"".join(store.read(store.put([content]).sha256)) == content
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(store.objects())) == 5 + 3 * 5
    assert all(verdict.ok for verdict in scrub(store, store.objects()))


def test_a_healthy_store_passes_its_check_and_keeps_no_scratch(store: ObjectStore) -> None:
    store.check()
    assert list(store.objects()) == []
    assert list(store.names("")) == []


def test_capabilities_come_with_a_sentence_each(store: ObjectStore) -> None:
    found = vars(store.capabilities())
    assert set(found) == {
        "durable_fsync",
        "conditional_put",
        "versioning",
        "object_lock",
        "checksum_enforced",
    }
    assert all(each.holds in {True, False, None} and each.sentence.endswith(".") for each in found.values())


def test_the_scrubber_finds_damage_and_loss_and_keeps_its_pace(subject: Subject) -> None:
    store = subject.store
    good, bad = (store.put([made(10_000, seed)]).sha256 for seed in (1, 2))
    subject.spoil(bad, b"x" * 10_000)
    slept: list[float] = []
    verdicts = list(
        scrub(
            store,
            [good, bad, ABSENT],
            rate_limit_bytes_per_s=1000,
            sleep=slept.append,
            clock=lambda: sum(slept),
        )
    )
    assert [verdict.condition for verdict in verdicts] == [Condition.OK, Condition.CORRUPT, Condition.MISSING]
    assert sum(slept) == pytest.approx(20)
