"""Patient identifiers become tokens at the edge (USE9)."""

from typing import Protocol


class Tokenizer(Protocol):
    """Keyed, one-way, the same token for the same identifier while the key version stands."""

    def token(self, kind: str, identifier: str) -> str:
        """`<kind letter><key version>-<base32>`; empty for an empty identifier."""
        ...
