"""What became of a file of HL7 v2 messages, one by one and in sum: its sender's outbox has it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from shared.canonical.diagnostic import Diagnostic
from shared.formats.hl7v2.reading import MessageReading
from shared.workflow.resting_messages import line_count
from shared.workflow.told_findings import gravest


class MessageOutcome(StrEnum):
    """What became of one message."""

    READ = "read"  # on its way; `ledgerward trace` says what came of it
    HELD = "held"  # lines of it wait for a person, the others are on their way
    REFUSED = "refused"  # nothing of it can be used: it must be sent again


@dataclass(slots=True)
class MessageResults:
    """One JSON object for each message of the file.

    `findings` are those of the file, and why what of it was refused.
    """

    rows: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Diagnostic] = field(default_factory=list)
    _is_refused: bool = False

    @property
    def outcome(self) -> str:
        """In one word: refused, if something was and nothing of the file can be used."""
        is_used = self.counts[MessageOutcome.READ] + self.counts[MessageOutcome.HELD] > 0
        return "refused" if self._is_refused and not is_used else "read"

    def refuse(self, found: Diagnostic | None) -> None:
        """A message, or the whole file, is of no use."""
        self._is_refused = True
        if found:
            self.findings.append(found)

    def add(self, reading: MessageReading, document_id: str) -> None:
        """One message, which went on as this document."""
        lines = line_count(reading.document) if reading.document else 0
        held, found = len(reading.malformed), gravest(reading.diagnostics)
        outcome = _outcome(reading)
        if outcome is MessageOutcome.REFUSED:
            self.refuse(found)
        self.counts.update({"messages": 1, outcome.value: 1, "lines": lines + held})
        self.counts["held_lines"] += held
        told = {
            "row": self.counts["messages"],
            **_named(reading),
            "outcome": outcome,
            "lines": lines,
            "held_lines": held,
            "document_id": document_id,
            "code": found.code if found else "",
            "column": str(found.position) if found else "",
            "message": found.message if found else "",
        }
        self.rows.append(json.dumps(told, ensure_ascii=False))

    def encoded(self) -> bytes:
        """JSON lines, one for each message."""
        return "".join(f"{row}\n" for row in self.rows).encode()


def _named(reading: MessageReading) -> dict[str, str]:
    """Its number and kind, if they are such: in a header that is shifted they may be anything."""
    header = reading.header
    if header is None or reading.document is None:
        return {"transaction": "", "kind": ""}
    kind = f"{header.message_code}^{header.trigger_event}"
    return {"transaction": header.control_id, "kind": kind}


def _outcome(reading: MessageReading) -> MessageOutcome:
    if reading.document is None:
        return MessageOutcome.REFUSED
    return MessageOutcome.HELD if reading.malformed else MessageOutcome.READ
