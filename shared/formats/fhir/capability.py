"""CapabilityStatement: what can be done with which type, by the tables that route (FHIR 2.26)."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from shared.formats.fhir.offered import MEDIA_TYPE, PROCESS_MESSAGE, RELEASES, TYPES
from shared.formats.fhir.profile import Version

# Of the tables that route, too: a search parameter is one that a key of the journal stands for.
SEARCHES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        kind: MappingProxyType({"identifier": "token", "status": "token", "item": "token"})
        for kind in ("SupplyRequest", "SupplyDelivery")
    }
)
# What stock there is was never sent: it is found by no key (PHARM-S7: Inventory Query).
POSITIONS = "InventoryReport"
POSITION_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {"location": "reference", "item": "token"}
)
_SEARCHED = MappingProxyType({**SEARCHES, POSITIONS: POSITION_PARAMETERS})
_EXPLAINED = MappingProxyType(
    {
        POSITIONS: "A search by a location and an item, both of which are needed, is answered with "
        "what lies there now. A report that was sent is read by its id."
    }
)
INTERACTIONS = ("create", "read", "vread")
SEARCH = "search-type"
CHANGED = date(2026, 11, 29)
_NUMBERS = MappingProxyType({Version.R4: "4.0.1", Version.R5: "5.0.0"})
_OPERATION = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"


def capability_statement(release: str) -> dict[str, object]:
    """What the edge does for clients of a release."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED.isoformat(),
        "kind": "instance",
        "software": {"name": "Ledgerward"},
        "implementation": {"description": "Supply events on their way into the ERP"},
        "fhirVersion": _NUMBERS[RELEASES[release]],
        "format": [MEDIA_TYPE, "json"],
        "rest": [
            {
                "mode": "server",
                "resource": [_resource(kind) for kind in TYPES[release]],
                "interaction": _coded(("transaction", "batch")),
                "operation": [{"name": PROCESS_MESSAGE.lstrip("$"), "definition": _OPERATION}],
            }
        ],
    }


def _resource(kind: str) -> dict[str, object]:
    searches = _SEARCHED.get(kind, {})
    claimed: dict[str, object] = {
        "type": kind,
        "interaction": _coded((*INTERACTIONS, *([SEARCH] if searches else []))),
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": False,
    }
    if kind in _EXPLAINED:
        claimed["documentation"] = _EXPLAINED[kind]
    if searches:
        claimed["searchParam"] = [{"name": name, "type": type_} for name, type_ in searches.items()]
    return claimed


def _coded(codes: Sequence[str]) -> list[dict[str, str]]:
    return [{"code": code} for code in codes]
