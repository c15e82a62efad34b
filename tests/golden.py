"""Golden pairs: samples of what sources send, and the reading we expect of each.

The JSON beside a sample is written by people and checked by tests; no test run writes one.
"""

import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.source_time import SourceTime
from shared.formats.hl7v2.acknowledge import answer_to
from shared.formats.hl7v2.reader import follow
from shared.formats.hl7v2.reading import MessageReading

INBOUND = Path(__file__).parents[1] / "events" / "inbound"
_HEADER = ("application", "facility", "control_id", "message_code", "trigger_event", "version")


def hl7_samples() -> list[Path]:
    """Every HL7 v2 sample of charges as the edge takes them, one message each."""
    return sorted((INBOUND / "hl7v2").glob("*_dft.hl7"))


def hl7_files() -> list[Path]:
    """Every other HL7 v2 sample: of the other messages, and batches."""
    return sorted(set((INBOUND / "hl7v2").glob("*.hl7")) - set(hl7_samples()))


def sample(name: str) -> bytes:
    """The bytes of one HL7 v2 sample."""
    return (INBOUND / "hl7v2" / f"{name}.hl7").read_bytes()


def expected_of(path: Path) -> object:
    """The JSON beside a sample."""
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def as_golden(reading: MessageReading) -> object:
    """A reading as its JSON: empty values left out, and nothing of the patient in it."""
    header = reading.header
    return {
        "answer": answer_to(reading.diagnostics).value,
        "header": {name: getattr(header, name) for name in _HEADER} if header else None,
        "diagnostics": [plain(found) for found in reading.diagnostics],
        "lines": [plain(line) for line in reading.lines],
        "malformed": [plain(line) for line in reading.malformed],
        "evidence": [plain(line) for line in reading.evidence],
    }


def file_as_golden(body: bytes) -> object:
    """A file of HL7 v2 as its JSON: what is told of each message, and of the batches."""
    return [_told(each) for each in follow(body)]


def _told(each: Diagnostic | MessageReading) -> object:
    if isinstance(each, Diagnostic):
        return {"batch": plain(each)}
    return {
        "answer": answer_to(each.diagnostics).value,
        "control_id": each.header.control_id if each.header else "",
        "diagnostics": [plain(found) for found in each.diagnostics],
        "document": type(each.document).__name__ if each.document else "",
        "content": plain(each.document),
    }


def plain(value: object) -> object:
    """A noun as JSON can say it: numbers and places as text, empty members left out."""
    match value:
        case None | int():
            return "" if value is None else value
        case Position() | SourceTime():
            return str(value)
        case Decimal():
            return format(value, "f")
        case tuple():
            return [plain(each) for each in value]
        case str():
            return str(value)
        case _ if is_dataclass(value):
            named = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
            return {name: plain for name, plain in named.items() if plain not in ("", [])}
        case _:
            raise TypeError(type(value).__name__)
