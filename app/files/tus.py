"""The tus 1.0 protocol (tus.io) on :class:`storage.Staging`, without a web framework.

Core, creation, creation-with-upload, checksum and termination. An upload belongs to the person who began it and to one
batch. When its last byte has come: store → acknowledge → drop the staged copy; each step may be repeated, and whoever
asks about an upload that stopped in between (HEAD or an empty PATCH) makes it go on.
"""

import base64
import binascii
import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from app.kernel.errors import BUSY, NOT_FOUND, Refused, declare
from app.kernel.ids import is_id, new_id
from storage import ObjectStore, Staging, StoredObject, Upload
from storage.errors import (
    ChecksumMismatch,
    InvalidKey,
    NotFound,
    OffsetConflict,
    StoreUnavailable,
    TooLarge,
    UnsupportedChecksum,
    UploadBusy,
)
from storage.staging import CHECKSUMS

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination"
CHUNK_TYPE = "application/offset+octet-stream"
NAME_LENGTH = 300
T = TypeVar("T")

UPLOAD_VERSION = declare(
    "upload-version",
    412,
    "上传协议版本不符，本系统使用 tus {version}。",
    "Wrong version of the upload protocol: this is tus {version}.",
    "请发送请求头 Tus-Resumable: {version}。",
    "Send the header Tus-Resumable: {version}.",
)
UPLOAD_MALFORMED = declare(
    "upload-malformed",
    400,
    "上传请求头“{header}”缺失或有误。",
    "The upload header '{header}' is missing or malformed.",
    "请使用符合 tus 1.0 的客户端。",
    "Use a client that speaks tus 1.0.",
)
UPLOAD_TYPE = declare(
    "upload-type",
    415,
    "分块的内容类型必须是 {wanted}。",
    "A chunk has the content type {wanted}.",
    "请使用符合 tus 1.0 的客户端。",
    "Use a client that speaks tus 1.0.",
)
UPLOAD_TOO_LARGE = declare(
    "upload-too-large",
    413,
    "文件超过上限 {limit} 字节。",
    "More than {limit} bytes.",
    "请拆分文件，或请管理员调高上限。",
    "Split the file, or have the limit raised.",
)
UPLOAD_OFFSET = declare(
    "upload-offset",
    409,
    "续传位置不符，应从第 {offset} 字节继续。",
    "The upload continues at byte {offset}.",
    "请先查询续传位置，再继续上传。",
    "Ask for the offset (HEAD), then go on from there.",
)
UPLOAD_CHECKSUM = declare(
    "upload-checksum",
    460,
    "分块校验和不符，该分块未保存。",
    "The checksum of the chunk differs; the chunk was not kept.",
    "请重新发送该分块。",
    "Send the chunk again.",
)
UPLOAD_BUSY = declare(
    "upload-busy",
    423,
    "该文件正由另一连接上传。",
    "Another connection is writing this upload.",
    "请稍候再试。",
    "Try again in a moment.",
)


