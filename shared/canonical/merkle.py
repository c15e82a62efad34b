"""Merkle trees over byte strings, as RFC 6962 section 2.1 defines them.

Leaves are hashed behind a 0x00 and nodes behind a 0x01 (domain separation: no leaf can pass for a
node, nor the other way round). The left subtree holds the largest power of two of leaves that is
smaller than their number; the root of nothing is SHA-256 of nothing.
"""

import hashlib
from collections.abc import Iterable

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf: SHA-256(0x00 || content)."""
    return hashlib.sha256(_LEAF + content).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order, in memory that grows with the log of their number.

    Full subtrees lie on a stack, the largest at the bottom; two of one size become one node.
    """
    subtrees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, top = 1, leaf
        while subtrees and subtrees[-1][0] == size:
            top = _node(subtrees.pop()[1], top)
            size *= 2
        subtrees.append((size, top))
    if not subtrees:
        return hashlib.sha256().digest()
    _, root = subtrees.pop()
    while subtrees:
        root = _node(subtrees.pop()[1], root)
    return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
