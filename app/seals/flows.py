"""Work with seals that spans a transaction: in a demonstration, a key is made before its seal is registered."""

from collections.abc import Callable

from app.kernel.actor import Actor
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.seals.demo_house import DemoSeal
from app.seals.queries.keeping import officer_of
from app.seals.refusals import NOT_OFFICER, PROVIDER_ABSENT
from app.seals.room import SealRoom
from app.seals.rules import PROVIDER_LABELS, Provider


def with_demo_key(
    room: SealRoom,
    actor: Actor,
    *,
    organisation_id: str,
    subject: tuple[str, str],
    act: Callable[[Tx, DemoSeal], str],
) -> str:
    """Have the demonstration's authority issue a key, then do the act that enters it; what the act answers.

    Args:
        room: where the demonstration's authority is.
        actor: who does it; asked for his office before a key is made.
        organisation_id: whose seal it will be.
        subject: what the certificate names: (common name, organisation).
        act: enters the seal; when it is refused the key goes again.

    Raises:
        Refused: this is no demonstration; not the officer; whatever the act refuses.
    """
    demo = room.keys.demo
    if demo is None:
        raise Refused(PROVIDER_ABSENT, provider=PROVIDER_LABELS[Provider.DEMO])
    with room.database.read() as session:
        person = actor.person_id or ""
        if officer_of(session, organisation_id, person, room.now()) is None:
            raise Refused(NOT_OFFICER)
    made = demo.issue(*subject)
    try:
        with room.database.write(actor) as tx:
            return act(tx, made)
    except BaseException:
        demo.forget(made.key_ref)
        raise
