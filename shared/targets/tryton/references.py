"""Where a Tryton company keeps our references, and how its stock moves are asked by them.

With our `ledgerward_reference` module each stock move has its own. Without it a move has no field
for one, so its internal shipment carries it: our reference, a blank, and the content hash. Tryton
has one free field on that model, and what must stay together is best written together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from shared.targets.tryton.client import Row, TrytonClient

Clause = list[Any]
Value = TypeVar("Value")

SHIPMENT: Final = "stock.shipment.internal"
MOVE: Final = "stock.move"
OURS: Final = "LW%"
REFERENCE_LENGTH: Final = 34
# A domain travels in the address of the request, and gunicorn takes 4,094 characters of it.
IDS_A_CALL: Final = 150
SHIPMENTS_A_CALL: Final = 25


class Referencing(Protocol):
    """How stock moves are found by our references."""

    @property
    def field(self) -> str:
        """The field of a stock move that leads to its reference."""
        ...

    @property
    def most_a_call(self) -> int:
        """How many references one question may name."""
        ...

    def read(self, client: TrytonClient, moves: Sequence[Row]) -> Mapping[int, str]:
        """The references of moves that were read with that field, by the moves' ids."""
        ...

    def any_of(self, references: Sequence[str], *, of_origins: bool = False) -> Clause:
        """The moves under these references, or what these moves caused in the general ledger."""
        ...

    def all_ours(self, *, of_origins: bool = False) -> Clause:
        """Every move under a reference of ours, or what all of them caused."""
        ...

    def numbered(self, number: int) -> Clause:
        """The move with this id, or those of the document with this id."""
        ...


@dataclass(frozen=True, slots=True)
class OnMoves:
    """Each stock move has a reference of its own (class E1)."""

    field: str = "integration_ref"
    most_a_call: int = 40

    def read(self, client: TrytonClient, moves: Sequence[Row]) -> Mapping[int, str]:  # noqa: ARG002
        """It stands on the move itself."""
        return {row["id"]: row[self.field] for row in moves}

    def any_of(self, references: Sequence[str], *, of_origins: bool = False) -> Clause:
        """By the unique index."""
        return on_move(self.field, "in", list(references), of_origins=of_origins)

    def all_ours(self, *, of_origins: bool = False) -> Clause:
        """By the prefix of all our references."""
        return on_move(self.field, "like", OURS, of_origins=of_origins)

    def numbered(self, number: int) -> Clause:
        """A move is its own document."""
        return ["id", "=", number]


@dataclass(frozen=True, slots=True)
class OnShipments:
    """Each stock move is the only one of an internal shipment, which has the reference (E2)."""

    field: str = "shipment"
    most_a_call: int = 20

    def read(self, client: TrytonClient, moves: Sequence[Row]) -> Mapping[int, str]:
        """Read the shipments: Tryton names them only by their ids."""
        shipments = {row["id"]: int(row[self.field].partition(",")[2]) for row in moves}
        named = {
            row["id"]: reference_in(row["reference"])
            for some in chunks(sorted(set(shipments.values())), IDS_A_CALL)
            for row in client.rows(SHIPMENT, [["id", "in", some]], ["reference"])
        }
        return {move: named[shipment] for move, shipment in shipments.items()}

    def any_of(self, references: Sequence[str], *, of_origins: bool = False) -> Clause:
        """By prefix: what stands behind a reference is not asked for."""
        return ["OR", *(_on_shipment(like(each), of_origins=of_origins) for each in references)]

    def all_ours(self, *, of_origins: bool = False) -> Clause:
        """By the prefix of all our references."""
        return _on_shipment(OURS, of_origins=of_origins)

    def numbered(self, number: int) -> Clause:
        """Both have ids of their own: one number may be of a move and of another's shipment."""
        return ["OR", ["id", "=", number], ["shipment", "=", f"{SHIPMENT},{number}"]]


def on_move(field: str, operator: str, value: object, *, of_origins: bool) -> Clause:
    """A clause about a stock move, or about the stock move behind a general-ledger line."""
    if of_origins:
        return [f"move.origin.{field}", operator, value, MOVE]
    return [field, operator, value]


def _on_shipment(pattern: str, *, of_origins: bool) -> Clause:
    return [*on_move("shipment.reference", "like", pattern, of_origins=of_origins), SHIPMENT]


def referenced(reference: str, content_hash: str) -> str:
    """What a shipment's reference field holds."""
    return f"{reference} {content_hash}"


def reference_in(text: str) -> str:
    """Our reference in a shipment's reference field."""
    return text.partition(" ")[0]


def content_hash_in(text: str) -> str:
    """The content hash behind it; empty if somebody took it away."""
    return text.partition(" ")[2]


def like(reference: str) -> str:
    """The pattern of a reference with whatever content hash."""
    return f"{reference} %"


def chunks(values: Sequence[Value], size: int) -> Iterator[list[Value]]:
    """These, so many at a time."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
