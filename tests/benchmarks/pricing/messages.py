"""Messages of one charge each, every one for another item of the synthetic network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from infra.local.day.ehr import Charge, Message
from infra.local.network import Network, build_network

DAY = datetime(2026, 3, 4, 9, 30)  # noqa: DTZ001 - hospitals write their own clock's time
FACILITY, DEPARTMENT = "NORTH", "OR"
MOST = 60  # different items; more would only make the AWS in this process slow


@dataclass(kw_only=True)
class Messages:
    """A single-effect transaction as an EHR sends it: a patient, a visit, one charge with its lot.

    `charges` are (charge code, lot) of different items that every source may post.
    """

    network: Network
    items: frozenset[str]
    charges: Sequence[tuple[str, str]]
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    def of_the_network(cls) -> "Messages":
        """All items under lot control that have a charge code and a lot."""
        network = build_network(year=DAY.year)
        ruled = {rule.item_class for rule in network.stock_sources}
        lots = {lot.item: lot.number for lot in network.lots if lot.expires}
        codes = {code.item: code.charge_code for code in reversed(network.charge_codes)}
        items = [
            item.item
            for item in network.items
            if item.is_active
            and item.is_lot_controlled
            and not item.is_serial_controlled
            and item.item_class not in ruled
            and item.item in codes
            and item.item in lots
        ][:MOST]
        return cls(
            network=network,
            items=frozenset(items),
            charges=[(codes[item], lots[item]) for item in items],
        )

    def warm_up(self) -> bytes:
        """One for an item that no other message is about."""
        return self._message(*self.charges[0])

    def different(self, number: int) -> list[bytes]:
        """As many messages for as many items.

        Raises:
            ValueError: the network has not so many.
        """
        others = self.charges[1 : number + 1]
        if len(others) < number:
            raise ValueError(f"the network has {len(others)} different charges, not {number}")
        return [self._message(*charge) for charge in others]

    def _message(self, charge_code: str, lot: str) -> bytes:
        number = next(self._numbers)
        charge = Charge(
            transaction=f"20260304-{FACILITY}-{number:06d}-1",
            at=DAY,
            charge_code=charge_code,
            department=DEPARTMENT,
            quantity="2",
            lot=lot,
        )
        message = Message(
            control_id=f"20260304-{FACILITY}-{number:06d}-M",
            facility=FACILITY,
            visit=f"V260304{number:06d}",
            charges=(charge,),
        )
        return message.encoded()
