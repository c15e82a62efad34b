"""ISA, GS, ST and their trailers: what each states."""

from shared.formats.edi.delimiters import COMPONENT, REPETITION, Delimiters
from shared.formats.edi.envelope import BLANKS, held_parts
from shared.formats.x12.receipts import GroupHead, InterchangeHead

_PADDINGS = ("\r", "\n", "\xc2\xa0", "\xa0")
FIRST_VERSION, LAST_VERSION = "004010", "005010"


def parts_of(text: str) -> list[str]:
    """The elements of an envelope's segment, the tag first, filled up."""
    return [part.strip(" ") for part in held_parts(text)] + BLANKS


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
        start=byte,
    )


def group_head(parts: list[str]) -> GroupHead:
    """Read a GS."""
    return GroupHead(
        function=parts[1], sender=parts[2], receiver=parts[3], control=parts[6], version=parts[8]
    )


def plain_control(text: str) -> str:
    """A control number as it may be told and written: without separators."""
    return text.replace(COMPONENT, "").replace(REPETITION, "")
