"""Opening an index by its URL (law 8: an unknown scheme is an error)."""

from pathlib import Path

from app.kernel.db.transactions import Database
from app.search.contract import SearchIndex, UnknownIndex
from app.search.postgres_index import PostgresIndex
from app.search.whoosh_index import WhooshIndex


def open_index(url: str, database: Database) -> SearchIndex:
    """``whoosh:///path`` is a folder of its own; ``postgresql:`` is the database itself.

    Raises:
        UnknownIndex: another scheme, a Whoosh URL without a path, or ``postgresql:`` on SQLite.
    """
    if url.startswith("whoosh://") and url != "whoosh://":
        return WhooshIndex(Path(url.removeprefix("whoosh://")))
    if url == "postgresql:":
        if database.is_sqlite:
            raise UnknownIndex("search_url=postgresql: needs a PostgreSQL database; use whoosh:///path")
        return PostgresIndex(database)
    raise UnknownIndex(f"unknown search index {url!r}: use whoosh:///path or postgresql:")
