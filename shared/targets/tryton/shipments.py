"""Internal shipments of a plain Tryton: one for each effect, found by our reference.

Writing takes several calls: create makes a draft, which books nothing, and three buttons bring it
to its final state. Only the last of them books, once for each document: pressing it again is
refused. So whatever is unknown after a call, no call on a document can book twice.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import ErpDocument, ErpLine
from shared.effects.identity import external_reference
from shared.errors import OutcomeUnknownError
from shared.targets.tryton.client import Row, TrytonClient
from shared.targets.tryton.plain_masters import Ids
from shared.targets.tryton.references import (
    REFERENCE_LENGTH,
    SHIPMENT,
    SHIPMENTS_A_CALL,
    chunks,
    content_hash_in,
    like,
    reference_in,
    referenced,
)

FINAL_STATE: Final = "done"
JOURNAL: Final = "account.move"
POSTED: Final = "posted"
BOOKING_BUTTON: Final = "do"
# It needs a right of its own, and nothing about a use can make the ERP refuse it.
FORCING_BUTTON: Final = "assign_force"
# `assign_force`, not `assign_try`: that one would pick lots and split moves by itself, and refuse
# what the books have no stock of, while a use is never refused (LAW1).
NEXT_BUTTON: Final[Mapping[str, str]] = {
    "draft": "wait",
    "waiting": FORCING_BUTTON,
    "assigned": BOOKING_BUTTON,
}
_FIELDS: Final = (
    "state",
    "reference",
    "moves.quantity",
    "moves.cost_price",
    "moves.product.code",
    "moves.lot.number",
    "moves.account_moves.number",
    "moves.account_moves.state",
)

_STATE: Final = ("state",)

Standing = dict[str, list[Row]]


class Shipments:
    """One company's internal shipments under our references; cancelled ones are as if absent."""

    def __init__(self, client: TrytonClient) -> None:
        self._client = client

    def standing(self, references: Sequence[str]) -> Standing:
        """What stands under these references, drafts and doubles included, oldest first."""
        found: Standing = {}
        for some in chunks(references, SHIPMENTS_A_CALL):
            domain = [
                ["company", "=", self._client.company],
                ["state", "!=", "cancelled"],
                ["OR", *(["reference", "like", like(each)] for each in some)],
            ]
            for row in self._client.rows(SHIPMENT, domain, _FIELDS):
                found.setdefault(reference_in(row["reference"]), []).append(row)
        return found

    def read(self, shipment: int) -> Row | None:
        """One shipment as it is now, cancelled or not."""
        return next(self._client.rows(SHIPMENT, [["id", "=", shipment]], _FIELDS), None)

    def create(self, drafts: Sequence[Mapping[str, object]]) -> list[int]:
        """Make drafts in one call, all or none; their ids in the same order."""
        ids = self._client.call(SHIPMENT, "create", {"vlist": list(drafts)})
        if not isinstance(ids, list) or len(ids) != len(drafts):
            raise OutcomeUnknownError(
                f"{SHIPMENT}/create: the answer is not the ids of what it made"
            )
        return ids

    def post_journals(self, row: Row) -> Row:
        """Post what a shipment left in draft; the shipment as it is after that.

        Tryton on SQLite may keep half of what it did (infra/local/erp_folder.py).
        """
        for journal in draft_journals(row):
            self._client.press(JOURNAL, journal["id"], "post", _STATE)
        return self.read(row["id"]) or row

    def press(self, shipment: int, button: str) -> Row:
        """Press a button; the shipment as it is after that: all of it only once it is booked."""
        fields = _FIELDS if button == BOOKING_BUTTON else _STATE
        return self._client.press(SHIPMENT, shipment, button, fields)


def reference_of(effect: Effect) -> str:
    """What the document of an effect is found by."""
    return external_reference(effect.effect_id, REFERENCE_LENGTH)


def draft_of(effect: Effect, ids: Ids, lot: int | None, company: int) -> dict[str, object]:
    """The values of an effect's shipment, with its one move. Only a return says its own worth."""
    ends = {"from_location": ids.from_location, "to_location": ids.to_location}
    is_return = effect.effect_type is EffectType.REVERSAL
    move = {
        "company": company,
        "product": ids.product,
        "unit": ids.unit,
        "quantity": effect.quantity.in_base_units,
        "lot": lot,
        "planned_date": effect.accounting_date,
        "effective_date": effect.accounting_date,
        "reversal_amount": effect.amount if is_return else None,
        **ends,
        **ids.accounts,
    }
    return {
        "company": company,
        "reference": referenced(reference_of(effect), effect.content_hash),
        "moves": [["create", [move]]],
        **_dates(effect.accounting_date),
        **ends,
    }


def _dates(day: date) -> dict[str, object]:
    """All that a shipment has: what is left out Tryton takes for today."""
    names = ("planned_date", "planned_start_date", "effective_date", "effective_start_date")
    return dict.fromkeys(names, day)


def document_of(row: Row) -> ErpDocument:
    """A shipment as the ledger keeps it."""
    return ErpDocument(
        erp_id=str(row["id"]),
        reference=reference_in(row["reference"]),
        content_hash=content_hash_in(row["reference"]),
        is_final=is_final(row),
        lines=tuple(_line(move) for move in row["moves"]),
    )


def is_final(row: Row) -> bool:
    """Whether nothing more is to be done: it is booked, and so are its journals."""
    return row["state"] == FINAL_STATE and not draft_journals(row)


def draft_journals(row: Row) -> list[Row]:
    """The journals of its move that are not posted."""
    journals = [journal for move in row["moves"] for journal in move["account_moves"]]
    return [journal for journal in journals if journal["state"] != POSTED]


def _line(move: Row) -> ErpLine:
    lot, journals = move["lot"], [each["number"] for each in move["account_moves"]]
    return ErpLine(
        item=move["product"]["code"],
        quantity=_plain(Decimal(move["quantity"])),
        unit_cost=move["cost_price"] or Decimal(0),
        lot=lot["number"] if lot else "",
        journal=next((number for number in journals if number), ""),
    )


def _plain(number: Decimal) -> Decimal:
    """Without the fraction of zero that Tryton's quantities carry."""
    return Decimal(format(number.normalize(), "f"))
