"""A partner's file of the archive: each interchange once, acknowledged, its documents journalled.

The file is gone through twice. The first pass says what each acknowledgement will: a set that its
sender is told to send again may not count here. The second hands over what was read, so that memory
does not grow with the file. No step works on the documents yet: they rest in the journal.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from shared.errors import LedgerwardError
from shared.formats.registry import claims_on, why_unrecognised
from shared.ports.file_boxes import FileOutbox
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.workflow.file_answers import FileAnswers, FileOutcome
from shared.workflow.file_progress import FileProgress
from shared.workflow.handed_parts import Taking
from shared.workflow.interchange_claims import InterchangeClaims, StandingKind
from shared.workflow.interchange_parts import (
    RELEASED,
    Part,
    PartnerFile,
    unanswered_part,
    unread_id,
    unread_part,
)
from shared.workflow.set_results import SetResults

TOLD_INTERCHANGES = 100  # in the summary and one entry of the journal


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeInterchanges:
    """`journal_writers`: chains of different documents do not wait for each other."""

    journal: Journal
    holds: HoldStore
    outbox: FileOutbox
    answers: FileAnswers
    journal_writers: int

    def __call__(self, arrival: PartnerFile, progress: FileProgress) -> FileOutcome:
        """Take a file in.

        Raises:
            ThrottledError: something could not be made durable.
        """
        claims = claims_on(arrival.body, "")
        is_known = [each.source for each in claims] == [arrival.partner.source]
        if not is_known and not self._is_released(arrival):
            return self._unrecognised(arrival, why_unrecognised(claims))
        survey = arrival.partner.survey(arrival.body)
        stands = InterchangeClaims(journal=self.journal)
        standings = tuple(
            stands.standing(arrival, place, each) for place, each in enumerate(survey.interchanges)
        )
        taking = Taking(arrival=arrival, survey=survey, standings=standings)
        count = progress.hand_on(taking.parts(), self._send)
        if count is None:
            return FileOutcome(code="unfinished", message_id=arrival.sighting.message_id)
        for place in range(len(standings)):
            self._acknowledge(taking, place, stands)
        return self._finish(taking)

    def _is_released(self, arrival: PartnerFile) -> bool:
        """Whether a person said that it is the partner's format all the same."""
        return self.journal.first(unread_id(arrival, "FORMAT_UNKNOWN"), RELEASED) is not None

    def _unrecognised(self, arrival: PartnerFile, reason: str) -> FileOutcome:
        detail = f"no {arrival.partner.source}: {reason}"
        self._send([unread_part(arrival, "FORMAT_UNKNOWN", detail)])
        return self.answers.finish(arrival.file, arrival.sighting, "held", (), SetResults())

    def _send(self, batch: Sequence[Part]) -> None:
        """Holds first: whoever finds a part in the journal finds what it waits for."""
        self.holds.open([hold for part in batch for hold in part.holds])
        with ThreadPoolExecutor(max_workers=self.journal_writers) as pool:
            list(pool.map(lambda part: self.journal.append(part.document_id, part.facts), batch))

    def _acknowledge(self, taking: Taking, place: int, claims: InterchangeClaims) -> None:
        """Answer what was taken or rejected; what a person must look at first is not answered."""
        standing, interchange = taking.standings[place], taking.survey.interchanges[place]
        is_told = standing.kind is StandingKind.TAKEN or standing.code == "INTERCHANGE_REJECTED"
        if standing.acknowledgement:
            taking.answers[place] = standing.acknowledgement
        if not is_told or not interchange.answers:
            return
        arrival = taking.arrival
        name = arrival.id_of("answer", arrival.sighting.message_id, str(place))
        control = claims.control(arrival, name)
        try:
            body = arrival.partner.answer(interchange.answers, control=control, at=arrival.at)
        except LedgerwardError as error:
            self._send([unanswered_part(arrival, interchange, name, str(error))])
            return
        key = arrival.file.answer_key(arrival.sighting.sha256, f"acknowledgement-{place + 1}.edi")
        self.outbox.put(key, body, arrival.partner.content_type)
        verdicts = " ".join(each.verdict for each in interchange.answers)
        told = {"acknowledgement": key, "control": f"{control:09d}", "verdict": verdicts}
        claims.acknowledged(arrival, interchange, told)
        taking.answers[place] = key

    def _finish(self, taking: Taking) -> FileOutcome:
        arrival, results = taking.arrival, taking.results
        kinds = [standing.kind for standing in taking.standings]
        results.counts.update({"interchanges": len(kinds)})
        findings = (
            *taking.survey.unread,
            *(found for each in taking.survey.interchanges for found in each.findings),
        )
        more = {"interchanges": [*_told_interchanges(taking)]}
        outcome = _outcome(kinds)
        return self.answers.finish(arrival.file, arrival.sighting, outcome, findings, results, more)


def _outcome(kinds: Sequence[StandingKind]) -> str:
    """In one word: something was read, all of it came before, or it waits for a person."""
    if StandingKind.TAKEN in kinds:
        return "read"
    return "held" if StandingKind.HELD in kinds or not kinds else "repeated"


def _told_interchanges(taking: Taking) -> Iterator[Mapping[str, object]]:
    for place, interchange in enumerate(taking.survey.interchanges[:TOLD_INTERCHANGES]):
        standing = taking.standings[place]
        yield {
            "control": interchange.control,
            "outcome": standing.kind.value,
            "code": standing.code,
            "first": standing.first,
            "acknowledgement": taking.answers.get(place, ""),
        }
