"""What is known of the stock of places, line by line: the positions are read from it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from shared.canonical.stock import Opening, StockFact


class StockStore(Protocol):
    """Facts of counts, receipts and updates. Uses stand in the effect ledger and nowhere else."""

    def record(self, facts: Sequence[StockFact]) -> Sequence[StockFact]:
        """Keep each under its id for ever; again does no harm.

        Returns those whose id stands with another content: they were not kept (USE2).

        Raises:
            ThrottledError: some may not be kept; record all again.
        """
        ...

    def known(self, ids: Collection[str]) -> set[str]:
        """Those of these lines that are kept."""
        ...

    def open_place(self, opening: Opening) -> bool:
        """Begin to follow a place with its opening facts; False if that was done before."""
        ...

    def opening(self, tenant: str, place: str) -> Opening | None:
        """Since when a place is followed, without its facts; None if it is not."""
        ...

    def of_place(self, tenant: str, place: str, item: str = "") -> Iterator[StockFact]:
        """The facts of a place, of all items or of one, in no order. Reads are consistent."""
        ...
