"""What a higher version of a line changes: the difference, or all of it anew (USE4). Pure.

A version says what was used in all. Where only the quantity of a line changed, the difference is
posted, in the source's unit. Where its content changed, or the difference would not book to the
same cent as the whole, all that stands is taken back and the version is posted whole: so the books
depend on the last version alone (LAW4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from shared.canonical.effect import Effect
from shared.canonical.head import (
    CaseHead,
    LineHead,
    StandingPart,
    TakenBack,
    ToldVersion,
    WaitingVersion,
)
from shared.canonical.snapshot import Snapshot
from shared.canonical.usage import UsageLine
from shared.effects.identity import content_hash
from shared.effects.reversals import share_of
from shared.mapping.units import decimal_of

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a version adds, in the source's unit, and the line's parts less what it takes back."""

    added: Decimal
    parts: tuple[StandingPart, ...]


def case_after(case: str, known: CaseHead | None, snapshot: Snapshot) -> CaseHead:
    """Where a case stands once a version was sighted; the same in whatever order they come."""
    standing = known or CaseHead(case=case)
    named = frozenset(snapshot.named)
    if not snapshot.is_whole:
        return replace(standing, gone=standing.gone | (named - standing.named))
    if snapshot.version < standing.version:
        return standing
    if snapshot.version > standing.version:
        gone = (standing.gone | standing.named) - named
        return replace(standing, version=snapshot.version, named=named, gone=gone)
    return replace(standing, named=standing.named | named, gone=standing.gone - named)


def is_gone(case: CaseHead | None, name: str, version: int) -> bool:
    """Whether a whole version above this one stands that does not name the line."""
    return case is not None and case.version > version and name not in case.named


def kind_of(line: UsageLine) -> str:
    """A line's content but for its quantity."""
    return content_hash(replace(line, quantity=Decimal(1)))


def difference_of(
    head: LineHead, line: UsageLine, version: int, whole: Effect | None
) -> Difference:
    """What this version of a line adds to what stands, or takes back of it, latest first.

    `whole` is the version as it would be posted by itself; None if it counts 0.
    """
    if not head.version:
        return Difference(added=line.quantity, parts=())
    change = line.quantity - head.stated
    if line.quantity and head.kind != kind_of(line):
        return Difference(added=line.quantity, parts=anew(head, version))
    if change >= 0:
        return Difference(added=change, parts=head.parts)
    is_divided = whole is not None and whole.quantity.in_base_units % 1 != 0
    parts = _less(head.parts, -change, version, is_divided=is_divided)
    if parts is None:
        return Difference(added=line.quantity, parts=anew(head, version))
    return Difference(added=NOTHING, parts=parts)


def anew(head: LineHead, version: int) -> tuple[StandingPart, ...]:
    """The parts where all that stands is taken back, for the version to be posted whole."""
    return tuple(_taken_whole(part, version) for part in head.parts)


def books_as_whole(
    parts: Sequence[StandingPart], added: Effect | None, whole: Effect | None
) -> bool:
    """Whether what stands then is worth the same as the version posted whole.

    Not asked where the rules have changed since a part was posted: history is not posted again
    (OOO5).
    """
    standing = [part for part in parts if part.quantity_left]
    if whole is None:
        return True
    rule = (whole.item, whole.unit_cost)
    quantity = sum((part.quantity_left for part in standing), NOTHING)
    amount = sum(map(_amount_left, standing), NOTHING)
    if added is not None:
        quantity += added.quantity.in_base_units
        amount += added.amount
    is_comparable = all((part.item, part.unit_cost) == rule for part in standing)
    if not is_comparable or quantity != whole.quantity.in_base_units:
        return True
    return amount == whole.amount


def head_after(
    head: LineHead,
    line: UsageLine,
    version: int,
    parts: tuple[StandingPart, ...],
    added: Effect | None,
) -> LineHead:
    """The line's head at this version; what was held at it or below is idle."""
    if added is not None:
        parts = (*parts, _part(added, version))
    told = ToldVersion(
        version=version,
        content_hash=content_hash(line),
        gone=None if line.quantity else line,
    )
    return replace(
        head,
        version=version,
        kind=kind_of(line),
        stated=line.quantity,
        line=line,
        told=(*head.told, told),
        parts=parts,
        waiting=tuple(each for each in head.waiting if each.version > version),
    )


def vanished(line: UsageLine) -> UsageLine:
    """The line as a version counts it that does not name it."""
    return replace(line, quantity=NOTHING)


def head_waiting(head: LineHead, waiting: WaitingVersion) -> LineHead:
    """The line's head once a version is held; what was read takes the place of what is below."""
    stays = tuple(
        each
        for each in head.waiting
        if each != waiting and (waiting.is_cut or each.is_cut or each.version > waiting.version)
    )
    return replace(head, waiting=(*stays, waiting))


def waits_above(head: LineHead | None, version: int) -> bool:
    """Whether a higher version, whole, is held."""
    waiting = head.waiting if head else ()
    return any(each.version > version and not each.is_cut for each in waiting)


def head_less_idle(head: LineHead, version: int) -> LineHead:
    """The head of a line that no version up to this one counts any more."""
    return replace(head, waiting=tuple(each for each in head.waiting if each.version >= version))


def no_longer_waiting(before: LineHead | None, after: LineHead) -> Iterator[WaitingVersion]:
    """The held versions that a move has made idle."""
    for each in before.waiting if before else ():
        if each not in after.waiting:
            yield each


def _part(effect: Effect, version: int) -> StandingPart:
    return StandingPart(
        version=version,
        item=effect.item,
        unit_cost=effect.unit_cost,
        stated=effect.quantity.stated,
        quantity=effect.quantity.in_base_units,
        amount=effect.amount,
    )


def _less(
    parts: tuple[StandingPart, ...], wanted: Decimal, version: int, *, is_divided: bool
) -> tuple[StandingPart, ...] | None:
    """The parts less so much, latest first; None if that is no quantity their item can have."""
    left: list[StandingPart] = []
    for part in reversed(parts):
        share = min(wanted, part.stated_left)
        wanted -= share
        reduced = _reduced(part, share, version, is_divided=is_divided)
        if reduced is None:
            return None
        left.append(reduced)
    return tuple(reversed(left))


def _reduced(
    part: StandingPart, share: Decimal, version: int, *, is_divided: bool
) -> StandingPart | None:
    if share == part.stated_left:
        return _taken_whole(part, version)
    if not share:
        return part
    quantity = decimal_of(Fraction(part.quantity) * Fraction(share) / Fraction(part.stated))
    if quantity is None or (quantity % 1 and not part.quantity % 1 and not is_divided):
        return None  # by another factor than today's, it would break a piece
    return _with(part, TakenBack(by=version, stated=share, quantity=quantity))


def _taken_whole(part: StandingPart, version: int) -> StandingPart:
    if not part.quantity_left:
        return part
    taken = TakenBack(by=version, stated=part.stated_left, quantity=part.quantity_left)
    return _with(part, taken)


def _with(part: StandingPart, taken: TakenBack) -> StandingPart:
    return replace(part, taken=(*part.taken, taken))


def _amount_left(part: StandingPart) -> Decimal:
    return part.amount - share_of(part.amount, part.quantity, part.quantity_taken)
