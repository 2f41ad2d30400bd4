"""Python's collector of cycles, set for a server that makes thousands of rows per request.

A full collection walks every object that lives: modules, mappers, routes, some 400,000 of them. Rows of a register set
it off again and again, so that 60 to 200 ms of a request that works for 160 went into looking at what never goes away.
"""

import gc

YOUNG = 50_000
"""Objects made since the last look before the young ones are looked at; a register of 5,000 sheets makes as many."""


def settle() -> None:
    """Leave out of every later collection what is alive now; call it when a process is ready to serve."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
