"""``oneset jobs``: background work that was given up, and how it is tried again."""

import click

from app.cli.opening import services
from app.jobs.queue import dead_jobs, give_back


@click.command()
@click.option("--again", is_flag=True, help="全部重新处理 / let all of them be tried again")
def jobs(*, again: bool) -> None:
    """列出多次失败而搁置的后台任务；--again 使其重新处理。

    List background work that failed as often as allowed and now waits for a person; --again has it tried once more.
    """
    with services() as opened:
        with opened.database.read() as session:
            dead = dead_jobs(session)
        for job in dead:
            reason = job.error.strip().rpartition("\n")[2]
            click.echo(f"{job.died_at:%Y-%m-%d %H:%M:%SZ}  {job.kind:<22} {job.id}  {reason}")
        if again:
            click.echo(f"重新处理 / to be tried again: {give_back(opened.database)}")
        else:
            click.echo(f"搁置 / given up: {len(dead)}")
