"""What the sender of a file is told: the journal first, then the outbox."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.message import ClientScope, Sighting
from shared.ports.file_boxes import FileOutbox
from shared.ports.journal import Journal
from shared.workflow.dropped_files import TAG_LENGTH, DroppedFile
from shared.workflow.file_facts import file_chain, file_fact

RESULT_TYPE = "application/x-ndjson"
SUMMARY_TYPE = "application/json"
Told = Callable[[Sequence[Diagnostic]], Iterable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What became of an arrival.

    `code` is read, held, repeated, refused, gone (another delivery has finished it) or unfinished:
    the last stays in its queue, and goes on from where it stopped.
    """

    code: str
    message_id: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_finished(self) -> bool:
        """Whether the delivery needs nothing more."""
        return self.code != "unfinished"


class FileResults(Protocol):
    """What became of each part of a file: rows, or sets of interchanges."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many parts came to each end."""
        ...

    def encoded(self) -> bytes:
        """JSON lines, one for each part."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswers:
    """`told` puts findings into words for the sender, as their format does."""

    journal: Journal
    outbox: FileOutbox
    told: Told

    def finish(
        self,
        file: DroppedFile,
        sighting: Sighting,
        outcome: str,
        findings: Sequence[Diagnostic],
        results: FileResults,
        more: Mapping[str, object] | None = None,
    ) -> FileOutcome:
        """Answer an arrival that the archive holds; what the inbox holds is cleared after this."""
        result_key = file.answer_key(sighting.sha256, "result.jsonl")
        facts = {
            "is_archived": True,
            "raw_key": sighting.key,
            "sha256": sighting.sha256,
            "client_id": sighting.client.client_id,
            "result": result_key,
            "counts": dict(results.counts),
            **(more or {}),
        }
        fact = file_fact(file, sighting.message_id, outcome, findings, facts)
        self.journal.append(file_chain(sighting.client.tenant, sighting.sha256), [fact])
        self.outbox.put(result_key, results.encoded(), RESULT_TYPE)
        self._put_summary(file, sighting.sha256, fact.data, findings)
        counts = dict(results.counts)
        return FileOutcome(code=outcome, message_id=sighting.message_id, counts=counts)

    def refuse_unread(
        self, file: DroppedFile, found: Diagnostic, client: ClientScope | None
    ) -> FileOutcome:
        """Answered, but left in the inbox: what is not archived exists nowhere else."""
        message_id = file.message_id()
        fact = file_fact(file, message_id, "refused", [found], {"is_archived": False})
        if client is not None:
            self.journal.append(file_chain(client.tenant, message_id), [fact])
        self._put_summary(file, message_id[-TAG_LENGTH:], fact.data, [found])
        return FileOutcome(code="refused", message_id=message_id)

    def _put_summary(
        self,
        file: DroppedFile,
        tag: str,
        facts: Mapping[str, object],
        findings: Sequence[Diagnostic],
    ) -> None:
        summary = {
            **{name: fact for name, fact in facts.items() if name != "diagnostics"},
            "dropped_at": file.dropped_at.isoformat(),
            "findings": [*self.told(findings)],
        }
        text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
        self.outbox.put(file.answer_key(tag, "summary.json"), text.encode(), SUMMARY_TYPE)
