"""``oneset export``: the set in force as a ZIP, the register as XLSX or CSV, from this installation."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from app.access.queries import rights_of
from app.access.rules import Permission
from app.cli.opening import person_by_login, services
from app.drawings.queries.visibility import recorded_sheets
from app.kernel.errors import Refused
from app.kernel.policy import Target
from app.projects.queries import buildings_of, project_for
from app.record.exports import Wording, register_csv, register_xlsx
from app.record.package import base_files, package_items, stream_package
from app.record.package_seals import seals_of_set
from app.record.queries import set_in_force, settle_instants
from app.record.register import register_with_standing, with_seals


@contextmanager
def _writing(target: Path) -> Iterator[Path]:
    """Write beside the target and rename: what has its name is whole."""
    partial = target.with_name(f".{target.name}.part")
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


class InstantType(click.ParamType[datetime]):
    """An instant of RFC 3339 with a zone."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it; a time without a zone is refused, not guessed."""
        try:
            read = datetime.fromisoformat(str(value))
        except ValueError:
            read = None
        if read is None or read.tzinfo is None:
            self.fail("例如 / such as 2024-05-12T08:00:00+08:00", param, ctx)
        return read.astimezone(UTC)


@click.command()
@click.argument("form", type=click.Choice(["zip", "xlsx", "csv"]))
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--project", "project_id", required=True, help="项目 / project (id)")
@click.option("--as", "login", required=True, help="以谁的席位导出 / by whose seats (user name)")
@click.option("--as-of", type=InstantType(), help="业务时点 / in force at this instant")
@click.option("--known-at", type=InstantType(), help="登记时点 / as known at this instant")
@click.option("--language", type=click.Choice(["zh", "en", "both"]), default="both", show_default=True)
def export(
    form: str,
    target: Path,
    project_id: str,
    login: str,
    as_of: datetime | None,
    known_at: datetime | None,
    language: str,
) -> None:
    """导出有效图纸（ZIP，含 SHA256SUMS）或图纸目录（XLSX、CSV）。

    Export the set in force (ZIP with SHA256SUMS) or the register (XLSX, CSV), as one person may see it.
    """
    with services() as opened, opened.database.read() as session:
        now = opened.clock.now()
        rights = rights_of(session, person_by_login(opened, login), now)
        try:
            project = project_for(session, rights, project_id)
            if form == "zip":
                rights.require(Permission.RECORD_VIEW, Target(project_id))
        except Refused as refusal:
            raise click.ClickException(str(refusal.message)) from refusal
        buildings = {b.id: b.number for b in buildings_of(session, project_id)}
        if form == "zip":
            at = settle_instants(session, now=now, as_of=as_of, known_at=known_at)
            rows = set_in_force(session, project_id, at, visible=recorded_sheets(rights))
            held = [row.revision_id for row in rows if row.revision_id]
            seals = seals_of_set(session, held, at.known_at)
            items = package_items(rows, base_files(session, rows), buildings, seals)
            sealed = filter(None, (seals.sealed(revision_id) for revision_id in held))
            total = sum(i.file.size for i in items) + sum(rendition.size for rendition in sealed)
            bar = click.progressbar(length=total, label=f"{len(items)} 张 / sheets")
            with _writing(target) as partial, partial.open("wb") as stream, bar:
                for chunk in stream_package(
                    opened.store, title=project.name, items=items, at=at, seals=seals
                ):
                    stream.write(chunk)
                    bar.update(len(chunk))
        else:
            standing = with_seals(
                session, project_id, register_with_standing(session, rights, project_id, now)
            )
            wording = Wording(language, ZoneInfo(project.timezone), buildings)
            with _writing(target) as partial, partial.open("wb") as stream:
                if form == "csv":
                    stream.writelines(register_csv(standing, wording))
                else:
                    stream.write(register_xlsx(standing, wording, title=project.name))
    click.echo(f"{target}  {target.stat().st_size} bytes")
