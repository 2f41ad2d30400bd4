"""Statistics over 500 cases with 20,000 opinions. ``python -m tests.bench.review_statistics [--quick]``, a figure per line.

Whole requests of an agency and an authority over 20 projects: overview, statistics, workbook; with the number of statements.
"""

import random
import sys
from datetime import timedelta

import sqlalchemy as sa

from app.access.models import Party, Seat
from app.bootstrap import Services
from app.drawings.models import SheetRevision
from app.kernel.ids import new_id
from app.projects.models import Project
from app.review.models import (
    OpinionPlace,
    ReviewAssignment,
    ReviewCase,
    ReviewOpinion,
    ReviewSheet,
    ReviewStep,
)
from tests.bench.as_of import START, milliseconds
from tests.bench.pages import browser, getting, house
from tests.drawings.sheets import bulk_sheets, insert_many
from tests.review.cases import reviewed_world
from tests.world import World

LIFE = (
    ("create", "preparing", 0), ("submit", "submitted", 1), ("start_intake", "intake", 2), ("accept", "accepted", 3),
    ("assign", "first_review", 4), ("consolidate", "consolidating", 12), ("issue_opinions", "opinions_issued", 14),
    ("open_reply", "replying", 15), ("resubmit", "recheck", 25), ("pass", "passed", 28), ("certify", "certified", 30),
    ("file", "filed", 33),
)  # fmt: skip
"""Event, state, day."""


