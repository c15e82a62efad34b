"""What stands below an item of a master file: who sells it, and where it is kept."""

from dataclasses import dataclass, field
from itertools import islice

from shared.canonical.item_master import ItemCharge, ItemLot, ItemPack, ItemPlace, ItemVendor
from shared.formats.hl7v2.facts import (
    count,
    either,
    flag,
    identifier,
    identifiers,
    moment,
    price,
)
from shared.formats.hl7v2.fields import plain_text
from shared.formats.hl7v2.groups import LineGroup
from shared.formats.hl7v2.message import Segment

DETAILS_LIMIT = 1_000  # vendors, packages, places and lots of one item


@dataclass(slots=True, kw_only=True)
class ItemDetails:
    """What follows an ITM: VND with PKG and PCE, IVT with ILT."""

    vendors: list[ItemVendor] = field(default_factory=list)
    charges: list[ItemCharge] = field(default_factory=list)
    places: list[ItemPlace] = field(default_factory=list)
    lots: list[ItemLot] = field(default_factory=list)
    is_reusable: bool | None = None

    def add(self, segment: Segment) -> None:
        """One segment more; those of no concern here are passed over."""
        match segment.name:
            case "VND":
                self.vendors.append(_vendor(segment))
            case "PKG" if self.vendors:
                supplier, number, name, packs = self.vendors[-1]
                self.vendors[-1] = ItemVendor(supplier, number, name, (*packs, _pack(segment)))
            case "PCE":
                self.charges.append(_charge(segment))
            case "IVT":
                self.places.append(_place(segment))
                if self.is_reusable is None:
                    self.is_reusable = flag(segment, 17)
            case "ILT":
                self.lots.append(_lot(segment, self.places[-1].location if self.places else ""))
            case _:
                pass  # texts, sterilisation, and what others add


def details_of(group: LineGroup) -> ItemDetails:
    """What stands below an item, as far as it is read."""
    details = ItemDetails()
    for segment in islice(group.segments(), DETAILS_LIMIT):
        details.add(segment)
    return details


def _vendor(vnd: Segment) -> ItemVendor:
    supplier, number = identifiers(vnd, 2, 4)
    return ItemVendor(supplier=supplier, number=number, name=plain_text(vnd.value(3)))


def _charge(pce: Segment) -> ItemCharge:
    return ItemCharge(identifier(pce, 2), either(pce, 3), price(pce, 4))


def _pack(pkg: Segment) -> ItemPack:
    return ItemPack(unit=either(pkg, 2), quantity=count(pkg, 4), price=price(pkg, 5))


def _place(ivt: Segment) -> ItemPlace:
    location, bin_of = identifiers(ivt, 2, 7)
    return ItemPlace(
        location=location,
        bin=bin_of,
        reorder_point=count(ivt, 24),
        reorder_quantity=count(ivt, 25),
        is_consigned=flag(ivt, 16),
        reuse_cost=price(ivt, 18),
    )


def _lot(ilt: Segment, location: str) -> ItemLot:
    return ItemLot(
        lot=identifier(ilt, 2), expires=moment(ilt, 3), location=location, quantity=count(ilt, 9)
    )
