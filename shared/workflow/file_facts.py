"""What the journal hears of a file: each document's sighting, how far it came, how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.journal import JournalFact
from shared.canonical.message import ClientScope, Sighting
from shared.canonical.usage import SupplyUsage
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.receiving import ReadFacts, new_sighting, sighting_facts, told

SOURCE = "flatfile"  # of what lies under no profile, too: whoever reads it finds that out
CONTENT_TYPE = "text/csv"
MESSAGES = "hl7v2_file"  # of messages in a file, which no single one of them is driven again by
TOLD_ROWS = 100  # in one journal entry; the result has the rest


def file_sighting(
    file: DroppedFile,
    body: bytes,
    client: ClientScope,
    *,
    source: str = SOURCE,
    content_type: str = CONTENT_TYPE,
) -> Sighting:
    """The sighting of an arrival, the same for each of its deliveries; it knows the file's key."""
    unnumbered = new_sighting(
        body,
        message_id="",
        source=source,
        client=client,
        content_type=content_type,
        received_at=file.dropped_at,
        delivery_id=file.key,
    )
    return replace(unnumbered, message_id=file.message_id(unnumbered.sha256))


def file_of(sighting: Sighting) -> DroppedFile:
    """The arrival that a sighting was made of; which version of its key that was is not kept."""
    return DroppedFile(key=sighting.delivery_id, version="", dropped_at=sighting.received_at)


def file_chain(tenant: str, identity: str) -> str:
    """The journal chain of a file: of its bytes, whatever they are called, if they were read."""
    return f"file:{tenant}:{identity}"


def received_facts(
    file: DroppedFile,
    sighting: Sighting,
    documents: Sequence[SupplyUsage],
    findings: Sequence[Diagnostic],
    rows: Sequence[int],
) -> tuple[JournalFact, ...]:
    """One transaction's document, and the rows of the file that it is made of."""
    control_id = documents[0].control_id
    read = ReadFacts(
        control_id=control_id,
        diagnostics=findings,
        keys=(f"file:{file.name}", f"transaction:{control_id}"),
        more={"file": file.name, "rows": [*rows[:TOLD_ROWS]]},
    )
    return sighting_facts(sighting, documents, read)


def progress_fact(sighting: Sighting, documents: int) -> JournalFact:
    """So many documents of this arrival are durable: the next delivery goes on behind them."""
    return JournalFact(
        fact_id=f"progress:{sighting.message_id}:{documents}",
        kind="progress",
        at=sighting.received_at.isoformat(),
        data={"message_id": sighting.message_id, "documents": documents},
    )


def file_fact(
    file: DroppedFile,
    message_id: str,
    outcome: str,
    findings: Sequence[Diagnostic],
    more: Mapping[str, object],
) -> JournalFact:
    """How an arrival ended, in counts."""
    return JournalFact(
        fact_id=f"file:{message_id}",
        kind="file",
        at=file.dropped_at.isoformat(),
        data={
            "message_id": message_id,
            "outcome": outcome,
            "key": file.key,
            "name": file.name,
            "diagnostics": told(findings),
            **more,
        },
        keys=(f"file:{file.name}", f"file:{file.key}", f"correlation:{message_id}"),
    )
