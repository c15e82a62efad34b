"""From a version of a line to what is posted for it, by today's rules (USE4). Pure."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from shared.canonical.effect import Effect
from shared.canonical.head import LineHead, StandingPart
from shared.canonical.usage import SupplyUsage
from shared.mapping.snapshots import anew, books_as_whole, difference_of
from shared.mapping.usage import MappedLine, map_line
from shared.ports.master_data import MasterData

Posted = tuple[tuple[StandingPart, ...], Effect | None]


def posted_difference(
    head: LineHead,
    line: MappedLine,
    document: SupplyUsage,
    master: MasterData,
    *,
    as_of: str,
    now: datetime,
) -> Posted:
    """The line's parts less what this version takes back, and the issue of what it adds.

    `line` is the version as it would be posted by itself; its quantity is 0 where the line has
    vanished.
    """
    version, whole = int(document.part), line.effect if line.line.quantity else None
    change = difference_of(head, line.line, version, whole)
    added = _issue_of(change.added, line, document, master, as_of=as_of, now=now)
    is_mapped = added is not None or not change.added
    if is_mapped and books_as_whole(change.parts, added, whole):
        return change.parts, added
    return anew(head, version), whole


def _issue_of(
    added: Decimal,
    line: MappedLine,
    document: SupplyUsage,
    master: MasterData,
    *,
    as_of: str,
    now: datetime,
) -> Effect | None:
    """So much of the line: same id, same content, less of it; None if nothing or not by itself."""
    whole = line.effect
    if not added or whole is None or added == line.line.quantity:
        return whole if added else None
    part = replace(line.line, quantity=added)
    effect = map_line(part, document, master, as_of=as_of, now=now).effect
    return effect and replace(effect, content_hash=whole.content_hash, lot=whole.lot)
