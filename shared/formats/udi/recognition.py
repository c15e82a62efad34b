"""Whether bytes are barcodes of devices: by the first of them, which must name a device.

A lot or a date alone begins like many a text, so it is read only where one knows what comes.
"""

import re

from shared.formats.gtins import sound_gtin
from shared.formats.udi.hibcc import MOD_43, check_character

_SCANNED = rb"(?:\][A-Za-z][0-9A-Za-z])?"  # by a scanner that names the symbology
_FIRST_LINE = re.compile(rb"[^\r\n]{1,4096}")
_FNC1 = re.compile(rb"\](?:C1|d2|Q3|e0|J1)[(0-9\x1d]")
_LINK = re.compile(
    rb"https?://[^/?#\s]+(?:/[^/?#\s]+)*/01/(?:[0-9]{8}|[0-9]{12,14})(?![0-9])", re.I
)
_ITEM = re.compile(_SCANNED + rb"\x1d?(?:01|\(01\))([0-9]{14})")
_HIBC = re.compile(_SCANNED + rb"(\+[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9](?:/.*)?.)")
_ISBT = re.compile(
    _SCANNED + rb"(?:=\+[0-9]{5})?=(?:/[A-Z0-9]{16}|\)[A-Z0-9]{10})(?![A-Z0-9])", re.IGNORECASE
)
_SIGNS = (_FNC1, _LINK, _ISBT)


def is_barcode(body: bytes, _content_type: str) -> bool:
    """A product of GS1, HIBCC or ICCBBA with what tells it from a number by chance."""
    first = _FIRST_LINE.match(body)
    line = first[0] if first else b""
    return any(sign.match(line) for sign in _SIGNS) or _is_item(line) or _is_hibc(line)


def _is_item(line: bytes) -> bool:
    found = _ITEM.match(line)
    return bool(found and sound_gtin(found[1].decode("ascii")))


def _is_hibc(line: bytes) -> bool:
    found = _HIBC.fullmatch(line)
    text = found[1].decode("latin-1") if found else ""
    return bool(text) and set(text) <= set(MOD_43) and check_character(text[:-1]) == text[-1]
