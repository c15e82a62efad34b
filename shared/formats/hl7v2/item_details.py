"""What stands below an item of a master file: who sells it, and where it is kept."""

from collections.abc import Iterator

from shared.canonical.item_master import ItemCharge, ItemLot, ItemPack, ItemPlace, ItemVendor
from shared.formats.hl7v2.facts import (
    count,
    either,
    flag,
    identifier,
    moment,
    plain_text,
    price,
)
from shared.formats.hl7v2.groups import LineGroup
from shared.formats.hl7v2.message import Segment

DETAILS_LIMIT = 1_000  # vendors, packages, places and lots of one item


def vendors_of(group: LineGroup) -> tuple[tuple[ItemVendor, ...], tuple[ItemCharge, ...]]:
    """Each VND with its packages (PKG), and what is charged otherwise by department (PCE)."""
    vendors: list[ItemVendor] = []
    charges: list[ItemCharge] = []
    for segment in _few(group):
        match segment.name:
            case "VND":
                vendors.append(
                    ItemVendor(
                        supplier=identifier(segment, 2),
                        number=identifier(segment, 4),
                        name=plain_text(segment.value(3)),
                    )
                )
            case "PKG" if vendors:
                packs = (*vendors[-1].packs, _pack(segment))
                vendors[-1] = vendors[-1]._replace(packs=packs)
            case "PCE":
                charges.append(
                    ItemCharge(identifier(segment, 2), either(segment, 3), price(segment, 4))
                )
            case _:
                pass  # another of the segments of an item
    return tuple(vendors), tuple(charges)


def _pack(pkg: Segment) -> ItemPack:
    return ItemPack(unit=either(pkg, 2), quantity=count(pkg, 4), price=price(pkg, 5))


def places_of(group: LineGroup) -> tuple[tuple[ItemPlace, ...], tuple[ItemLot, ...]]:
    """How it is kept at each place (IVT), and the lots that lie there (ILT)."""
    places: list[ItemPlace] = []
    lots: list[ItemLot] = []
    for segment in _few(group):
        match segment.name:
            case "IVT":
                places.append(_place(segment))
            case "ILT":
                location = places[-1].location if places else ""
                lots.append(_lot(segment, location))
            case _:
                pass  # another of the segments of an item
    return tuple(places), tuple(lots)


def is_reusable(group: LineGroup) -> bool | None:
    """What the first place says that says it (IVT-17)."""
    stated = (flag(ivt, 17) for ivt in group.named("IVT"))
    return next((each for each in stated if each is not None), None)


def _place(ivt: Segment) -> ItemPlace:
    return ItemPlace(
        location=identifier(ivt, 2),
        bin=identifier(ivt, 7),
        reorder_point=count(ivt, 24),
        reorder_quantity=count(ivt, 25),
        is_consigned=flag(ivt, 16),
        reuse_cost=price(ivt, 18),
    )


def _lot(ilt: Segment, location: str) -> ItemLot:
    return ItemLot(
        lot=identifier(ilt, 2), expires=moment(ilt, 3), location=location, quantity=count(ilt, 9)
    )


def _few(group: LineGroup) -> Iterator[Segment]:
    return (segment for segment, _ in zip(group.segments(), range(DETAILS_LIMIT), strict=False))
