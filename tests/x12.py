"""X12 to read and to compare: interchanges from their segments, written short."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from shared.formats.x12.reader import read
from tests.edi import Readings, as_golden
from tests.golden import INBOUND

FUNCTIONS = {
    "810": "IN", "820": "RA", "832": "SC", "846": "IB", "850": "PO", "855": "PR", "856": "SH",
    "860": "PC", "865": "CA", "997": "FA", "999": "FA",
}  # fmt: skip
ISA = "ISA*00*          *00*          *ZZ*SUPPLIER1      *ZZ*HOSPITAL1      *260115*1200*U*00401*"
ORDER = (
    "BEG*00*SA*PO-1001**20260115",
    "REF*DP*OR",
    "DTM*002*20260120",
    "N1*ST*NORTH HOSPITAL*92*DOCK-1",
    "N3*1 MAIN ST",
    "N4*SPRINGFIELD*IL*62701*US",
    "PO1*1*10*BX*12.5*PE*VN*SUT-001*IN*H-001",
    "PID*F****SUTURE 3-0",
    "PO1*2*4*EA*250*PE*VN*CTR-001",
    "CTT*2*14",
)


def a_set(kind: str, *segments: str, control: str = "0001", count: int | None = None) -> list[str]:
    """A set with a sound header and trailer."""
    counted = len(segments) + 2 if count is None else count
    return [f"ST*{kind}*{control}", *segments, f"SE*{counted}*{control}"]


def an_interchange(
    *sets: Sequence[str],
    function: str = "PO",
    control: str = "000000001",
    version: str = "004010",
    delimiters: str = "*>~",
    line_end: str = "\n",
    asks: str = "0",
) -> bytes:
    """Sets in one group in one interchange; `*>~` are its element, component and segment ends."""
    body = [segment for each in sets for segment in each]
    segments = [
        f"{ISA}{control}*{asks}*P*>",
        f"GS*{function}*SUPPLIER1*HOSPITAL1*20260115*1200*1*X*{version}",
        *body,
        f"GE*{len(sets)}*1",
        f"IEA*1*{control}",
    ]
    text = "".join(f"{segment}~{line_end}" for segment in segments)
    return text.translate(dict(zip(map(ord, "*>~"), delimiters, strict=True))).encode()


def one_set(kind: str, *segments: str, **options: str) -> bytes:
    """One sound set in one interchange."""
    return an_interchange(a_set(kind, *segments), function=FUNCTIONS[kind], **options)


_READINGS = Readings(read)
documents, findings = _READINGS.documents, _READINGS.findings
codes, spots = _READINGS.codes, _READINGS.spots


def x12_samples() -> list[Path]:
    """Every X12 sample."""
    return sorted((INBOUND / "x12").glob("*.edi"))


def x12_as_golden(body: bytes) -> object:
    """A reading as its JSON."""
    return as_golden(read(body))


def chunked(body: bytes, size: int) -> Iterable[bytes]:
    """The bytes as a socket may give them."""
    return (body[place : place + size] for place in range(0, len(body), size))
