"""What an actor may see, as data that every driver translates: the same grants that ``Rights.clause`` reads."""

from app.access.rules import Permission
from app.drawings.models import WHOLE
from app.kernel.policy import Grant, Rights, SeatFact
from app.search.contract import VisibilityFilter, Window


def visibility(rights: Rights) -> VisibilityFilter:
    """The filter of an actor: revisions by ``revision:view``, projects and their buildings by ``project:view``."""
    return VisibilityFilter(
        sheets=_windows(rights, Permission.REVISION_VIEW),
        projects=tuple(Window(p) for p in rights.project_ids(Permission.PROJECT_VIEW)),
    )


def _windows(rights: Rights, permission: str) -> tuple[Window, ...]:
    if rights.actor.is_limited and permission not in rights.actor.scopes:
        return ()
    grants = rights.grants[permission]
    return tuple(dict.fromkeys(_window(g, s) for s in rights.seats for g in grants if g.fits(s)))


def _window(grant: Grant, seat: SeatFact) -> Window:
    scope = seat.scope
    return Window(
        project_id=seat.project_id,
        places=None if scope.all_buildings else scope.buildings - {WHOLE},
        disciplines=None if scope.all_disciplines else scope.disciplines,
        parties=frozenset({seat.party_id}) if grant.own else None,
        states=grant.states,
    )
