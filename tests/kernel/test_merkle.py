"""The tree against a second writing of RFC 6962 section 2.1, straight from its definitions."""

import hashlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ledger.merkle import (
    EMPTY_ROOT,
    BadProof,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    new_nodes,
    root,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 130
LEAVES = [b"entry %d" % n for n in range(LARGEST)]


def _h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@cache
def mth(start: int, stop: int) -> bytes:
    """MTH(D[start:stop]) of section 2.1."""
    size = stop - start
    if size == 0:
        return _h(b"")
    if size == 1:
        return _h(b"\0" + LEAVES[start])
    k = 1
    while k * 2 < size:
        k *= 2
    return _h(b"\1" + mth(start, start + k) + mth(start + k, stop))


def path(m: int, start: int, stop: int) -> list[bytes]:
    """PATH(m, D[start:stop]) of section 2.1.1."""
    size = stop - start
    if size == 1:
        return []
    k = 1
    while k * 2 < size:
        k *= 2
    if m < k:
        return [*path(m, start, start + k), mth(start + k, stop)]
    return [*path(m - k, start + k, stop), mth(start, start + k)]


def subproof(m: int, start: int, stop: int, *, b: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:stop], b) of section 2.1.2."""
    size = stop - start
    if m == size:
        return [] if b else [mth(start, stop)]
    k = 1
    while k * 2 < size:
        k *= 2
    if m <= k:
        return [*subproof(m, start, start + k, b=b), mth(start + k, stop)]
    return [*subproof(m - k, start + k, stop, b=False), mth(start, start + k)]


def _grown(leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    nodes: dict[tuple[int, int], bytes] = {}
    for size, entry in enumerate(leaves):
        for level, index, digest in new_nodes(size, leaf_hash(entry), lambda lv, i: nodes[lv, i]):
            assert (level, index) not in nodes
            nodes[level, index] = digest
    return nodes


NODES = _grown(LEAVES)


def read(level: int, index: int) -> bytes:
    return NODES[level, index]


def test_roots_of_all_sizes_are_those_of_the_definition():
    assert root(0, read) == EMPTY_ROOT == mth(0, 0)
    for size in range(1, LARGEST + 1):
        assert root(size, read) == mth(0, size), size


def test_every_inclusion_proof_is_that_of_the_definition_and_verifies():
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            assert proof == path(index, 0, size)
            verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof, mth(0, size))


def test_every_consistency_proof_is_that_of_the_definition_and_verifies():
    for new in range(1, LARGEST + 1):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, read)
            assert proof == ([] if old == new else subproof(old, 0, new, b=True))
            verify_consistency(old, new, mth(0, old), mth(0, new), proof)


def _spoiled(proof: list[bytes]) -> list[list[bytes]]:
    flipped = [[*proof[:n], bytes([p[0] ^ 1, *p[1:]]), *proof[n + 1 :]] for n, p in enumerate(proof)] + [
        [*proof[:n], bytes([*p[:-1], p[-1] ^ 128]), *proof[n + 1 :]] for n, p in enumerate(proof)
    ]
    padded = [[*proof, bytes(32)], [bytes(32), *proof], [*proof, *proof[-1:]]] if proof else [[bytes(32)]]
    cut = [proof[:-1], proof[1:]] if proof else []
    swapped = [[*proof[:-2], proof[-1], proof[-2]]] if len(proof) > 1 else []
    return flipped + padded + cut + swapped


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 13, 64, 65, 100, 130])
def test_a_spoiled_inclusion_proof_is_refused(size: int):
    for index in range(0, size, max(1, size // 9)):
        leaf, right = leaf_hash(LEAVES[index]), mth(0, size)
        proof = inclusion_proof(index, size, read)
        for wrong in _spoiled(proof):
            with pytest.raises(BadProof):
                verify_inclusion(leaf, index, size, wrong, right)
        for other in {index + 1, index - 1, 0, size - 1} - {index}:
            with pytest.raises(BadProof):
                verify_inclusion(leaf, other, size, proof, right)
        with pytest.raises(BadProof):
            verify_inclusion(leaf_hash(b"another"), index, size, proof, right)
        with pytest.raises(BadProof):
            verify_inclusion(leaf, index, size, proof, bytes(32))


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, 2), (1, 8), (2, 3), (3, 7), (4, 8), (6, 8), (7, 8), (63, 64), (64, 130), (65, 129), (129, 130)],
)
def test_a_spoiled_consistency_proof_is_refused(old: int, new: int):
    proof = consistency_proof(old, new, read)
    for wrong in _spoiled(proof):
        with pytest.raises(BadProof):
            verify_consistency(old, new, mth(0, old), mth(0, new), wrong)
    for first, second in ((bytes(32), mth(0, new)), (mth(0, old), bytes(32)), (mth(0, new), mth(0, old))):
        with pytest.raises(BadProof):
            verify_consistency(old, new, first, second, proof)


def test_a_fork_cannot_be_passed_off_as_growth():
    forked = _grown([*LEAVES[:40], b"rewritten", *LEAVES[41:100]])
    for old in (41, 64, 65, 99):
        proof = consistency_proof(old, 100, lambda lv, i: forked[lv, i])
        with pytest.raises(BadProof):
            verify_consistency(old, 100, mth(0, old), root(100, lambda lv, i: forked[lv, i]), proof)


@given(st.integers(-3, 12), st.integers(-3, 12))
def test_questions_about_trees_that_do_not_exist_are_errors(first: int, second: int):
    if not 0 <= first < second:
        with pytest.raises(ValueError):
            inclusion_proof(first, second, read)
        with pytest.raises(BadProof):
            verify_inclusion(bytes(32), first, second, [], bytes(32))
    if not 0 < first <= second:
        with pytest.raises(ValueError):
            consistency_proof(first, second, read)
        with pytest.raises(BadProof):
            verify_consistency(first, second, bytes(32), bytes(32), [])


def test_the_eight_leaves_of_certificate_transparency_give_their_well_known_roots():
    """Inputs and roots of merkle_tree_test.cc in google/certificate-transparency, also in transparency-dev/merkle."""
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    nodes = _grown([bytes.fromhex(i) for i in inputs])
    assert [root(n + 1, lambda lv, i: nodes[lv, i]).hex() for n in range(8)] == roots
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
