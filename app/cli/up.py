"""``oneset up``: everything that must exist before the first start; safe to run again."""

import secrets

import click

from app.accounts.actions import CreatePerson, create_person
from app.accounts.queries import people
from app.bootstrap import Services
from app.cli.opening import services
from app.kernel.actor import SYSTEM
from app.kernel.db.migrating import migrate
from storage.errors import StoreUnavailable

LOGIN = "admin"


@click.command()
def up() -> None:
    """准备安装：建立数据目录、升级数据库、检查存储、创建首个管理员。

    Prepare an installation: data folder, database schema, store check, first administrator. Safe to repeat.
    """
    with services(is_migrated=False) as opened:
        migrate(opened.database.engine)
        click.echo(
            f"数据库 / database   {opened.database.engine.url.render_as_string(hide_password=True)}  ok"
        )
        try:
            opened.store.check()
        except StoreUnavailable as error:
            raise click.ClickException(f"存储不可用 / store not usable: {error}") from error
        click.echo(f"存储 / store        {opened.store.url}  ok")
        click.echo(f"检索 / search       {opened.index.url}  ok")
        password = make_first_administrator(opened)
        if password is None:
            click.echo("管理员已存在 / an administrator exists")
        else:
            click.secho("首个管理员（密码仅显示一次，请登录后修改）", bold=True)
            click.secho(
                "first administrator (the password is shown only now; change it after signing in)", bold=True
            )
            click.echo(f"  {LOGIN}\n  {password}")
        click.echo("下一步 / next:  oneset serve")


def make_first_administrator(opened: Services) -> str | None:
    """Make the administrator of a new installation; returns his password, or None when there is one already."""
    with opened.database.write(SYSTEM) as tx:
        if any(p.is_platform_admin for p in people(tx.session)):
            return None
        password = secrets.token_urlsafe(12)
        create_person(tx, CreatePerson("管理员", LOGIN, password, is_platform_admin=True))
    return password
