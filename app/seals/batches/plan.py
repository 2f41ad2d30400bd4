"""Which seals a document may ever carry: all their fields are made before the first (ISO 32000-2, 12.8.2.2)."""

from app.seals.rules import SealKind
from app.seals.sealing.places import Wish

REVISION = "revision"
PLANS: dict[str, tuple[Wish, ...]] = {
    REVISION: (
        Wish("issue-1", SealKind.ISSUE),
        Wish("registered-1", SealKind.REGISTERED),
        Wish("registered-2", SealKind.REGISTERED),
        Wish("review-1", SealKind.REVIEW),
        Wish("as-built-1", SealKind.AS_BUILT),
        Wish("person-1", SealKind.PERSON),
        Wish("firm-1", SealKind.FIRM),
    ),
}
"""By kind of document (DOMAIN 4.1). Other documents get what their seal needs."""
OTHER = (
    Wish("firm-1", SealKind.FIRM),
    Wish("firm-2", SealKind.FIRM),
    Wish("person-1", SealKind.PERSON),
    Wish("person-2", SealKind.PERSON),
    Wish("issue-1", SealKind.ISSUE),
    Wish("registered-1", SealKind.REGISTERED),
    Wish("review-1", SealKind.REVIEW),
)


def wishes_for(owner_kind: str) -> tuple[Wish, ...]:
    """The fields that a document of this kind gets."""
    return PLANS.get(owner_kind, OTHER)


def kind_of_field(name: str) -> str:
    """The kind of seal a field was made for: its name without the number."""
    return name.rpartition("-")[0].replace("-", "_")
