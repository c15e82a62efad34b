"""What of a partner's file rests in the journal: each set, or an interchange that does not count.

No step works on purchase documents yet. They rest: the journal has their keys, their lines in
counts and where in the archive they stand, and never what they say.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.hold import Hold
from shared.canonical.journal import JournalFact
from shared.canonical.message import Sighting
from shared.canonical.trade import BrokenLine
from shared.formats.edi.exchange import Partner, SurveyedInterchange
from shared.holds.opening import HoldFacts, hold_for
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.receiving import facts_of
from shared.workflow.resting import broken_line_holds, identity, resting_data

RELEASED = "hold_released"  # in the chain of what a person said counts after all


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFile:
    """A file that is durable in the archive, and whose it is."""

    file: DroppedFile
    body: bytes
    sighting: Sighting
    partner: Partner

    @property
    def at(self) -> datetime:
        """When it arrived: what is told twice is told of the same moment."""
        return self.sighting.received_at

    def content(self, interchange: SurveyedInterchange) -> str:
        """The hash of one interchange's bytes, whatever file it lies in."""
        whole = memoryview(self.body)[interchange.start : interchange.end]
        return hashlib.sha256(bytes(whole).strip()).hexdigest()

    def id_of(self, *names: str) -> str:
        """An id for ever: the same for the same names of the same tenant and partner."""
        return identity(self.sighting.client.tenant, self.partner.source, *names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One chain of the journal, what it is told, and what waits for a person."""

    document_id: str
    fact: JournalFact
    more_keys: tuple[JournalFact, ...] = ()
    holds: tuple[Hold, ...] = ()

    @property
    def weight(self) -> int:
        """How much it is among others."""
        return 1

    @property
    def facts(self) -> tuple[JournalFact, ...]:
        """All that the chain is told."""
        return (self.fact, *self.more_keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """How a part is told: `kind` is received or rejected; `keys` are without the usual ones."""

    document_id: str
    kind: str
    data: dict[str, object]
    keys: Iterable[str]
    findings: Sequence[Diagnostic] = ()
    holds: tuple[Hold, ...] = ()


def interchange_part_id(
    arrival: PartnerFile, interchange: SurveyedInterchange, content: str, what: str, *more: str
) -> str:
    """The same for the same bytes of an interchange, in whatever file they lie."""
    names = (interchange.sender, interchange.receiver, interchange.control)
    return arrival.id_of(what, *names, content, *more)


def unread_id(arrival: PartnerFile, code: str) -> str:
    """Of what of a file is nothing that can be read: by its bytes, whatever the file is called."""
    return arrival.id_of(code, arrival.sighting.sha256)


def part_of(arrival: PartnerFile, described: Described) -> Part:
    """The part as the journal is told of it; its keys in as many entries as they need."""
    message = arrival.sighting.message_id
    keys = [f"correlation:{message}", f"file:{arrival.file.name}", *dict.fromkeys(described.keys)]
    fact, *more = facts_of(arrival.sighting, described.kind, _told_of(arrival, described), keys)
    return Part(
        document_id=described.document_id,
        fact=fact,
        more_keys=tuple(more),
        holds=described.holds,
    )


def _told_of(arrival: PartnerFile, described: Described) -> dict[str, object]:
    """What the journal keeps of a part: where its bytes are, and what is wrong with it."""
    stated = {
        "file": arrival.file.name,
        "partner": arrival.partner.name,
        **described.data,
    }
    return resting_data(arrival.sighting, stated, described.findings, described.holds)


def broken_holds(
    arrival: PartnerFile, document_id: str, broken: Sequence[BrokenLine]
) -> Iterator[Hold]:
    """Each line of a set that could not be read."""
    findings = [line.diagnostic for line in broken]
    line_id = partial(arrival.id_of, "line", document_id)
    return broken_line_holds(arrival.sighting, document_id, findings, line_id)


def part_hold(
    arrival: PartnerFile,
    code: str,
    document_id: str,
    *,
    detail: str,
    position: str = "",
) -> Hold:
    """The hold of a part as a whole: its line is the part."""
    facts = HoldFacts(
        line_id=document_id,
        document_id=document_id,
        message_id=arrival.sighting.message_id,
        position=position,
        detail=detail,
        content_hash=document_id,
    )
    return hold_for(code, facts, now=arrival.at)


def unread_part(
    arrival: PartnerFile, code: str, detail: str, findings: Sequence[Diagnostic] = ()
) -> Part:
    """What of a file is nothing that can be read."""
    document_id = unread_id(arrival, code)
    position = str(findings[0].position) if findings else ""
    hold = part_hold(arrival, code, document_id, detail=detail, position=position)
    described = Described(
        document_id=document_id,
        kind="rejected",
        data={"reason": code},
        keys=(),
        findings=findings,
        holds=(hold,),
    )
    return part_of(arrival, described)


def unanswered_part(
    arrival: PartnerFile, interchange: SurveyedInterchange, name: str, why: str
) -> Part:
    """An acknowledgement that cannot be written, so that a person tells the partner."""
    hold = part_hold(arrival, "ANSWER_UNWRITABLE", name, detail=why)
    described = Described(
        document_id=name,
        kind="unanswered",
        data={"interchange": interchange.control, "reason": hold.code},
        keys=(f"interchange:{interchange.control}",),
        holds=(hold,),
    )
    return part_of(arrival, described)
