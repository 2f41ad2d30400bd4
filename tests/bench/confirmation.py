"""The confirmation matrix, 3,000 sheets and 8 parties: ``python -m tests.bench.confirmation [--quick]``, a figure a line.

Whole requests at the server, from the cookie to the last byte; every party has confirmed most of the newest revision and
all of the one before, so that facts of superseded revisions are there too.
"""

import random
import sys
import time
from datetime import timedelta

import sqlalchemy as sa

from app.access.actions import GiveSeat, JoinParty, give_seat, join_party
from app.access.rules import PartyRole, SeatRole
from app.accounts.actions import CreateOrganisation, CreatePerson, create_organisation, create_person
from app.bootstrap import Services
from app.distribution.models import ReceiptFact
from app.distribution.queries.matrix import matrix_of
from app.drawings.models import SheetRevision
from app.kernel.actor import SYSTEM
from app.kernel.ids import new_id
from app.projects.actions import EVERYWHERE
from app.projects.rules import Policy
from app.record.models import RecordFact
from tests.bench.as_of import START, fill, milliseconds
from tests.bench.pages import browser, getting, house
from tests.drawings.sheets import insert_many
from tests.world import World, make_world

PARTIES = 8


def receivers(services: Services, world: World) -> list[str]:
    """Contractor, supervisor and six subcontractors, each with a clerk."""
    found = [world.parties["contractor"], world.parties["supervisor"]]
    for n in range(PARTIES - len(found)):
        with services.database.write(SYSTEM) as tx:
            firm = create_organisation(tx, CreateOrganisation(f"分包 {n}"))
            person = create_person(tx, CreatePerson(f"sub{n}", f"sub{n}", None, firm))
        with services.database.write(world.actor("owner")) as tx:
            party = join_party(tx, JoinParty(world.project_id, firm, PartyRole.SUBCONTRACTOR, f"{n} 标"))
            give_seat(tx, GiveSeat(party, person, SeatRole.DOCUMENT_CLERK, EVERYWHERE))
        found.append(party)
    return found


def confirmed(services: Services, world: World, parties: list[str]) -> int:
    """Facts as rows: opened and confirmed for nine of ten cells, of the revision in force and of the one before."""
    chance, rows = random.Random(5), list[dict[str, object]]()
    with services.database.plumbing() as session:
        query = (
            sa.select(RecordFact.sheet_id, SheetRevision.id, SheetRevision.base_sha256)
            .join(SheetRevision, SheetRevision.id == RecordFact.revision_id)
            .where(RecordFact.project_id == world.project_id)
            .order_by(RecordFact.sheet_id, SheetRevision.rev_seq)
        )
        by_sheet: dict[str, list[tuple[str, str]]] = {}
        for sheet, revision, digest in session.execute(query):
            by_sheet.setdefault(sheet, []).append((revision, digest))
        for sheet, revisions in by_sheet.items():
            for revision, digest in revisions[-2:]:
                for party in parties:
                    if chance.random() < 0.9:
                        rows += [
                            _fact(world, sheet, revision, digest, party, k) for k in ("opened", "confirmed")
                        ]
        insert_many(session, ReceiptFact, rows)
        if services.database.engine.dialect.name == "postgresql":
            session.execute(sa.text("analyze receipt_facts"))
    return len(rows)


def _fact(world: World, sheet: str, revision: str, digest: str, party: str, kind: str) -> dict[str, object]:
    turn = int(kind == "confirmed")
    return {
        "id": new_id(), "project_id": world.project_id, "party_id": party, "item_kind": "revision", "item_id": revision,
        "sheet_id": sheet, "sha256": digest, "kind": kind, "turn": turn, "key": f"{party}:{revision}:{kind}", "way": "",
        "file_sha256": "", "statement": "x" * 400, "statement_sha256": "0" * 64, "reason": "", "photo": {},
        "note_id": None, "counts": {}, "person_id": world.people["owner"], "seat_id": "s" * 20,
        "at": START + timedelta(days=900),
    }  # fmt: skip


def report(kind: str, sheets: int, runs: int) -> None:
    """Figures of one database."""
    with house(kind) as services:
        policy = Policy(confirm_roles=("contractor", "supervisor", "subcontractor"))
        world = make_world(services.database, policy=policy)
        parties = receivers(services, world)
        fill(services.database, world.project_id, sheets, 2)
        facts = confirmed(services, world, parties)
        now = services.clock.now()

        def computed() -> int:
            with services.database.read() as session:
                return len(matrix_of(session, world.project_id, now).rows)

        found = computed()
        print(
            f"{kind:10} {found} sheets, {len(parties)} parties, {facts} facts: computed  {milliseconds(computed, runs)}"
        )
        home = f"/projects/{world.project_id}/confirmation"
        owner, clerk = browser(services, world, "owner"), browser(services, world, "contractor")
        for name, client, path in (
            ("page", owner, home),
            ("page, filtered", owner, f"{home}?party={parties[-1]}&state=waiting"),
            ("last page", owner, f"{home}?page=999"),
            ("one's own party", clerk, f"{home}/mine"),
            ("xlsx", owner, f"{home}.xlsx"),
        ):
            print(f"{kind:10} {name:16} {milliseconds(getting(client, path), runs)}")
        began = time.process_time()
        getting(owner, home)()
        print(f"{kind:10} page, processor   {(time.process_time() - began) * 1e3:6.0f} ms")


def main() -> None:
    """Print all figures."""
    sheets, runs = (300, 3) if "--quick" in sys.argv else (3_000, 5)
    for kind in ("sqlite", "postgresql"):
        report(kind, sheets, runs)


if __name__ == "__main__":
    main()
