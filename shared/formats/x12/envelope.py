"""ISA, GS, ST and their trailers: what each states, and whether it agrees with what came."""

from shared.formats.edi.delimiters import COMPONENT, ELEMENT, REPETITION, Delimiters
from shared.formats.edi.findings import Findings
from shared.formats.edi.splitting import WHITE
from shared.formats.x12.receipts import GroupHead, InterchangeHead

_BLANKS = [""] * 24
_PADDINGS = ("\r", "\n", "\xc2\xa0", "\xa0")
FIRST_VERSION, LAST_VERSION = "004010", "005010"


def parts_of(text: str) -> list[str]:
    """The elements of an envelope's segment, the tag first, filled up."""
    whole = text.strip(WHITE).replace("\r", "").replace("\n", "")
    return [part.strip(" ") for part in whole.split(ELEMENT)] + _BLANKS


def interchange_head(text: str, byte: int, delimiters: Delimiters) -> InterchangeHead:
    """Read an ISA whose delimiters are known already."""
    for padding in _PADDINGS:
        text = text.replace(padding, "")
    parts = parts_of(text)
    return InterchangeHead(
        sender_qualifier=parts[5],
        sender=parts[6],
        receiver_qualifier=parts[7],
        receiver=parts[8],
        sent_on=parts[9],
        sent_at=parts[10],
        version=parts[12],
        control=parts[13],
        wants_answer=parts[14] == "1",
        is_test=parts[15] == "T",
        delimiters=delimiters,
        byte=byte,
    )


def group_head(parts: list[str]) -> GroupHead:
    """Read a GS."""
    return GroupHead(
        function=parts[1], sender=parts[2], receiver=parts[3], control=parts[6], version=parts[8]
    )


def check_control(
    findings: Findings, level: str, parts: list[str], stated: str, begun: str, byte: int
) -> None:
    """Whether a trailer's control number is its header's; as numbers alone it is only noted."""
    if stated == begun:
        return
    is_equal = stated.isdigit() and begun.isdigit() and int(stated) == int(begun)
    code = "CONTROL_NUMBER_PADDED" if is_equal else f"{level}_CONTROL_MISMATCH"
    findings.report(code, segment=parts[0], byte=byte, field=2, value=stated)


def check_count(
    findings: Findings, level: str, parts: list[str], counted: int, byte: int, ordinal: int = 0
) -> None:
    """Whether a trailer's count is what came."""
    stated = parts[1]
    if stated.isdigit() and stated.isascii() and int(stated[:12]) == counted:
        return
    findings.report(
        f"{level}_COUNT_WRONG",
        segment=parts[0],
        ordinal=ordinal,
        byte=byte,
        field=1,
        fact=f"{counted} counted",
    )


def plain_control(text: str) -> str:
    """A control number as it may be told and written: without separators."""
    return text.replace(COMPONENT, "").replace(REPETITION, "")
