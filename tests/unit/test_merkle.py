"""The Merkle tree: known roots, and no two lists with one root."""

import hashlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.merkle import leaf_hash, root_of

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=40)
# The leaves and roots of the tests of Certificate Transparency's reference implementation.
KNOWN_LEAVES = (
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
)
KNOWN_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def root(contents: list[bytes]) -> bytes:
    return root_of(leaf_hash(content) for content in contents)


def test_the_roots_are_those_of_certificate_transparency() -> None:
    leaves = [bytes.fromhex(text) for text in KNOWN_LEAVES]

    assert {size: root(leaves[:size]).hex() for size in KNOWN_ROOTS} == KNOWN_ROOTS


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 word by word."""
    if len(leaves) <= 1:
        return leaf_hash(leaves[0]) if leaves else hashlib.sha256().digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    halves = by_definition(leaves[:split]) + by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + halves).digest()


@given(LEAVES)
def test_the_root_is_the_one_that_the_rfc_defines(leaves: list[bytes]) -> None:
    assert root(leaves) == by_definition(leaves)


@given(LEAVES, st.data())
def test_an_altered_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(max_size=8).filter(lambda each: each != leaves[at]))

    assert root([*leaves[:at], other, *leaves[at + 1 :]]) != root(leaves)


@given(LEAVES, st.data())
def test_a_missing_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))

    assert root([*leaves[:at], *leaves[at + 1 :]]) != root(leaves)


@given(LEAVES, st.binary(max_size=8), st.data())
def test_an_added_leaf_changes_the_root(
    leaves: list[bytes], more: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(leaves)))

    assert root([*leaves[:at], more, *leaves[at:]]) != root(leaves)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_two_swapped_leaves_change_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    first, second = data.draw(st.sampled_from(list(pairwise(range(len(leaves))))))
    swapped = list(leaves)
    swapped[first], swapped[second] = swapped[second], swapped[first]

    assert root(swapped) != root(leaves)


@given(st.binary(max_size=8), st.binary(max_size=8))
def test_no_leaf_passes_for_a_node(left: bytes, right: bytes) -> None:
    node = leaf_hash(left) + leaf_hash(right)

    assert root([node]) != root([left, right])
    assert root([b"\x01" + node]) != root([left, right])
