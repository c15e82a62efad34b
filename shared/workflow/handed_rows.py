"""What of a flat file goes on: uses to be mapped, counts to be recorded, or item records at rest.

No step works on item records yet. They rest: the journal has their keys, their rows in counts and
where in the archive they stand. Rows of them and of counts that cannot be read wait as holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.inventory_report import ReportLine
from shared.canonical.message import Sighting
from shared.canonical.usage import SupplyUsage
from shared.formats.flatfile.documents import content_of, findings_of, read_document, source_of
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.transactions import Transaction
from shared.formats.stock_documents import stock_reports
from shared.workflow.document_chain import DocumentChain
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_facts import TOLD_ROWS, received_facts
from shared.workflow.receiving import facts_of
from shared.workflow.resting import broken_line_holds, identity, resting_data


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFile:
    """A file that is durable in the archive, and how it is to be read."""

    file: DroppedFile
    body: bytes
    sighting: Sighting
    profile: FlatFileProfile


def handed_usage(
    arrival: RowFile,
    transaction: Transaction,
    documents: tuple[SupplyUsage, ...],
    notes: Sequence[Diagnostic],
) -> DocumentChain:
    """Uses: the documents of one transaction go on to be mapped."""
    findings = (*notes, *findings_of(transaction))
    rows = [row.number for row in transaction.rows]
    facts = received_facts(arrival.file, arrival.sighting, documents, findings, rows)
    return DocumentChain(document_id=documents[0].document_id, facts=facts, documents=documents)


def other_rows(arrival: RowFile, transaction: Transaction) -> DocumentChain:
    """A count, or the records of an item: the same document in whatever file its rows come."""
    sighting, profile = arrival.sighting, arrival.profile
    document, findings = read_document(transaction, profile), findings_of(transaction)
    kind, source = type(document).__name__, source_of(transaction, profile)
    named = partial(identity, sighting.client.tenant, kind, source.application, source.facility)
    content = content_of(transaction) if transaction.name else sighting.sha256
    number = document.number or f"row {transaction.rows[0].number}"
    document_id = named(number, content)
    holds = tuple(
        broken_line_holds(sighting, document_id, findings, partial(named, "line", document_id))
    )
    stated = {
        "control_id": number,
        "file": arrival.file.name,
        "rows": [row.number for row in transaction.rows[:TOLD_ROWS]],
        "document": kind,
        "lines": len(transaction.rows) - len(findings),
        "malformed": len(findings),
    }
    reports = stock_reports(document, sighting, document_id)
    data = resting_data(sighting, stated, findings, holds, goes_on=bool(reports))
    keys = tuple(dict.fromkeys(_keys(arrival, transaction)))
    facts = facts_of(sighting, "received", data, keys)
    return DocumentChain(document_id=document_id, facts=facts, holds=holds, documents=reports)


def _keys(arrival: RowFile, transaction: Transaction) -> Iterator[str]:
    yield f"correlation:{arrival.sighting.message_id}"
    yield f"file:{arrival.file.name}"
    if transaction.name is not None:
        yield f"transaction:{transaction.name.transaction}"
    for row in transaction.rows:
        if isinstance(row.line, ReportLine):
            named = (("lot", row.line.lot), ("serial", row.line.serial))
            yield from (f"{kind}:{value}" for kind, value in named if value)
