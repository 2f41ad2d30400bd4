"""Changes in the site of page tests: one that the contractor proposed on a released sheet, with a sketch."""

from typing import Any

from app.changes.actions.files import StoredFile, add_file
from app.changes.actions.proposals import ProposeChange, propose_change
from app.changes.rules import ChangeKind, FileKind
from tests.changes.papers import text
from tests.review.cases import act
from tests.world import World


def changes(world: World, things: dict[str, str], foreign: dict[str, str], paper: Any) -> None:
    """A proposed change and its file, by name; the stranger's project has the same."""
    for known, who in ((things, "contractor"), (foreign, "stranger")):
        said = text(world, known["revision:released"])
        command = ProposeChange(known["project"], ChangeKind.DESIGN_CHANGE, said)
        known["change"] = change = act(world, who, lambda tx, c=command: propose_change(tx, c))
        sketch = StoredFile(FileKind.SKETCH, "附图", "", paper, "application/pdf", "附图.pdf")
        known["change file"] = act(world, who, lambda tx, c=change, f=sketch: add_file(tx, c, f))
