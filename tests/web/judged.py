"""One judgement of a revision's seals, made by the real worker."""

from app.bootstrap import Services
from app.drawings.actions.seal_verdicts import judge_again
from app.drawings.queries.seal_marks import seals_of_revisions
from app.jobs.worker import Worker
from app.seals.queries.reports import judgement_rows
from tests.world import World


def judged(services: Services, world: World, things: dict[str, str], foreign: dict[str, str]) -> None:
    """Have the released sheet judged, and the stranger's: neither carries a seal."""
    for into, who in ((things, "contractor"), (foreign, "stranger")):
        with services.database.write(world.actor(who)) as tx:
            judge_again(tx, into["revision:released"])
        Worker(services).run_until_idle(threads=1)
        with services.database.read() as session:
            seals = seals_of_revisions(session, [into["revision:released"]])
            into["judgement"] = judgement_rows(session, seals[into["revision:released"]].chain)[0].id
