"""What holds for every reader, whatever the bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.formats.registry import Format

INBOUND = Path(__file__).parents[2] / "events" / "inbound"
MOST_EACH_BYTE, MOST_OF_NONE = 2, 64  # documents and findings; a table may lack each column


def format_named(name: str) -> "Format":
    """A format of the registry, imported when it is asked for: the fuzzer watches its code."""
    from shared.formats.registry import FORMATS  # noqa: PLC0415 - instrumented by the fuzzer

    return next(each for each in FORMATS if each.name == name)


def profiles_of(by: "Format") -> tuple[str, ...]:
    """The name of each profile, and none."""
    return ("", *by.profiles())


def samples_of(name: str) -> Sequence[Path]:
    """The messages of the golden pairs of a format."""
    folder = INBOUND / format_named(name).source
    return sorted(each for each in folder.iterdir() if each.suffix != ".json")


def checked(by: "Format", body: bytes, profile: str) -> int:
    """Read it all; how much there was. Only that no profile fits may be raised.

    Raises:
        AssertionError: It points outside the bytes, or makes more of them than they hold.

    """
    from shared.canonical.diagnostic import Diagnostic  # noqa: PLC0415
    from shared.formats.whole import ProfileUnknownError  # noqa: PLC0415

    told = 0
    try:
        for each in by.read(body, profile):
            told += 1
            if isinstance(each, Diagnostic):
                assert 0 <= each.position.byte <= len(body), each
    except ProfileUnknownError:
        return told
    assert told <= MOST_OF_NONE + MOST_EACH_BYTE * len(body), (told, len(body))
    return told
