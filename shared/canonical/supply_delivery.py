"""SupplyDelivery: what was sent or has arrived, without a purchase document."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.canonical.usage import MalformedLine, SourceSystem


class DeliveryStage(StrEnum):
    """Which end of the way tells it."""

    UNSTATED = ""
    SHIPMENT = "shipment"  # PHARM-S3: it has left; it is no receipt (ASN2)
    RECEPTION = "reception"  # PHARM-S4: it has arrived


class DeliveryStatus(StrEnum):
    """How far it is."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    ABANDONED = "abandoned"  # it will not arrive
    RETRACTED = "retracted"  # entered-in-error: its lines take back what they said (USE5)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """One item of a delivery.

    `key` is the intent key (USE2). A line of a retracted delivery names in `reverses` the key of
    the line that it takes back. `ids` are as in a requisition.
    """

    number: str
    key: tuple[str, ...]
    ids: tuple[ItemId, ...]
    quantity: Decimal
    position: Position
    unit: str = ""
    description: str = ""
    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None
    reverses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyDelivery:
    """One delivery as its message alone says it (IHE Pharmacy SUPPLY): without tenant and tokens.

    `requests` are the numbers of what asked for it; a consignment has none. `kind` is the source's
    own word, as `medication` or `device`.
    """

    number: str
    source: SourceSystem
    stage: DeliveryStage
    status: DeliveryStatus
    lines: tuple[DeliveryLine, ...]
    delivered_at: SourceTime | None = None
    kind: str = ""
    supplier: str = ""
    destination: str = ""
    receivers: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    malformed: tuple[MalformedLine, ...] = ()
