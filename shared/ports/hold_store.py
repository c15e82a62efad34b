"""Where holds wait for people."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from shared.canonical.hold import Hold


class HoldStore(Protocol):
    """Open holds by line and code, listed by owner and due time."""

    def open(self, holds: Sequence[Hold]) -> None:
        """Open each unless it stands (line, code), or was closed over the very same content."""
        ...

    def owned_by(self, owner: str) -> Iterator[Hold]:
        """Open holds of one owner role, soonest due first."""
        ...

    def of_line(self, line_id: str) -> tuple[Hold, ...]:
        """Open holds of one line."""
        ...

    def close(self, line_id: str, code: str, reason: str, *, who: str = "") -> None:
        """Close the holds with this code on a line, and keep who did and why; none is no error."""
        ...

    def assign(self, line_id: str, code: str, owner: str, reason: str, *, who: str) -> bool:
        """Give the open holds with this code on a line another owner; False if none is open."""
        ...
