"""Why biip judges barcodes otherwise: each class of difference in one line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from shared.canonical.device import DeviceIdentifier, IssuingAgency
from shared.canonical.diagnostic import Diagnostic
from shared.formats.udi.reader import read

Elements = Sequence[Sequence[str]]
_GS1_ALONE = "it reads GS1 and no other agency"
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "read by us alone: HIBCC": _GS1_ALONE,
        "read by us alone: ICCBBA": _GS1_ALONE,
        "read by us alone: DATE_INVALID": "it refuses the barcode for a date that is none; "
        "we leave the date out and keep device and lot",
        "read by us alone: ELEMENT_TOO_LONG": "it ends the value at its greatest length and "
        "takes the rest for an identifier; we leave the value out",
        "read by us alone: qualifiers": "it refuses a link whose qualifiers stand in another "
        "order; each says by its key what it is",
        "read by us alone: capitals": "it knows a link by small letters; QR codes are denser "
        "in capitals, and GS1 Digital Link allows them for scheme and host",
        "told by us alone: UDI_CHECK_DIGIT": "it reads a GTIN or SSCC with a wrong check digit "
        "as an element like any other",
        "told by us alone: DEVICE_UNNAMED": "it reads element strings of any use and asks for "
        "no device",
        "told by us alone: GTIN_UNPADDED": "it pads a GTIN of a link as we do, without a word",
        "held by us alone: ELEMENT_REPEATED": "it lists two GTINs and leaves the choice to "
        "whoever asks",
        "held by us alone: PATIENT_BARCODE": "it reads what a wristband says",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What we make of one barcode."""

    device: DeviceIdentifier | None
    codes: tuple[str, ...]


def ours_of(text: str, year: int) -> Ours:
    """Our reading of one barcode."""
    told = list(read(text, year=year))
    devices = [each for each in told if isinstance(each, DeviceIdentifier)]
    codes = tuple(each.code for each in told if isinstance(each, Diagnostic))
    return Ours(device=devices[0] if devices else None, codes=codes)


def differences(text: str, ours: Ours, theirs: Elements | None) -> Iterator[str]:
    """What differs between us and it, as `REASONS` names it; `theirs` is None if it refused."""
    if ours.device is None:
        if theirs is not None:
            yield f"held by us alone: {ours.codes[-1]}"
    elif theirs is None:
        yield f"read by us alone: {_why_alone(text, ours, ours.device)}"
    elif [tuple(each) for each in theirs] != list(ours.device.elements):
        yield "elements differ"
    else:
        yield from (f"told by us alone: {code}" for code in ours.codes)


def _why_alone(text: str, ours: Ours, device: DeviceIdentifier) -> str:
    if device.agency is not IssuingAgency.GS1:
        return device.agency.value
    holding = [each for each in ours.codes if each in ("DATE_INVALID", "ELEMENT_TOO_LONG")]
    if holding:
        return holding[0]
    if text.startswith("HTTP"):
        return "capitals"
    return "qualifiers" if text.startswith("http") else "sound"
