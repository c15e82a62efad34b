"""EDIFACT to read and to compare: interchanges from their segments, written short."""

from collections.abc import Sequence
from pathlib import Path

from shared.formats.edifact.reader import read
from tests.edi import Readings, as_golden
from tests.golden import INBOUND

UNA = "UNA:+.? '"
BETWEEN = "SUPPLIER1:ZZZ+HOSPITAL1:ZZZ"
TO_US = "4012345500004:14+5412345000013:14"  # from the example wholesaler
ORDER = (
    "BGM+220+PO-1001+9",
    "DTM+137:20260115:102",
    "DTM+2:20260120:102",
    "FTX+AAI+++DELIVER TO THEATRE",
    "RFF+CT:C-77",
    "NAD+BY+5412345000013::9",
    "NAD+DP+DOCK-1::92++NORTH HOSPITAL+1 MAIN ST+SPRINGFIELD+IL+62701+US",
    "CUX+2:EUR:9",
    "LIN+1++10614141000019:SRV",
    "PIA+1+SUT-001:SA+H-001:IN",
    "IMD+F++:::SUTURE 3-0",
    "QTY+21:10:BX",
    "PRI+AAA:12.5:::1",
    "LIN+2",
    "PIA+5+CTR-001:SA",
    "QTY+21:4:PCE",
    "PRI+AAA:250",
    "UNS+S",
    "CNT+2:2",
)


def a_message(
    kind: str,
    *segments: str,
    control: str = "1",
    count: int | None = None,
    directory: str = "D:96A:UN",
) -> list[str]:
    """A message with a sound header and trailer."""
    counted = len(segments) + 2 if count is None else count
    return [f"UNH+{control}+{kind}:{directory}", *segments, f"UNT+{counted}+{control}"]


def an_interchange(
    *messages: Sequence[str],
    control: str = "77",
    charset: str = "UNOC:3",
    una: str = UNA,
    line_end: str = "\n",
    asks: str = "",
    between: str = BETWEEN,
) -> bytes:
    """Messages in one interchange; the characters of `una` stand for `:+.? '` throughout."""
    tail = "++++1" if asks else ""
    segments = [
        f"UNB+{charset}+{between}+260115:1200+{control}{tail}",
        *(segment for each in messages for segment in each),
        f"UNZ+{len(messages)}+{control}",
    ]
    text = "".join(f"{segment}'{line_end}" for segment in segments)
    if una and una != UNA:
        own = dict(zip(map(ord, ":+?'"), (una[3], una[4], una[6], una[8]), strict=True))
        text = text.translate(own)
    head = f"{una}{line_end}" if una else ""
    return (head + text).encode("utf-8" if charset[3] in "WY" else "latin-1")


def one_message(kind: str, *segments: str, directory: str = "D:96A:UN", **options: str) -> bytes:
    """One sound message in one interchange."""
    return an_interchange(a_message(kind, *segments, directory=directory), **options)


_READINGS = Readings(read)
documents, findings = _READINGS.documents, _READINGS.findings
codes, spots = _READINGS.codes, _READINGS.spots


def edifact_samples() -> list[Path]:
    """Every EDIFACT sample."""
    return sorted((INBOUND / "edifact").glob("*.edi"))


def edifact_as_golden(body: bytes) -> object:
    """A reading as its JSON."""
    return as_golden(read(body))
