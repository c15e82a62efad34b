"""Whose a control number is (DUP9), and which numbers ours have.

Both are told by the order of a chain of the journal, which no two writers can make different.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from shared.canonical.journal import JournalEntry, JournalFact
from shared.errors import LedgerwardError
from shared.formats.edi.exchange import SurveyedInterchange
from shared.ports.journal import Journal
from shared.workflow.interchange_parts import RELEASED, PartnerFile, interchange_part_id

CLAIM, ACKNOWLEDGED = "interchange", "acknowledged"
DAILY_ANSWERS = 10_000  # numbers of one day to one partner
_FIRST_DAY = date(2020, 1, 1)
_NUMBERS = 1_000_000_000  # nine digits; 273 years, then they begin again


class StandingKind(StrEnum):
    """What becomes of an interchange as a whole."""

    TAKEN = "taken"
    REPEATED = "repeated"  # the same bytes came under this name before: ignored
    HELD = "held"  # nothing of it counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an interchange stands: `code` is that of its hold, `first` the sighting before it.

    `content` is the hash of its bytes.
    """

    kind: StandingKind
    content: str
    code: str = ""
    first: str = ""
    acknowledgement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeClaims:
    """The first interchange of a name has it; what is lost claims none, so that it may come again.

    A partner is answered under numbers by day: the number of days, then the place in that day's
    chain. The chain is read whole, which is cheap as long as a partner sends hundreds a day.
    """

    journal: Journal

    def standing(
        self, arrival: PartnerFile, place: int, interchange: SurveyedInterchange
    ) -> Standing:
        """Where the interchange at a place of the file stands; the same when asked again.

        A person's word stands above the first claim: what was released counts, once, by the first
        claim of the same bytes.

        Raises:
            ThrottledError: its claim could not be made durable.
        """
        content = arrival.content(interchange)
        is_released = partial(self._is_released, arrival, interchange, content)
        if not interchange.is_from_partner and not is_released("INTERCHANGE_FOREIGN"):
            return Standing(kind=StandingKind.HELD, content=content, code="INTERCHANGE_FOREIGN")
        chain, claim = interchange_chain(arrival, interchange), _claim(arrival, place, interchange)
        if not interchange.is_lost:
            self.journal.append(chain, [claim])
        entries = self.journal.read(chain)
        claims = [each.fact for each in entries if each.fact.kind == CLAIM] or [claim]
        found = partial(Standing, content=content)
        if claims[0].data["content"] != content and not is_released("INTERCHANGE_CONFLICT"):
            before = str(claims[0].data["message_id"])
            return found(kind=StandingKind.HELD, code="INTERCHANGE_CONFLICT", first=before)
        first = next((each for each in claims if each.data["content"] == content), claim)
        if first.fact_id != claim.fact_id:
            before = str(first.data["message_id"])
            answer = _answered(entries, before)
            return found(kind=StandingKind.REPEATED, first=before, acknowledgement=answer)
        if interchange.is_lost:
            return found(kind=StandingKind.HELD, code="INTERCHANGE_REJECTED")
        return found(kind=StandingKind.TAKEN)

    def _is_released(
        self, arrival: PartnerFile, interchange: SurveyedInterchange, content: str, code: str
    ) -> bool:
        held_id = interchange_part_id(arrival, interchange, content, "held", code)
        return self.journal.first(held_id, RELEASED) is not None

    def control(self, arrival: PartnerFile, name: str) -> int:
        """Our control number for the answer of this name, for ever.

        Raises:
            LedgerwardError: the partner was answered too often on that day.
            ThrottledError: it could not be made durable.
        """
        day = arrival.at.date()
        chain = f"answers:{arrival.sighting.client.tenant}:{arrival.partner.name}:{day}"
        fact = JournalFact(fact_id=f"answer:{name}", kind="numbered", at=arrival.at.isoformat())
        self.journal.append(chain, [fact])
        entries = self.journal.read(chain)
        place = next(each.sequence for each in entries if each.fact.fact_id == fact.fact_id)
        if place >= DAILY_ANSWERS:
            raise LedgerwardError(f"{place} answers to {arrival.partner.name} on {day}; {name} not")
        return _number(arrival.partner.first_control, day, place)

    def acknowledged(
        self, arrival: PartnerFile, interchange: SurveyedInterchange, told: Mapping[str, object]
    ) -> None:
        """Tell the interchange's chain how its sender was answered.

        Raises:
            ThrottledError: it could not be made durable.
        """
        message_id, control = arrival.sighting.message_id, told["control"]
        fact = JournalFact(
            fact_id=f"{ACKNOWLEDGED}:{told['acknowledgement']}",
            kind=ACKNOWLEDGED,
            at=arrival.at.isoformat(),
            data={"message_id": message_id, **told},
            keys=(f"interchange:{control}",),
        )
        self.journal.append(interchange_chain(arrival, interchange), [fact])


def interchange_chain(arrival: PartnerFile, interchange: SurveyedInterchange) -> str:
    """The chain of an interchange's name (DUP9): sender, receiver and number, and perhaps when."""
    when = (interchange.sent_on, interchange.sent_at)
    moment = when if arrival.partner.reuses_control_numbers else ()
    names = (interchange.sender, interchange.receiver, interchange.control, *moment)
    return f"interchange:{arrival.id_of('interchange', *names)}"


def _claim(arrival: PartnerFile, place: int, interchange: SurveyedInterchange) -> JournalFact:
    message_id = arrival.sighting.message_id
    return JournalFact(
        fact_id=f"{CLAIM}:{message_id}:{place}",
        kind=CLAIM,
        at=arrival.at.isoformat(),
        data={
            "message_id": message_id,
            "raw_key": arrival.sighting.key,
            "file": arrival.file.name,
            "partner": arrival.partner.name,
            "interchange": interchange.control,
            "content": arrival.content(interchange),
        },
        keys=(f"interchange:{interchange.control}",),
    )


def _answered(entries: tuple[JournalEntry, ...], message_id: str) -> str:
    """The answer to the interchange of one arrival, as the chain of its name tells."""
    told = (each.fact for each in entries if each.fact.kind == ACKNOWLEDGED)
    answers = (fact.data for fact in told if fact.data["message_id"] == message_id)
    return next((str(data["acknowledgement"]) for data in answers), "")


def _number(first: int, day: date, place: int) -> int:
    """Never 0, which means nothing to a receiver."""
    counted = first + (day - _FIRST_DAY).days * DAILY_ANSWERS + place - 1
    return counted % _NUMBERS or 1
