"""``oneset keys``: the keys that sign printed codes, and how they are changed."""

import click

from app.cli.opening import services
from app.copies.keys import BadKeys


@click.command()
@click.option(
    "--renew", is_flag=True, help="启用新密钥，旧打印件仍有效 / put a new key in use; old prints stay good"
)
@click.option(
    "--withdraw",
    is_flag=True,
    help="私钥可能泄露：启用新密钥，旧打印件一律不再认可 / the private part may be known to others: "
    "a new key, and what the former signed counts no more",
)
def keys(*, renew: bool, withdraw: bool) -> None:
    """列出签发图纸二维码的密钥。

    List the keys that sign printed codes. They lie in the folder ``keys`` of the data folder: back it up with the
    database. Without its private file nothing can be signed until a new key is put in use; old prints stay checkable.
    """
    with services(is_migrated=False) as opened:
        ring, now = opened.press.keys, opened.clock.now()
        try:
            if renew or withdraw:
                ring.renew(now, is_withdrawn=withdraw)
            state = "可用 / usable"
            try:
                ring.signer(now)
            except BadKeys as error:
                state = f"私钥不可用，请用 --renew 启用新密钥 / private part unusable, use --renew: {error}"
            known = ring.public_keys()
        except BadKeys as error:
            raise click.ClickException(f"密钥目录有误 / bad folder of keys: {error}") from error
    for key in known:
        words = (
            f"撤销 / withdrawn {key.withdrawn_at}" if key.withdrawn_at else f"停用 / retired {key.retired_at}"
        )
        click.echo(f"{key.key_id}  {key.made_at}  {words if key.retired_at else state}")
        click.echo(f"  {key.fingerprint}")
