"""The driver for many nodes: the PostgreSQL that is there already, with inverted (GIN) indexes on our own tokens.

PostgreSQL's text search parser does not cut Chinese, so token lists are stored as ``tsvector`` without positions and
asked for as ``tsquery``; the flow beside them settles words of several tokens, as in the other driver. The project
is a token too, so that one index answers "this project and these words". Sorting all hits of a frequent word
costs more than finding them: only :data:`RANKED` are ranked, and the answer says so.

The tables are derived data: this driver makes them, and migrations leave names that begin with ``search_index`` alone.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR, distinct_on
from sqlalchemy.orm import Session

from app.kernel.db.transactions import Database
from app.search.contract import (
    SCHEMA,
    Hit,
    Kind,
    Put,
    SearchDoc,
    SearchQuery,
    SearchResult,
    VisibilityFilter,
    Window,
)
from app.search.quoting import body_lines, head_lines, hit_of
from app.search.tokens import Word, analyse

RANKED = 2_000
"""Matching documents that are ranked, once among names and once among texts."""
PROJECTS_AS_TOKENS = 16
"""With more projects than these, the inverted index is asked for the words alone."""
LOCK_KEY = 0x6F6E6573_65617263
"""Of the advisory lock of the one writer."""

_TABLES = sa.MetaData()


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("kind_order", sa.SmallInteger, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("discipline", sa.Text, nullable=False),
        sa.Column("party_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rev_seq", sa.Integer, nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("holds_from", sa.BigInteger, nullable=False),
        sa.Column("holds_until", sa.BigInteger, nullable=False),
        sa.Column("head", TSVECTOR, nullable=False),
        sa.Column("head_flow", sa.Text, nullable=False),
        sa.Column("body", TSVECTOR, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
    ]


DOCS = sa.Table(
    "search_index_docs",
    _TABLES,
    *_columns(),
    sa.Index("search_index_docs_subject", "project_id", "subject_id"),
    sa.Index("search_index_docs_head", "head", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    sa.Index("search_index_docs_body", "body", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)
ASIDE = sa.Table(
    "search_index_aside", _TABLES, *_columns(), sa.Index("search_index_aside_project", "project_id")
)
"""Where a project is built again before it takes the place of what was there."""
STAMPS = sa.Table(
    "search_index_stamps",
    _TABLES,
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("schema", sa.Integer, nullable=False),
)


class PostgresIndex:
    """Search inside the database; see :class:`app.search.contract.SearchIndex`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._is_ready = False

    @property
    def url(self) -> str:
        """Where it is."""
        return "postgresql:"

    def close(self) -> None:
        """The connections are the database's."""

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """Become the only writer; False when somebody else is. The lock dies with its connection."""
        engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            is_ours = bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK_KEY))).scalar_one())
            try:
                yield is_ours
            finally:
                if is_ours:
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK_KEY)))

    def is_current(self, project_id: str) -> bool:
        """True when the project was built with today's schema."""
        self._prepare()
        with self._database.read() as session:
            query = sa.select(STAMPS.c.schema).where(STAMPS.c.project_id == project_id)
            return session.execute(query).scalar_one_or_none() == SCHEMA

    def replace(self, project_id: str, subject_ids: Sequence[str], docs: Sequence[SearchDoc]) -> None:
        """Put documents in the place of all that the subjects had, in one transaction."""
        self._prepare()
        with self._database.plumbing() as session:
            gone = sa.delete(DOCS).where(
                DOCS.c.project_id == project_id, DOCS.c.subject_id.in_(list(subject_ids))
            )
            session.execute(gone)
            _insert(session, DOCS, docs)
            _stamp(session, project_id)

    @contextmanager
    def rebuild(self, project_id: str) -> Iterator[Put]:
        """Build in a table aside; one transaction takes it over."""
        self._prepare()
        with self._database.plumbing() as session:
            session.execute(sa.delete(ASIDE).where(ASIDE.c.project_id == project_id))

        def put(docs: Sequence[SearchDoc]) -> None:
            with self._database.plumbing() as session:
                _insert(session, ASIDE, docs)

        yield put
        names = [c.name for c in DOCS.columns]
        fresh = sa.select(*[ASIDE.c[n] for n in names]).where(ASIDE.c.project_id == project_id)
        with self._database.plumbing() as session:
            session.execute(sa.delete(DOCS).where(DOCS.c.project_id == project_id))
            session.execute(sa.insert(DOCS).from_select(names, fresh))
            session.execute(sa.delete(ASIDE).where(ASIDE.c.project_id == project_id))
            _stamp(session, project_id)

    def forget(self, keep: Sequence[str]) -> None:
        """Drop every project but these."""
        self._prepare()
        with self._database.plumbing() as session:
            for table in (DOCS, ASIDE, STAMPS):
                session.execute(sa.delete(table).where(table.c.project_id.not_in(list(keep))))

    def search(self, query: SearchQuery) -> SearchResult:
        """Pick the subjects of the page first, then read what is shown of them."""
        self._prepare()
        if not query.words.wanted or not query.project_ids or not query.kinds:
            return SearchResult()
        with self._database.read() as session:
            rest = _rest(query)
            subjects, total, is_exact = _page(session, query, rest)
            return SearchResult(_hits(session, query, rest, subjects), total, is_exact)

    def _prepare(self) -> None:
        """Make the tables, once per process."""
        if self._is_ready:
            return
        with self._lock:
            if not self._is_ready:
                with self._database.plumbing() as session:
                    session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY + 1)))
                    _TABLES.create_all(session.connection())
                self._is_ready = True


