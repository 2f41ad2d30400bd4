"""The ledger: its tree, entries by their leaf hash, and proofs that an entry is in the tree."""

import json

from app.access.rules import Permission
from app.api.answers import not_found
from app.api.request import reading, rights
from app.api.shapes.record import EntryOut, ProofOut, ProofQuery, TreeOut
from app.api.table import Answer, Table
from app.kernel.errors import invalid
from app.kernel.ledger.audit import StoredEntry, entry_by_leaf
from app.kernel.ledger.merkle import inclusion_proof
from app.kernel.ledger.sequence import node_reader, tree_root, tree_state
from app.kernel.policy import Target
from app.markups.visibility import may_read_entry
from app.review.queries.opinions import may_read_entry as may_read_review

table = Table("ledger")


@table.add("GET", "/ledger", answer=TreeOut)
def get_tree() -> Answer:
    """Size, root and watermark of the tree."""
    state = tree_state(reading())
    root = tree_root(reading(), state.size).hex()
    return Answer(TreeOut(size=state.size, root=root, watermark=state.watermark))


@table.add("GET", "/ledger/entries/{leaf}", answer=EntryOut)
def get_entry(leaf: str) -> Answer:
    """An entry by its leaf hash, if it concerns a project one sees."""
    entry = _entry(leaf)
    text = entry.body.decode()
    status = "recorded" if entry.index is None else "in_tree"
    value = EntryOut(leaf=entry.leaf, body=text, content=json.loads(text), index=entry.index, status=status)
    return Answer(value)


@table.add("GET", "/ledger/entries/{leaf}/proof", answer=ProofOut, query=ProofQuery, also=(409,))
def prove_entry(leaf: str, query: ProofQuery) -> Answer:
    """The audit path from an entry to the root of a tree (RFC 6962, 2.1.1)."""
    entry = _entry(leaf)
    state = tree_state(reading())
    size = min(query.size or state.size, state.size)
    if entry.index is None or entry.index >= size:
        raise invalid("size", "该条目尚未进入此树", "the entry is not in that tree yet")
    path = [digest.hex() for digest in inclusion_proof(entry.index, size, node_reader(reading()))]
    root = tree_root(reading(), size).hex()
    return Answer(ProofOut(leaf=entry.leaf, index=entry.index, size=size, path=path, root=root))


def _entry(leaf: str) -> StoredEntry:
    found = entry_by_leaf(reading(), leaf) if len(leaf) == 64 and leaf.isascii() and leaf.isalnum() else None
    if found is None or found.project_id is None:
        raise not_found()
    if not rights().may(Permission.PROJECT_VIEW, Target(found.project_id)):
        raise not_found()
    if not may_read_entry(reading(), rights(), json.loads(found.body)["subjects"]):
        raise not_found()  # a party's own mark is read by that party alone, in the ledger too
    if not may_read_review(reading(), rights(), json.loads(found.body)["subjects"]):
        raise not_found()
    return found
