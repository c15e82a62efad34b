"""An effect.

One intended change in a target system, with one id for ever (effect-protocol section 1).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.canonical.quantity import Quantity


class EffectType(StrEnum):
    """What kind of change. Part of an effect's identity, so a value never changes its meaning."""

    ISSUE = "issue"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimensions:
    """Who bears the cost (DIM1). Empty means "not given"."""

    facility: str
    department: str
    cost_centre: str
    project: str = ""
    grant: str = ""
    service_line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Stock leaves one place for another and its cost is charged: an issue of one item.

    `unit_cost` is our fixed cost of a base unit and `amount` the extension we expect in the books,
    in the ledger's currency. Places and items are the ERP's codes, never its internal ids.
    A reversal names the effect that it takes back in `reverses`. `moved_at` is when the stock moved
    (ISO 8601 in UTC, to the second), as far as the source says it.
    A source that wants to hear what became of it is named in `status_to`, its own line's key in
    `source_line`.
    """

    effect_id: str
    effect_type: EffectType
    tenant: str
    content_hash: str
    document_id: str
    correlation_id: str
    item: str
    quantity: Quantity
    from_place: str
    to_place: str
    dimensions: Dimensions
    accounting_date: date
    unit_cost: Decimal
    amount: Decimal
    lot: str = ""
    case_token: str = ""
    part: str = ""
    status_to: str = ""
    source_line: str = ""
    reverses: str = ""
    moved_at: str = ""

    @property
    def stock_place(self) -> str:
        """Where stock is less by an issue, or more by what comes back."""
        is_issue = self.effect_type is EffectType.ISSUE
        return self.from_place if is_issue else self.to_place
