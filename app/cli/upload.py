"""``oneset upload``: a folder into a batch, over HTTP with resume, or straight into this installation."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from app.cli.opening import person_by_login, services
from app.cli.tus_client import ApiClient, ApiRefused
from app.drawings.actions.intake import OpenIntake, open_intake
from app.drawings.flows import take_in_stream
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from storage import CHUNK
from storage.errors import StorageError


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--project", "project_id", required=True, help="项目 / project (id)")
@click.option("--url", help="服务器地址 / server, such as https://oneset.example")
@click.option("--token", envvar="TOKEN_FOR_ONESET", help="API 令牌 / API token (or TOKEN_FOR_ONESET)")
@click.option("--local", is_flag=True, help="直接写入本机安装 / straight into this installation")
@click.option("--as", "login", help="与 --local 同用：以谁的席位 / with --local: by whose seats (user name)")
@click.option("--intake", "intake_id", help="已有批次 / an open intake (id)")
@click.option("--title", default="", help="批次名称 / title of the intake")
@click.option("--history", is_flag=True, help="补录历史图纸 / drawings of the past")
def upload(
    folder: Path,
    project_id: str,
    url: str | None,
    token: str | None,
    login: str | None,
    intake_id: str | None,
    title: str,
    *,
    local: bool,
    history: bool,
) -> None:
    """上传文件夹中的全部图纸；中断后再次运行即可续传。

    Upload all drawings of a folder (or one file); run it again after an interruption and it goes on. Every file
    reports; exits with 1 when any was not taken.
    """
    files = files_below(folder)
    root = folder if folder.is_dir() else folder.parent
    if not files:
        raise click.ClickException("没有文件 / there are no files")
    wanted = OpenIntake(project_id, title or root.name, "history" if history else "design")
    if local:
        if not login:
            raise click.UsageError("--local 需要 --as / --local needs --as")
        failed = _upload_here(root, files, wanted, intake_id, login)
    else:
        if not url or not token:
            raise click.UsageError("需要 --url 与 --token / --url and --token are needed")
        failed = _upload_there(root, files, wanted, intake_id, ApiClient(url.rstrip("/"), token))
    click.echo(f"{len(files) - failed} / {len(files)}  ok")
    raise SystemExit(1 if failed else 0)


def files_below(folder: Path) -> list[Path]:
    """Files of a folder in natural reading order; hidden ones and links are left out."""
    if folder.is_file():
        return [folder]
    found = [
        p
        for p in folder.rglob("*")
        if p.is_file()
        and not p.is_symlink()
        and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    ]
    return sorted(found)


def _upload_there(
    root: Path, files: Sequence[Path], wanted: OpenIntake, intake_id: str | None, client: ApiClient
) -> int:
    memory = _Memory(client.base_url, wanted.project_id, root)
    try:
        chosen = intake_id or memory.intake or _open_there(client, wanted)
    except (ApiRefused, OSError) as error:
        raise click.ClickException(str(error)) from error
    memory.note_intake(chosen)
    click.echo(f"批次 / intake {chosen}")
    failed = 0
    for path in files:
        try:
            digest = _send(client, memory, chosen, root, path)
        except (ApiRefused, OSError) as error:
            failed += 1
            click.secho(f"FAIL {path.relative_to(root)}  {error}", fg="red")
        else:
            click.echo(f"ok   {path.relative_to(root)}  {digest}")
    if not failed:
        memory.forget()
    return failed


def _open_there(client: ApiClient, wanted: OpenIntake) -> str:
    body = {"title": wanted.title, "purpose": wanted.purpose}
    path = f"/api/v1/projects/{wanted.project_id}/intakes"
    return str(client.call("POST", path, body, key=new_id())["id"])


def _send(client: ApiClient, memory: "_Memory", intake_id: str, root: Path, path: Path) -> str:
    name, size = path.relative_to(root).as_posix(), path.stat().st_size
    label = click.style(name[-40:], dim=True)
    with click.progressbar(length=max(size, 1), label=label) as bar:
        for is_second in (False, True):
            upload = memory.upload(path)
            if upload is None or is_second:
                upload = client.begin(intake_id, name, size)
                memory.note_upload(path, upload)
            try:
                return client.send_file(upload, path, bar.update)
            except ApiRefused as refused:
                if refused.status != 404 or is_second:
                    raise
    raise AssertionError("not reached")


class _Memory:
    """What a run noted for the next one, in the user's own folder: the batch and the uploads under way."""

    def __init__(self, url: str, project_id: str, root: Path) -> None:
        name = hashlib.sha256(f"{url}\n{project_id}\n{root.resolve()}".encode()).hexdigest()[:24]
        self._path = Path(click.get_app_dir("oneset")) / "uploads" / f"{name}.json"
        self._known: dict[str, Any] = {}
        if self._path.is_file():
            self._known = json.loads(self._path.read_text(encoding="utf-8"))

    @property
    def intake(self) -> str | None:
        """The batch of the run that did not finish."""
        return self._known.get("intake")

    def note_intake(self, intake_id: str) -> None:
        """Remember the batch; another batch has other uploads."""
        if self.intake != intake_id:
            self._known = {"intake": intake_id, "uploads": {}}
        self._write()

    def upload(self, path: Path) -> str | None:
        """The upload of a file that has not changed since."""
        found: str | None = self._known["uploads"].get(_identity(path))
        return found

    def note_upload(self, path: Path, upload: str) -> None:
        """Remember an upload before its first byte is sent."""
        self._known["uploads"][_identity(path)] = upload
        self._write()

    def forget(self) -> None:
        """Everything arrived."""
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".part")
        partial.write_text(json.dumps(self._known), encoding="utf-8")
        partial.replace(self._path)


def _identity(path: Path) -> str:
    about = path.stat()
    return f"{path.resolve()} {about.st_size} {about.st_mtime_ns}"


def _upload_here(
    root: Path, files: Sequence[Path], wanted: OpenIntake, intake_id: str | None, login: str
) -> int:
    failed = 0
    with services() as opened:
        actor = person_by_login(opened, login)
        try:
            if intake_id is None:
                with opened.database.write(actor) as tx:
                    intake_id = open_intake(tx, wanted)
        except Refused as refusal:
            raise click.ClickException(str(refusal.message)) from refusal
        click.echo(f"批次 / intake {intake_id}")
        with click.progressbar(files, label="文件 / files") as bar:
            for path in bar:
                try:
                    take_in_stream(
                        opened.database,
                        opened.store,
                        actor,
                        intake_id=intake_id,
                        name=path.relative_to(root).as_posix(),
                        chunks=_chunks(path),
                        size_limit=opened.settings.max_upload_mib << 20,
                    )
                except (Refused, StorageError, OSError) as error:
                    failed += 1
                    text = str(error.message) if isinstance(error, Refused) else str(error)
                    click.secho(f"\nFAIL {path.relative_to(root)}  {text}", fg="red")
    return failed


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
