"""Where seals are kept, so that nobody can change them."""

from typing import Protocol

from shared.canonical.seal import Seal


class SealStore(Protocol):
    """Seals by number, each with its index; what is kept is never replaced."""

    def numbers(self) -> tuple[int, ...]:
        """The numbers of all seals, rising."""
        ...

    def rewritten(self) -> tuple[int, ...]:
        """The numbers under which something was written, or removed, after the seal."""
        ...

    def put(self, seal: Seal, index: bytes) -> bool:
        """Keep a seal, its index first. False: a seal of this number is there already."""
        ...

    def read(self, number: int) -> bytes:
        """A seal's line. Raises KeyError if there is none."""
        ...

    def read_index(self, seal: Seal) -> bytes:
        """The index of a seal. Raises KeyError if there is none."""
        ...
