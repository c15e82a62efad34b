"""UNB, UNG, UNH and their trailers: what each states."""

from shared.formats.edi.delimiters import COMPONENT, ELEMENT, Delimiters
from shared.formats.edi.envelope import BLANKS, held_parts, is_number, unbroken
from shared.formats.edifact.charsets import Decode, decoder, held
from shared.formats.edifact.receipts import GroupHead, InterchangeHead, MessageHead

_TEST = "1"
UNKNOWN_HEAD = InterchangeHead(
    charset="",
    syntax="",
    sender="",
    sender_qualifier="",
    receiver="",
    receiver_qualifier="",
    sent_on="",
    sent_at="",
    control="",
    wants_answer=False,
    is_test=False,
    delimiters=Delimiters("", "", ""),
    byte=0,
    start=0,
)


def parts_of(text: str, decode: Decode) -> list[str]:
    """The elements of an envelope's segment, the tag first, filled up."""
    return [decode(part)[0].strip(" ") for part in held_parts(text)] + BLANKS


def components(element: str) -> list[str]:
    """The components of an element, filled up."""
    return [each.strip(" ") for each in element.split(COMPONENT)] + BLANKS


def interchange_head(
    text: str, byte: int, delimiters: Delimiters, *, start: int
) -> InterchangeHead:
    """Read a UNB whose delimiters are known already; `start` is where its UNA stands, if any."""
    text = held(unbroken(text))
    charset = components((*text.split(ELEMENT, 2), "")[1])[0]
    parts = parts_of(text, decoder(charset, delimiters))
    syntax, sender, receiver, sent = map(components, parts[1:5])
    return InterchangeHead(
        charset=charset,
        syntax=syntax[1],
        sender=sender[0],
        sender_qualifier=sender[1],
        receiver=receiver[0],
        receiver_qualifier=receiver[1],
        sent_on=sent[0],
        sent_at=sent[1],
        control=parts[5],
        wants_answer=parts[9] == "1",
        is_test=parts[11] == _TEST,
        delimiters=delimiters,
        byte=byte,
        start=start,
    )


def group_head(parts: list[str]) -> GroupHead:
    """Read a UNG."""
    return GroupHead(function=parts[1], control=parts[5])


def message_head(parts: list[str]) -> MessageHead:
    """Read a UNH."""
    kind, version, release, agency, association = components(parts[2])[:5]
    return MessageHead(
        control=parts[1],
        kind=kind,
        version=version,
        release=release,
        agency=agency,
        association=association,
    )


def stated_count(parts: list[str], counted: int) -> int:
    """The count of a trailer, or what came if it states none."""
    return int(parts[1]) if is_number(parts[1]) else counted
