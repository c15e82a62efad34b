"""Master files: items (MFN^M16), their lots (MFN^M15) and charge codes (MFN^M04), by record."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from types import MappingProxyType

from shared.canonical.diagnostic import Position
from shared.canonical.item_master import (
    ItemAction,
    ItemLot,
    ItemMasterRecord,
    ItemMasterUpdate,
)
from shared.canonical.trade import ItemId
from shared.formats.hl7v2.facts import (
    coded,
    count,
    described,
    either,
    fail,
    flag,
    identifier,
    moment,
    price,
)
from shared.formats.hl7v2.fields import plain_text
from shared.formats.hl7v2.groups import LineGroup, LineLayout
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.item_details import details_of
from shared.formats.hl7v2.lines import LineReading, ReadOne, counted_once, read_lines
from shared.formats.hl7v2.message import Message, Presence, Segment
from shared.formats.hl7v2.profile import SenderProfile
from shared.formats.hl7v2.reading import Found
from shared.formats.hl7v2.values import time_of
from shared.formats.making import made

ITEMS = LineLayout(
    begins="MFE",
    closed_by={"MFE": 5, "ITM": 14, "VND": 5, "PKG": 6, "PCE": 5, "IVT": 26, "ILT": 10},
)
LOTS = LineLayout(begins="MFE", closed_by={"MFE": 5, "IIM": 13})
CHARGES = LineLayout(begins="MFE", closed_by={"MFE": 5, "CDM": 8, "PRC": 6})
_ACTIONS: Mapping[str, ItemAction] = MappingProxyType(  # MFE-1, table 0180
    {
        "MAD": ItemAction.ADD,
        "MUP": ItemAction.UPDATE,
        "MDC": ItemAction.DEACTIVATE,
        "MAC": ItemAction.REACTIVATE,
        "MDL": ItemAction.DELETE,
    }
)
_ENDS = frozenset({ItemAction.DEACTIVATE, ItemAction.DELETE})
_NOWHERE = Position(segment="")
_UNSTATED = {
    each.name: each.default for each in fields(ItemMasterRecord) if each.default is not MISSING
}
_ITM_DELETABLE = (
    *((2, "description"), (3, "status"), (9, "ids"), (11, "is_chargeable"), (12, "charge_code")),
    *((13, "price"), (14, "is_stocked"), (19, "account"), (22, "is_taxable"), (27, "procedures")),
)
_CDM_DELETABLE = ((3, "description"), (7, "procedures"), (8, "status"))


def read_master_file(
    message: Message,
    header: HeaderFacts,
    profile: SenderProfile,
    *,
    layout: LineLayout,
    read_one: ReadOne[ItemMasterRecord],
) -> Found:
    """One message is one update, each MFE with what follows it a record."""
    read = read_lines(message, header, profile, layout, read_one)
    if read.refusal:
        return Found(None, read.diagnostics)
    items, repeated = counted_once(read.lines, _substance, _position)
    mfi = message.first("MFI")
    document = made(
        ItemMasterUpdate,
        {
            "number": header.control_id,
            "source": header.source,
            "items": tuple(items),
            "stated_at": time_of(mfi.value(5) or mfi.value(4)) if mfi else None,
            "malformed": tuple(read.malformed),
        },
    )
    return Found(document, (*read.findings, *repeated))


def read_item(group: LineGroup, reading: LineReading) -> ItemMasterRecord:
    """Read one record of M16.

    Raises:
        LineFaultError: it cannot be read.
    """
    itm = group.one("ITM")
    action = _identify(group, reading, itm)
    if itm is None:
        return _record(group, reading, action, {})
    details = details_of(group)
    facts = {
        "ids": tuple(_makers_ids(itm)),
        "description": plain_text(itm.value(2)),
        "status": identifier(itm, 3),
        "kinds": (*coded(itm, 4), *coded(itm, 5)),
        "charge_code": either(itm, 12),
        "account": identifier(itm, 19),
        "price": price(itm, 13),
        "manufacturer": plain_text(itm.value(8)) or identifier(itm, 7),
        "is_stocked": flag(itm, 14),
        "is_chargeable": flag(itm, 11),
        "is_taxable": flag(itm, 22),
        "is_expiring": flag(itm, 6),
        "is_reusable": details.is_reusable,
        "procedures": coded(itm, 27),
        "vendors": tuple(details.vendors),
        "places": tuple(details.places),
        "lots": tuple(details.lots),
        "charges": tuple(details.charges),
        "deleted": _deleted(itm, _ITM_DELETABLE),
    }
    return _record(group, reading, action, facts)


def read_lot(group: LineGroup, reading: LineReading) -> ItemMasterRecord:
    """Read one record of M15: a lot and how much of it lies where.

    Raises:
        LineFaultError: it cannot be read.
    """
    iim = group.one("IIM")
    action = _identify(group, reading, iim)
    if iim is None:
        return _record(group, reading, action, {})
    lot = ItemLot(
        lot=identifier(iim, 3),
        expires=moment(iim, 4),
        location=identifier(iim, 6),
        quantity=count(iim, 12),
    )
    facts = {
        "description": described(iim, 2),
        "kinds": coded(iim, 2),
        "manufacturer": described(iim, 5) or identifier(iim, 5),
        "base_unit": either(iim, 13) or either(iim, 9),
        "procedures": coded(iim, 14),
        "lots": (lot,),
    }
    return _record(group, reading, action, facts)


def read_charge_code(group: LineGroup, reading: LineReading) -> ItemMasterRecord:
    """Read one record of M04: a charge code of the charge description master.

    Raises:
        LineFaultError: it cannot be read.
    """
    cdm = group.one("CDM")
    action = _identify(group, reading, cdm)
    if cdm is None:
        return _record(group, reading, action, {"charge_code": reading.key[2]})
    prc = group.one("PRC")
    facts = {
        "ids": tuple(_aliases(cdm)),
        "description": plain_text(cdm.value(4) or cdm.value(3)),
        "status": identifier(cdm, 8),
        "charge_code": either(cdm, 1) or reading.key[2],
        "price": price(prc, 5) if prc else None,
        "is_chargeable": flag(prc, 15) if prc else None,
        "procedures": coded(cdm, 7),
        "deleted": _deleted(cdm, _CDM_DELETABLE),
    }
    return _record(group, reading, action, facts)


def _identify(group: LineGroup, reading: LineReading, segment: Segment | None) -> ItemAction:
    """By which number the source knows the record, and what is to be done with it."""
    mfe, header = group.first, reading.header
    stated = either(mfe, 4) or (either(segment, 1) if segment else "")
    number = stated or fail("RECORD_KEY_MISSING", mfe, 4)
    reading.identified((header.application, header.facility, number))
    code = mfe.value(1).upper()
    action = _ACTIONS.get(code) or fail("RECORD_EVENT_UNKNOWN", mfe, 1, code)
    if segment is None and action not in _ENDS:
        fail("RECORD_MISSING", mfe)
    return action


def _record(
    group: LineGroup, reading: LineReading, action: ItemAction, facts: Mapping[str, object]
) -> ItemMasterRecord:
    return made(
        ItemMasterRecord,
        {
            **_UNSTATED,
            "number": reading.key[2],
            "key": reading.key,
            "action": action,
            "position": group.position,
            **facts,
        },
    )


def _makers_ids(itm: Segment) -> Iterator[ItemId]:
    number = identifier(itm, 9)
    if number:
        yield ItemId("manufacturer", number)


def _aliases(cdm: Segment) -> Iterator[ItemId]:
    """Other codes of the same charge (CDM-2), and the number of what lies in stock (CDM-9)."""
    for each in coded(cdm, 2):
        yield ItemId(each.system or "charge_code", each.code)
    stocked = either(cdm, 9)
    if stocked:
        yield ItemId("hospital", stocked)


def _deleted(segment: Segment, fields: tuple[tuple[int, str], ...]) -> tuple[str, ...]:
    """What the record says is taken away."""
    if '""' not in segment.text:
        return ()
    return tuple(name for field, name in fields if segment.presence(field) is Presence.NULL)


def _substance(record: ItemMasterRecord) -> ItemMasterRecord:
    return replace(record, position=_NOWHERE)


def _position(record: ItemMasterRecord) -> Position:
    return record.position
