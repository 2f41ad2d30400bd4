"""Making a file ready for its first seal: clean, with room for every seal it may ever carry."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.seals.sealing.fields import place_fields
from app.seals.sealing.places import Layout, Wish, find_places
from app.seals.sealing.preparing import Taken, make_ready


@dataclass(frozen=True)
class Ready:
    """A file that can be sealed."""

    sha256: str
    size: int
    taken: tuple[Taken, ...]
    layout: Layout


def ready_file(source: Path, target: Path, wishes: Sequence[Wish]) -> Ready:
    """Write ``target``."""
    made = make_ready(source, target)
    layout = find_places(target, wishes)
    content = place_fields(target.read_bytes(), layout.fields)
    target.write_bytes(content)
    return Ready(hashlib.sha256(content).hexdigest(), len(content), made.taken, layout)
