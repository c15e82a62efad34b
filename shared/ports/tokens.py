"""Patient identifiers become tokens at the edge (USE9)."""

from typing import Protocol


class Tokenizer(Protocol):
    """Keyed, one-way, the same token for the same identifier while the key version stands."""

    def token(self, kind: str, identifier: str) -> str:
        """`<kind letter><key version>-<base32>`; empty for an empty identifier."""
        ...

    def every_token(self, kind: str, identifier: str) -> tuple[str, ...]:
        """The token under each key version, today's first; none for an empty identifier.

        Whoever looks for a patient or a case asks for all of them: what was received under an
        earlier key keeps the token of that time.
        """
        ...
