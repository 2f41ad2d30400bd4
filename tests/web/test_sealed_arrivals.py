"""Files that arrive sealed are judged once they are taken in, others are not; what ages is judged again."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.actions.intake import CorrectRow, OpenIntake, correct_row, open_intake
from app.drawings.actions.revisions import MoveRevisions, issue_revisions
from app.drawings.flows import take_in_stream
from app.drawings.intake_models import IntakeSheet
from app.drawings.queries.seal_marks import SealsOfRevision, seals_of_revisions
from app.kernel.actor import SYSTEM
from app.kernel.ledger.models import LedgerEntry
from app.kernel.outbox import Job
from app.notices.models import Notice
from app.projects.rules import Policy
from app.record.audit import audit_register
from app.record.seal_chapter import SEALS
from app.seals import judging
from app.seals.judging import ask_due, judge_stored
from app.seals.queries.standing import judgements_of
from app.seals.rules import Cause, Verdict
from app.seals.saying import SealMark
from app.seals.verifying.values import Report, Why
from tests.drawings.sheets import advance, clean
from tests.web.seal_site import SealSite, seal_site

WORSENED = "seal.verdict-worsened"


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[SealSite]:
    with seal_site(tmp_path / "data", sqlite_template, Policy(require_seals=True)) as running:
        yield running


def take_in(site: SealSite, number: str, content: bytes) -> str:
    """Upload, read by the real reader, and accept; returns the revision."""
    world = site.house.world
    with world.database.write(world.actor("designer")) as tx:
        intake = open_intake(tx, OpenIntake(world.project_id, "来件", "design"))
    take_in_stream(
        world.database, site.services.store, world.actor("designer"),
        intake_id=intake, name=f"{number}.pdf", chunks=[content], size_limit=1 << 24,
    )  # fmt: skip
    site.work()
    with world.database.write(world.actor("designer")) as tx:
        row = tx.session.scalars(sa.select(IntakeSheet).where(IntakeSheet.intake_id == intake)).one()
        values = {"number": number, "title": "来图", "discipline": "struct", "revision": "A"}
        correct_row(tx, CorrectRow(row.id, row.version, values))
        row_id = row.id
    with world.database.write(world.actor("designer")) as tx:
        clean(accept_rows(tx, AcceptRows(intake, [row_id])))
    with world.database.read() as session:
        return session.get_one(IntakeSheet, row_id).revision_id or ""


def seals(site: SealSite, revision: str) -> SealsOfRevision:
    with site.services.database.read() as session:
        return seals_of_revisions(session, [revision])[revision]


def sealed_bytes(site: SealSite) -> bytes:
    """A file sealed by somebody; here by ourselves, under the demonstration's authority."""
    (revision,) = site.sealed(to="signed")
    chain = seals(site, revision).chain
    assert chain is not None
    return site.house.content(chain.latest.sha256)


def judge_jobs(site: SealSite, cause: str) -> int:
    with site.services.database.read() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "judge_file"))
        return sum(job.payload["cause"] == cause for job in jobs)


def issue(site: SealSite, revision: str) -> dict[str, str]:
    world = site.house.world
    advance(world, [revision], "signed")
    with world.database.write(world.actor("approver")) as tx:
        report = issue_revisions(tx, MoveRevisions(world.project_id, [revision], ""))
    return {key: refusal.message.zh for key, refusal in report.refused.items()}


def test_a_sealed_file_that_arrives_is_judged_and_passes_the_guard(site: SealSite) -> None:
    revision = take_in(site, "结施-901", sealed_bytes(site))
    found = seals(site, revision)
    # The same bytes were judged when they were sealed here: nothing new need be asked.
    assert found.said.mark is SealMark.VALID
    assert judge_jobs(site, "arrived") == 0
    assert found.standing is not None
    assert found.standing.came_sealed
    page = site.client("designer").get(f"/sheets/{site.sheet_of(revision)}").text
    assert "签章有效 · 2 枚" in page
    assert "随文件带来的签章" in page
    assert issue(site, revision) == {}


