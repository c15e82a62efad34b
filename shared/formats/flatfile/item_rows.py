"""One row of an item master: what it says of an item, perhaps of one vendor, package or place."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shared.canonical.item_master import (
    ItemAction,
    ItemMasterRecord,
    ItemPack,
    ItemPlace,
    ItemVendor,
)
from shared.formats.flatfile.reading import ReadLine, TransactionName
from shared.formats.flatfile.row_reading import RowReader

_APART = ("supplier", "supplier_item", "pack_unit", "location", "bin")
_IDS = (
    ("item", "hospital"),
    ("manufacturer_item", "manufacturer"),
    ("supplier_item", "supplier"),
)


class ItemReader(RowReader):
    """One record. An item with several vendors, packages or places has a row for each."""

    def identify(self) -> None:
        """Application, facility, item, and what tells rows of one item apart (ITM1)."""
        cells = self.cells
        item = cells.required("item")
        facility = self.profile.facility or cells.value("facility")
        self.transaction = TransactionName(facility=facility, transaction=item)
        apart = (cells.value(fact) for fact in _APART)
        self.key = (self.profile.application, facility, item, *apart)

    def noun(self) -> ItemMasterRecord:
        """What the row says of the item."""
        cells = self.cells
        return ItemMasterRecord(
            number=self.key[2],
            key=self.key,
            action=self._action(),
            position=cells.position(),
            ids=cells.item_ids(*_IDS),
            description=cells.value("description"),
            status=cells.value("status"),
            base_unit=cells.unit("unit"),
            charge_code=cells.value("charge_code"),
            account=cells.value("account"),
            price=cells.number("price"),
            manufacturer=cells.value("manufacturer"),
            vendors=self._vendors(),
            places=self._places(),
        )

    def said(self, line: ReadLine) -> Sequence[str]:
        """All but the place in the file."""
        if not isinstance(line, ItemMasterRecord):
            raise TypeError(type(line).__name__)
        told = (line.action.value, line.description, line.status, line.base_unit, line.charge_code)
        ids = [part for each in line.ids for part in each]
        numbers = [
            "" if number is None else format(number.normalize(), "f") for number in _numbers(line)
        ]
        return [*line.key, *told, line.account, line.manufacturer, *numbers, *ids]

    def _action(self) -> ItemAction:
        """What is to be done with the record; without a column it states the item as it is."""
        word = self.cells.value("action") or ItemAction.STATE.value
        if word not in set(ItemAction):
            self.cells.fail("CODE_UNKNOWN", "action", word)
        return ItemAction(word)

    def _vendors(self) -> tuple[ItemVendor, ...]:
        """Who sells it: a package is one of a vendor, named or not."""
        cells = self.cells
        pack = ItemPack(
            unit=cells.unit("pack_unit"),
            quantity=cells.number("pack_quantity"),
            price=cells.number("pack_price"),
        )
        if not pack.unit and pack != ItemPack(unit=""):
            cells.fail("VALUE_MISSING", "pack_unit")
        packs = (pack,) if pack.unit else ()
        supplier, number = cells.value("supplier"), cells.value("supplier_item")
        vendor = ItemVendor(supplier=supplier, number=number, packs=packs)
        return () if vendor == ItemVendor(supplier="") else (vendor,)

    def _places(self) -> tuple[ItemPlace, ...]:
        cells = self.cells
        place = ItemPlace(
            location=cells.value("location"),
            bin=cells.value("bin"),
            reorder_point=cells.number("reorder_point"),
            reorder_quantity=cells.number("reorder_quantity"),
        )
        if not place.location and place != ItemPlace(location=""):
            cells.fail("VALUE_MISSING", "location")
        return (place,) if place.location else ()


def _numbers(line: ItemMasterRecord) -> Iterator[Decimal | None]:
    yield line.price
    for pack in (pack for vendor in line.vendors for pack in vendor.packs):
        yield from (pack.quantity, pack.price)
    for place in line.places:
        yield from (place.reorder_point, place.reorder_quantity)
