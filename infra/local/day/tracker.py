"""What an operating-room tracker sends in a day: signed events of uses and their returns."""

import json
import random
from collections.abc import Iterator
from datetime import date, datetime, time

from infra.local.network import Network

HOSPITALS = ("NORTH", "SOUTH", "EAST")
CASES_PER_HOSPITAL = 10
LINES_PER_CASE = 2


def tracker_events(network: Network, day: date, chance: random.Random) -> Iterator[bytes]:
    """Two lines a case; in SOUTH one of them an implant, which this source alone posts there."""
    plain = [item for item in network.items if item.is_active and not item.is_lot_controlled]
    implants = [item for item in network.items if item.is_active and item.is_serial_controlled]
    serials = {
        item.item: [lot.number for lot in network.lots if lot.item == item.item and lot.expires]
        for item in implants
    }
    for facility in HOSPITALS:
        for case in range(1, CASES_PER_HOSPITAL + 1):
            lines: list[dict[str, object]] = []
            for number in range(1, LINES_PER_CASE + 1):
                is_implant = facility == "SOUTH" and number == 1
                item = chance.choice(implants if is_implant else plain)
                line: dict[str, object] = {
                    "id": str(number),
                    "item": item.item,
                    "quantity": "1",
                    "unit": item.base_unit,
                    "used_at": f"{datetime.combine(day, time(7 + case, 20)):%Y-%m-%dT%H:%M:%S}",
                }
                if is_implant:
                    line["serial"] = serials[item.item][case % len(serials[item.item])]
                lines.append(line)
            yield _event(facility, f"{day:%Y%m%d}-T-{facility}-{case:02d}", lines, day)


def returned_case(event: bytes, day: date) -> bytes:
    """The second line of a case comes back to the shelf, whole."""
    document = json.loads(event)["document"]
    line = {
        **document["lines"][1],
        "id": "1",
        "used_at": f"{datetime.combine(day, time(18)):%Y-%m-%dT%H:%M:%S}",
        "returns": {"document": document["id"], "line": "2"},
    }
    return _event(document["facility"], f"{document['id']}-R", [line], day)


def _event(facility: str, document: str, lines: list[dict[str, object]], day: date) -> bytes:
    about = {
        "id": document,
        "facility": facility,
        "department": "OR",
        "case": f"CASE-{day:%y%m%d}-{document[-5:]}",
        "lines": lines,
    }
    return json.dumps({"type": "supply.used", "document": about}).encode()
