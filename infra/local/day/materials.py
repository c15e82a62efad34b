"""What the hospitals' materials system asks for in a day: stock requisitions (OMS^O05)."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from infra.local.network import Network
from shared.canonical.master import ItemRecord

HOSPITALS = ("NORTH", "SOUTH", "EAST")
LINES = 3
NEW, CANCEL = "NW", "CA"  # ORC-1, table 0119


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One requisition; every line of it is ordered, or cancelled, by `control`."""

    number: str
    facility: str
    at: datetime
    items: Sequence[tuple[ItemRecord, int]]
    control: str = NEW

    def encoded(self) -> bytes:
        """The bytes, segments ended by CR."""
        route = f"MSH|^~\\&|MM|{self.facility}|LEDGERWARD|MERIDIAN"
        control_id = f"{self.number}-{self.control}"
        head = f"{route}|{self.at:%Y%m%d%H%M%S}||OMS^O05^OMS_O05|{control_id}|P|2.5.1"
        lines = (segment for line in enumerate(self.items, 1) for segment in self._line(*line))
        return ("\r".join([head, *lines]) + "\r").encode()

    def _line(self, number: int, asked: tuple[ItemRecord, int]) -> tuple[str, str]:
        item, quantity = asked
        what = f"RQD|{number}|{item.item}^^ERP|||{quantity}|{item.base_unit}"
        return (
            f"ORC|{self.control}|{self.number}^MM|||||||{self.at:%Y%m%d%H%M%S}",
            f"{what}|||OR^^^{self.facility}|{self.at:%Y%m%d}",
        )


def requisitions(network: Network, day: date, chance: random.Random) -> Iterator[Order]:
    """One of each hospital, asked for before the shelves open."""
    items = [item for item in network.items if item.is_active]
    for name in HOSPITALS:
        yield Order(
            number=f"{day:%Y%m%d}-R-{name}",
            facility=name,
            at=datetime.combine(day, time(5, 40)),
            items=[(item, chance.randrange(1, 20)) for item in chance.sample(items, LINES)],
        )
