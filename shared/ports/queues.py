"""Handing work to the next step."""

from collections.abc import Sequence
from typing import Protocol

from shared.canonical.effect import Effect
from shared.canonical.mappable import MappableDocument


class DocumentQueue(Protocol):
    """Documents on their way to mapping."""

    def send(self, documents: Sequence[MappableDocument]) -> None:
        """Durable when this returns. Raises if any was not taken.

        Sending one again does no harm.
        """
        ...


class EffectQueue(Protocol):
    """Effects on their way to the target."""

    def send(self, effects: Sequence[Effect]) -> None:
        """Durable when this returns. Raises if any was not taken.

        Sending one again does no harm.
        """
        ...