@dataclass(frozen=True)
class TusAnswer:
    """What to send back: status, headers and, when it was refused, why."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    refusal: Refused | None = None


@dataclass(frozen=True)
class Receipt:
    """An upload that was acknowledged."""

    file_id: str
    size: int
    sha256: str


@dataclass(frozen=True)
class TusDesk:
    """One person's desk for uploads: made for each request by whoever authenticated him."""

    staging: Staging
    store: ObjectStore
    person_id: str
    max_bytes: int
    location: str
    """Address of the uploads without final slash; an upload's address is this and its id."""
    authorise: Callable[[str], None]
    """Given a batch: raises ``Refused`` unless the person may upload into it."""
    acknowledge: Callable[[str, str, StoredObject, str], str]
    """(batch, name, stored bytes, upload id) → file id; the same upload id again is the same file."""
    receipt: Callable[[str], Receipt | None]
    """An upload acknowledged earlier, if it is the person's to see."""

    def handle(
        self, method: str, upload_id: str | None, headers: Mapping[str, str], stream: Iterable[bytes]
    ) -> TusAnswer:
        """Answer one request.

        Args:
            method: OPTIONS, POST (without id), HEAD, PATCH or DELETE (with id).
            upload_id: the id in the address; None for the address of all uploads.
            headers: request headers, looked up without regard to case.
            stream: the body in chunks. When it breaks, what came is kept and its exception passes through.
        """
        named = {name.lower(): value for name, value in headers.items()}
        try:
            return self._route(method, upload_id, named, stream)
        except Refused as refusal:
            extra = {"Tus-Version": VERSION} if refusal.code == UPLOAD_VERSION else {}
            return self._answer(refusal.kind.status, extra, refusal)

    def _route(
        self, method: str, upload_id: str | None, headers: Mapping[str, str], stream: Iterable[bytes]
    ) -> TusAnswer:
        if method == "OPTIONS":
            return self._answer(204, self._abilities())
        if headers.get("tus-resumable") != VERSION:
            raise Refused(UPLOAD_VERSION, version=VERSION)
        if method == "POST" and upload_id is None:
            return self._create(headers, stream)
        if upload_id is None or not is_id(upload_id):
            raise Refused(NOT_FOUND)
        return self._steps[method](self, upload_id, headers, stream)

    # -- the four requests about one upload ------------------------------------------------------------------

    def _create(self, headers: Mapping[str, str], stream: Iterable[bytes]) -> TusAnswer:
        length = _number(headers, "Upload-Length")
        if length > self.max_bytes:
            raise Refused(UPLOAD_TOO_LARGE, limit=self.max_bytes)
        meta = parse_metadata(headers.get("upload-metadata", ""))
        intake, name = meta.get("intake", ""), meta.get("filename", "") or meta.get("name", "")
        if not is_id(intake) or not name:
            raise Refused(UPLOAD_MALFORMED, header="Upload-Metadata: intake, filename")
        self.authorise(intake)
        with_bytes = headers.get("content-type", "").split(";")[0] == CHUNK_TYPE
        checksum = parse_checksum(headers.get("upload-checksum")) if with_bytes else None
        about = {"person": self.person_id, "intake": intake, "name": name[-NAME_LENGTH:]}
        upload = _refusing(lambda: self.staging.create(new_id(), length=length, meta=about))
        extra = {"Location": f"{self.location}/{upload.upload_id}"}
        if with_bytes:
            upload = self._append(upload, 0, stream, checksum)
            extra["Upload-Offset"] = str(upload.offset)
        if upload.complete:
            extra |= self._complete(upload)
        return self._answer(201, extra)

    def _look(self, upload_id: str, headers: Mapping[str, str], stream: Iterable[bytes]) -> TusAnswer:
        del headers, stream
        upload = self._own(upload_id)
        if upload is None:
            return self._answer(200, _receipt_headers(self._receipt(upload_id)))
        extra = {
            "Upload-Offset": str(upload.offset),
            "Upload-Length": str(upload.length),
            "Upload-Metadata": write_metadata(
                {"intake": str(upload.meta["intake"]), "filename": str(upload.meta["name"])}
            ),
        }
        if upload.complete:
            extra |= self._complete(upload)
        return self._answer(200, extra)

    def _patch(self, upload_id: str, headers: Mapping[str, str], stream: Iterable[bytes]) -> TusAnswer:
        if headers.get("content-type", "").split(";")[0] != CHUNK_TYPE:
            raise Refused(UPLOAD_TYPE, wanted=CHUNK_TYPE)
        offset = _number(headers, "Upload-Offset")
        checksum = parse_checksum(headers.get("upload-checksum"))
        upload = self._own(upload_id)
        if upload is None:
            receipt = self._receipt(upload_id)
            if offset != receipt.size:
                raise Refused(UPLOAD_OFFSET, offset=receipt.size)
            return self._answer(204, _receipt_headers(receipt))
        self.authorise(str(upload.meta["intake"]))
        if not upload.complete:
            upload = self._append(upload, offset, stream, checksum)
        elif offset != upload.length:
            raise Refused(UPLOAD_OFFSET, offset=upload.length)
        extra = {"Upload-Offset": str(upload.offset)}
        if upload.complete:
            extra |= self._complete(upload)
        return self._answer(204, extra)

    def _terminate(self, upload_id: str, headers: Mapping[str, str], stream: Iterable[bytes]) -> TusAnswer:
        del headers, stream
        if self._own(upload_id) is None:
            raise Refused(NOT_FOUND)  # what was acknowledged is not taken back
        _refusing(lambda: self.staging.discard(upload_id))
        return self._answer(204, {})

    _steps = {"HEAD": _look, "PATCH": _patch, "DELETE": _terminate}  # noqa: RUF012  a table, never changed

    # -- inside ----------------------------------------------------------------------------------------------

    def _own(self, upload_id: str) -> Upload | None:
        """The staged upload if it is this person's; None when it is not staged (any more)."""
        try:
            upload = self.staging.info(upload_id)
        except NotFound:
            return None
        if upload.meta.get("person") != self.person_id:
            raise Refused(NOT_FOUND)
        return upload

    def _receipt(self, upload_id: str) -> Receipt:
        receipt = self.receipt(upload_id)
        if receipt is None:
            raise Refused(NOT_FOUND)
        return receipt

    def _append(
        self, upload: Upload, offset: int, stream: Iterable[bytes], checksum: tuple[str, bytes] | None
    ) -> Upload:
        _refusing(lambda: self.staging.append(upload.upload_id, offset, stream, checksum=checksum))
        return _refusing(lambda: self.staging.info(upload.upload_id))

    def _complete(self, upload: Upload) -> dict[str, str]:
        """Store, acknowledge, drop: in this order, so that a death between two steps loses nothing."""
        about, upload_id = upload.meta, upload.upload_id
        try:
            stored = _refusing(lambda: self.store.put_file(self.staging.finish(upload_id)))
        except Refused as refusal:
            if refusal.code != NOT_FOUND:
                raise
            return _receipt_headers(self._receipt(upload_id))  # another request was faster with all three
        file_id = self.acknowledge(str(about["intake"]), str(about["name"]), stored, upload_id)
        with contextlib.suppress(UploadBusy, NotFound):
            self.staging.discard(upload_id)
        return _receipt_headers(Receipt(file_id, stored.size, stored.sha256))

    def _abilities(self) -> dict[str, str]:
        return {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(self.max_bytes),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        }

    def _answer(self, status: int, extra: Mapping[str, str], refusal: Refused | None = None) -> TusAnswer:
        return TusAnswer(status, {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **extra}, refusal)


