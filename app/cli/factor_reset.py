"""``oneset factor-reset``: for the one administrator who lost phone and recovery codes."""

import click

from app.accounts.factors import reset_factor
from app.accounts.queries import people
from app.cli.opening import services
from app.kernel.actor import SYSTEM
from app.kernel.errors import Refused


@click.command("factor-reset")
@click.argument("login")
@click.option("--reason", required=True, help="理由，本人可见 / why; the person sees it")
def factor_reset(login: str, reason: str) -> None:
    """重置某人的动态口令（手机与恢复码都丢失时）。

    Turn somebody's one-time codes off when phone and recovery codes are lost. Administrators do so on the page; this is
    for the administrator himself. It is an entry of the ledger, and the person sees it.
    """
    with services() as opened:
        with opened.database.read() as session:
            found = next((p for p in people(session) if p.login == login), None)
        if found is None:
            raise click.ClickException(f"没有用户 / no such user: {login}")
        try:
            with opened.database.write(SYSTEM) as tx:
                reset_factor(tx, found.id, reason)
        except Refused as refusal:
            raise click.ClickException(f"{refusal.message.zh} / {refusal.message.en}") from refusal
        click.echo(f"已重置 / reset: {found.name} ({login})")
