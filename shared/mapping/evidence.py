"""Which of two reports of one use moves stock, and which is evidence beside it (USE2a)."""

from dataclasses import dataclass
from datetime import date

from shared.canonical.master import ItemRecord
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.ports.master_data import MasterData


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a line's report counts for.

    `evidence` names the source that moves stock in its place; `beside` is the key that all reports
    of one use share. Both are empty where no rule names a source.
    """

    evidence: str = ""
    beside: str = ""


NO_RULE = Standing()


def standing_of(
    line: UsageLine,
    document: SupplyUsage,
    item: ItemRecord,
    master: MasterData,
    *,
    on: date,
    as_of: str,
) -> Standing:
    """Ask which source moves stock of this class of items in the line's facility."""
    if not item.item_class:
        return NO_RULE
    rule = master.stock_source(line.facility, item.item_class, as_of=as_of)
    if rule is None:
        return NO_RULE
    moves_stock = rule.application == document.source.application
    return Standing(
        evidence="" if moves_stock else f"{rule.application} moves stock of {item.item_class}",
        beside=beside_key(line.facility, item.item, on, line.lot, document.case_token),
    )


def beside_key(facility: str, item: str, day: date, lot: str, case: str) -> str:
    """The key under which the journal shows one use's reports together.

    No two sources share an id of a use. They agree on the item, the day and the case; on the lot
    where no case is known. It groups for people and decides nothing.
    """
    return f"use:{facility}|{item}|{day.isoformat()}|{case or lot}"
