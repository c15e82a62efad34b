"""What is done with the segments of a set, and what is kept of those that come again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from shared.formats.edi.bounds import SOUND_LIMIT
from shared.formats.edi.patterns import Matcher, element_matcher
from shared.formats.edi.tables import Element, SegmentRule

Handler = Callable[[Any, list[str], int, int], None]
SPLITS = 6  # a segment as its tag, five elements, and the rest


class Remembered(NamedTuple):
    """A handler in two parts, for segments that come again and again word by word.

    `prepare` makes of the elements what the builder is given, or None if there is something to say
    about them: then `handle` does the whole. What is prepared is kept by the segment's text. It is
    a tuple that is added to the fact named `into`, or without that what `apply` takes.
    """

    prepare: Callable[[list[str]], Any]
    handle: Handler
    into: str
    apply: Callable[[Any, Any], None]


Facts = dict[str, Any]
Quick = Callable[[list[str], str, Facts], Facts | None]


@dataclass(frozen=True, slots=True, eq=False)
class Direct:
    """A handler for segments of which nearly every one says something else, as lines do.

    `reader` makes of a segment's rule what reads such segments: of their first elements, their text
    and the facts of the open line it makes those of a new line, or gives the open ones back with
    more in them. It gives None if the segment is not sound beyond doubt, or not of the usual form:
    then it is checked like all others, and `handle` does the whole.
    """

    reader: Callable[[SegmentRule], Quick]
    handle: Handler


class Sound(dict[str, Any]):
    """What texts say that are sound as an element, each read once; no key if one is not.

    An element is sound or not whatever stands beside it, and conditions between elements look only
    at which are there: a segment whose elements are all there and sound is so too.
    """

    def __init__(self, matches: Matcher, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._matches, self._read = matches, read

    def __missing__(self, text: str) -> Any:  # noqa: ANN401, D105 - what is read
        value = self._read(text) if self._matches(text) else None
        if value is None:
            raise KeyError
        if len(self) >= SOUND_LIMIT:
            self.clear()
        self[text] = value
        return value


@lru_cache(maxsize=256)
def sound(element: Element, read: Callable[[str], Any] = str) -> Sound:
    """The sound texts of an element; segments share them."""
    return Sound(element_matcher(element), read)


def ignore(_builder: object, _parts: list[str], _ordinal: int, _byte: int) -> None:
    """Do nothing with a segment that no document carries; it was checked like all others."""


def give(builder: Any, remembered: Remembered, value: Any) -> None:  # noqa: ANN401 - of any set
    """Give a builder what was prepared; out of order it may meet a line without such a fact."""
    if remembered.into:
        builder.facts[remembered.into] = builder.facts.get(remembered.into, ()) + value
    else:
        remembered.apply(builder, value)


def _state(builder: Any, value: Facts) -> None:  # noqa: ANN401 - of any set
    builder.facts.update(value)


def _in_two(
    prepare: Callable[[list[str]], Any],
    otherwise: Handler | None,
    into: str = "",
    apply: Callable[[Any, Any], None] = _state,
) -> Remembered:
    def handle(b: Any, p: list[str], ordinal: int, byte: int) -> None:  # noqa: ANN401 - of any set
        value = prepare(p)
        if value is not None:
            give(b, found, value)
        elif otherwise is not None:
            otherwise(b, p, ordinal, byte)

    found = Remembered(prepare, handle, into, apply)
    return found


def gathered(
    prepare: Callable[[list[str]], tuple[Any, ...] | None],
    into: str,
    otherwise: Handler | None = None,
) -> Remembered:
    """A handler that adds a tuple to a fact; `otherwise` says why there is none."""
    return _in_two(prepare, otherwise, into)


def stated(prepare: Callable[[list[str]], Facts]) -> Remembered:
    """A handler that states facts of the head or line."""
    return _in_two(prepare, None)


def remembered(
    prepare: Callable[[list[str]], Any],
    apply: Callable[[Any, Any], None],
    otherwise: Handler | None = None,
) -> Remembered:
    """A handler that does something of its own with what it prepares."""
    return _in_two(prepare, otherwise, apply=apply)


def alone(prepare: Callable[[list[str]], Any]) -> Callable[[list[str]], tuple[Any] | None]:
    """What is prepared as the tuple that it is gathered by."""

    def prepared(p: list[str]) -> tuple[Any] | None:
        value = prepare(p)
        return None if value is None else (value,)

    return prepared
