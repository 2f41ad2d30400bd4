"""``oneset demo``: build the demonstration when it is not there, then serve it."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import click

from app.cli.demo_build import build_demo
from app.cli.demo_people import DEMO_PASSWORD, PEOPLE
from app.config import settings_from


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("var/demo"), help="数据目录 / data folder"
)
@click.option("--build-only", is_flag=True, help="只建立演示数据 / build it and stop")
def demo(data: Path, *, build_only: bool) -> None:
    """建立并启动演示环境 / Build the demonstration and serve it.

    Two projects with a past: Barber House (2013, three issues) and a Chinese school (two issues).
    """
    settings = replace(settings_from(), data_dir=data, is_demo=True)
    began = time.monotonic()
    click.echo(
        "一套图 OneSet：正在准备演示数据（首次约一分钟） / preparing the demonstration (about a minute the first time)"
    )
    build_demo(settings, click.echo)
    click.echo(f"就绪 / ready: {time.monotonic() - began:.0f} s")
    if build_only:
        return
    click.echo("")
    click.echo(f"  打开 / open      {settings.base_url}")
    click.echo(f"  密码 / password  {DEMO_PASSWORD}   （所有账户 / all accounts）")
    click.echo(
        "  动态口令 / one-time codes：登录后显示在口令框下（仅演示） / shown below their field after signing in (demo only)"
    )
    for person in PEOPLE:
        click.echo(f"  {person.login:<14}{person.name}  {person.party}")
    click.echo("")
    command = [sys.executable, "-c", "from app.cli.main import main; main()", "serve"]
    sys.exit(subprocess.call(command, env=_environment(data)))


def _environment(data: Path) -> dict[str, str]:
    """The environment of the server: ours, and that it is a demonstration."""
    return {**os.environ, "ONESET_DATA_DIR": str(data), "ONESET_IS_DEMO": "1"}
