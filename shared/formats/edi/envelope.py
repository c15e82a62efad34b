"""Envelopes of any standard: the elements of a header or trailer, and whether a trailer agrees."""

from dataclasses import dataclass

from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.findings import Findings
from shared.formats.edi.splitting import WHITE

BLANKS = [""] * 24  # more than any segment of an envelope has elements
_BREAKS = str.maketrans("", "", "\r\n")
_DIGITS = 24  # more than any count or control number has; so many are quick to read


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedHead:
    """From whom an interchange is, to whom, of when, under which number, and where.

    `byte` is that of the header itself, `start` that of what belongs before it (UNA).
    """

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    sent_on: str
    sent_at: str
    control: str
    wants_answer: bool
    is_test: bool
    byte: int
    start: int


def unbroken(text: str) -> str:
    """A segment whose lines were broken at some width, in one line."""
    return text.translate(_BREAKS)


def held_parts(text: str) -> list[str]:
    """The elements of an envelope's segment, the tag first, its lines put together."""
    return unbroken(text.strip(WHITE)).split(ELEMENT)


def is_number(text: str) -> bool:
    """Whether a count or a control number is made of digits, and of no more than any has."""
    return text.isdecimal() and text.isascii() and len(text) < _DIGITS


def check_control(
    findings: Findings, level: str, parts: list[str], begun: str, byte: int, ordinal: int = 0
) -> None:
    """Whether a trailer's control number is its header's; as numbers alone it is only noted."""
    stated = parts[2]
    if stated == begun:
        return
    is_equal = is_number(stated) and is_number(begun) and int(stated) == int(begun)
    code = "CONTROL_NUMBER_PADDED" if is_equal else f"{level}_CONTROL_MISMATCH"
    findings.report(code, segment=parts[0], ordinal=ordinal, byte=byte, field=2, value=stated)


def check_count(
    findings: Findings, level: str, parts: list[str], counted: int, byte: int, ordinal: int = 0
) -> None:
    """Whether a trailer's count is what came."""
    stated = parts[1]
    if is_number(stated) and int(stated) == counted:
        return
    findings.report(
        f"{level}_COUNT_WRONG",
        segment=parts[0],
        ordinal=ordinal,
        byte=byte,
        field=1,
        fact=f"{counted} counted",
    )
