"""Look-up records of AccessGUDID: what a labeler states of a device, as evidence of an item.

One JSON object, or one a line, as the look-up by DI, UDI or record key answers (API v1 to v3).
Pure, positioned, never raising on bad input.
"""

from collections.abc import Iterator

from shared.canonical.coded import Coded
from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.item_master import (
    ItemAction,
    ItemMasterRecord,
    ItemMasterUpdate,
    ItemPack,
    ItemVendor,
)
from shared.canonical.trade import ItemId
from shared.canonical.usage import MalformedLine, SourceSystem
from shared.formats.gudid.codes import finding
from shared.formats.gudid.identifiers import Identifier, identifiers_of, own_ids, packs_of
from shared.formats.gudid.members import DeviceFaultError, Members
from shared.formats.json_tree import JsonObject, NotJsonError, json_tree
from shared.formats.spots import Spot

RECORD_LIMIT = 1024 * 1024
GUDID = SourceSystem(application="GUDID", facility="")
_BOM = b"\xef\xbb\xbf"
_DEACTIVATED = "Deactivated"
_READ = (
    *("publicDeviceRecordKey", "publicVersionNumber", "publicVersionDate", "deviceRecordStatus"),
    *("deviceCommDistributionStatus", "identifiers", "brandName", "versionModelNumber"),
    *("catalogNumber", "dunsNumber", "companyName", "deviceDescription", "singleUse", "lotBatch"),
    *("serialNumber", "expirationDate", "gmdnTerms", "productCodes"),
)


def read(body: bytes) -> Iterator[Diagnostic | ItemMasterUpdate]:
    """Of each record its findings, then what it says of its device unless it is of no use."""
    start = len(_BOM) if body.startswith(_BOM) else 0
    if start:
        yield finding("BOM_PRESENT", _at(0))
    for byte, record in _records(body, start):
        yield from _read(record, byte)


def _records(body: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Each line, if the first of them is a whole object; else all of it. With the byte of each."""
    if not _is_whole(body[start:].lstrip().partition(b"\n")[0]):
        yield start, body[start:]
        return
    for line in body[start:].split(b"\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _is_whole(line: bytes) -> bool:
    """Whether a line is an object; one over the limit is taken for one, since nobody reads it."""
    if len(line) > RECORD_LIMIT or not line.rstrip().endswith(b"}"):
        return len(line) > RECORD_LIMIT
    try:
        json_tree(line)
    except NotJsonError:
        return False
    return True


def _read(record: bytes, byte: int) -> Iterator[Diagnostic | ItemMasterUpdate]:
    if len(record) > RECORD_LIMIT:
        yield finding("RECORD_TOO_LARGE", _at(byte))
        return
    try:
        root = Spot(pointer="", value=json_tree(record), base=byte)
    except NotJsonError as error:
        yield finding(error.code, _at(byte + error.byte))
        return
    device = _device(root)
    if device is None:
        yield finding("RECORD_INVALID", _at(byte))
        return
    notes: list[Diagnostic] = []
    update = _update(Members(device, notes))
    yield from notes
    yield from (each.diagnostic for each in update.malformed)
    yield update


def _device(root: Spot) -> Spot | None:
    """The one device of a record."""
    gudid = root.member("gudid")
    device = gudid.member("device") if gudid else None
    if gudid is None or device is None or not isinstance(device.value, JsonObject):
        return None
    is_one = not root.repeated(frozenset({"gudid"})) and not gudid.repeated(frozenset({"device"}))
    return device if is_one else None


def _at(byte: int) -> Position:
    """Where a record is odd as a whole."""
    return Position(segment="record", occurrence=0, byte=byte)


def _update(device: Members) -> ItemMasterUpdate:
    key, version = device.text("publicDeviceRecordKey"), device.text("publicVersionNumber")
    items: tuple[ItemMasterRecord, ...] = ()
    malformed: tuple[MalformedLine, ...] = ()
    try:
        items = (_record(device),)
    except DeviceFaultError as fault:
        malformed = (MalformedLine(number="1", key=(), diagnostic=fault.diagnostic),)
    return ItemMasterUpdate(
        number="/".join(filter(None, (key, version))),
        source=GUDID,
        items=items,
        stated_at=device.time("publicVersionDate"),
        malformed=malformed,
    )


def _record(device: Members) -> ItemMasterRecord:
    """The item that the primary identifier names.

    Raises:
        DeviceFaultError: it cannot be said which it is.
    """
    device.check(*_READ)
    identifiers = identifiers_of(device)
    is_gone = device.text("deviceRecordStatus") == _DEACTIVATED
    is_single_use = device.flag("singleUse")
    return ItemMasterRecord(
        number=identifiers[0].di,
        key=(GUDID.application, GUDID.facility, identifiers[0].di),
        action=ItemAction.DEACTIVATE if is_gone else ItemAction.STATE,
        position=device.spot.position,
        ids=(*dict.fromkeys(own_ids(identifiers)), *_model(device)),
        description=device.prose("deviceDescription") or device.prose("brandName"),
        status=device.text("deviceCommDistributionStatus"),
        kinds=tuple(_kinds(device)),
        manufacturer=device.prose("companyName"),
        is_reusable=None if is_single_use is None else not is_single_use,
        is_expiring=device.flag("expirationDate"),
        is_lot_controlled=device.flag("lotBatch"),
        is_serial_controlled=device.flag("serialNumber"),
        vendors=_sold(device, identifiers),
    )


def _model(device: Members) -> Iterator[ItemId]:
    """The labeler's own number of it: in its catalogue, else of the version or model."""
    number = device.text("catalogNumber") or device.text("versionModelNumber")
    if number:
        yield ItemId("manufacturer", number)


def _kinds(device: Members) -> Iterator[Coded]:
    for term in device.each("gmdnTerms", "gmdn"):
        yield Coded(term.text("gmdnCode"), "GMDN", term.prose("gmdnPTName"))
    for product in device.each("productCodes", "fdaProductCode"):
        yield Coded(product.text("productCode"), "FDA", product.prose("productCodeName"))


def _sold(device: Members, identifiers: tuple[Identifier, ...]) -> tuple[ItemVendor, ...]:
    """In which packages its labeler puts it on the market, if it does."""
    packs: tuple[ItemPack, ...] = tuple(packs_of(identifiers))
    if not packs:
        return ()
    labeler, number = device.text("dunsNumber"), device.text("catalogNumber")
    return (ItemVendor(labeler, number, device.prose("companyName"), packs),)
