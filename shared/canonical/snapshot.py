"""Versions of a case's document: each says what was used in all, not what came to it (USE4)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

NAME_LENGTH = 16  # hex digits: enough to tell the lines of one case apart
_CASE_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Which version of its case a document is.

    `named` are the names of all lines of the version, in whatever piece of it they travel. A line
    that it does not name counts 0, if `is_whole`: a version with a line whose id cannot be read
    takes nothing back, for that may be the line. A parked line carries the version alone.
    """

    version: int
    named: tuple[str, ...] = ()
    is_whole: bool = False


def case_of(tenant: str, application: str, facility: str, document: str) -> str:
    """The id of a case: what all versions of one document of one source share."""
    return _digest([tenant, application, facility, document])[:_CASE_LENGTH]


def line_name(key: Sequence[str]) -> str:
    """A line's short name among the lines of its case."""
    return _digest(list(key))[:NAME_LENGTH]


def _digest(body: object) -> str:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
