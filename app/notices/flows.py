"""Adding a hook: its address is looked up before the act begins, because no transaction waits for a network (law 7)."""

from app.access.queries import rights_of
from app.kernel.actor import Actor
from app.kernel.db.transactions import Database
from app.kernel.errors import NOT_FOUND, Refused
from app.notices.actions import AddHook, add_hook
from app.notices.outgoing import NoSuchPlace, Outgoing
from app.notices.queries import may_manage


def add_checked_hook(database: Database, outgoing: Outgoing, actor: Actor, command: AddHook) -> str:
    """Add a hook whose address leads somewhere; returns its id.

    Raises:
        Refused: as :func:`app.notices.actions.add_hook`; ``hook-form``, ``hook-needs-https``, ``hook-unknown-host``,
            ``hook-not-public``.
    """
    with database.read() as session:
        rights = rights_of(session, actor, database.clock.now())
    if not may_manage(rights, command.project_id, command.party_id):
        raise Refused(NOT_FOUND)
    try:
        outgoing.place(command.url.strip())
    except NoSuchPlace as error:
        raise Refused(error.code) from error
    with database.write(actor) as tx:
        return add_hook(tx, command)
