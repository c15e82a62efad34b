"""Devices: what their barcode states, what is typed beside it, and where the two differ (UDI1)."""

import base64
import binascii
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from shared.canonical.coded import Coded
from shared.canonical.device import DeviceIdentifier
from shared.canonical.device_record import DeviceRecord
from shared.canonical.diagnostic import Diagnostic
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.formats.fhir.datatypes import coded_of, item_id
from shared.formats.fhir.element import Element
from shared.formats.fhir.resource import Resource
from shared.formats.gtins import GTIN_DIGITS
from shared.formats.udi import reader as udi

MOST_READ = 1024  # labels; the device of a line is read for the line and for itself
_LONGEST = 4096
_CARRIER = "udiCarrier"
_HRF, _AIDC = "carrierHRF", "carrierAIDC"
_ENTRY_TYPES = frozenset(
    {
        *("barcode", "rfid", "manual", "card", "self-reported", "electronic-transmission"),
        "unknown",
    }
)
_STATUSES = frozenset({"active", "inactive", "entered-in-error", "unknown"})
_RETRACTED = "entered-in-error"


class DeviceFacts(NamedTuple):
    """What tells one device from another."""

    di: str = ""
    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None
    produced: SourceTime | None = None
    barcode: DeviceIdentifier | None = None


def read_device(resource: Resource) -> DeviceRecord:
    """The record of a device.

    Raises:
        FaultError: it has no identity, or an element of it is of no use.
    """
    root = resource.root
    facts = device_facts(resource, root)
    status = root.listed("status", _STATUSES)
    kinds = (coded_of(each) for name in ("type", "category") for each in root.each(name))
    return DeviceRecord(
        number=resource.identity.number,
        key=resource.key(),
        source=resource.source,
        position=root.position(),
        status=status,
        is_retracted=status == _RETRACTED,
        di=facts.di,
        lot=facts.lot,
        serial=facts.serial,
        expires=facts.expires,
        produced=facts.produced,
        donation=facts.barcode.donation if facts.barcode else "",
        barcode=facts.barcode,
        ids=tuple(_identifiers(root)),
        names=tuple(_names(root)),
        kinds=tuple(kind for kind in kinds if isinstance(kind, Coded)),
        manufacturer=root.prose("manufacturer"),
        model=root.identifier("modelNumber"),
        part_number=root.identifier("partNumber"),
        owner=resource.placed(root, "owner"),
        location=resource.placed(root, "location"),
    )


def device_facts(resource: Resource, device: Element) -> DeviceFacts:
    """What a device is, by its barcode first; notes tell where what is typed differs."""
    return resource.memory.of(
        "facts", device.members, device.text, lambda: _facts(device, resource.year)
    )


def _facts(device: Element, year: int) -> DeviceFacts:
    carriers = device.each(_CARRIER)
    typed = DeviceFacts(
        lot=device.identifier("lotNumber"),
        serial=device.identifier("serialNumber"),
        expires=device.day("expirationDate") if device.has("expirationDate") else None,
        produced=device.day("manufactureDate") if device.has("manufactureDate") else None,
    )
    for carrier in carriers:
        carrier.listed("entryType", _ENTRY_TYPES)
        barcode = _barcode(carrier, year)
        if barcode is not None:
            _compare(device, carrier, barcode, typed)
            return DeviceFacts(
                di=barcode.di or carrier.identifier("deviceIdentifier"),
                lot=barcode.lot or typed.lot,
                serial=barcode.serial or typed.serial,
                expires=barcode.expires or typed.expires,
                produced=barcode.produced or typed.produced,
                barcode=barcode,
            )
    stated = (each.identifier("deviceIdentifier") for each in carriers)
    return typed._replace(di=next(filter(None, stated), ""))


def _barcode(carrier: Element, year: int) -> DeviceIdentifier | None:
    """What the first carrier that can be read says: as people read it, else as scanners do."""
    for name in (_HRF, _AIDC):
        if not carrier.has(name):
            continue
        raw = _scanned(carrier, name)
        device, codes = _read(raw, year) if raw else (None, ())
        if codes or device is None:
            carrier.note("UDI_UNREADABLE", name, fact=" ".join(codes))
        if device is not None:
            return device
    return None


def _scanned(carrier: Element, name: str) -> str:
    """A carrier's text; the automatic form is in base64, which some senders leave out."""
    value = carrier.members[name]
    if not isinstance(value, str) or len(value) > _LONGEST:
        carrier.fault("ELEMENT_INVALID", name)
    if name == _HRF:
        return value.strip()
    try:
        return base64.b64decode(value, validate=True).decode("latin-1")
    except (binascii.Error, ValueError):
        return value


@lru_cache(maxsize=MOST_READ)
def _read(raw: str, year: int) -> tuple[DeviceIdentifier | None, tuple[str, ...]]:
    """The device of a barcode, with the codes of what is wrong with it."""
    told = list(udi.read(raw, year=year))
    devices = [each for each in told if isinstance(each, DeviceIdentifier)]
    codes = tuple(each.code for each in told if isinstance(each, Diagnostic))
    return (devices[0] if devices else None), codes


def _compare(
    device: Element, carrier: Element, barcode: DeviceIdentifier, typed: DeviceFacts
) -> None:
    """Tell of each typed value that is not the barcode's."""
    stated = carrier.identifier("deviceIdentifier")
    if stated and barcode.di and _as_di(stated) != _as_di(barcode.di):
        carrier.note("UDI_MISMATCH", "deviceIdentifier", stated)
    for name, typed_value, scanned in (
        ("lotNumber", typed.lot, barcode.lot),
        ("serialNumber", typed.serial, barcode.serial),
    ):
        if typed_value and scanned and typed_value != scanned:
            device.note("UDI_MISMATCH", name, typed_value)
    for name, day, printed in (
        ("expirationDate", typed.expires, barcode.expires),
        ("manufactureDate", typed.produced, barcode.produced),
    ):
        if day and printed and day.day != printed.day:
            device.note("UDI_MISMATCH", name, str(day))


def _as_di(text: str) -> str:
    """A device identifier in the one form of its agency."""
    return text.zfill(GTIN_DIGITS) if text.isdigit() else text.lstrip("+=/")


def _identifiers(root: Element) -> Iterator[ItemId]:
    for each in root.each("identifier"):
        value = each.identifier("value")
        if value:
            yield item_id(each, each.identifier("system"), value, "value")


def _names(root: Element) -> Iterator[str]:
    """R4 deviceName.name, R5 name.value."""
    for element, name in (("deviceName", "name"), ("name", "value")):
        for each in root.each(element):
            stated = each.prose(name)
            if stated:
                yield stated
