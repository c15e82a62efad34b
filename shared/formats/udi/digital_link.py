"""GS1 Digital Link: a web address that names an item by keys and values."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from shared.canonical.device import DeviceIdentifier
from shared.formats.gtins import GTIN_DIGITS
from shared.formats.udi.application_identifiers import FORMS
from shared.formats.udi.gs1 import device_of
from shared.formats.udi.scanning import Element, Scan

ADDRESS = re.compile(r"https?://[^/?#]*(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?", re.I)
KEYS = frozenset(
    {"00", "01", "253", "255", "401", "402", "414", "417"}
    | {"8003", "8004", "8006", "8010", "8013", "8017", "8018"}
)
_GTIN = "01"
_SEGMENT = re.compile(r"[^/]+")
_PARAMETER = re.compile(r"([^=&;]+)=([^&;]*)")
_SHORT_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,13}")


def read_link(text: str, at: int, scan: Scan) -> DeviceIdentifier | None:
    """The first key in the path and what qualifies it, then the attributes of the query."""
    address = ADDRESS.fullmatch(text)
    if not address:
        scan.tell("BARCODE_UNKNOWN", at, text)
        return None
    keyed = _keyed(address, at)
    if not keyed:
        scan.tell("LINK_UNREADABLE", at, text)
        return None
    found = [*keyed, *_attributes(address, at)]
    return device_of([_padded(each, scan) for each in found], scan)


def _keyed(address: re.Match[str], at: int) -> list[Element]:
    """Keys and values in pairs to the end of the path; none if there is no such end."""
    segments = list(_SEGMENT.finditer(address["path"]))
    names = [each[0] for each in segments]
    first = next((place for place, name in enumerate(names) if name in KEYS), len(names))
    pairs = segments[first:]
    if len(pairs) % 2:
        return []
    behind = at + address.start("path")
    return [
        Element(key[0], unquote(value[0], "latin-1"), behind + key.start())
        for key, value in zip(pairs[::2], pairs[1::2], strict=True)
    ]


def _attributes(address: re.Match[str], at: int) -> Iterator[Element]:
    """Parameters that GS1 knows; an address may have others of its own."""
    behind = at + address.start("query")
    for each in _PARAMETER.finditer(address["query"] or ""):
        if each[1] in FORMS:
            yield Element(each[1], unquote(each[2], "latin-1"), behind + each.start())


def _padded(element: Element, scan: Scan) -> Element:
    if element.id != _GTIN or not _SHORT_GTIN.fullmatch(element.value):
        return element
    scan.tell("GTIN_UNPADDED", element.at, element.value)
    return element._replace(value=element.value.zfill(GTIN_DIGITS))
