"""``oneset help settings``: every setting with its variable, default and meaning."""

from dataclasses import fields

import click

from app.config import Settings


@click.group("help")
def help_group() -> None:
    """参考信息。

    Reference.
    """


@help_group.command("settings")
def show_settings() -> None:
    """列出全部设置（环境变量）。

    List all settings: environment variable, default, meaning.
    """
    for item in fields(Settings):
        default = "" if item.default in ("", None) else str(item.default)
        click.secho(f"ONESET_{item.name.upper()}", bold=True, nl=False)
        click.echo(f"  [{default}]" if default else "")
        click.echo(f"    {item.metadata['help']}")
