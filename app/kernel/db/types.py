"""Column types and the declarative base shared by every subject's ``models.py``."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.kernel.clock import from_micros, to_micros
from app.kernel.ids import ID_LENGTH, new_id


class UtcMicros(sa.TypeDecorator[datetime]):
    """Aware UTC datetimes as integer microseconds: one order and one precision on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Aware datetime to integer."""
        del dialect
        return None if value is None else to_micros(value)

    def result_processor(
        self, dialect: sa.Dialect, coltype: object
    ) -> Callable[[int | None], datetime | None]:
        """Integer to aware datetime; one call for each of the thousands of instants in a set, not three."""
        del dialect, coltype
        return _instant


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Counting primary keys of append-only tables; SQLite counts only plain INTEGER."""

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

Id = Annotated[str, mapped_column(sa.String(ID_LENGTH), primary_key=True, default=new_id)]
Ref = Annotated[str, mapped_column(sa.String(ID_LENGTH))]
"""An identifier of another row; foreign keys are written where the other table may be known."""
Instant = Annotated[datetime, mapped_column(UtcMicros)]
Serial = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
Sha256 = Annotated[str, mapped_column(sa.String(64))]
Sm3 = Annotated[str, mapped_column(sa.String(64))]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: Json, list[Any]: Json}  # noqa: RUF012  SQLAlchemy's own form


class Versioned:
    """Optimistic version on everything people edit: a write over somebody else's is refused as ``stale-version``."""

    version: Mapped[int] = mapped_column(sa.Integer, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  SQLAlchemy's own form
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    """A CHECK list for a state stored as text."""
    texts = [str(v) for v in values]
    return sa.CheckConstraint(f"{column} in ({', '.join(repr(t) for t in texts)})", name=f"{column}_known")
