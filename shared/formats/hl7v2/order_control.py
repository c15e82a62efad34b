"""ORC-1 (table 0119): what an order wants to be done with its line."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.canonical.requisition import RequisitionAction

# What only tells how an order stands: replies, and what the filler does of its own accord.
_REPORTS = (
    *("OK", "UA", "NA", "OC", "OD", "OE", "OF", "OH", "OP", "OR", "CR", "DR", "HR", "SC", "SN"),
    *("SR", "SS", "RE", "RQ", "RR", "UC", "UD", "UF", "UH", "UM", "UN", "UR", "UX", "XR", "DE"),
    *("DF", "FU", "LI", "MC", "PR", "RF", "AF", "AP", "XX"),
)
ACTIONS: Mapping[str, RequisitionAction] = MappingProxyType(
    {
        "NW": RequisitionAction.NEW,
        "CH": RequisitionAction.NEW,  # a child order; PA, its parent, only tells of it
        "PA": RequisitionAction.REPORT,
        "CA": RequisitionAction.CANCEL,
        "DC": RequisitionAction.CANCEL,
        "XO": RequisitionAction.CHANGE,
        "RL": RequisitionAction.CHANGE,  # no longer on hold
        "RO": RequisitionAction.REPLACE,
        "RP": RequisitionAction.REPLACE,
        "RU": RequisitionAction.REPLACE,
        "HD": RequisitionAction.HOLD,
        **dict.fromkeys(_REPORTS, RequisitionAction.REPORT),
    }
)