def filled(services: Services, world: World, projects: int, cases: int, opinions: int) -> None:
    """Projects, cases and opinions as rows: half of the cases are filed, the others under way."""
    chance = random.Random(3)
    with services.database.plumbing() as session:
        sheets = bulk_sheets(session, world.project_id, 200, 1, START)
        homes = [(world.project_id, world.parties["reviewer"])]
        homes += [_another(session, world) for _ in range(projects - 1)]
        rows: dict[type, list[dict[str, object]]] = {
            m: []
            for m in (ReviewCase, ReviewStep, ReviewSheet, ReviewAssignment, ReviewOpinion, OpinionPlace)
        }
        for number in range(cases):
            _case(rows, world, homes[number % len(homes)], number, sheets, opinions // cases, chance)
        submissions = _submissions(session, rows)
        for sheet, submission in zip(rows[ReviewSheet], submissions, strict=True):
            sheet["submission_id"] = submission
        for model, made in rows.items():
            insert_many(session, model, made)


def _submissions(session: sa.orm.Session, rows: dict[type, list[dict[str, object]]]) -> list[str]:
    """A submission for each case, written after the cases."""
    from app.review.models import ReviewSubmission  # noqa: PLC0415  only here

    insert_many(session, ReviewCase, rows.pop(ReviewCase))
    made = {
        case: {
            "id": new_id(), "case_id": case, "sequence": 1, "round": 1, "baseline_id": "b" * 20, "findings": [],
            "note": "", "person_id": "p" * 20, "seat_id": "s" * 20, "submitted_at": START,
        }
        for case in dict.fromkeys(s["case_id"] for s in rows[ReviewSheet])
    }  # fmt: skip
    insert_many(session, ReviewSubmission, list(made.values()))
    return [str(made[s["case_id"]]["id"]) for s in rows[ReviewSheet]]


def _another(session: sa.orm.Session, world: World) -> tuple[str, str]:
    """A project like the first, with its agency and its authority; their people have seats in it."""
    home = _copy(session, Project, world.project_id)
    parties = {
        role: _copy(session, Party, world.parties[role], project_id=home)
        for role in ("reviewer", "authority")
    }
    for name, role in (("review_lead", "reviewer"), ("reviewer", "reviewer"), ("authority", "authority")):
        _copy(session, Seat, world.seats[name], project_id=home, party_id=parties[role])
    return home, parties["reviewer"]


def _copy(session: sa.orm.Session, model: type, key: str, **more: object) -> str:
    row = session.get_one(model, key)
    values = {c.key: getattr(row, c.key) for c in sa.inspect(model).columns if c.key != "version"}
    made = model(**{**values, "id": new_id(), **more})
    session.add(made)
    session.flush()
    return str(made.id)


def _case(
    rows: dict[type, list[dict[str, object]]],
    world: World,
    home: tuple[str, str],
    number: int,
    sheets: list[tuple[str, list[str]]],
    opinions: int,
    chance: random.Random,
) -> None:
    case, began = new_id(), START + timedelta(days=2_600 + number * 380 // 500)
    life = LIFE if number % 2 else LIFE[: chance.choice([5, 6, 8, 9])]
    me = {"person_id": world.people["reviewer"], "seat_id": world.seats["reviewer"], "party_id": home[1]}
    rows[ReviewCase].append(
        {
            "id": case, "project_id": home[0], "agency_id": home[1], "mode": "agency", "title": f"案卷 {number}",
            "business_no": "", "is_fire_joint": False, "is_civil_defence_joint": False, "term_days": 15,
            "state": life[-1][1], "round": 2 if len(life) > 8 else 1, "is_first_pass": None, "last_opinion": opinions,
            "created_by": me["person_id"], "created_at": began, "state_at": began, "version": 1,
        }
    )  # fmt: skip
    for event, target, day in life:
        at = began + timedelta(days=day)
        step = {
            "id": new_id(),
            "case_id": case,
            "event": event,
            "target": target,
            "round": 1,
            "note": "",
            "at": at,
        }
        rows[ReviewStep].append({**step, **me})
    for sheet, revisions in chance.sample(sheets, 5):
        rows[ReviewSheet].append(
            {
                "id": new_id(), "case_id": case, "submission_id": "", "sequence": 1, "sheet_id": sheet,
                "revision_id": revisions[0], "sha256": "0" * 64, "pages": 1, "why": "first",
            }
        )  # fmt: skip
    rows[ReviewAssignment].append(
        {
            "id": new_id(), "case_id": case, "discipline": "arch", "reviewer_id": me["person_id"],
            "person_id": me["person_id"], "seat_id": me["seat_id"], "at": began,
        }
    )  # fmt: skip
    for serial in range(1, opinions + 1):
        basis = chance.choice(["mandatory_clause", "general_clause", "design_depth"])
        opinion = {
            "id": new_id(), "case_id": case, "project_id": home[0], "serial": serial, "position": serial,
            "state": "closed", "round": 1, "issued_round": 1, "discipline": chance.choice(["arch", "struct", "elec"]),
            "domain": "other", "basis": basis, "severity": "must_fix" if basis == "mandatory_clause" else "advise",
            "fact": "门净宽 0.80 m", "standard_no": "示例标准 1", "standard_name": "示例", "clause_text": "",
            "clause_no": f"{chance.randrange(1, 9)}.{chance.randrange(1, 30)}", "basis_reason": "", "action": "改",
            "origin": "person", "merged_into": None, "author_id": me["person_id"], "party_id": home[1],
            "seat_id": me["seat_id"], "created_at": began, "changed_at": began, "issued_at": began,
            "settled_at": None, "version": 1,
        }  # fmt: skip
        rows[ReviewOpinion].append(opinion)
        sheet, revisions = chance.choice(sheets)
        rows[OpinionPlace].append(
            {
                "id": new_id(), "opinion_id": opinion["id"], "sheet_id": sheet, "revision_id": revisions[0],
                "region": [], "grid": "", "is_dropped": False, "version": 1,
            }
        )  # fmt: skip


def report(kind: str, services: Services, cases: int, opinions: int, runs: int) -> None:
    """Every page, a line."""
    world = reviewed_world(services.database)
    filled(services, world, 20, cases, opinions)
    with services.database.plumbing() as session:
        session.execute(sa.update(SheetRevision).values(party_id=world.parties["designer"]))
    for who, base in (
        ("review_lead", f"/reviews/agency/{world.organisations['reviewer']}"),
        ("authority", f"/reviews/authority/{world.organisations['authority']}"),
    ):
        client = browser(services, world, who)
        for path in ("", "/statistics?period=all", "/statistics.xlsx?period=all"):
            work = getting(client, base + path)
            count: list[str] = []

            def note(*asked: object, seen: list[str] = count) -> None:
                seen.append(str(asked[2]))

            sa.event.listen(services.database.engine, "before_cursor_execute", note)
            size = len(work())
            sa.event.remove(services.database.engine, "before_cursor_execute", note)
            what = f"{cases} cases, {opinions} opinions, {who}{path.split('?')[0]}"
            print(
                f"{kind:10} {what:62} {len(count):3} statements {size / 1e3:6.0f} kB  {milliseconds(work, runs)}"
            )


def main() -> None:
    """Print all figures."""
    cases, opinions, runs = (50, 1_000, 3) if "--quick" in sys.argv else (500, 20_000, 7)
    for kind in ("sqlite", "postgresql"):
        with house(kind) as services:
            report(kind, services, cases, opinions, runs)


if __name__ == "__main__":
    main()
