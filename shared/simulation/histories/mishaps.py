"""What was done to a history, as the judge must know it."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Mishaps:
    """Bodies of poison with their queues, and the effects whose delivery came to grief.

    Grief: its worker died or failed, or the target answered with nothing that settles it. After a
    rollback all are: the ledger's word is doubted.
    """

    poison: dict[str, str] = field(default_factory=dict)
    has_rolled_back: bool = False
    _effects: set[str] = field(default_factory=set)

    @property
    def poisoned(self) -> int:
        """How many messages nobody can read."""
        return len(self.poison)

    def grieve(self, effect_ids: Iterable[str]) -> None:
        """Nobody knows for sure what became of these."""
        self._effects.update(effect_ids)

    def came_to_grief(self, effect_id: str) -> bool:
        """Whether anybody may have to be asked about it."""
        return self.has_rolled_back or effect_id in self._effects
