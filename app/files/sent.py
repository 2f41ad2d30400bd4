"""A file that somebody sends and nobody opens: kept as sent, told by its digests."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.kernel.errors import Refused, declare
from app.kernel.ledger.append import FileFact
from storage import ObjectStore
from storage.errors import TooLarge

MOST_DOCUMENT_BYTES = 200 << 20
DOCUMENT_TOO_LARGE = declare(
    "document-too-large",
    413,
    "文件超过 {most} MB。",
    "The file has more than {most} MB.",
    "请拆分或压缩后再上传。",
    "Split or compress it, and send again.",
)
_KNOWN = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
"""By its first bytes alone; whatever else it is, it is given back as bytes."""


@dataclass(frozen=True)
class SentFile:
    """What was stored."""

    fact: FileFact
    media_type: str


def keep_as_sent(store: ObjectStore, chunks: Iterable[bytes], most: int = MOST_DOCUMENT_BYTES) -> SentFile:
    """Store a file as it was sent.

    Raises:
        Refused: ``document-too-large``.
    """
    try:
        stored = store.put(iter(chunks), size_limit=most)
    except TooLarge as error:
        raise Refused(DOCUMENT_TOO_LARGE, most=most >> 20) from error
    start = b"".join(store.read(stored.sha256, stop=min(stored.size, 8))) if stored.size else b""
    known = (media for magic, media in _KNOWN if start.startswith(magic))
    media_type = next(known, "application/octet-stream")
    return SentFile(FileFact(stored.sha256, stored.sm3, stored.size), media_type)
