"""What became of an effect: the target's answer, and the ledger's one item about it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.canonical.effect import Effect


class EffectState(StrEnum):
    """The state table of effect-protocol section 2.

    Parked lines and evidence have no effect yet.
    """

    FREE = "FREE"  # this attempt is proven not written
    SENT = "SENT"  # may have been written
    DONE = "DONE"
    OFFSET = "OFFSET"  # cancelled out unsent by its full reversal
    REJECTED = "REJECTED"  # refused for good; waits for a person
    REVIEW = "REVIEW"  # a person must say what is true


class SubmitOutcome(StrEnum):
    """A target's answer for one effect (erp.md section 3)."""

    POSTED = "posted"
    DUPLICATE = "duplicate"
    ACCEPTED = "accepted"  # the result comes later
    CONFLICT = "conflict"  # the target holds other content under our reference
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpLine:
    """One line as the ERP holds it.

    Base units, the cost it used, and the journal it made, if any.
    """

    item: str
    quantity: Decimal
    unit_cost: Decimal
    lot: str = ""
    journal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpDocument:
    """A document found or made in the ERP under our reference. DONE needs `is_final`."""

    erp_id: str
    reference: str
    content_hash: str
    is_final: bool
    lines: tuple[ErpLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitResult:
    """One effect's answer. `code` and `text` say why it was refused or conflicts."""

    outcome: SubmitOutcome
    document: ErpDocument | None = None
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What one reversal takes back of an original: base units, and its share of the amount."""

    reversal_id: str
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """The effect ledger's item: everything known about one effect.

    `reservations` are what reversals have taken of this effect so far, in the order they did.
    `revision` counts writes. `next_at` (epoch seconds) is set only while another attempt is owed.
    The rest belongs to targets that do not enforce our reference (classes E2 and E3): `fence`
    counts claims, `owner` names the claim that is under way and `prior` the state it found (None:
    no item); from `quiet_until` (epoch seconds) on a look-up shows whatever earlier attempts wrote.
    `undecided` counts claims in a row of which nobody knows what they wrote.
    """

    effect: Effect
    state: EffectState
    revision: int = 0
    attempts: int = 0
    next_at: int | None = None
    document: ErpDocument | None = None
    reason: str = ""
    recorded_at: str = ""
    fence: int = 0
    owner: str = ""
    quiet_until: int = 0
    reservations: tuple[Reservation, ...] = ()
    prior: EffectState | None = None
    undecided: int = 0

    @property
    def is_settled(self) -> bool:
        """Neither FREE nor SENT: a delivery of it needs nothing more."""
        return self.state not in (EffectState.FREE, EffectState.SENT)
