"""Who am I."""

from app.api.request import actor, person
from app.api.shapes.projects import MeOut
from app.api.table import Answer, Table

table = Table("me")


@table.add("GET", "/me", answer=MeOut)
def me() -> Answer:
    """The person behind the token, and the permissions the token is limited to."""
    who = person()
    return Answer(
        MeOut(
            id=who.id,
            name=who.name,
            login=who.login,
            organisation=who.organisation,
            language=who.language,
            timezone=who.timezone,
            scopes=sorted(actor().scopes),
        )
    )
