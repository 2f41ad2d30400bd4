"""The bytes of one document in their order: as published, made ready, and with each seal."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.files.models import Rendition, RenditionRole

PDF = "application/pdf"


@dataclass(frozen=True)
class Chain:
    """What stands of one document. Sealed bytes begin with all bytes of those before them (law 1)."""

    published: Rendition
    """As it came."""
    base: Rendition
    """As it is, or will be, the record: made ready for seals, else as it came."""
    sealed: tuple[Rendition, ...] = ()

    @property
    def latest(self) -> Rendition:
        """With every seal there is."""
        return self.sealed[-1] if self.sealed else self.base

    @property
    def is_ready(self) -> bool:
        """True when it was made ready for seals."""
        return self.base is not self.published

    @property
    def can_carry(self) -> bool:
        """Whether these bytes could hold seals at all."""
        return self.published.media_type == PDF

    @property
    def is_pdf(self) -> bool:
        """Only a PDF of its own is sealed, not a page of one."""
        return self.published.media_type == PDF and self.published.page == 0


def chain_of(renditions: Sequence[Rendition]) -> Chain | None:
    """The chain of one document; None when nothing was published.

    Args:
        renditions: all of the document, oldest first. Earlier published files, and what hangs on them, are passed over.
    """
    by_id = {rendition.id: rendition for rendition in renditions}
    published = [r for r in renditions if r.role == RenditionRole.PUBLISHED]
    if not published:
        return None
    base = published[-1]
    first = by_id.get(base.derived_from or "")
    came = first if first is not None and first.role == RenditionRole.PUBLISHED else base
    sealed: list[Rendition] = []
    after = {r.derived_from: r for r in renditions if r.role == RenditionRole.SEALED}
    following = after.get(base.id)
    while following is not None:
        sealed.append(following)
        following = after.get(following.id)
    return Chain(came, base, tuple(sealed))
