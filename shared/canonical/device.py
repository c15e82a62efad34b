"""What the barcode of a medical device says: which device, of which lot, until when."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime


class IssuingAgency(StrEnum):
    """Who lays down how the identifiers are made (21 CFR 830; EU 2017/745 article 27)."""

    GS1 = "GS1"
    HIBCC = "HIBCC"
    ICCBBA = "ICCBBA"


@dataclass(frozen=True, kw_only=True)
class DeviceIdentifier:
    """One barcode as read; "" and None are what it does not state.

    `di` is a GTIN in 14 digits, a HIBCC labeler with product and package level, or a product code
    of ICCBBA; a barcode of production data alone has none. Its check digit may be wrong, which a
    finding tells (UDI1). A time without an hour is to the day. `donation` is the ISBT 128 number
    of the donation that tissue comes from. `link` is the character that a HIBCC primary barcode
    ends with and a secondary one of the same label repeats. `elements` are all that it states, by
    the identifiers of its standard, and `raw` is the barcode as scanned: a line of what was sent,
    from 1, that begins at a byte of it, from 0.
    """

    agency: IssuingAgency
    raw: str
    line: int
    byte: int
    di: str = ""
    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None
    produced: SourceTime | None = None
    quantity: Decimal | None = None
    donation: str = ""
    link: str = ""
    elements: tuple[tuple[str, str], ...] = ()

    @property
    def position(self) -> Position:
        """Where it stands, as findings say it."""
        return Position(segment="barcode", occurrence=self.line, byte=self.byte)
