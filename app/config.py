"""Settings: frozen, from the environment, in one place. The only reader of the environment."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

SMTP_SECURITY = ("starttls", "tls", "none")


class BadSetting(ValueError):  # noqa: N818
    """A setting cannot be used as it stands."""


@dataclass(frozen=True)
class Settings:
    """Every setting, with its environment variable ``ONESET_<NAME>``. ``oneset help settings`` prints this list."""

    data_dir: Path = field(
        default=Path("var"), metadata={"help": "folder for everything that has no URL of its own"}
    )
    database_url: str = field(default="", metadata={"help": "sqlite:///path or postgresql+psycopg://…"})
    store_url: str = field(
        default="", metadata={"help": "file:///path or s3://bucket/prefix?endpoint=…&region=…"}
    )
    store_access_key: str = field(default="", metadata={"help": "access key of the S3 store"})
    store_secret_key: str = field(default="", metadata={"help": "secret key of the S3 store"})
    search_url: str = field(
        default="", metadata={"help": "whoosh:///path or postgresql: (the database itself)"}
    )
    base_url: str = field(
        default="http://127.0.0.1:8000",
        metadata={"help": "address people and QR codes use, without a final slash"},
    )
    host: str = field(default="127.0.0.1", metadata={"help": "address that `oneset serve` listens on"})
    port: int = field(default=8000, metadata={"help": "port that `oneset serve` listens on"})
    web_processes: int = field(default=1, metadata={"help": "web server processes of `oneset serve`"})
    web_threads: int = field(default=48, metadata={"help": "threads per web process"})
    inline_worker: bool = field(
        default=True, metadata={"help": "run jobs, sequencer and indexer inside the web process (desk shape)"}
    )
    render_workers: int = field(
        default=0,
        metadata={"help": "child processes that read uploaded files; 0: as many as this machine bears"},
    )
    tile_workers: int = field(default=2, metadata={"help": "child processes that cut tiles"})
    max_upload_mib: int = field(default=2048, metadata={"help": "largest single upload, MiB"})
    cookie_secure: bool = field(default=False, metadata={"help": "set behind https: cookies only over TLS"})
    trusted_proxies: int = field(
        default=0, metadata={"help": "number of reverse proxies whose headers count"}
    )
    smtp_host: str = field(default="", metadata={"help": "mail server; empty: no e-mail is sent"})
    smtp_port: int = field(default=587, metadata={"help": "port of the mail server"})
    smtp_user: str = field(default="", metadata={"help": "account at the mail server; empty: none"})
    smtp_password: str = field(default="", metadata={"help": "its password"})
    smtp_security: str = field(
        default="starttls", metadata={"help": "starttls, tls, or none (in the house only)"}
    )
    mail_from: str = field(
        default="", metadata={"help": "sender of e-mails, e.g. OneSet <oneset@example.org>"}
    )
    seal_level: str = field(
        default="B-B",
        metadata={"help": "evidence that seals carry: B-B, B-T, B-LT or B-LTA (ETSI EN 319 142-1)"},
    )
    pkcs11_module: str = field(
        default="", metadata={"help": "library of the device that holds seal keys (PKCS#11); empty: none"}
    )
    pkcs11_token: str = field(default="", metadata={"help": "label of its token"})
    pkcs11_pin: str = field(default="", metadata={"help": "its PIN"})
    csc_url: str = field(
        default="", metadata={"help": "remote sealing service (CSC API), e.g. https://…/csc/v1; empty: none"}
    )
    csc_token: str = field(default="", metadata={"help": "its bearer token"})
    csc_pin: str = field(default="", metadata={"help": "PIN of its credentials, where it asks for one"})
    tsa_url: str = field(
        default="", metadata={"help": "time stamping service (RFC 3161); empty: seals are B-B alone"}
    )
    crl_urls: str = field(
        default="",
        metadata={
            "help": "addresses of lists of revoked certificates, with commas between; else the folder trust/crls"
        },
    )
    hook_hosts: str = field(
        default="",
        metadata={
            "help": "hosts, with commas between, that notices may be posted to although they are not public"
        },
    )
    is_demo: bool = field(default=False, metadata={"help": "demo: accounts with known passwords, red banner"})
    language: str = field(default="zh", metadata={"help": "language before sign-in: zh or en"})

    @property
    def readers(self) -> int:
        """``render_workers``, or by default one per processor and 1.5 GiB of memory beyond the first GiB, at most 8.

        A reader runs at low priority, so that it may use a processor that a page or a tile would want; most need
        0.3 GiB, the largest drawings 1.6 (it may not have more than 2).
        """
        return self.render_workers or readers_of(_processors(), _memory())

    @property
    def database(self) -> str:
        """Database URL, by default SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'oneset.db'}"

    @property
    def store(self) -> str:
        """Store URL, by default a folder in the data folder."""
        return self.store_url or f"file://{self.data_dir.absolute() / 'store'}"

    @property
    def search(self) -> str:
        """Search URL: Whoosh in the data folder, unless said otherwise."""
        return self.search_url or f"whoosh://{self.data_dir.absolute() / 'search'}"


def readers_of(processors: int, memory: int) -> int:
    """How many files a machine reads at once, by its processors and bytes of memory."""
    return max(1, min(processors, (memory - (1 << 30)) // (3 << 29), 8))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> int:
    """Bytes of memory: of the machine, or of the container when that is less (cgroup version 2)."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):
        return min(whole, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return whole


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        BadSetting: an unknown ``ONESET_`` variable, or a value of the wrong form; never a silent default.
    """
    source = os.environ if environment is None else environment
    known = {f"ONESET_{f.name.upper()}": f for f in fields(Settings)}
    given = {name: value for name, value in source.items() if name.startswith("ONESET_")}
    unknown = sorted(set(given) - set(known) - {"ONESET_SAMPLES"})
    if unknown:
        raise BadSetting(f"unknown settings: {', '.join(unknown)}")
    values = {known[n].name: _read(n, v, known[n].default) for n, v in given.items() if n in known}
    settings = Settings(**values)  # type: ignore[arg-type]
    if settings.smtp_security not in SMTP_SECURITY:
        raise BadSetting(
            f"ONESET_SMTP_SECURITY={settings.smtp_security!r}: one of {', '.join(SMTP_SECURITY)}"
        )
    if settings.smtp_host and not settings.mail_from:
        raise BadSetting("ONESET_MAIL_FROM is needed where ONESET_SMTP_HOST is set")
    return settings


def _read(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise BadSetting(f"{name}={text!r}: say 1 or 0")
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError as error:
            raise BadSetting(f"{name}={text!r} is not a whole number") from error
    return Path(text) if isinstance(default, Path) else text
