"""What keeps a line from being posted, or leaves work open behind it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A hold to be: its code, what is the matter in words, and the keys that would mend it."""

    code: str
    detail: str
    missing: tuple[str, ...] = ()
