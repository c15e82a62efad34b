"""Messages of uses: charges of supplies and their credits, dispenses and administrations."""

from dataclasses import replace

from shared.canonical.diagnostic import Position
from shared.canonical.usage import EvidenceLine, UsageLine
from shared.formats.documents import ReadUsage
from shared.formats.hl7v2.groups import LineLayout
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.lines import ReadOne, counted_once, read_lines
from shared.formats.hl7v2.message import Message
from shared.formats.hl7v2.profile import SenderProfile
from shared.formats.hl7v2.reading import Found

_NOWHERE = Position(segment="")


def read_uses(
    message: Message,
    header: HeaderFacts,
    profile: SenderProfile,
    *,
    layout: LineLayout,
    read_one: ReadOne[UsageLine | EvidenceLine],
) -> Found:
    """Each kind of line in the order of the message; an equal line of the same key counts once."""
    read = read_lines(message, header, profile, layout, read_one)
    if read.refusal:
        return Found(None, read.diagnostics)
    uses = [line for line in read.lines if isinstance(line, UsageLine)]
    lines, repeated = counted_once(uses, _substance, _position)
    document = ReadUsage(
        number=header.control_id,
        lines=tuple(lines),
        malformed=tuple(read.malformed),
        evidence=tuple(line for line in read.lines if isinstance(line, EvidenceLine)),
    )
    return Found(
        document,
        (*read.findings[: len(read.malformed)], *repeated, *read.findings[len(read.malformed) :]),
    )


def _substance(line: UsageLine) -> UsageLine:
    return replace(line, number="", position=_NOWHERE)


def _position(line: UsageLine) -> Position:
    return line.position
