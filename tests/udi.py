"""Barcodes to read and to compare: element strings and HIBC barcodes from their parts."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from shared.canonical.device import DeviceIdentifier
from shared.canonical.diagnostic import Diagnostic
from shared.formats.gtins import check_digit
from shared.formats.udi.application_identifiers import FORMS
from shared.formats.udi.hibcc import check_character
from shared.formats.udi.reader import read
from shared.formats.udi.scanning import GS
from tests.golden import INBOUND, plain

YEAR = 2026
GTIN = "00614141123452"


def udi_samples() -> list[Path]:
    """Every sample of barcodes."""
    return sorted((INBOUND / "udi").glob("*.txt"))


def udi_as_golden(body: bytes) -> object:
    """Identifiers and findings as JSON, as read in 2026."""
    told = list(read(body, year=YEAR))
    return {
        "identifiers": [plain(each) for each in told if isinstance(each, DeviceIdentifier)],
        "findings": [_finding(each) for each in told if isinstance(each, Diagnostic)],
    }


def _finding(found: Diagnostic) -> dict[str, str]:
    told = {"code": found.code, "severity": found.severity.value, "at": str(found.position)}
    return {**told, "value": found.value} if found.value else told


def identifiers(source: str | bytes, *marks: str) -> list[DeviceIdentifier]:
    """What was read, without the findings."""
    told = read(source, year=YEAR, fnc1_marks=marks)
    return [each for each in told if isinstance(each, DeviceIdentifier)]


def codes(source: str | bytes, *marks: str) -> list[str]:
    """The codes of what was found wrong, in order."""
    told = read(source, year=YEAR, fnc1_marks=marks)
    return [each.code for each in told if isinstance(each, Diagnostic)]


def element_string(elements: Iterable[tuple[str, str]]) -> str:
    """Elements as a symbol has them: GS behind each that may be of another length."""
    return "".join(f"{name}{value}{'' if FORMS[name].fixed else GS}" for name, value in elements)


def printed(elements: Iterable[tuple[str, str]]) -> str:
    """Elements as they stand under a symbol."""
    return "".join(f"({name}){value}" for name, value in elements)


def with_digit(digits: str) -> str:
    """Digits with their check digit."""
    return digits + check_digit(digits)


def hibc(*parts: str) -> str:
    """Parts of a HIBC barcode with the check character."""
    text = f"+{'/'.join(parts)}"
    return text + check_character(text)


def changed(text: str, at: int, alphabet: Sequence[str]) -> Iterable[str]:
    """The text with each other character of an alphabet at one place."""
    return (text[:at] + each + text[at + 1 :] for each in alphabet if each != text[at])
