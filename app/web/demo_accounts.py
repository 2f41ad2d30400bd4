"""The accounts a demo installation offers on its sign-in page."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts.queries import PersonView, people


def demo_accounts(session: Session) -> Sequence[PersonView]:
    """Everybody of the demo, by organisation."""
    return [p for p in people(session) if p.is_active]
