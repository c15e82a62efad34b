"""The synthetic hospital network of the box: the same from the same seed, nobody's real data."""

from infra.local.network.build import build_network, network_to_json
from infra.local.network.model import (
    UNKNOWN_LOT,
    AccountRole,
    CatalogueItem,
    CodedName,
    Lot,
    Network,
    OpeningLine,
    Place,
    PlaceKind,
    Supplier,
)

__all__ = [
    "UNKNOWN_LOT",
    "AccountRole",
    "CatalogueItem",
    "CodedName",
    "Lot",
    "Network",
    "OpeningLine",
    "Place",
    "PlaceKind",
    "Supplier",
    "build_network",
    "network_to_json",
]
