"""Whether every act of a drawing's life happened exactly as often as it was answered: once."""

import json
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.bootstrap import Services
from app.drawings.intake_models import IntakeSheet
from app.drawings.models import RevisionSignature, Sheet, SheetRevision
from app.drawings.rules import ProposalState, RevisionState
from app.kernel.clock import to_micros
from app.kernel.ledger.audit import every_entry
from app.kernel.ledger.publish import FULL
from app.record.models import FactKind, RecordFact
from app.record.queries import set_in_force, settle_instants
from app.search.contract import SearchQuery, VisibilityFilter, Window
from app.search.tokens import parse
from tests.kill.installation import Target
from tests.kill.lives import TITLE_WORD
from tests.kill.toll import Toll

ENTRIES = {
    "revision.sent-to-checking": ("send-check",),
    "revision.signed": ("sign-checker", "sign-verifier", "sign-approver"),
    "revision.issued": ("issue",),
    "revision.released": ("release",),
}
"""Ledger entry type → the acts that write it, one for each revision."""
SIGNATURES = {"checker": "sign-checker", "verifier": "sign-verifier", "approver": "sign-approver"}


def judge_lives(services: Services, target: Target, toll: Toll) -> dict[str, int]:
    """Assert one revision per accepted row, one entry per act, one release per released revision, the right set."""
    with services.database.read() as session:
        revisions = _one_revision_for_each_accepted_row(session, toll)
        _one_entry_for_each_act(session, toll, revisions)
        _one_signature_for_each_role(session, toll)
        in_force = _the_set_in_force_is_what_was_released(session, services, target, toll)
        _search_finds_every_sheet_with_what_is_in_force(services, target, revisions, in_force)
        manifests = {
            f"{r.project_id}/{r.sheet_id}/{r.rev_seq:06d}-{r.id}.json": r for r in revisions.values()
        }
        issued = {name for name, r in manifests.items() if r.id in set(toll.done("issue"))}
    names = services.store.names("records/")
    named = {name.removeprefix("records/") for name in names if not name.startswith(FULL)}
    assert named == issued, "the record beside the bytes is not what was issued"
    for name in issued:
        told = json.loads(services.store.read_named(f"records/{name}"))
        assert told["revision"]["base_sha256"] == manifests[name].base_sha256
    return {"revisions": len(revisions), "in force": len(in_force), "record manifests": len(issued)}


def _one_revision_for_each_accepted_row(session: Session, toll: Toll) -> dict[str, SheetRevision]:
    accepted = sa.select(IntakeSheet.id, IntakeSheet.revision_id).where(
        IntakeSheet.state == ProposalState.ACCEPTED
    )
    rows = {row.id: row.revision_id for row in session.execute(accepted)}
    revisions = {r.id: r for r in session.scalars(sa.select(SheetRevision))}
    assert Counter(toll.done("accept")) == dict.fromkeys(rows, 1)
    assert Counter(rows.values()) == dict.fromkeys(revisions, 1), "rows and revisions are not one to one"
    numbers: dict[str, list[int]] = {}
    for revision in revisions.values():
        numbers.setdefault(revision.sheet_id, []).append(revision.rev_seq)
    for sheet in session.scalars(sa.select(Sheet)):
        assert sorted(numbers[sheet.id]) == list(range(1, sheet.last_rev_seq + 1))
    return revisions


def _one_entry_for_each_act(session: Session, toll: Toll, revisions: dict[str, SheetRevision]) -> None:
    told = Counter((e["type"], e["subjects"].get("revision")) for e in every_entry(session))
    drafted = {revision: count for (kind, revision), count in told.items() if kind == "revision.drafted"}
    assert drafted == dict.fromkeys(revisions, 1)
    for kind, acts in ENTRIES.items():
        written = Counter(
            {revision: count for (told_kind, revision), count in told.items() if told_kind == kind}
        )
        assert written == Counter(revision for act in acts for revision in toll.done(act)), kind
    for revision in revisions.values():
        was_released = revision.id in set(toll.done("release"))
        assert (revision.state == RevisionState.RELEASED) == was_released


def _one_signature_for_each_role(session: Session, toll: Toll) -> None:
    columns = (RevisionSignature.role, RevisionSignature.revision_id)
    written = Counter((role, revision) for role, revision in session.execute(sa.select(*columns)))
    wanted = Counter((role, revision) for role, act in SIGNATURES.items() for revision in toll.done(act))
    assert written == wanted
    assert set(wanted.values()) <= {1}


def _the_set_in_force_is_what_was_released(
    session: Session, services: Services, target: Target, toll: Toll
) -> dict[str, str | None]:
    facts = session.scalars(sa.select(RecordFact)).all()
    assert {fact.kind for fact in facts} <= {FactKind.RELEASED}
    assert Counter(fact.revision_id for fact in facts) == Counter(toll.done("release"))
    assert len(facts) == len(set(toll.done("release"))), "a revision was released twice"
    sheet_of = {r.id: r.sheet_id for r in session.scalars(sa.select(SheetRevision))}
    wanted = {sheet_of[revision]: revision for revision in toll.done("release")}  # the last one holds
    now = services.clock.now() + timedelta(seconds=1)
    at = settle_instants(session, now=now, as_of=None, known_at=None)
    found = {row.sheet_id: row.revision_id for row in set_in_force(session, target.project_id, at)}
    assert found == wanted
    return found


def _search_finds_every_sheet_with_what_is_in_force(
    services: Services, target: Target, revisions: dict[str, SheetRevision], in_force: dict[str, str | None]
) -> None:
    everything = VisibilityFilter(sheets=(Window(target.project_id),))
    now = to_micros(services.clock.now())
    query = SearchQuery(parse(TITLE_WORD), (target.project_id,), everything, now=now, limit=500)
    hits = {hit.id: hit for hit in services.index.search(query).hits}
    assert set(hits) == {revision.sheet_id for revision in revisions.values()}
    assert {hit.id: hit.revision_id for hit in hits.values() if hit.is_in_force} == in_force
