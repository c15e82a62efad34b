"""What lies at a location now, asked and told in FHIR R5 (IHE Pharmacy SUPPLY, PHARM-S7).

The answer is one InventoryReport that was made for it. It is stored nowhere: its address is a UUID.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from shared.canonical.source_time import utc_second
from shared.formats.fhir.bundles import known_as
from shared.formats.fhir.capability import POSITION_PARAMETERS, POSITIONS
from shared.formats.fhir.searching import (
    COUNT,
    FORMAT,
    SearchError,
    count_of,
    match_entry,
    searchset,
    values_of,
)

ITEM_SYSTEM = "urn:ledgerward:item"
_CONTROLS = (COUNT, FORMAT)  # there is no second page


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionQuery:
    """Of which item the stock is asked, and where: the client's words, without type and system."""

    location: str
    item: str

    @property
    def url(self) -> str:
        """The query as it was understood, relative to the base."""
        return f"{POSITIONS}?{urlencode({'location': self.location, 'item': self.item})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPosition:
    """So much of an item, and lot, lies at a place.

    `location` is the client's word for the place and `place` the ERP's code of it; `item` is the
    ERP's number and `names` are the client's words, if others. `on_hand` is in base units, less
    than nothing where the books say so; `counted_at` is ISO 8601 in UTC, empty if nobody counted.
    """

    location: str
    place: str
    item: str
    base_unit: str
    on_hand: Decimal
    names: tuple[str, ...] = ()
    lot: str = ""
    counted_at: str = ""


def position_query_of(parameters: Mapping[str, Sequence[str]]) -> PositionQuery:
    """What the parameters of a request ask for.

    A location is an id, `Location/id` or a whole address (FHIR 3.2.1: search); an item is
    a code, whatever its system.

    Raises:
        SearchError: a parameter is unknown, repeated or empty, or one of the two is not there.
    """
    said = values_of(parameters, names=POSITION_PARAMETERS, controls=_CONTROLS)
    count_of(said)
    location = known_as(said.get("location", "")).rpartition("/")[2]
    item = said.get("item", "").rpartition("|")[2]
    if not location or not item:
        raise SearchError("Name one location and one item of it; both are needed.")
    return PositionQuery(location=location, item=item)


def position_bundle(url: str, positions: Sequence[ToldPosition], *, at: datetime) -> str:
    """The searchset that answers a query, as JSON: of no positions it has no report.

    Its numbers have each digit of their decimals; `stored.as_bytes` makes a body of it. `url` is
    that of the query (`PositionQuery.url`).
    """
    links = (("self", url),)
    if not positions:
        return searchset(links, (), total=0)
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{url} {at.isoformat()}")
    report = {"resourceType": POSITIONS, "id": str(name), **position_report(positions, at=at)}
    return searchset(links, [match_entry(name.urn, _written(report))], total=1)


def position_report(positions: Sequence[ToldPosition], *, at: datetime) -> dict[str, object]:
    """The InventoryReport of some positions; `json.dumps` cannot write its quantities.

    They are decimals, which `position_bundle` writes with each digit: a float would lose some.
    What lies at one location is one listing, if it was counted at one time.
    """
    lots = list(dict.fromkeys(each for each in positions if each.lot))
    ids = {each: f"lot-{number}" for number, each in enumerate(lots, start=1)}
    report: dict[str, object] = {
        "resourceType": POSITIONS,
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": utc_second(at),
    }
    if lots:
        report["contained"] = [_lot(each, ids[each]) for each in lots]
    return report | {"inventoryListing": _listings(positions, ids)}


def _listings(
    positions: Sequence[ToldPosition], ids: Mapping[ToldPosition, str]
) -> list[dict[str, object]]:
    listed: dict[tuple[str, str, str], list[ToldPosition]] = {}
    for each in positions:
        listed.setdefault((each.location, each.place, each.counted_at), []).append(each)
    return [
        {
            # No Location can be read here, so none is referred to by an address.
            "location": {"type": "Location", "identifier": {"value": location}, "display": place},
            **({"countingDateTime": counted_at} if counted_at else {}),
            "item": [_item(each, ids.get(each, "")) for each in told],
        }
        for (location, place, counted_at), told in listed.items()
    ]


def _item(told: ToldPosition, lot_id: str) -> dict[str, object]:
    reference = {"reference": {"reference": f"#{lot_id}"}} if lot_id else {}
    return {
        "quantity": {"value": told.on_hand, "unit": told.base_unit},
        "item": {"concept": _concept(told), **reference},
    }


def _concept(told: ToldPosition) -> dict[str, object]:
    """The item by the ERP's number, then by the client's words, whose system is theirs."""
    ours = {"system": ITEM_SYSTEM, "code": told.item}
    theirs = [{"code": name} for name in told.names if name != told.item]
    return {"coding": [ours, *theirs], "text": told.item}


def _lot(told: ToldPosition, id_: str) -> dict[str, object]:
    return {
        "resourceType": "InventoryItem",
        "id": id_,
        "status": "active",
        "code": [_concept(told)],
        "instance": {"lotNumber": told.lot},
    }


def _written(value: object) -> str:
    """JSON in which a decimal has each of its digits."""
    match value:
        case dict():
            members = (f"{json.dumps(name)}:{_written(each)}" for name, each in value.items())
            return f"{{{','.join(members)}}}"
        case list():
            return f"[{','.join(map(_written, value))}]"
        case Decimal():
            return f"{value:f}"
        case _:
            return json.dumps(value)
