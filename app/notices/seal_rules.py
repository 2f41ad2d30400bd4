"""Which entries about seals are told, and which are not (part of :mod:`app.notices.rules`)."""

from app.notices.told import Told

SEALS_TOLD: dict[str, Told] = {}

SEALS_UNTOLD: dict[str, str] = {
    "seal-officer.appointed": "of no project: on the page of the organisation's seals, which opens to him",
    "seal-officer.dismissed": "of no project: on the page of the organisation's seals",
    "seal.registered": "of no project: the officer did it",
    "seal.edited": "of no project: the officer did it; on the page of the seal",
    "seal.state-set": "of no project: on the page of the seal, and wherever it is chosen",
    "seal.keeper-named": "of no project: the seal is offered to him from then on",
    "seal.keeper-ended": "of no project: on the page of the seal",
    "seal-batch.asked": "waits on the page of sealings",
    "seal-batch.confirmed": "on the page of the sealing",
    "seal-batch.refused": "on the page of the sealing",
    "seal-batch.resumed": "on the page of the sealing",
    "seal-batch.done": "on the page of the sealing, which shows its progress",
    "seal-batch.broken-off": "on the page of the sealing, with the reason",
    "seal.put": "many at a time; on the page of the sealing",
    "seal.not-put": "many at a time; on the page of the sealing, with the reason",
    "seal.renewed": "follows by itself; on the report of the sheet",
    "seal.judged": "on the page of the sheet",
}
"""Types that are not told, with the reason."""
