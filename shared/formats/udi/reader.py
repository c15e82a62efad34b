"""Barcodes of medical devices, one a line. Pure, positioned, never raising on bad input."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from shared.canonical.device import DeviceIdentifier
from shared.canonical.diagnostic import Diagnostic
from shared.formats.udi.digital_link import read_link
from shared.formats.udi.gs1 import read_elements, read_printed
from shared.formats.udi.hibcc import FLAG, read_hibc
from shared.formats.udi.iccbba import FLAGS, read_isbt
from shared.formats.udi.scanning import GS, Scan

LONGEST_BYTES = 4096  # a QR code holds at most 4,296 characters, GS1 allows 90 a value
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424
_BLANKS = " \t"
_Reads = Callable[[str, int, Scan], DeviceIdentifier | None]


def read(
    source: str | bytes | bytearray | memoryview, *, year: int, fnc1_marks: tuple[str, ...] = ()
) -> Iterator[DeviceIdentifier | Diagnostic]:
    """The findings of each line, then what it identifies, unless a finding says that it is held.

    `year` is that of the reading, by which years of two digits get their century (UDI2). Where a
    scanner does not send FNC1 as GS, `fnc1_marks` are what it sends, such as {GS} or ~.
    Bytes are counted from 0, and lines from 1.
    """
    body = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else bytes(source)
    text = body.decode("latin-1")  # one character a byte, so that places are bytes
    for number, found in enumerate(_LINE.finditer(text), start=1):
        line = found[1]
        if line.strip(_BLANKS):
            scan = Scan(line=number, byte=found.start(), raw=_as_scanned(line), year=year)
            device = _identifier(_with_gs(line, fnc1_marks) if fnc1_marks else line, scan)
            yield from scan.findings
            if device is not None:
                yield device


def _identifier(line: str, scan: Scan) -> DeviceIdentifier | None:
    """The barcode by its first character behind its symbology identifier."""
    if len(line) > LONGEST_BYTES:
        scan.tell("BARCODE_OVERSIZED", 0)
        return None
    symbology = _SYMBOLOGY.match(line) if line[0] == "]" else None
    text = line[symbology.end() :] if symbology else line
    text = text.lstrip(_BLANKS)
    start = len(line) - len(text)
    if not text.startswith(FLAG):  # a blank may be the check character of a HIBC barcode
        text = text.rstrip(_BLANKS)
    return _BY_FIRST.get(text[:1], _unknown)(text, start, scan)


def _unknown(text: str, at: int, scan: Scan) -> None:
    scan.tell("BARCODE_UNKNOWN", at, text)


_BY_FIRST: Mapping[str, _Reads] = MappingProxyType(
    {
        **dict.fromkeys((*"0123456789", GS), read_elements),
        **dict.fromkeys(FLAGS, read_isbt),
        **dict.fromkeys("hH", read_link),
        "(": read_printed,
        FLAG: read_hibc,
    }
)


def _with_gs(line: str, marks: tuple[str, ...]) -> str:
    """GS for each mark, as often as the mark is long: several mean no more than one."""
    for mark in marks:
        line = line.replace(mark, GS * len(mark))
    return line


def _as_scanned(line: str) -> str:
    return line if line.isascii() else line.encode("latin-1").decode("utf-8", "backslashreplace")
