"""``oneset work``: workers without a web server."""

import signal
import threading

import click

from app.cli.opening import services
from app.jobs.worker import Worker
from app.kernel.garbage import settle


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), help="并行任务数 / jobs at a time")
@click.option("--once", is_flag=True, help="处理完现有任务即退出 / do what is ready, then end")
def work(threads: int | None, *, once: bool) -> None:
    """处理后台任务：识别图纸、存证定序、更新检索。

    Do background work: read drawings, order the ledger, feed the search index. As many processes as you like.
    """
    with services() as opened:
        worker = Worker(opened, threads=threads or opened.settings.readers)
        if once:
            worker.run_until_idle(patience=24 * 3600)
            return
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        settle()
        worker.start()
        click.echo("后台任务运行中 / working, stop with Ctrl-C")
        ended.wait()
        worker.stop()
