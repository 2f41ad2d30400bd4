"""``oneset doctor``: what this installation really has, tried and not assumed."""

from collections.abc import Iterable
from dataclasses import fields

import click
import sqlalchemy as sa

from app.bootstrap import Services
from app.cli.opening import services
from app.kernel.db.migrating import is_current
from app.projects.models import Project
from storage.errors import StorageError
from viewers.render.sandbox import capabilities as sandbox_capabilities

Line = tuple[bool | None, str, str]
"""(holds, what, how we know). None: not known; what stands in brackets is good to have, not needed."""
SECRET = ("key", "secret", "password")


@click.command()
def doctor() -> None:
    """检查设置、数据库、存储能力、沙箱、字体与检索。

    Check settings, database, store, sandbox, fonts and search by trying them. Exits with 1 when something is broken.
    """
    with services(is_migrated=False) as opened:
        broken = False
        for name, lines in (
            ("设置 / settings", _settings(opened)),
            ("数据库 / database", _database(opened)),
            ("存储 / store", _store(opened)),
            ("沙箱 / sandbox", _sandbox()),
            ("字体 / fonts", _fonts()),
            ("检索 / search", _search(opened)),
        ):
            click.secho(name, bold=True)
            for holds, what, why in lines:
                needed = not what.startswith("(")
                mark = {True: "ok", False: "FAIL" if needed else "no", None: "?"}[holds]
                colour = "green" if holds else "red" if holds is False and needed else "yellow"
                click.secho(f"  {mark:<5}", fg=colour, nl=False)
                click.echo(f"{what.strip('()')}  {why}")
                broken = broken or (holds is False and needed)
    raise SystemExit(1 if broken else 0)


def _settings(opened: Services) -> Iterable[Line]:
    for item in fields(opened.settings):
        value = getattr(opened.settings, item.name)
        if value != item.default:
            is_secret = any(word in item.name for word in SECRET) or "@" in str(value)
            yield True, item.name, "…" if is_secret else str(value)
    free = _free_bytes(opened)
    yield free > 1 << 30, "data_dir", f"{free >> 20} MiB free"


def _free_bytes(opened: Services) -> int:
    import shutil  # noqa: PLC0415

    return shutil.disk_usage(opened.settings.data_dir).free


def _database(opened: Services) -> Iterable[Line]:
    engine = opened.database.engine
    try:
        with opened.database.read() as session:
            dialect = session.get_bind().dialect
            question = "select sqlite_version()" if opened.database.is_sqlite else "show server_version"
            version = session.execute(sa.text(question)).scalar_one()
    except sa.exc.SQLAlchemyError as error:
        yield False, "connection", str(error).splitlines()[0]
        return
    yield True, "connection", f"{dialect.name} {version}"
    current = is_current(engine)
    yield current, "schema", "newest" if current else "run `oneset up`"


def _store(opened: Services) -> Iterable[Line]:
    try:
        opened.store.check()
    except StorageError as error:
        yield False, opened.store.url, str(error)
        return
    yield True, opened.store.url, "write, read back, remove"
    found = opened.store.capabilities()
    for item in fields(found):
        capability = getattr(found, item.name)
        # What a medium cannot do is said, but only a medium that loses acknowledged bytes is broken.
        name = item.name if item.name == "durable_fsync" else f"({item.name})"
        yield capability.holds, name, capability.sentence


def _sandbox() -> Iterable[Line]:
    try:
        jail = sandbox_capabilities()
    except Exception as error:  # noqa: BLE001  whatever it is, the doctor says it
        yield False, "child process", repr(error)
        return
    yield True, "limits", ", ".join(map(str, jail.get("limits", ())))
    for name in ("network_namespace", "no_new_privileges", "landlock", "seccomp"):
        yield bool(jail.get(name)), f"({name})", ""
    for name in ("files", "network"):
        yield True, name, str(jail.get(name, ""))


def _fonts() -> Iterable[Line]:
    try:
        import pylopdf_fonts_zh_cn  # noqa: PLC0415
    except ImportError as error:
        yield False, "pylopdf-fonts-zh-cn", str(error)
        return
    yield True, "pylopdf-fonts-zh-cn", str(getattr(pylopdf_fonts_zh_cn, "__version__", "installed"))


def _search(opened: Services) -> Iterable[Line]:
    yield True, opened.index.url, ""
    if not is_current(opened.database.engine):
        return
    with opened.database.read() as session:
        ids = list(session.scalars(sa.select(Project.id)))
    old = [i for i in ids if not opened.index.is_current(i)]
    yield (None if old else True), "indexes", f"{len(ids) - len(old)}/{len(ids)} up to date"
