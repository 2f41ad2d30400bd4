"""A review of 300 sheets with 500 opinions. ``python -m tests.bench.review [--quick]``, a figure per line.

Whole requests, from the cookie to the last byte: the case's pages, the sheet's opinions, worklists; and the heavy acts,
submitting, issuing all opinions, certifying. Papers and tables have a bench of their own (``review_papers``).
"""

import sys
import time
from collections.abc import Callable

import sqlalchemy as sa

from app.bootstrap import Services
from app.drawings.models import SheetRevision
from app.files.models import Rendition
from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id
from app.review.actions.assignments import (
    AssignReviewer,
    FinishDiscipline,
    assign_reviewer,
    finish_discipline,
)
from app.review.actions.certificates import CertifyCase, certify_case
from app.review.actions.decisions import DecideCase, issue_opinions, pass_case
from app.review.actions.opinions import DraftOpinion, draft_opinion
from app.review.actions.submissions import SubmitCase, submit_case
from app.review.facts import sheets_of_case
from tests.bench.as_of import START, milliseconds
from tests.bench.pages import browser, getting, house
from tests.drawings.sheets import bulk_sheets, insert_many
from tests.review.cases import act, plainly, prepared, reviewed_world, text_of
from tests.world import World


def issued_in_bulk(services: Services, world: World, sheets: int) -> list[str]:
    """Issued revisions with a rendition each, put there as rows."""
    with services.database.plumbing() as session:
        made = bulk_sheets(session, world.project_id, sheets, 1, START)
        ids = [revisions[0] for _, revisions in made]
        session.execute(sa.update(SheetRevision).where(SheetRevision.id.in_(ids)).values(state="issued"))
        bases = session.execute(
            sa.select(SheetRevision.id, SheetRevision.base_sha256).where(SheetRevision.id.in_(ids))
        ).all()
        rows = [
            {
                "id": new_id(),
                "owner_kind": "revision",
                "owner_id": key,
                "role": "published",
                "sha256": base,
                "sm3": base,
                "size": 1,
                "media_type": "application/pdf",
                "file_name": "a.pdf",
                "manifest_of": base,
                "recorded_at": START,
            }
            for key, base in bases
        ]
        insert_many(session, Rendition, rows)
    return ids


def timed(kind: str, what: str, work: Callable[[], object]) -> None:
    """One heavy act, a line."""
    began = time.perf_counter()
    work()
    print(f"{kind:10} {what:52} {(time.perf_counter() - began) * 1000:9.0f} ms")


def report(kind: str, services: Services, sheets: int, opinions: int, runs: int) -> None:
    """Every page and act of a large case, each a line."""
    world = reviewed_world(services.database)
    ids = issued_in_bulk(services, world, sheets)
    case = prepared(world)

    def by(who: str, work: Callable[[Tx], object]) -> None:
        act(world, who, work)

    submit = SubmitCase(case, ids, "分批送审")
    timed(kind, f"submit {sheets} sheets", lambda: by("owner", lambda tx: submit_case(tx, submit)))
    plainly(world, case, "start_intake", "accept")
    by("review_lead", lambda tx: assign_reviewer(tx, AssignReviewer(case, "arch", world.people["reviewer"])))
    plainly(world, case, "assign")
    with services.database.read() as session:
        handed = [s.sheet_id for s in sheets_of_case(session, case)]

    def write_all() -> None:
        for n in range(opinions):
            text = text_of(
                handed[n % len(handed)], clause_no=f"{n}.1", basis="general_clause", severity="advise"
            )
            by("reviewer", lambda tx, text=text: draft_opinion(tx, DraftOpinion(case, text)))

    timed(kind, f"draft {opinions} opinions, one act each", write_all)
    by("reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case, "arch")))
    plainly(world, case, "consolidate")
    _pages(kind, services, world, case, handed[0], runs)
    timed(
        kind,
        f"issue {opinions} opinions in one act",
        lambda: by("review_lead", lambda tx: issue_opinions(tx, DecideCase(case))),
    )
    _certify(kind, services, world, runs)


def _pages(kind: str, services: Services, world: World, case: str, sheet: str, runs: int) -> None:
    for who, path, what in (
        ("review_lead", f"/review/{case}", "case page, its opinions"),
        ("review_lead", f"/review/{case}?tab=sheets", "case page, its sheets"),
        ("review_lead", f"/review/{case}/opinions.json", "opinions as JSON"),
        ("review_lead", f"/projects/{world.project_id}/review", "list of cases"),
        ("review_lead", f"/projects/{world.project_id}", "worklist"),
        ("reviewer", f"/sheets/{sheet}/opinions.json", "opinions of one sheet"),
    ):
        client = browser(services, world, who)
        print(f"{kind:10} {what:52} {milliseconds(getting(client, path), runs)}")


def _certify(kind: str, services: Services, world: World, runs: int) -> None:
    """Another case of the same size passes at first."""
    del runs
    ids = issued_in_bulk_again(services, world, 300)
    case = prepared(world, "第二批")
    act(world, "owner", lambda tx: submit_case(tx, SubmitCase(case, ids, "分批送审")))
    plainly(world, case, "start_intake", "accept")
    assign = AssignReviewer(case, "arch", world.people["reviewer"])
    act(world, "review_lead", lambda tx: assign_reviewer(tx, assign))
    plainly(world, case, "assign")
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case, "arch")))
    plainly(world, case, "consolidate")
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(case)))
    command = CertifyCase(case, "N-1")
    timed(
        kind,
        f"certify {len(ids)} sheets",
        lambda: act(world, "legal", lambda tx: certify_case(tx, command)),
    )


def issued_in_bulk_again(services: Services, world: World, sheets: int) -> list[str]:
    """More sheets; bulk numbers repeat, so these stand in the building."""
    with services.database.plumbing() as session:
        session.execute(sa.text("update sheets set place_key = id where place_key = 'whole'"))
    return issued_in_bulk(services, world, sheets)


def main() -> None:
    """Print all figures."""
    sheets, opinions, runs = (30, 50, 3) if "--quick" in sys.argv else (300, 500, 9)
    for kind in ("sqlite", "postgresql"):
        with house(kind) as services:
            report(kind, services, sheets, opinions, runs)


if __name__ == "__main__":
    main()
