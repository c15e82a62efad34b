"""DFT^P03: charges of supplies and their credits. Pure, positioned, never raising on bad input."""

from collections import Counter
from dataclasses import replace

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.canonical.usage import EvidenceLine, MalformedLine, UsageLine
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.financial import ReadLine, read_line
from shared.formats.hl7v2.groups import (
    LINE,
    LineGroup,
    broken_at,
    cut_line,
    is_cut,
    line_groups,
)
from shared.formats.hl7v2.header import HeaderFacts, header_findings, header_of
from shared.formats.hl7v2.message import UNREADABLE, Message, parsed
from shared.formats.hl7v2.patients import patient_of
from shared.formats.hl7v2.profile import UsageProfile
from shared.formats.hl7v2.reading import ReadContext, UsageReading

LINE_LIMIT = 5_000  # FT1 segments; a day's batch of a whole ward, and one run of the worker
NOTE_LIMIT = 100  # passed-over pieces that are told one by one

_DEFAULT_CONTEXT = ReadContext()
_NOWHERE = Position(segment="")


def read_usage(body: bytes, context: ReadContext = _DEFAULT_CONTEXT) -> UsageReading:
    """Read a DFT^P03. A bad line is held with its position and rule while the rest goes on."""
    message = parsed(body)
    header = header_of(message)
    if header is None or not message.is_readable:
        return UsageReading(header=header, diagnostics=message.diagnostics)
    found = header_findings(message, header, is_production=context.is_production)
    patient, about_patients = patient_of(message)
    diagnostics = (*message.diagnostics, *found, *about_patients)
    if _stops(diagnostics):
        return UsageReading(header=header, diagnostics=diagnostics)
    reading = _read_lines(message, header, context.profile)
    return replace(reading, diagnostics=(*diagnostics, *reading.diagnostics), patient=patient)


def _read_lines(message: Message, header: HeaderFacts, profile: UsageProfile) -> UsageReading:
    groups = line_groups(message)
    cut = cut_line(message)
    if len(groups) > LINE_LIMIT:
        over = groups[LINE_LIMIT].ft1.position()
        return UsageReading(header=header, diagnostics=(finding("LINES_TOO_MANY", over),))
    read: list[ReadLine] = [
        read_line(group, header, profile, _fault(group, groups, profile)) for group in groups
    ]
    if cut:
        read.append(MalformedLine(number=str(len(groups) + 1), key=(), diagnostic=cut))
    notes = _passed_over(message)
    if not any(isinstance(line, UsageLine | EvidenceLine) for line in read):
        return _nothing_readable(header, read, notes)
    return _sorted(header, read, notes)


def _fault(
    group: LineGroup, groups: tuple[LineGroup, ...], profile: UsageProfile
) -> Diagnostic | None:
    broken = broken_at(group, profile.segments)
    if broken:
        return finding("SEGMENT_BROKEN", broken.position())
    if group is groups[-1] and is_cut(group, groups[:-1], profile.segments):
        return finding("LINE_CUT", _end_of(group, profile))
    return None


def _end_of(group: LineGroup, profile: UsageProfile) -> Position:
    """The last segment of a line; by its byte alone if nobody reads such: its name may be text."""
    last = group.segments[-1]
    is_known = last.name in {LINE, UNREADABLE, *profile.segments}
    return last.position() if is_known else replace(group.ft1.position(), byte=last.byte)


def _nothing_readable(
    header: HeaderFacts, read: list[ReadLine], notes: list[Diagnostic]
) -> UsageReading:
    code = "LINES_UNREADABLE" if read else "LINES_ABSENT"
    faults = [line.diagnostic for line in read if isinstance(line, MalformedLine)]
    position = Position(segment="FT1", byte=faults[0].position.byte if faults else 0)
    return UsageReading(header=header, diagnostics=(finding(code, position), *faults, *notes))


def _sorted(header: HeaderFacts, read: list[ReadLine], notes: list[Diagnostic]) -> UsageReading:
    """Each kind of line in the order of the message; an equal line of the same key counts once."""
    lines: list[UsageLine] = []
    times = Counter(line.key for line in read)
    told: set[UsageLine] = set()
    findings: list[Diagnostic] = []
    for line in read:
        match line:
            case UsageLine() if times[line.key] == 1:
                lines.append(line)
            case UsageLine():
                fact = replace(line, number="", position=_NOWHERE)
                if fact in told:
                    findings.append(finding("LINE_REPEATED", line.position))
                else:
                    told.add(fact)
                    lines.append(line)
            case MalformedLine():
                findings.append(line.diagnostic)
            case EvidenceLine():
                pass
    return UsageReading(
        header=header,
        diagnostics=(*findings, *notes),
        lines=tuple(lines),
        malformed=tuple(line for line in read if isinstance(line, MalformedLine)),
        evidence=tuple(line for line in read if isinstance(line, EvidenceLine)),
    )


def _passed_over(message: Message) -> list[Diagnostic]:
    """Text that is no segment, by its place alone: it may be the rest of a patient's name."""
    pieces = [segment for segment in message.segments if segment.name == UNREADABLE]
    notes = [finding("SEGMENT_UNREADABLE", piece.position()) for piece in pieces[:NOTE_LIMIT]]
    last = message.segments[-1]
    if not last.is_terminated:
        notes.append(finding("END_UNTERMINATED", replace(_NOWHERE, byte=last.byte)))
    return notes


def _stops(diagnostics: tuple[Diagnostic, ...]) -> bool:
    return any(found.severity is Severity.MESSAGE for found in diagnostics)
