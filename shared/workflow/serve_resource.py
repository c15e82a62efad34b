"""Edge: what was stored of FHIR is read and found again, and where its lines stand (PHARM-S2).

An InventoryReport that is searched is made of what lies at the place now (PHARM-S7). It writes
nothing. A client sees what clients of its own tenant sent, if they speak for no facility
that it does not speak for itself; of anything else it hears that it is not there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from shared.canonical.journal import JournalEntry, JournalFact
from shared.canonical.message import ClientScope, Sighting
from shared.errors import ThrottledError
from shared.formats.fhir.bounds import RESOURCE_BYTES
from shared.formats.fhir.capability import POSITIONS, SEARCHES, capability_statement
from shared.formats.fhir.offered import MEDIA_TYPE, TYPES
from shared.formats.fhir.outcome import Issue, IssueType
from shared.formats.fhir.positions import position_bundle, position_query_of
from shared.formats.fhir.searching import Search, SearchError, match_entry, search_of, searchset
from shared.formats.fhir.stored import VERSION, as_bytes, stored, text_of
from shared.ports.clients import ClientRegistry
from shared.ports.clock import Clock
from shared.ports.hold_store import HoldStore
from shared.ports.journal import JournalPages
from shared.ports.raw_archive import ArchiveListing, RawArchive
from shared.workflow.receiving import Answer, AskedResource
from shared.workflow.resource_answers import (
    ETAG,
    NOT_REGISTERED,
    RETRY_LATER,
    THROTTLED,
    last_modified,
    outcome_answer,
)
from shared.workflow.resource_states import states_of
from shared.workflow.serve_positions import ServePositions

METADATA = "metadata"
PAGE_BYTES = RESOURCE_BYTES  # a function's answer takes 6 MB; one resource always fits
MOST_SIGHTINGS = 10  # of the same bytes, looked through for one that the client may see
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_NOT_THERE = Issue(
    kind=IssueType.NOT_FOUND,
    code="not_found",
    text="There is no such resource.",
    remedy="Ask by the id that the answer to its POST named, as the client that sent it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A stored resource: the fact that it was received, the chain it is of, and its envelope."""

    fact: JournalFact
    chain: tuple[JournalEntry, ...]
    sighting: Sighting

    @property
    def id(self) -> str:
        return str(self.fact.data["resource"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeResource:
    """Reads FHIR resources over HTTPS."""

    archive: RawArchive
    listing: ArchiveListing
    journal: JournalPages
    holds: HoldStore
    clients: ClientRegistry
    positions: ServePositions
    clock: Clock

    def __call__(self, asked: AskedResource) -> Answer:
        """Answer one GET; 503 if a store asked us to slow down."""
        if asked.release not in TYPES:
            return outcome_answer(HTTPStatus.NOT_FOUND, [_NOT_THERE])
        if asked.kind == METADATA and not asked.id:
            return _shown(json.dumps(capability_statement(asked.release)).encode())
        client = self.clients.scope_of(asked.client_id)
        if client is None:
            return outcome_answer(HTTPStatus.FORBIDDEN, [NOT_REGISTERED])
        if asked.kind not in TYPES[asked.release]:
            return outcome_answer(HTTPStatus.NOT_FOUND, [_NOT_THERE])
        try:
            return self._read(asked, client) if asked.id else self._searched(asked, client)
        except ThrottledError:
            return outcome_answer(HTTPStatus.SERVICE_UNAVAILABLE, [THROTTLED], RETRY_LATER)

    def _read(self, asked: AskedResource, client: ClientScope) -> Answer:
        is_name = _ID.fullmatch(asked.id) and asked.version in ("", VERSION)
        found = self._found(asked, client) if is_name else None
        if found is None:
            return outcome_answer(HTTPStatus.NOT_FOUND, [_NOT_THERE])
        headers = {"ETag": ETAG, "Last-Modified": last_modified(found.sighting)}
        return _shown(as_bytes(self._text(found)), headers)

    def _found(self, asked: AskedResource, client: ClientScope) -> _Found | None:
        """By its message's id if it came alone, else by the key of its entry."""
        for key in (f"correlation:{asked.id}", f"resource:{asked.id}"):
            named = self.journal.find_some(key, after="", limit=2)
            if len(named) == 1:  # more: it is a Bundle's id, and a Bundle is no resource here
                return self._of(named[0], asked, client)
        return None

    def _of(self, document_id: str, asked: AskedResource, client: ClientScope) -> _Found | None:
        """The newest resource of a document that a client may see, or the one that it names."""
        chain = self.journal.read(document_id)
        facts = [entry.fact for entry in chain if _is_asked(entry.fact, asked)]
        for fact in facts[::-1][:MOST_SIGHTINGS]:
            raw_key = str(fact.data["raw_key"])
            is_ours = raw_key.startswith(f"{client.tenant}/")
            sighting = self.listing.sighting(raw_key) if is_ours else None
            if sighting and _may_see(client, sighting.client):
                return _Found(fact=fact, chain=chain, sighting=sighting)
        return None

    def _text(self, found: _Found, raw: str = "") -> str:
        states = states_of(found.fact, found.chain, self.holds)
        told = [each.told() for each in states]
        text = raw or self._raw(found)
        return stored(text, found.id, found.sighting.received_at, states=told)

    def _raw(self, found: _Found) -> str:
        """The resource as it was received."""
        entry = found.fact.data.get("entry")
        number = None if entry is None else int(str(entry))
        return text_of(self.archive.read(found.sighting.key), number)

    def _searched(self, asked: AskedResource, client: ClientScope) -> Answer:
        if asked.kind == POSITIONS:
            return self._positioned(asked, client)
        if asked.kind not in SEARCHES:
            return _refused("This type is read by id; it is not searched.")
        try:
            search = search_of(asked.kind, asked.parameters)
        except SearchError as error:
            return _refused(str(error))
        named = self.journal.find_some(search.key, after=search.after, limit=search.count)
        entries: list[str] = []
        last, size = search.after, 0
        for document_id, entry in self._entries(named, asked, client, search):
            size += len(as_bytes(entry))
            if entries and size > PAGE_BYTES:
                break
            last = document_id
            entries += [entry] if entry else []
        is_end = len(named) < search.count and last == (named[-1] if named else last)
        following = () if is_end else (("next", search.url(last)),)
        links = (("self", search.url(search.after)), *following)
        return _shown(as_bytes(searchset(links, entries)))

    def _positioned(self, asked: AskedResource, client: ClientScope) -> Answer:
        try:
            query = position_query_of(asked.parameters)
        except SearchError as error:
            return _refused(str(error))
        found = self.positions(query, client)
        return _shown(as_bytes(position_bundle(query.url, found, at=self.clock.now())))

    def _entries(
        self, named: tuple[str, ...], asked: AskedResource, client: ClientScope, search: Search
    ) -> Iterator[tuple[str, str]]:
        """Each document of a page, with its entry in the Bundle; "" if it was not asked for."""
        for document_id in named:
            found = self._of(document_id, asked, client)
            raw = self._raw(found) if found else ""
            if found and search.is_met_by(raw):
                url = f"{asked.kind}/{found.id}"
                yield document_id, match_entry(url, self._text(found, raw))
            else:
                yield document_id, ""


def _is_asked(fact: JournalFact, asked: AskedResource) -> bool:
    """Whether a fact is that a resource of this type and release, and of this id, was received."""
    data = fact.data
    is_kind = (data.get("release"), data.get("type")) == (asked.release, asked.kind)
    return is_kind and (not asked.id or data.get("resource") == asked.id)


def _may_see(client: ClientScope, sender: ClientScope) -> bool:
    """Whether a client may see what a sender of the same tenant sent.

    Who speaks for no facility at all sees only what it sent itself.
    """
    if client.tenant != sender.tenant:
        return False
    is_within = bool(sender.facilities) and set(sender.facilities) <= set(client.facilities)
    return is_within or client.client_id == sender.client_id


def _refused(remedy: str) -> Answer:
    issue = Issue(
        kind=IssueType.NOT_SUPPORTED,
        code="search_unsupported",
        text="This search is not answered.",
        remedy=remedy,
    )
    return outcome_answer(HTTPStatus.BAD_REQUEST, [issue])


def _shown(body: bytes, headers: dict[str, str] | None = None) -> Answer:
    return Answer(
        status=HTTPStatus.OK,
        content_type=MEDIA_TYPE,
        body=body,
        code="found",
        headers=headers or {},
    )
