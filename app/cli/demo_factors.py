"""Second factors of the demonstration: everybody has one, and its secret is public."""

from app.accounts.factor_codes import code_at, step_of
from app.accounts.factor_queries import has_factor
from app.accounts.factors import begin_factor, confirm_factor
from app.accounts.queries import people
from app.bootstrap import Services
from app.kernel.actor import Actor, Via
from app.kernel.clock import Clock
from app.web.demo_accounts import demo_secret


def enrol_everybody(services: Services) -> None:
    """Enrol whoever has none, by the acts that people use. Their codes stand on the pages of a demonstration."""
    with services.database.read() as session:
        without = [p for p in people(session) if not has_factor(session, p.id)]
    for person in without:
        secret = demo_secret(person.login)
        with services.database.write(Actor(person.id, Via.CLI)) as tx:
            begin_factor(tx, services.factors, secret=secret)
            confirm_factor(tx, services.factors, code_at(secret, step_of(tx.now)))


def code_of(login: str, clock: Clock) -> str:
    """What a person's phone shows now, for an act of the story: move the clock half a minute between two of them."""
    return code_at(demo_secret(login), step_of(clock.now()))
