"""A sealed period in one file: the seal's line, its index, then a line for each entry.

Every line ends in a line feed and is ASCII JSON in the one spelling that was sealed.
"""

import json
from collections.abc import Sequence

from shared.canonical.seal_check import Finding, FindingKind, Row, Section, findings_of


def export_of(seal: bytes, index: bytes, entries: Sequence[bytes]) -> bytes:
    """The bytes of the file."""
    return seal + b"\n" + index + b"".join(text + b"\n" for text in entries)


def section_of(body: bytes) -> Section:
    """The parts of a file, whole or not: by the seal's count if it fits, else by how lines begin.

    Raises:
        ValueError: the file is empty.
    """
    lines = body.removesuffix(b"\n").split(b"\n")
    if lines == [b""]:
        raise ValueError("nothing was exported here")
    seal, *rest = (Row(number, text) for number, text in enumerate(lines, start=1))
    count = _count_of(seal.text)
    if len(rest) != 2 * count:
        begin = (at for at, row in enumerate(rest) if row.text.startswith(b"{"))
        count = next(begin, len(rest))
    return Section(seal=seal, index=rest[:count], entries=rest[count:])


def check_export(body: bytes) -> tuple[Finding, ...]:
    """Everything in the file that is not as it was sealed.

    Raises:
        ValueError: the file is empty.
    """
    section = section_of(body)
    return (*findings_of(section), *_last_line_end(body))


def _last_line_end(body: bytes) -> tuple[Finding, ...]:
    if body.endswith(b"\n"):
        return ()
    number = body.count(b"\n") + 1
    return (
        Finding(kind=FindingKind.MISSING, what="line end", line=number, detail="the last line's"),
    )


def _count_of(seal: bytes) -> int:
    """How many entries the seal says; -1 if it says nothing that can be read."""
    try:
        return int(json.loads(seal)["count"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return -1
