"""How a stored resource stands in the journal: uses on their way to be posted, all else at rest.

The resource's own text stays in the raw archive; the journal says where it is in there.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.message import Sighting
from shared.canonical.stock_report import StockReport
from shared.canonical.usage import SourceSystem
from shared.formats.fhir.documents import usage_documents
from shared.formats.fhir.reader import BUNDLE
from shared.formats.fhir.reading import FhirReading
from shared.formats.fhir.stored import Address
from shared.formats.fhir.submission import Submitted
from shared.formats.stock_documents import stock_reports
from shared.ports.tokens import Tokenizer
from shared.workflow.document_chain import DocumentChain
from shared.workflow.receiving import ReadFacts, facts_of, sighted, sighting_facts, told
from shared.workflow.resource_verdict import Judged, Verdict
from shared.workflow.resting import broken_line_holds, identity, resting_data
from shared.workflow.resting_documents import items_in, kind_of, named_in

_NOBODY = SourceSystem(application="", facility="")


def chain_of(
    judged: Judged, address: Address, sighting: Sighting, tokens: Tokenizer
) -> DocumentChain:
    """The chain of one stored resource, the same for every sighting of the same bytes."""
    resource = judged.resource
    reading = resource.reading
    if reading is None:
        return _held(resource, address, sighting)
    case = tokens.token("case", reading.patient.case)
    patient = tokens.token("patient", reading.patient.patient)
    documents = usage_documents(reading, sighting, case_token=case, patient_token=patient)
    if not documents:
        return _resting(resource, reading, address, sighting, case)
    read = ReadFacts(
        control_id=documents[0].control_id,
        diagnostics=resource.findings,
        keys=(*_address_keys(resource, address), f"transaction:{documents[0].control_id}"),
        more=_addressed(resource, address, sighting),
    )
    facts = sighting_facts(sighting, documents, read)
    return DocumentChain(document_id=documents[0].document_id, facts=facts, documents=documents)


def whole_chain(verdict: Verdict, sighting: Sighting) -> DocumentChain | None:
    """The chain of a Bundle, or of what was refused; None for one resource that was stored.

    Of a Bundle it is told last: where it stands, nothing of the Bundle is missing.
    """
    if not verdict.refused and not verdict.submission.is_bundle:
        return None
    data = {
        **sighted(sighting),
        "document": BUNDLE if verdict.submission.is_bundle else "",
        "resources": len(verdict.stored),
        "diagnostics": told(verdict.findings) or [each.code for each in verdict.issues],
        "rests": True,
    }
    kind = "rejected" if verdict.refused else "received"
    facts = facts_of(sighting, kind, data, (f"correlation:{sighting.message_id}",))
    return DocumentChain(document_id=sighting.message_id, facts=facts)


def _resting(
    resource: Submitted, reading: FhirReading, address: Address, sighting: Sighting, case: str
) -> DocumentChain:
    """What moves no money: stock is recorded, all else rests; lines not read wait as holds."""
    kind = kind_of(reading.document)
    broken = [line.diagnostic for line in reading.malformed]
    document_id = _document_id(sighting, kind, reading.source, reading.place)
    keys = [*_address_keys(resource, address), *([f"case:{case}"] if case else [])]
    keys += [f"{name}:{value}" for name, value in named_in(reading.document) if value]
    keys += [f"item:{each}" for each in sorted(items_in(reading.document))]
    stated = {
        "control_id": reading.document.number,
        "document": kind,
        "lines": reading.line_count,
    }
    reports = stock_reports(reading.document, sighting, document_id)
    return _told(resource, address, sighting, document_id, broken, stated, keys, reports)


def _held(resource: Submitted, address: Address, sighting: Sighting) -> DocumentChain:
    """A resource of which nothing can be used: as a whole it waits for a person."""
    document_id = _document_id(sighting, resource.kind, _NOBODY, resource.place)
    stated = {"control_id": "", "document": "", "lines": 0}
    keys = _address_keys(resource, address)
    return _told(resource, address, sighting, document_id, resource.costs[:1], stated, keys)


def _told(
    resource: Submitted,
    address: Address,
    sighting: Sighting,
    document_id: str,
    broken: Sequence[Diagnostic],
    stated: Mapping[str, object],
    keys: Sequence[str],
    reports: tuple[StockReport, ...] = (),
) -> DocumentChain:
    line_id = partial(identity, sighting.client.tenant, "line", document_id)
    holds = tuple(broken_line_holds(sighting, document_id, broken, line_id))
    more = {**_addressed(resource, address, sighting), **stated, "malformed": len(broken)}
    data = resting_data(sighting, more, resource.findings, holds, goes_on=bool(reports))
    every = tuple(dict.fromkeys((f"correlation:{sighting.message_id}", *keys)))
    facts = facts_of(sighting, "received", data, every)
    return DocumentChain(document_id=document_id, facts=facts, holds=holds, documents=reports)


def _document_id(sighting: Sighting, kind: str, source: SourceSystem, place: str) -> str:
    names = (sighting.client.tenant, kind, source.application, source.facility, place)
    return identity(*names, sighting.sha256)


def _addressed(resource: Submitted, address: Address, sighting: Sighting) -> dict[str, object]:
    """Where the resource can be asked for, and where it stands in what was received."""
    release, _, _ = sighting.address.partition("/")
    told: dict[str, object] = {"release": release, "type": address.kind, "resource": address.id}
    return told if resource.number is None else {**told, "entry": resource.number}


def _address_keys(resource: Submitted, address: Address) -> tuple[str, ...]:
    """A resource that was sent alone has its message's id, by which it is found already."""
    return () if resource.number is None else (f"resource:{address.id}",)