def _page(session: Session, query: SearchQuery, rest: sa.ColumnElement[bool]) -> tuple[list[str], int, bool]:
    """Subjects of the page in order, how many there are, and whether that was all."""
    heads = _matching(query, rest, named=True).limit(RANKED)
    bodies = _matching(query, rest, named=False).limit(RANKED)
    found = sa.union_all(heads, bodies).cte("found")
    best = (
        sa.select(found)
        .ext(distinct_on(found.c.subject_id))
        .order_by(found.c.subject_id, found.c.in_force.desc(), found.c.rev_seq.desc(), found.c.is_head.desc())
        .subquery("best")
    )
    order = (
        best.c.is_head.desc(),
        best.c.kind_order,
        best.c.in_force.desc(),
        best.c.sort_key,
        best.c.subject_id,
    )
    counts = sa.select(
        sa.func.count(sa.distinct(found.c.subject_id)).label("total"),
        sa.func.count().filter(sa.not_(found.c.is_named)).label("bodies"),
    ).subquery("counts")
    rows = session.execute(
        sa.select(best.c.subject_id, counts.c.total, counts.c.bodies)
        .select_from(counts)
        .outerjoin(best, sa.true())
        .order_by(*order)
        .limit(max(query.limit, 1))
        .offset(query.offset)
    ).all()
    if not rows:
        total, bodies = session.execute(sa.select(counts.c.total, counts.c.bodies)).one()
        return [], total, bodies < RANKED
    subjects = [r.subject_id for r in rows if r.subject_id is not None][: query.limit]
    return subjects, rows[0].total, rows[0].bodies < RANKED


def _hits(
    session: Session, query: SearchQuery, rest: sa.ColumnElement[bool], subjects: Sequence[str]
) -> tuple[Hit, ...]:
    if not subjects:
        return ()
    chosen = (
        sa.select(DOCS.c.subject_id, DOCS.c.shown)
        .where(DOCS.c.subject_id.in_(subjects), *_words(query, DOCS.c.body, DOCS.c.flow), rest)
        .ext(distinct_on(DOCS.c.subject_id))
        .order_by(DOCS.c.subject_id, _in_force(query).desc(), DOCS.c.rev_seq.desc())
    )
    shown = {r.subject_id: _doc(r.shown) for r in session.execute(chosen)}
    return tuple(hit_of(shown[s], query.words.wanted, query.now) for s in subjects if s in shown)


def _matching(
    query: SearchQuery, rest: sa.ColumnElement[bool], *, named: bool
) -> sa.Select[*tuple[Any, ...]]:
    """Documents whose names have all words, or all whose text has them, as far as the actor may see them."""
    heads = sa.and_(*_words(query, DOCS.c.head, DOCS.c.head_flow))
    bodies = sa.and_(*_words(query, DOCS.c.body, DOCS.c.flow))
    return sa.select(
        DOCS.c.subject_id,
        DOCS.c.kind_order,
        DOCS.c.rev_seq,
        DOCS.c.sort_key,
        _in_force(query).label("in_force"),
        (sa.true() if named else heads).label("is_head"),
        sa.literal(named, sa.Boolean).label("is_named"),
    ).where(heads if named else bodies, rest)


def _rest(query: SearchQuery) -> sa.ColumnElement[bool]:
    """What does not depend on the field: unwanted words, and what the actor may see of what he asked for."""
    parts = [sa.not_(_has(w, DOCS.c.body, DOCS.c.flow)) for w in query.words.unwanted]
    parts.append(DOCS.c.project_id.in_(query.project_ids))
    if query.kinds != frozenset(Kind):
        parts.append(DOCS.c.kind.in_(sorted(query.kinds)))
    if query.besides:
        parts.append(DOCS.c.subject_id.not_in(sorted(query.besides)))
    parts.append(_visible(query.visibility, query.project_ids))
    return sa.and_(*parts)


