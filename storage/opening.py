"""From a URL to a store."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from storage.contract import ObjectStore
from storage.errors import UnknownStore
from storage.local import LocalStore
from storage.memory import MemoryStore

_NONE: Mapping[str, str] = MappingProxyType({})
_S3_PARAMETERS = {"endpoint", "region", "secure"}
_S3_OPTIONS = {"access_key", "secret_key", "spool", "read_back_limit"}


def open_store(url: str, *, options: Mapping[str, str] = _NONE) -> ObjectStore:
    """Open the store a URL names; a misspelt URL or option is an error, never another store.

    ``file:///absolute/folder`` (made when absent) · ``memory://`` ·
    ``s3://bucket/prefix?endpoint=http://host:port&region=us-east-1&secure=0`` with the options ``access_key`` and
    ``secret_key``, and if wanted ``spool`` (folder for temporary files) and ``read_back_limit`` (bytes). ``region`` is
    ``us-east-1`` unless said; ``secure`` must agree with the endpoint's scheme and may be left out when that has one.

    Raises:
        UnknownStore: the scheme is none of these, or a part of the URL or an option is not understood.
        StoreUnavailable: the medium does not answer, or the bucket does not exist.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return _open_local(parts, options)
    if parts.scheme == "memory":
        _refuse_unknown("memory", options, set())
        if url != "memory://":
            raise UnknownStore("memory", "a memory store has no name and no parameters")
        return MemoryStore()
    if parts.scheme == "s3":
        return _open_s3(parts, options)
    raise UnknownStore(parts.scheme, "known are file, s3 and memory")


def _open_local(parts: SplitResult, options: Mapping[str, str]) -> ObjectStore:
    _refuse_unknown("file", options, set())
    path = Path(unquote(parts.path))
    if parts.netloc or parts.query or parts.fragment or not path.is_absolute() or ".." in path.parts:
        raise UnknownStore("file", "wanted is file:// and an absolute path, nothing else")
    return LocalStore(path)


def _open_s3(parts: SplitResult, options: Mapping[str, str]) -> ObjectStore:
    # The client takes long to import and most installations do without it.
    from storage.s3.bucket import Address  # noqa: PLC0415
    from storage.s3.store import READ_BACK_LIMIT, S3Store  # noqa: PLC0415

    given = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    _refuse_unknown("s3", given, _S3_PARAMETERS)
    _refuse_unknown("s3", options, _S3_OPTIONS)
    if not parts.netloc or "@" in parts.netloc or not given.get("endpoint"):
        raise UnknownStore("s3", "wanted is s3://bucket/prefix?endpoint=..., keys in the options")
    endpoint, secure = _endpoint(given)
    address = Address(
        endpoint=endpoint,
        bucket=parts.netloc,
        region=given.get("region") or "us-east-1",
        secure=secure,
        access_key=_required(options, "access_key"),
        secret_key=_required(options, "secret_key"),
    )
    spool = Path(options["spool"]) if options.get("spool") else None
    limit = int(options.get("read_back_limit") or READ_BACK_LIMIT)
    return S3Store(address, unquote(parts.path), spool=spool, read_back_limit=limit)


def _endpoint(given: Mapping[str, str]) -> tuple[str, bool]:
    scheme, separator, rest = given["endpoint"].rpartition("://")
    said = {"http": False, "https": True, "": None}.get(scheme)
    asked = {"0": False, "1": True, "": None}.get(given.get("secure", ""), said)
    if (separator and said is None) or "/" in rest.rstrip("/") or not rest.strip("/"):
        raise UnknownStore("s3", "the endpoint is http://host:port or https://host:port")
    if given.get("secure", "") not in {"", "0", "1"} or (said is not None and asked not in {None, said}):
        raise UnknownStore("s3", "secure is 0 or 1 and agrees with the endpoint's scheme")
    # Without any word about it the connection is encrypted.
    secure = said if said is not None else asked if asked is not None else True
    return rest.rstrip("/"), secure


def _required(options: Mapping[str, str], name: str) -> str:
    if not options.get(name):
        raise UnknownStore("s3", f"the option {name} is missing")
    return options[name]


def _refuse_unknown(scheme: str, given: Mapping[str, str], known: set[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise UnknownStore(scheme, f"not understood: {', '.join(unknown)}")