def parse_metadata(text: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs of key and Base64 value, separated by commas.

    Raises:
        Refused: ``upload-malformed``.
    """
    found: dict[str, str] = {}
    for pair in filter(None, (p.strip() for p in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise Refused(UPLOAD_MALFORMED, header="Upload-Metadata") from error
    return found


def write_metadata(values: Mapping[str, str]) -> str:
    """The opposite of :func:`parse_metadata`."""
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())


def parse_checksum(text: str | None) -> tuple[str, bytes] | None:
    """``Upload-Checksum``: algorithm and Base64 digest.

    Raises:
        Refused: ``upload-malformed``, also for an algorithm that is not offered.
    """
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(UPLOAD_MALFORMED, header="Upload-Checksum") from error
    if algorithm not in CHECKSUMS or not digest:
        raise Refused(UPLOAD_MALFORMED, header="Upload-Checksum")
    return algorithm, digest


def _receipt_headers(receipt: Receipt) -> dict[str, str]:
    return {
        "Upload-Offset": str(receipt.size),
        "Upload-Length": str(receipt.size),
        "X-OneSet-File": receipt.file_id,
        "X-OneSet-SHA256": receipt.sha256,
    }


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name.lower(), "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refused(UPLOAD_MALFORMED, header=name)
    return int(text)


def _refusing(work: Callable[[], T]) -> T:
    """Run a storage call; its errors become refusals with a way out. A broken stream's own error passes."""
    try:
        return work()
    except OffsetConflict as error:
        raise Refused(UPLOAD_OFFSET, offset=error.expected) from error
    except TooLarge as error:
        raise Refused(UPLOAD_TOO_LARGE, limit=error.limit) from error
    except ChecksumMismatch as error:
        raise Refused(UPLOAD_CHECKSUM) from error
    except UnsupportedChecksum as error:
        raise Refused(UPLOAD_MALFORMED, header="Upload-Checksum") from error
    except UploadBusy as error:
        raise Refused(UPLOAD_BUSY) from error
    except (NotFound, InvalidKey) as error:
        raise Refused(NOT_FOUND) from error
    except StoreUnavailable as error:
        raise Refused(BUSY) from error
