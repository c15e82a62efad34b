"""A claim: one worker's right to send one effect, and the intent to do so, in one write."""

from dataclasses import dataclass
from datetime import datetime

from shared.canonical.effect import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Asked for before the first byte is sent (effect-protocol section 3).

    `owner` is a token of chance, minted for this record and this delivery: two copies of one
    message may be alive at once, so its id would name both. From `quiet_until` (epoch seconds) on,
    what this attempt wrote shows in a look-up.
    """

    effect: Effect
    owner: str
    at: datetime
    quiet_until: int
