"""From a partner's file that was surveyed to the parts that the journal is told of, in order."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from shared.canonical.business_keys import (
    BusinessKey,
    TradeDocument,
    broken_lines,
    business_keys,
    line_count,
)
from shared.canonical.hold import Hold
from shared.formats.edi.exchange import (
    FilePart,
    FileSurvey,
    SurveyedInterchange,
    SurveyedSet,
)
from shared.workflow.interchange_claims import Standing, StandingKind
from shared.workflow.interchange_parts import (
    Described,
    Part,
    PartnerFile,
    broken_holds,
    interchange_part_id,
    part_hold,
    part_of,
    unread_part,
)
from shared.workflow.set_results import SetOutcome, SetResults

_WHOLE = {StandingKind.HELD: SetOutcome.HELD, StandingKind.REPEATED: SetOutcome.REPEATED}


@dataclass(slots=True)
class Tally:
    """What the sets of an interchange that does not count would have been."""

    sets: int = 0
    lines: int = 0
    malformed: int = 0
    keys: dict[BusinessKey, None] = field(default_factory=dict)

    def add(self, document: TradeDocument | None) -> None:
        """Count one of them."""
        self.sets += 1
        if document is not None:
            self.lines += line_count(document)
            self.malformed += len(broken_lines(document))
            self.keys.update(dict.fromkeys(business_keys(document)))


@dataclass(slots=True)
class Taking:
    """One file being taken in: what was surveyed, where each interchange stands, what comes of it.

    `answers` are the keys of the acknowledgements in the outbox, by interchange.
    """

    arrival: PartnerFile
    survey: FileSurvey
    standings: tuple[Standing, ...]
    results: SetResults = field(default_factory=SetResults)
    tallies: dict[int, Tally] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)

    def parts(self) -> Iterator[Part]:
        """Every set that counts, then every interchange that does not, then what is none."""
        passed: Counter[tuple[int, bool]] = Counter()
        last = len(self.survey.interchanges) - 1
        for read in self.arrival.partner.parts(self.arrival.body):
            place = min(read.interchange, last)  # a set behind the last interchange is told of it
            part = self._read(read, place, passed[place, read.is_set])
            passed[place, read.is_set] += 1
            if part is not None:
                yield part
        for place, standing in enumerate(self.standings):
            if standing.kind is StandingKind.HELD:
                yield self._held(place, standing)
        if unread := self.survey.unread:
            why = ", ".join(dict.fromkeys(found.code for found in unread))
            detail = f"{len(unread)} places cannot be read: {why}"
            yield unread_part(self.arrival, "FILE_UNREAD", detail, unread)

    def _read(self, read: FilePart, place: int, number: int) -> Part | None:
        """A set or what stands beside the sets; None if its interchange does not count."""
        interchange, standing = self.survey.interchanges[place], self.standings[place]
        document = read.document if isinstance(read.document, TradeDocument) else None
        surveyed = interchange.sets[number] if read.is_set else _beside(document)
        add = partial(self.results.add, interchange.control, surveyed, document)
        if standing.kind is not StandingKind.TAKEN:
            self.tallies.setdefault(place, Tally()).add(document)
            whole_id = self._held_id(place) if standing.code else ""
            add(outcome=_WHOLE[standing.kind], document_id=whole_id, reason=standing.code)
            return None
        document_id = self._id("set" if read.is_set else "beside", place, str(number))
        part = self._part(interchange, surveyed, document, document_id)
        add(outcome=_outcome(surveyed, part), document_id=document_id)
        return part

    def _part(
        self,
        interchange: SurveyedInterchange,
        surveyed: SurveyedSet,
        document: TradeDocument | None,
        document_id: str,
    ) -> Part:
        facts = _set_facts(interchange, surveyed, document)
        keys = [*_control_keys(interchange, surveyed), *_named(document)]
        return part_of(
            self.arrival,
            Described(
                document_id=document_id,
                kind="rejected" if surveyed.is_rejected else "received",
                data=facts,
                keys=keys,
                findings=surveyed.findings,
                holds=tuple(self._holds(surveyed, document, document_id)),
            ),
        )

    def _holds(
        self, surveyed: SurveyedSet, document: TradeDocument | None, document_id: str
    ) -> Iterator[Hold]:
        """One for the set if its sender must send it again, else one for each broken line."""
        if surveyed.is_rejected:
            why = ", ".join(dict.fromkeys(found.code for found in surveyed.findings))
            detail = f"set {surveyed.kind} {surveyed.control} was rejected: {why or 'its group'}"
            place = next((str(found.position) for found in surveyed.findings), "")
            yield part_hold(
                self.arrival, "SET_REJECTED", document_id, detail=detail, position=place
            )
        elif document is not None:
            yield from broken_holds(self.arrival, document_id, broken_lines(document))

    def _held(self, place: int, standing: Standing) -> Part:
        """An interchange of which nothing counts, with the keys of all that stands in it."""
        interchange = self.survey.interchanges[place]
        tally = self.tallies.get(place, Tally())
        document_id = self._held_id(place)
        before = f"; the first is {standing.first}" if standing.first else ""
        detail = (
            f"interchange {interchange.control} from {interchange.sender or 'nobody'} with"
            f" {tally.sets} sets and {tally.lines + tally.malformed} lines{before}"
        )
        hold = part_hold(self.arrival, standing.code, document_id, detail=detail)
        return part_of(
            self.arrival,
            Described(
                document_id=document_id,
                kind="rejected",
                data={
                    **_interchange_facts(interchange),
                    "reason": standing.code,
                    "first": standing.first,
                    "sets": tally.sets,
                    "lines": tally.lines,
                    "malformed": tally.malformed,
                },
                keys=[f"interchange:{interchange.control}", *_texts(tally.keys)],
                findings=interchange.findings,
                holds=(hold,),
            ),
        )

    def _held_id(self, place: int) -> str:
        return self._id("held", place, self.standings[place].code)

    def _id(self, what: str, place: int, *more: str) -> str:
        interchange, content = self.survey.interchanges[place], self.standings[place].content
        return interchange_part_id(self.arrival, interchange, content, what, *more)


def _beside(document: TradeDocument | None) -> SurveyedSet:
    """What is no set, as TA1, is accepted as it is: nobody acknowledges it."""
    origin = document.origin if document is not None else None
    kind, control = (origin.kind, origin.control) if origin else ("", "")
    return SurveyedSet(kind=kind, group="", control=control, verdict="accepted", findings=())


def _outcome(surveyed: SurveyedSet, part: Part) -> SetOutcome:
    if surveyed.is_rejected:
        return SetOutcome.REJECTED
    return SetOutcome.HELD if part.holds else SetOutcome.READ


def _set_facts(
    interchange: SurveyedInterchange, surveyed: SurveyedSet, document: TradeDocument | None
) -> dict[str, object]:
    origin = document.origin if document is not None else None
    return {
        **_interchange_facts(interchange),
        "group": surveyed.group,
        "control": surveyed.control,
        "set": surveyed.kind,
        "document": type(document).__name__ if document is not None else "",
        "verdict": surveyed.verdict,
        "byte": origin.byte if origin else 0,
        "lines": line_count(document) if document is not None else 0,
        "malformed": len(broken_lines(document)) if document is not None else 0,
    }


def _interchange_facts(interchange: SurveyedInterchange) -> dict[str, object]:
    return {
        "interchange": interchange.control,
        "sender": interchange.sender,
        "receiver": interchange.receiver,
        "is_test": interchange.is_test,
    }


def _control_keys(interchange: SurveyedInterchange, surveyed: SurveyedSet) -> Iterator[str]:
    """A set's own number is unique only within its interchange."""
    yield f"interchange:{interchange.control}"
    if surveyed.control:
        yield f"control:{interchange.control}/{surveyed.group}/{surveyed.control}"


def _named(document: TradeDocument | None) -> Iterator[str]:
    return _texts(dict.fromkeys(business_keys(document)) if document is not None else {})


def _texts(keys: Mapping[BusinessKey, None]) -> Iterator[str]:
    return (f"{key.kind}:{key.value}" for key in keys)
