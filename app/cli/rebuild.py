"""``oneset rebuild``: the register made again from the object store, when the database is lost (law 10)."""

import secrets

import click
import sqlalchemy as sa

from app.accounts.actions import CreatePerson, create_person, set_password
from app.accounts.queries import people
from app.bootstrap import CHAPTERS, Services
from app.cli.fsck import audit_rows
from app.cli.opening import services
from app.kernel.actor import SYSTEM
from app.kernel.db.migrating import is_current, migrate
from app.record.rebuilding import CannotRebuild, Rebuilt, rebuild_register
from app.search.indexer import reindex


@click.command()
def rebuild() -> None:
    """数据库丢失后，从存储重建登记（数据库须为空；密码需重设）。

    Make the register again from the object store, in an empty database: ledger, projects, seats, sheets, frozen revisions,
    the record and frozen sets. Drafts and batches of uploads do not come back; passwords must be set again.
    """
    with services(is_migrated=False) as opened:
        if not is_current(opened.database.engine) and sa.inspect(opened.database.engine).get_table_names():
            raise click.ClickException("数据库不是空的 / the database is not empty")
        migrate(opened.database.engine)
        try:
            rebuilt = rebuild_register(opened.database, opened.store, opened.clock, CHAPTERS)
        except CannotRebuild as error:
            raise click.ClickException(str(error)) from error
        reindex(opened.database, opened.index, opened.derived)
        _say(rebuilt)
        login, password = give_way_in(opened)
        click.secho(
            "管理员新密码（仅显示一次） / new password of the administrator, shown only now", bold=True
        )
        click.echo(f"  {login}\n  {password}")
        faults = audit_rows(opened.database).faults
    if rebuilt.problems or faults:
        for fault in faults:
            click.secho(f"FAULT {fault.check:<16} {fault.subject:<40} {fault.detail}", fg="red")
        raise SystemExit(1)
    click.secho("登记与账本一致 / register and ledger agree", fg="green", bold=True)


def give_way_in(opened: Services) -> tuple[str, str]:
    """A new password for an administrator, made if there is none: passwords are not kept beside the bytes."""
    password = secrets.token_urlsafe(12)
    with opened.database.write(SYSTEM) as tx:
        found = [p for p in people(tx.session) if p.is_platform_admin and p.is_active]
        if found:
            set_password(tx, found[0].id, password)
            return found[0].login, password
        create_person(tx, CreatePerson("管理员", "admin", password, is_platform_admin=True))
    return "admin", password


def _say(rebuilt: Rebuilt) -> None:
    for name, count in rebuilt.counts.items():
        click.echo(f"{name:<22} {count:>8}")
    if rebuilt.left_out:
        click.echo(
            f"未恢复的草稿 / drafts that do not come back: {len(rebuilt.left_out)}  {'、'.join(rebuilt.left_out[:10])}"
        )
    for problem in rebuilt.problems:
        click.secho(problem, fg="red")
