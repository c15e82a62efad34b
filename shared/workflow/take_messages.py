"""A file of HL7 v2 messages, in batches or not: each is taken in as if it had come alone.

It has the document that the same bytes have over HTTPS or MLLP, so one that comes by both ways
counts once. Its lines stand in the file at the bytes that they name.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.message import Sighting
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.reader import placed
from shared.formats.hl7v2.reading import PlacedReading
from shared.ports.tokens import Tokenizer
from shared.workflow.document_chain import DocumentChain
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_answers import FileAnswers, FileOutcome
from shared.workflow.file_progress import FileProgress
from shared.workflow.hand_on import HandOn
from shared.workflow.message_chain import context_of, message_chain
from shared.workflow.message_results import MessageResults
from shared.workflow.receiving import facts_of
from shared.workflow.resting import broken_line_holds, identity, resting_data

HL7V2 = "hl7v2"  # what such files lie under; they are read as their client's registration says
_ENDS = (b"\r\n", b"\r", b"\n")
_BLANKS = b" \t"
_BOM = b"\xef\xbb\xbf"
_AROUND = b"\x0b\x1c\r\n \t"  # what stands between two messages; in some files MLLP's bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """A file that is durable in the archive."""

    file: DroppedFile
    body: bytes
    sighting: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessages:
    """Takes files of messages in."""

    tokens: Tokenizer
    answers: FileAnswers
    hand_on: HandOn

    def __call__(self, arrival: MessageFile, progress: FileProgress) -> FileOutcome:
        """Take a file in.

        Raises:
            ThrottledError: something could not be made durable.
            LedgerwardError: the client's registration names a profile that there is not.
        """
        results = MessageResults()
        if not arrival.body.removeprefix(_BOM).strip(_AROUND):
            results.refuse(finding("MSH_UNREADABLE", Position(segment="MSH")))
        count = progress.hand_on(self._handed(arrival, results), self.hand_on)
        if count is None:
            return FileOutcome(code="unfinished", message_id=arrival.sighting.message_id)
        return self.answers.finish(
            arrival.file, arrival.sighting, results.outcome, results.findings, results
        )

    def _handed(self, arrival: MessageFile, results: MessageResults) -> Iterator[DocumentChain]:
        """Every message, then what is wrong with the batches."""
        findings = []
        for each in placed(arrival.body, context_of(arrival.sighting.client)):
            if isinstance(each, Diagnostic):
                findings.append(each)
                continue
            chain = self._chain(arrival, each)
            results.add(each.reading, chain.document_id)
            yield chain
        results.findings[:0] = findings
        if findings:
            yield _batches(arrival, findings)

    def _chain(self, arrival: MessageFile, message: PlacedReading) -> DocumentChain:
        content = _as_alone(arrival.body[message.start : message.end])
        sighting = replace(arrival.sighting, sha256=hashlib.sha256(content).hexdigest())
        refused_id = identity(sighting.client.tenant, "message", sighting.sha256)
        chain = message_chain(message.reading, sighting, self.tokens, refused_id=refused_id)
        first, *others = chain.facts
        told = replace(
            first,
            data={**first.data, "file": arrival.file.name, "byte": message.start},
            keys=(*first.keys, f"file:{arrival.file.name}"),
        )
        return replace(chain, facts=(told, *others))


def _as_alone(content: bytes) -> bytes:
    """A message as it comes alone: with the end of its last segment, and no blank line around it.

    Blanks before that end are the segment's own.
    """
    content = content.lstrip(_AROUND)
    core = content.rstrip(_AROUND)
    behind = content[len(core) :].lstrip(_BLANKS)
    if not behind:
        return content
    last = content[: len(content) - len(behind)]
    return last + next((end for end in _ENDS if behind.startswith(end)), b"")


def _batches(arrival: MessageFile, findings: Sequence[Diagnostic]) -> DocumentChain:
    """What its trailers contradict waits for a person, while its messages go on."""
    sighting = arrival.sighting
    named = partial(identity, sighting.client.tenant, "batches", sighting.sha256)
    document_id = named()
    holds = tuple(
        broken_line_holds(sighting, document_id, findings, partial(named, "line", document_id))
    )
    stated = {"file": arrival.file.name, "document": "batches", "malformed": len(findings)}
    data = resting_data(sighting, stated, findings, holds)
    keys = (f"correlation:{sighting.message_id}", f"file:{arrival.file.name}")
    facts = facts_of(sighting, "received", data, keys)
    return DocumentChain(document_id=document_id, facts=facts, holds=holds)
