"""From a transaction's rows to its SupplyUsage document, the same whatever file they came in."""

import hashlib
from dataclasses import replace
from typing import TypeVar

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.canonical.inventory_report import (
    CountType,
    InventoryReport,
    ReportLine,
    ReportStatus,
)
from shared.canonical.item_master import ItemMasterRecord, ItemMasterUpdate
from shared.canonical.message import Sighting
from shared.canonical.usage import MalformedLine, SourceSystem, SupplyUsage, UsageLine
from shared.formats.documents import ReadUsage, document_id, in_pieces
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.profile import FileKind, FlatFileProfile
from shared.formats.flatfile.reading import NOBODY, CaseIdentifiers
from shared.formats.flatfile.transactions import Transaction

LineT = TypeVar("LineT")
ReadDocument = ReadUsage | InventoryReport | ItemMasterUpdate


def people_of(transaction: Transaction) -> tuple[CaseIdentifiers, tuple[Diagnostic, ...]]:
    """Whose the transaction is; nobody's, with a note, if its rows name several cases."""
    named = {row.people for row in transaction.rows if isinstance(row.line, UsageLine)}
    if len(named) > 1:
        line = transaction.rows[0].line
        position = line.diagnostic.position if isinstance(line, MalformedLine) else line.position
        return NOBODY, (finding("CASES_SEVERAL", position),)
    return (named.pop() if named else NOBODY), ()


def read_document(transaction: Transaction, profile: FlatFileProfile) -> ReadDocument:
    """A transaction as its file alone says it: uses, a count, or records of an item."""
    number = transaction.name.transaction if transaction.name else ""
    held = _of_type(transaction, MalformedLine)
    match profile.kind:
        case FileKind.USAGE:
            return ReadUsage(number=number, lines=_of_type(transaction, UsageLine), malformed=held)
        case FileKind.ITEMS:
            return ItemMasterUpdate(
                number=number,
                source=source_of(transaction, profile),
                items=_of_type(transaction, ItemMasterRecord),
                malformed=held,
            )
        case FileKind.COUNTS:
            return InventoryReport(
                number=number,
                source=source_of(transaction, profile),
                count_type=CountType.SNAPSHOT,
                status=ReportStatus.ACTIVE,
                lines=_of_type(transaction, ReportLine),
                malformed=held,
            )
        case _ as unknown:
            raise ValueError(unknown)


def transaction_documents(
    transaction: Transaction,
    profile: FlatFileProfile,
    sighting: Sighting,
    *,
    case_token: str,
    patient_token: str,
) -> tuple[SupplyUsage, ...]:
    """The transaction as one document, in pieces that fit a queue.

    Its id covers what its rows say. Rows whose transaction cannot be read have only their place: a
    document of the file's bytes, in which they become holds.
    """
    name, tenant = transaction.name, sighting.client.tenant
    source = source_of(transaction, profile)
    control_id = name.transaction if name else f"row {transaction.rows[0].number}"
    content = content_of(transaction) if name else sighting.sha256
    lines = _numbered(transaction)
    return in_pieces(
        SupplyUsage(
            document_id=document_id(tenant, source, control_id, content),
            message_id=sighting.message_id,
            raw_key=sighting.key,
            tenant=tenant,
            facilities=sighting.client.facilities,
            source=source,
            control_id=control_id,
            received_at=sighting.received_at.isoformat(),
            case_token=case_token,
            patient_token=patient_token,
            lines=tuple(line for line in lines if isinstance(line, UsageLine)),
            malformed=tuple(line for line in lines if isinstance(line, MalformedLine)),
        )
    )


def findings_of(transaction: Transaction) -> tuple[Diagnostic, ...]:
    """What keeps rows of the transaction from being read."""
    return tuple(
        row.line.diagnostic
        for row in transaction.rows
        if isinstance(row.line, MalformedLine) and row.line.diagnostic.severity is not Severity.NOTE
    )


def source_of(transaction: Transaction, profile: FlatFileProfile) -> SourceSystem:
    """Who says so: the sender, of the transaction's facility."""
    name = transaction.name
    facility = name.facility if name else profile.facility
    return SourceSystem(application=profile.application, facility=facility)


def _of_type(transaction: Transaction, noun: type[LineT]) -> tuple[LineT, ...]:
    return tuple(row.line for row in transaction.rows if isinstance(row.line, noun))


def content_of(transaction: Transaction) -> str:
    """The hash of what its rows say, in whatever order they stand."""
    digests = sorted(row.digest for row in transaction.rows)
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _numbered(transaction: Transaction) -> list[UsageLine | MalformedLine]:
    """A line's number is its place in the document, not in this file: the position says that."""
    told = (row.line for row in transaction.rows)
    lines = [line for line in told if isinstance(line, UsageLine | MalformedLine)]
    if transaction.name is None:
        return lines
    return [replace(line, number=str(number)) for number, line in enumerate(lines, start=1)]
