"""What is written of a parked line: its record, its entries under keys, and the keys' markers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.aws.attributes import Value, restored_item
from shared.aws.hold_payload import packed_payload, unpacked_payload
from shared.canonical.parking import ParkedLine, ParkedState

MARKERS = "missing"


def record_key(line_id: str) -> dict[str, str]:
    """Where a line's record stands: beside the line's holds."""
    return {"pk": f"line#{line_id}", "sk": "parked"}


def keys_partition(key: str) -> str:
    """Where the entries under a key stand."""
    return f"{MARKERS}#{key}"


def entry_key(key: str, line_id: str) -> dict[str, str]:
    """A line's entry under a key it lacks."""
    return {"pk": keys_partition(key), "sk": line_id}


def marker_key(key: str) -> dict[str, str]:
    """What tells that something may be parked on a key."""
    return {"pk": MARKERS, "sk": key}


def line_values(line: ParkedLine) -> dict[str, Value]:
    """A record that waits, whatever state it is given in.

    Raises:
        ValueError: its payload does not fit into an item; without it nothing could be released.
    """
    limit = line.waits_until
    return {
        **record_key(line.line_id),
        "state": ParkedState.PARKED.value,
        "document": line.document_id,
        "missing": line.missing,
        "parked_at": _instant(line.parked_at),
        "waits_until": "" if limit is None else _instant(limit),
        **packed_payload(line.payload),
    }


def line_of(item: Mapping[str, Any]) -> ParkedLine:
    """The parked line that a record stands for."""
    values = restored_item(item)
    limit = values.get("waits_until")
    return ParkedLine(
        line_id=values["pk"].removeprefix("line#"),
        document_id=values.get("document", ""),
        missing=tuple(values.get("missing", ())),
        payload=unpacked_payload(values),
        parked_at=datetime.fromisoformat(values["parked_at"]),
        waits_until=None if limit is None else datetime.fromisoformat(limit),
        state=ParkedState(values["state"]),
        offset_by=values.get("offset_by", ""),
    )


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
