"""The Merkle tree of RFC 6962 section 2 (RFC 9162 section 2.1): hashes, inclusion and consistency proofs.

Nodes are stored only for complete subtrees: ``node(level, index)`` covers leaves ``index*2**level`` up to
``(index+1)*2**level``. Everything here asks for them through a function, so that a database, a dict or a file serves.
"""

import hashlib
from collections.abc import Callable, Iterator

NodeReader = Callable[[int, int], bytes]
"""``read(level, index)`` gives the hash of a complete subtree."""

EMPTY_ROOT = hashlib.sha256(b"").digest()


class BadProof(ValueError):  # noqa: N818
    """A proof does not show what it claims."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def new_nodes(size: int, leaf: bytes, read: NodeReader) -> Iterator[tuple[int, int, bytes]]:
    """The complete subtrees that come into being when a leaf joins a tree of ``size`` leaves."""
    level, index, digest = 0, size, leaf
    yield level, index, digest
    while index % 2 == 1:
        digest = node_hash(read(level, index - 1), digest)
        level, index = level + 1, index // 2
        yield level, index, digest


def root(size: int, read: NodeReader) -> bytes:
    """The tree head of the first ``size`` leaves."""
    if size == 0:
        return EMPTY_ROOT
    return _range(0, size, read)


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """Audit path of RFC 6962 section 2.1.1.

    Raises:
        ValueError: there is no such leaf in that tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _path(index, 0, size, read)


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Proof of RFC 6962 section 2.1.2 that the tree of ``old`` leaves is a prefix of the tree of ``new``.

    Raises:
        ValueError: not ``0 < old <= new``.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    return [] if old == new else _subproof(old, 0, new, True, read)


def verify_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], expected_root: bytes) -> None:
    """Check an audit path (RFC 9162 section 2.1.3.2).

    Raises:
        BadProof: it does not lead to the root.
    """
    if not 0 <= index < size:
        raise BadProof("no such leaf")
    position, last, digest = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise BadProof("path too long")
        if position % 2 == 1 or position == last:
            digest = node_hash(sibling, digest)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or digest != expected_root:
        raise BadProof("the path does not lead to the root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
    """Check a consistency proof (RFC 9162 section 2.1.4.2).

    Raises:
        BadProof: the old tree is not shown to be a prefix of the new.
    """
    if not 0 < old <= new:
        raise BadProof("sizes out of order")
    if old == new:
        if proof or old_root != new_root:
            raise BadProof("equal sizes, different trees")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise BadProof("proof too short")
    position, last = old - 1, new - 1
    while position % 2 == 1:
        position, last = position >> 1, last >> 1
    old_digest = new_digest = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("proof too long")
        if position % 2 == 1 or position == last:
            old_digest, new_digest = node_hash(sibling, old_digest), node_hash(sibling, new_digest)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            new_digest = node_hash(new_digest, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or old_digest != old_root or new_digest != new_root:
        raise BadProof("the proof does not join the two roots")


def _split(size: int) -> int:
    """Largest power of two smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _range(start: int, stop: int, read: NodeReader) -> bytes:
    size = stop - start
    if size & (size - 1) == 0 and start % size == 0:
        return read(size.bit_length() - 1, start // size)
    middle = start + _split(size)
    return node_hash(_range(start, middle, read), _range(middle, stop, read))


def _path(index: int, start: int, stop: int, read: NodeReader) -> list[bytes]:
    if stop - start == 1:
        return []
    middle = start + _split(stop - start)
    if index < middle:
        return [*_path(index, start, middle, read), _range(middle, stop, read)]
    return [*_path(index, middle, stop, read), _range(start, middle, read)]


def _subproof(old: int, start: int, stop: int, whole: bool, read: NodeReader) -> list[bytes]:
    """``old`` is absolute: the proof is about leaves ``start`` to ``old`` inside ``start`` to ``stop``."""
    if old == stop:
        return [] if whole else [_range(start, stop, read)]
    middle = start + _split(stop - start)
    if old <= middle:
        return [*_subproof(old, start, middle, whole, read), _range(middle, stop, read)]
    return [*_subproof(old, middle, stop, False, read), _range(start, middle, read)]


class GrowingTree:
    """A tree that keeps only the roots of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: dict[int, bytes] = {}
        """By level: the complete subtree of that size, where the binary form of ``size`` has a one."""

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf; the nodes that came into being."""
        made = list(new_nodes(self.size, leaf, lambda level, _: self._roots[level]))
        self.size += 1
        for level, _, _ in made[:-1]:
            self._roots.pop(level, None)
        self._roots[made[-1][0]] = made[-1][2]
        return made

    def root(self) -> bytes:
        """The tree head: subtrees joined from the smallest up."""
        levels = sorted(self._roots)
        if not levels:
            return EMPTY_ROOT
        digest = self._roots[levels[0]]
        for level in levels[1:]:
            digest = node_hash(self._roots[level], digest)
        return digest
