"""Seals in memory."""

from dataclasses import dataclass, field

from shared.canonical.seal import Seal


@dataclass(slots=True)
class SimulatedSealStore:
    """Implements the SealStore port."""

    seals: dict[int, bytes] = field(default_factory=dict)
    indexes: dict[tuple[int, str], bytes] = field(default_factory=dict)

    def numbers(self) -> tuple[int, ...]:
        """The numbers of all seals, rising."""
        return tuple(sorted(self.seals))

    def rewritten(self) -> tuple[int, ...]:
        """None: nothing here is written twice."""
        return ()

    def put(self, seal: Seal, index: bytes) -> bool:
        """Keep a seal. False: a seal of this number is there already."""
        self.indexes.setdefault((seal.number, seal.index_sha256), index)
        return self.seals.setdefault(seal.number, seal.line) == seal.line

    def read(self, number: int) -> bytes:
        """A seal's line. Raises KeyError if there is none."""
        return self.seals[number]

    def read_index(self, seal: Seal) -> bytes:
        """The index of a seal. Raises KeyError if there is none."""
        return self.indexes[seal.number, seal.index_sha256]
