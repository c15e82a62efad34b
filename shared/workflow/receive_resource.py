"""Edge: FHIR resources are archived, read, journalled and enqueued before they are answered 201.

"Accepted" means durable, not posted (IHE Pharmacy SUPPLY, PHARM-S1 to S6): nothing waits for the
ERP. Uses go on to be mapped and posted; everything else rests in the journal.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from shared.canonical.message import ClientScope, Sighting
from shared.errors import LedgerwardError, ThrottledError
from shared.formats.fhir.loading import find_profile
from shared.formats.fhir.offered import PROCESS_MESSAGE, RELEASES, TYPES
from shared.formats.fhir.outcome import Issue, IssueType
from shared.formats.fhir.profile import DEFAULT_PROFILE, FhirProfile
from shared.ports.clients import ClientRegistry
from shared.ports.clock import Clock
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.raw_archive import RawArchive
from shared.ports.tokens import Tokenizer
from shared.workflow.document_chain import DocumentChain
from shared.workflow.receiving import Answer, InboundResource, new_sighting
from shared.workflow.resource_answers import (
    NOT_REGISTERED,
    RETRY_LATER,
    THROTTLED,
    outcome_answer,
    told,
)
from shared.workflow.resource_chains import chain_of, whole_chain
from shared.workflow.resource_verdict import Verdict, judge

SOURCE = "fhir"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken in of a sighting. `document_id` is its chain of the journal."""

    verdict: Verdict
    document_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveResource:
    """FHIR over HTTPS. `new_id` mints message ids, which are the ids of what is stored."""

    archive: RawArchive
    journal: Journal
    documents: DocumentQueue
    holds: HoldStore
    clients: ClientRegistry
    tokens: Tokenizer
    clock: Clock
    new_id: Callable[[], str]

    def __call__(self, resource: InboundResource) -> Answer:
        """Take one resource or Bundle in; 503 if it could not be made durable: send it again.

        Raises:
            LedgerwardError: its client is registered with a profile that does not exist. Nothing
                was stored: what is could never be read.
        """
        unknown = _unknown_path(resource)
        if unknown:
            return outcome_answer(HTTPStatus.NOT_FOUND, [unknown])
        client = self.clients.scope_of(resource.client_id)
        if client is None:
            return outcome_answer(HTTPStatus.FORBIDDEN, [NOT_REGISTERED])
        _registered_profile(client)
        try:
            return self._answered(self._archived(resource, client), resource)
        except ThrottledError:
            return outcome_answer(HTTPStatus.SERVICE_UNAVAILABLE, [THROTTLED], RETRY_LATER)

    def take_in(self, sighting: Sighting, body: bytes) -> Taken:
        """Read, journal and enqueue what the archive holds. Again does no harm: recovery does it.

        Holds come first: whoever finds a document in the journal finds what it waits for. The chain
        of a Bundle comes last, so that it stands only where all else does.

        Raises:
            LedgerwardError: its client is registered with a profile that does not exist.
            ThrottledError: it could not be made durable.
        """
        verdict = judge(sighting, body, _profile_of(sighting))
        chains = [
            chain_of(judged, address, sighting, self.tokens) for judged, address in verdict.stored
        ]
        whole = whole_chain(verdict, sighting)
        holds = [hold for chain in chains for hold in chain.holds]
        if holds:
            self.holds.open(holds)
        self._journal(chains)
        documents = [document for chain in chains for document in chain.documents]
        if documents:
            self.documents.send(documents)
        self._journal([whole] if whole else [])
        document_id = (whole or chains[0]).document_id
        return Taken(verdict=verdict, document_id=document_id)

    def _journal(self, chains: list[DocumentChain]) -> None:
        for chain in chains:
            self.journal.append(chain.document_id, chain.facts, opening=True)

    def _archived(self, resource: InboundResource, client: ClientScope) -> Sighting:
        sighting = new_sighting(
            resource.body,
            message_id=self.new_id(),
            source=SOURCE,
            client=client,
            content_type=resource.content_type,
            received_at=self.clock.now(),
            address=f"{resource.release}/{resource.kind.removeprefix(PROCESS_MESSAGE)}",
        )
        self.archive.store(sighting, resource.body)
        return sighting

    def _answered(self, sighting: Sighting, resource: InboundResource) -> Answer:
        taken = self.take_in(sighting, resource.body)
        answer = told(
            taken.verdict,
            sighting,
            resource.body,
            version=RELEASES[resource.release],
            preferred=resource.preferred,
        )
        return replace(
            answer,
            message_id=sighting.message_id,
            document_id=taken.document_id,
            lines=taken.verdict.line_count,
        )


def _profile_of(sighting: Sighting) -> FhirProfile:
    """The sender's profile, with the release that the path names.

    Raises:
        LedgerwardError: there is no such profile.
    """
    release, _, _ = sighting.address.partition("/")
    return replace(_registered_profile(sighting.client), fhir=RELEASES[release])


def _registered_profile(client: ClientScope) -> FhirProfile:
    found = find_profile(client.fhir_profile) if client.fhir_profile else DEFAULT_PROFILE
    if found is None:
        name = client.fhir_profile
        raise LedgerwardError(f"client {client.client_id} has FHIR profile {name}, which is none")
    return found


def _unknown_path(resource: InboundResource) -> Issue | None:
    """Why nothing can be sent to a path, if so; what it says is not shown: it may be anything."""
    types = TYPES.get(resource.release)
    if types and resource.kind in ("", PROCESS_MESSAGE, *types):
        return None
    offered = f"types: {', '.join(types)}" if types else f"releases: {', '.join(RELEASES)}"
    return Issue(
        kind=IssueType.NOT_FOUND,
        code="path_unknown",
        text="Nothing of this type can be sent here.",
        remedy=f"Nothing was stored. There are these {offered}.",
    )
