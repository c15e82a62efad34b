"""Queues and the event bus that keep what was sent, as canonical JSON like the real ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.canonical.codec import from_json, to_json
from shared.canonical.effect import Effect
from shared.canonical.mappable import MappableDocument, mappable_from
from shared.canonical.stock_report import StockReport
from shared.canonical.usage import SupplyUsage
from shared.ports.events import OutcomeNews
from shared.ports.status_queue import StatusNews


@dataclass(slots=True)
class SimulatedDocumentQueue:
    """Implements the DocumentQueue port."""

    bodies: list[str] = field(default_factory=list)

    def send(self, documents: Sequence[MappableDocument]) -> None:
        """Durable when this returns."""
        self.bodies.extend(to_json(document) for document in documents)

    @property
    def sent(self) -> tuple[SupplyUsage, ...]:
        """The uses that were sent, in order."""
        return tuple(each for each in self._documents() if isinstance(each, SupplyUsage))

    @property
    def reports(self) -> tuple[StockReport, ...]:
        """The stock reports that were sent, in order."""
        return tuple(each for each in self._documents() if isinstance(each, StockReport))

    def _documents(self) -> Iterator[MappableDocument]:
        return map(mappable_from, self.bodies)


@dataclass(slots=True)
class SimulatedEffectQueue:
    """Implements the EffectQueue port."""

    bodies: list[str] = field(default_factory=list)

    def send(self, effects: Sequence[Effect]) -> None:
        """Durable when this returns."""
        self.bodies.extend(to_json(effect) for effect in effects)

    @property
    def sent(self) -> tuple[Effect, ...]:
        """What was sent, in order."""
        return tuple(from_json(Effect, body) for body in self.bodies)


@dataclass(slots=True)
class SimulatedStatusQueue:
    """Implements the StatusQueue port."""

    bodies: list[str] = field(default_factory=list)

    def send(self, news: Sequence[StatusNews]) -> None:
        """Durable when this returns."""
        self.bodies.extend(to_json(each) for each in news)

    @property
    def sent(self) -> tuple[StatusNews, ...]:
        """What was sent, in order."""
        return tuple(from_json(StatusNews, body) for body in self.bodies)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedLetter:
    """A dead letter on its way back."""

    queue: str
    body: str
    redrives: int
    delay_seconds: int


@dataclass(slots=True)
class SimulatedDeadLetterReturn:
    """Implements the DeadLetterReturn port."""

    returned: list[ReturnedLetter] = field(default_factory=list)

    def send_back(self, queue: str, body: str, *, redrives: int, delay_seconds: int) -> None:
        """Enqueue the same body again on `queue`, remembering how often that was done."""
        self.returned.append(
            ReturnedLetter(queue=queue, body=body, redrives=redrives, delay_seconds=delay_seconds)
        )


@dataclass(slots=True)
class SimulatedEventPublisher:
    """Implements the EventPublisher port."""

    published: list[OutcomeNews] = field(default_factory=list)

    def publish(self, news: Sequence[OutcomeNews]) -> None:
        """Tell of all of them."""
        self.published.extend(news)
