"""Reading everything again, slowly, to find damage before somebody needs the bytes."""

import time
from collections.abc import Callable, Iterable, Iterator

from storage.contract import ObjectStore, Verdict


def scrub(
    store: ObjectStore,
    sha256s: Iterable[str],
    *,
    rate_limit_bytes_per_s: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Verdict]:
    """Verify objects one after the other, in the order given, and yield each verdict at once.

    The rate is an average kept between objects; one object is read as fast as the medium gives it. The caller decides
    the order (oldest check first) and what to do about damage. ``StoreUnavailable`` ends the run: an unreachable medium
    is not a damaged object.
    """
    started, read = clock(), 0
    for sha256 in sha256s:
        verdict = store.verify(sha256)
        yield verdict
        read += verdict.size
        if rate_limit_bytes_per_s:
            ahead = read / rate_limit_bytes_per_s - (clock() - started)
            if ahead > 0:
                sleep(ahead)
