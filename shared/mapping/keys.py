"""The names of master-data records, as holds wait for them and people type them."""

from collections.abc import Iterator, Mapping

from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    DimensionRecord,
    FacilityRecord,
    ItemRecord,
    LocationRecord,
    PlaceRecord,
    StockSourceRecord,
    UnitRecord,
    WebhookSourceRecord,
)
from shared.ports.master_data import MasterRecord

# A record's kind, and the fields that name it among its kind.
_NAMED_BY: Mapping[type, tuple[str, ...]] = {
    FacilityRecord: ("facility", "facility"),
    DepartmentRecord: ("department", "facility", "department"),
    ItemRecord: ("item", "item"),
    UnitRecord: ("unit", "item", "unit"),
    ChargeCodeRecord: ("charge", "application", "charge_code"),
    DimensionRecord: ("dimension", "kind", "code"),
    PlaceRecord: ("place", "place"),
    LocationRecord: ("location", "application", "location"),
    StockSourceRecord: ("stock", "facility", "item_class"),
    WebhookSourceRecord: ("webhook", "source"),
}
_NEVER_LACKED = frozenset({"stock", "webhook"})  # no line waits for one
_PARTS = {kind: len(names) for kind, *names in _NAMED_BY.values() if kind not in _NEVER_LACKED}


def master_key(kind: str, *parts: str) -> str:
    """`<kind>#<part>#<part>`: the key under which a record stands."""
    return "#".join((kind, *parts))


def name_of(record: MasterRecord) -> tuple[str, ...]:
    """A record's kind and the parts of its key."""
    kind, *names = _NAMED_BY[type(record)]
    return (kind, *(getattr(record, name) for name in names))


def readings_of(key: str) -> Iterator[tuple[str, ...]]:
    """The kind and parts that a key may stand for: several if a part has a `#` of its own.

    Raises:
        ValueError: it is no key of master data that a line may lack.
    """
    kind, *pieces = key.split("#")
    count = _PARTS.get(kind, 0)
    if not 0 < count <= len(pieces):
        raise ValueError(f"{kind} with {len(pieces)} parts is no key of master data")
    if count == 1:
        return iter([(kind, "#".join(pieces))])
    splits = range(1, len(pieces))
    return iter([(kind, "#".join(pieces[:at]), "#".join(pieces[at:])) for at in splits])
