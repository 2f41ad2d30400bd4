"""``oneset reindex``: make the search index again from the register."""

import click

from app.cli.opening import services
from app.search.contract import Progress
from app.search.indexer import reindex as build_index


@click.command()
@click.option("--project", "project_id", help="仅此项目 / only this project (id)")
def reindex(project_id: str | None) -> None:
    """重建检索索引（图纸不受影响，期间旧索引仍可使用）。

    Build the search index again; the drawings are not affected and the old index answers meanwhile.
    """
    with services() as opened:
        shown: dict[str, int] = {}

        def note(progress: Progress) -> None:
            if shown.get(progress.project_id) != progress.done:
                shown[progress.project_id] = progress.done
                click.echo(f"\r{progress.project_id}  {progress.done}/{progress.total}", nl=False)

        done = build_index(
            opened.database, opened.index, opened.derived, project_id=project_id, progress=note
        )
        click.echo(f"\n完成 / done: {done}")
