"""Requisition: what a ward or a case asks for, before anybody orders it (USE1, REQ1)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId, Reference
from shared.canonical.usage import MalformedLine, SourceSystem


class RequisitionAction(StrEnum):
    """What is to be done with a line: HL7 ORC-1, FHIR SupplyRequest.status."""

    DRAFT = "draft"  # nobody asks for it yet
    NEW = "new"  # NW, active: asked for; the same line again is no second request (PAR4)
    CHANGE = "change"  # XO
    REPLACE = "replace"  # RO
    HOLD = "hold"  # HD, suspended
    CANCEL = "cancel"  # CA, DC, cancelled
    RETRACT = "retract"  # entered-in-error: it was never meant (USE5)
    REPORT = "report"  # OK, UA, completed, unknown: tells what became of it


@dataclass(frozen=True, kw_only=True)
class RequisitionLine:
    """One item that is asked for.

    `key` is the intent key (USE2): source system, order and line, minted here once. `order` is the
    placer's number of it (ORC-2), `filler_order` the one who fills it (ORC-3). `ids` name the item:
    `buyer` (RQD-2), `supplier` (RQD-3), `hospital` (RQD-4), `manufacturer`, `gtin`, or under a code
    system as the source calls it. What is not stated is "" or None. `case` is what a source calls
    the case that it is for, never a patient. `deleted` are the members that the source says to take
    away, which an absence never does (HL7 "").
    """

    number: str
    key: tuple[str, ...]
    action: RequisitionAction
    ids: tuple[ItemId, ...]
    quantity: Decimal
    position: Position
    unit: str = ""
    description: str = ""
    order: str = ""
    filler_order: str = ""
    needed_by: SourceTime | None = None
    priority: str = ""
    deliver_to: str = ""
    deliver_from: str = ""
    cost_centre: str = ""
    account: str = ""
    supplier: str = ""
    price: Decimal | None = None
    currency: str = ""
    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None
    is_stocked: bool | None = None  # an RQ1 marks what is not
    is_taxable: bool | None = None
    is_substitute_allowed: bool | None = None
    case: str = ""
    references: tuple[Reference, ...] = ()
    texts: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Requisition:
    """One request as its message alone says it: without sighting, tenant and tokens.

    `number` is the source's own: the placer's group (ORC-4), else the order, else the message.
    """

    number: str
    source: SourceSystem
    lines: tuple[RequisitionLine, ...]
    requested_at: SourceTime | None = None
    requester: str = ""
    entered_by: str = ""
    facility: str = ""
    department: str = ""
    malformed: tuple[MalformedLine, ...] = ()