def test_a_file_that_was_changed_after_it_was_sealed_is_told_invalid(site: SealSite) -> None:
    content = sealed_bytes(site) + b"\n% more\n"
    revision = take_in(site, "结施-902", content)
    assert seals(site, revision).said.mark is SealMark.WAITING
    assert judge_jobs(site, "arrived") == 1
    assert "签章尚未核验" in site.client("designer").get(f"/sheets/{site.sheet_of(revision)}").text
    site.work()
    found = seals(site, revision)
    assert found.said.mark is SealMark.INVALID
    page = site.client("designer").get(f"/sheets/{site.sheet_of(revision)}").text
    assert "签章无效" in page
    assert found.said.reason.zh in page
    assert "签章有效" not in page
    (said,) = issue(site, revision).values()
    assert "无效" in said


def test_a_file_without_signatures_is_not_judged(site: SealSite) -> None:
    revision = take_in(site, "结施-903", site.house.pdf(7))
    assert judge_jobs(site, "arrived") == 0
    assert seals(site, revision).said.mark is SealMark.NONE
    assert "无电子签章" in site.client("designer").get(f"/sheets/{site.sheet_of(revision)}").text


def test_what_is_due_is_judged_again_and_the_old_judgement_stays(site: SealSite) -> None:
    (revision,) = site.sealed(to="signed")
    chain = seals(site, revision).chain
    assert chain is not None
    with site.services.database.write(SYSTEM) as tx:
        assert ask_due(tx) == 0
    site.clock.advance(timedelta(days=181))
    with site.services.database.write(SYSTEM) as tx:
        assert ask_due(tx) == 1, "the bytes with one seal only are part of those with two"
    before = _judgements(site, chain.latest.sha256)
    site.work()
    after = _judgements(site, chain.latest.sha256)
    assert after[1:] == before
    with site.services.database.read() as session:
        newest = judgements_of(session, [chain.latest.sha256])[0]
    assert (newest.cause, newest.verdict) == ("due", "valid")


def _judgements(site: SealSite, sha256: str) -> list[str]:
    with site.services.database.read() as session:
        return [one.id for one in judgements_of(session, [sha256])]


def test_when_valid_seals_become_doubtful_keepers_and_owner_are_told(
    site: SealSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    (revision,) = site.sealed()
    chain = seals(site, revision).chain
    assert chain is not None
    true = judging.judge_file

    def doubtful(*given: object, **more: object) -> Report:
        report = true(*given, **more)  # type: ignore[arg-type]
        return dataclasses.replace(report, verdict=Verdict.INDETERMINATE, reasons=(Why("revoked", ""),))

    monkeypatch.setattr(judging, "judge_file", doubtful)
    with site.services.database.write(SYSTEM) as tx:
        judging.ask(tx, chain.latest.sha256, Cause.DUE, site.house.world.project_id)
    site.work()
    with site.services.database.read() as session:
        entries = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.type == WORSENED)).all()
        told = {n.person_id for n in session.scalars(sa.select(Notice).where(Notice.kind == WORSENED))}
        assert list(audit_register(session, [SEALS])) == []
    assert len(entries) == 1
    people = site.house.world.people
    assert {people["approver"], people["architect"], people["owner"]} <= told
    assert people["contractor"] in told, "who may seal a released sheet"
    assert not {people["authority"], people["checker"], people["inspector"]} & told
    # The same again is not told again: it was not valid before.
    commit = judge_stored(site.services.seals, chain.latest.sha256, Cause.ASKED, None, worsened=_never)
    with site.services.database.write(SYSTEM) as tx:
        commit(tx)
    page = site.client("owner").get(f"/sheets/{site.sheet_of(revision)}").text
    assert "签章无法判定" in page
    assert "签章有效" not in page


def _never(tx: object, judgement: object) -> None:
    raise AssertionError("told twice")
