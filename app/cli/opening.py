"""What every command begins with: the settings of this installation and its services."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.accounts.queries import people
from app.bootstrap import Services, build_services
from app.config import BadSetting, Settings, settings_from
from app.kernel.actor import Actor, Via
from app.kernel.db.engine import UnknownDatabase
from app.kernel.db.migrating import is_current
from app.kernel.text import code_key
from app.search.contract import UnknownIndex
from storage.errors import StorageError


def settings() -> Settings:
    """The settings in force; a wrong one ends the command with its reason."""
    try:
        return settings_from()
    except BadSetting as error:
        raise click.ClickException(f"设置有误 / bad setting: {error}") from error


@contextmanager
def services(*, is_migrated: bool = True) -> Iterator[Services]:
    """The services of this installation.

    Args:
        is_migrated: refuse to go on over a database of another version.
    """
    try:
        opened = build_services(settings())
    except (UnknownDatabase, UnknownIndex, StorageError) as error:
        raise click.ClickException(str(error)) from error
    try:
        if is_migrated and not is_current(opened.database.engine):
            raise click.ClickException(
                "数据库未升级，请先运行 oneset up / run `oneset up` first: the database is not at this version"
            )
        yield opened
    finally:
        opened.close()


def person_by_login(opened: Services, login: str) -> Actor:
    """A person at work on the command line of this installation."""
    with opened.database.read() as session:
        for person in people(session):
            if code_key(person.login) == code_key(login) and person.is_active:
                return Actor(person.id, Via.CLI, is_platform_admin=person.is_platform_admin)
    raise click.ClickException(f"没有用户“{login}” / no such user: {login}")