def _words(query: SearchQuery, tokens: sa.Column[Any], flow: sa.Column[Any]) -> list[sa.ColumnElement[bool]]:
    """One question to the inverted index for all words, then the needles."""
    wanted = dict.fromkeys(t for w in query.words.wanted for t in w.tokens)
    parts = [_quoted(t) for t in wanted]
    if len(query.project_ids) <= PROJECTS_AS_TOKENS:
        parts.append(f"({'|'.join(_quoted(_project_token(p)) for p in query.project_ids)})")
    needles = [w.needle for w in query.words.wanted if not w.is_one_token]
    return [_asks(tokens, "&".join(parts)), *(flow.contains(n, autoescape=True) for n in needles)]


def _has(word: Word, tokens: sa.Column[Any], flow: sa.Column[Any]) -> sa.ColumnElement[bool]:
    asks = _asks(tokens, "&".join(_quoted(t) for t in word.tokens))
    return asks if word.is_one_token else sa.and_(asks, flow.contains(word.needle, autoescape=True))


def _asks(tokens: sa.Column[Any], tsquery: str) -> sa.ColumnElement[bool]:
    return tokens.bool_op("@@")(sa.cast(tsquery, _TsQuery))


def _visible(visibility: VisibilityFilter, project_ids: Sequence[str]) -> sa.ColumnElement[bool]:
    """The same windows, as a condition; nothing is visible by default."""
    is_sheet = DOCS.c.kind == Kind.SHEET
    return sa.or_(
        sa.and_(is_sheet, _through(visibility.sheets, project_ids)),
        sa.and_(sa.not_(is_sheet), _through(visibility.projects, project_ids)),
    )


def _through(windows: Sequence[Window], project_ids: Sequence[str]) -> sa.ColumnElement[bool]:
    """Windows that differ only in their project become one condition: a seat in 50 projects is one line, not 50."""
    shapes: dict[tuple[frozenset[str] | None, ...], list[str]] = {}
    for w in windows:
        if w.project_id in project_ids:
            shapes.setdefault((w.places, w.disciplines, w.parties, w.states), []).append(w.project_id)
    columns = (DOCS.c.place, DOCS.c.discipline, DOCS.c.party_id, DOCS.c.state)
    return sa.or_(
        sa.false(),
        *(
            sa.and_(
                DOCS.c.project_id.in_(projects),
                *(c.in_(sorted(v)) for c, v in zip(columns, shape, strict=True) if v is not None),
            )
            for shape, projects in shapes.items()
        ),
    )


def _in_force(query: SearchQuery) -> sa.ColumnElement[bool]:
    return sa.and_(DOCS.c.holds_from <= query.now, DOCS.c.holds_until > query.now)


class _TsQuery(sa.types.UserDefinedType[str]):
    """A ``tsquery`` written by us: quoted tokens with ``&`` and ``|``, taken as they are."""

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        """The SQL name."""
        del kw
        return "tsquery"


def _quoted(token: str) -> str:
    """A token as a lexeme. Tokens are letters and digits only; doubled quotes cost nothing."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _project_token(project_id: str) -> str:
    return f"project:{project_id}"


def _stamp(session: Session, project_id: str) -> None:
    session.execute(sa.delete(STAMPS).where(STAMPS.c.project_id == project_id))
    session.execute(sa.insert(STAMPS).values(project_id=project_id, schema=SCHEMA))


def _insert(session: Session, table: sa.Table, docs: Sequence[SearchDoc]) -> None:
    if not docs:
        return
    tokens = {
        name: sa.func.array_to_tsvector(sa.bindparam(name, type_=ARRAY(sa.Text))) for name in ("head", "body")
    }
    rest: dict[str, Any] = {c.name: sa.bindparam(c.name) for c in table.columns if c.name not in tokens}
    session.execute(sa.insert(table).values({**rest, **tokens}), [_row(d) for d in docs])


def _row(doc: SearchDoc) -> dict[str, Any]:
    head, body = analyse(head_lines(doc)), analyse(body_lines(doc))
    mark = _project_token(doc.project_id)
    plain = ("id", "project_id", "subject_id", "place", "discipline", "party_id", "state")
    return {
        **{name: getattr(doc, name) for name in plain},
        "kind": str(doc.kind),
        "kind_order": list(Kind).index(doc.kind),
        "rev_seq": doc.rev_seq,
        "sort_key": doc.sort_key,
        "holds_from": doc.holds_from,
        "holds_until": doc.holds_until,
        "head": [mark, *head.tokens],
        "head_flow": head.flow,
        "body": [mark, *body.tokens],
        "flow": body.flow,
        "shown": json.dumps(asdict(doc), ensure_ascii=False),
    }


def _doc(shown: str) -> SearchDoc:
    known = json.loads(shown)
    return SearchDoc(**{**known, "codes": tuple(known["codes"]), "lines": tuple(known["lines"])})
