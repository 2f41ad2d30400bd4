"""The manifest of a set that was sealed in one act: every sheet of it by digest, under one Merkle root.

The manifest is a PDF for people and a JSON beside it for programs; both name the same root, and the batch's seal stands
on the PDF. From the rows comes, for each sheet, a proof that it belongs to the set: a stranger checks it with
``check_membership.py``, one file of Python and nothing else.

Leaves, version 1. A row's bytes are the line ``oneset-sealed-row-1`` with its line feed, then seven fields in this order:
position (decimal, from 1), document, number, title, revision, sha256, sm3. A field is its length in bytes in decimal, a
colon, its bytes in UTF-8 as they are (no normalisation), a comma (a netstring). Digests are lower-case hexadecimal, of
the sealed file. The tree over these leaves is that of RFC 9162, 2.1, with SHA-256: 0x00 before a leaf, 0x01 before a
node.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.kernel.labels import Label
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.ledger.merkle import inclusion_proof, leaf_hash, new_nodes
from app.kernel.ledger.merkle import root as tree_root
from app.papers.typesetting import qr_squares, typeset
from app.seals.rules import SealKind
from app.seals.sealing.places import Wish

ROWS_FORMAT = "oneset-sealed-set-1"
PROOF_FORMAT = "oneset-set-proof-1"
_LEAF_HEAD = b"oneset-sealed-row-1\n"
_DIGEST = re.compile(r"[0-9a-f]{64}")
TITLE = Label("成套签章清单", "Manifest of a Sealed Set")
FIELD = "manifest"


@dataclass(frozen=True)
class Row:
    """One sealed sheet, in the order of the set."""

    document: str
    """What it is called in words: volume, discipline."""
    number: str
    title: str
    revision: str
    sha256: str
    """Of the sealed file, in lower-case hexadecimal; so is ``sm3``."""
    sm3: str


@dataclass(frozen=True)
class Act:
    """What the manifest says of the act of sealing; texts as they shall be read."""

    project: str
    name: str
    """Of the set."""
    seal: str
    """Whose seal was put on the sheets."""
    by: str
    """Who decided."""
    at: datetime
    level: str
    reference: str
    """Under which the act is found in the record."""
    address: str
    """Where it can be looked up: what the QR code says."""


class SetTree:
    """The tree over the rows of a set.

    Raises:
        ValueError: no rows, or a digest that is none.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        if not rows:
            raise ValueError("a set has sheets")
        self._nodes: dict[tuple[int, int], bytes] = {}
        self.rows = tuple(rows)
        for size, row in enumerate(self.rows):
            made = new_nodes(size, leaf_hash(leaf_bytes(size + 1, row)), self._read)
            for level, index, digest in made:
                self._nodes[level, index] = digest
        self.root = tree_root(len(self.rows), self._read).hex()

    def _read(self, level: int, index: int) -> bytes:
        return self._nodes[level, index]

    def proof(self, index: int) -> dict[str, Any]:
        """Proof that row ``index``, from 0, is in the set.

        Raises:
            ValueError: there is no such row.
        """
        path = inclusion_proof(index, len(self.rows), self._read)
        return {
            "format": PROOF_FORMAT,
            "position": index + 1,
            "size": len(self.rows),
            "row": asdict(self.rows[index]),
            "path": [one.hex() for one in path],
            "root": self.root,
        }


def leaf_bytes(position: int, row: Row) -> bytes:
    """The bytes of a row (see above).

    Raises:
        ValueError: a digest that is none.
    """
    if not _DIGEST.fullmatch(row.sha256) or not _DIGEST.fullmatch(row.sm3):
        raise ValueError(f"row {position} lacks a digest")
    fields = (str(position), row.document, row.number, row.title, row.revision, row.sha256, row.sm3)
    parts = (text.encode() for text in fields)
    return _LEAF_HEAD + b"".join(b"%d:%s," % (len(part), part) for part in parts)


def root_of(rows: Sequence[Row]) -> str:
    """The root of a set, in hexadecimal."""
    return SetTree(rows).root


def proof_of(rows: Sequence[Row], index: int) -> dict[str, Any]:
    """Proof that a row, from 0, is in the set; for many proofs of one set keep a :class:`SetTree`."""
    return SetTree(rows).proof(index)


def manifest_json(rows: Sequence[Row]) -> bytes:
    """Rows and root for programs, in canonical JSON (RFC 8785); stands beside the PDF, whose gate allows no attachments."""
    tree = SetTree(rows)
    listed = [{"position": n, **asdict(row)} for n, row in enumerate(tree.rows, start=1)]
    return canonical_bytes({"format": ROWS_FORMAT, "size": len(listed), "root": tree.root, "rows": listed})


def read_manifest(data: Mapping[str, Any]) -> SetTree:
    """The tree of a manifest's JSON.

    Raises:
        ValueError, KeyError, TypeError: not a manifest, or its rows do not give its root.
    """
    rows = [Row(**{key: str(one[key]) for key in Row.__dataclass_fields__}) for one in data["rows"]]
    tree = SetTree(rows)
    if data["format"] != ROWS_FORMAT or data["size"] != len(rows) or data["root"] != tree.root:
        raise ValueError("rows and root do not belong together")
    return tree


def manifest_wishes() -> list[Wish]:
    """For ``jail.ready_file``: the one field, for the batch's seal; the first page keeps room for it."""
    return [Wish(FIELD, SealKind.ISSUE, is_last=True)]


def manifest_pdf(rows: Sequence[Row], act: Act) -> bytes:
    """The manifest as PDF/A-2b, ready to be made ready; equal input gives equal bytes.

    Raises:
        Refused: ``paper-too-long``.
    """
    tree = SetTree(rows)
    at = act.at.isoformat(timespec="seconds")
    content = {
        "title": f"{TITLE.zh} {act.reference}",
        "author": act.seal,
        "running": f"{TITLE.zh}　{act.reference}",
        "mark": "",
        "head": {"zh": TITLE.zh, "en": TITLE.en, "under": act.name},
        "facts": [
            _fact(Label("项目", "Project"), act.project),
            _fact(Label("签章", "Seal"), act.seal),
            _fact(Label("签章人", "Sealed by"), act.by),
            _fact(Label("签章时间", "Sealed at"), at),
            _fact(Label("签名级别", "Level"), act.level),
            _fact(Label("图纸数量", "Sheets"), str(len(tree.rows))),
            _fact(Label("办理编号", "Reference"), act.reference),
        ],
        "root": tree.root,
        "rows": [asdict(row) for row in tree.rows],
        "foot": {
            "qr": qr_squares(act.address),
            "lines": [
                f"{act.address}",
                f"根值 Root (RFC 9162, SHA-256): {tree.root}",
            ],
        },
    }
    return typeset("sealed-set", content, made_at=act.at)


def _fact(name: Label, value: str) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en, "value": value}
