"""Acts per second beside a running sequencer, and proofs at 100,000 entries: ``python -m tests.bench.ledger [--quick]``."""

import sys
import threading
import time

import sqlalchemy as sa

from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.ledger.append import Fact
from app.kernel.ledger.merkle import verify_inclusion
from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.queries import prove_inclusion
from app.kernel.ledger.sequence import sequence, tree_state
from tests.bench.as_of import milliseconds, opened


def acts(database: Database, threads: int, each: int) -> float:
    """Acts per second of some writers on sheets of their own, while the sequencer runs."""
    stop = threading.Event()

    def keep() -> None:
        while not stop.wait(0.1):
            sequence(database, database.clock)

    def work(number: int) -> None:
        for _ in range(each):
            with database.write(SYSTEM) as tx:
                tx.record(Fact("bench.noted", sheet_id=f"{number:020d}"))

    beside = threading.Thread(target=keep)
    beside.start()
    began = time.perf_counter()
    writers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    taken = time.perf_counter() - began
    stop.set()
    beside.join()
    return threads * each / taken


def proofs(kind: str, database: Database, entries: int) -> None:
    """Sequencing many entries at once, proving and checking some."""
    for _ in range(entries // 5_000):
        with database.write(SYSTEM) as tx:
            for n in range(5_000):
                tx.record(Fact("bench.noted", data={"n": n}))
    began = time.perf_counter()
    sequence(database, database.clock)
    sequence(database, database.clock)
    print(f"{kind:10} sequencing {entries} entries: {entries / (time.perf_counter() - began):7.0f} entries/s")
    with database.read() as session:
        size = tree_state(session).size
        leaves = list(session.scalars(sa.select(LedgerEntry.leaf).order_by(LedgerEntry.id).limit(200)))
        proof = prove_inclusion(session, leaves[0], size)
        again = iter(leaves)
        made = milliseconds(lambda: prove_inclusion(session, next(again), size), len(leaves))
    assert proof is not None
    leaf, root, path = (
        bytes.fromhex(proof.leaf),
        bytes.fromhex(proof.root),
        [bytes.fromhex(p) for p in proof.path],
    )
    checked = milliseconds(lambda: verify_inclusion(leaf, proof.index, size, path, root), 200)
    print(f"{kind:10} proof in a tree of {size}:  {made}")
    print(f"{kind:10} checking it:               {checked}")


def main() -> None:
    """Print all figures."""
    quick = "--quick" in sys.argv
    each, entries = (20, 5_000) if quick else (150, 100_000)
    for kind in ("sqlite", "postgresql"):
        with opened(kind) as database:
            for threads in (1, 8):
                print(f"{kind:10} {threads} writers: {acts(database, threads, each):7.0f} acts/s", flush=True)
            proofs(kind, database, entries)


if __name__ == "__main__":
    main()
