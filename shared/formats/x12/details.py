"""The segments that mean the same in every set, above its lines and in them.

A handler gets the builder, the segment's elements with the tag first (filled up, so that every
place exists), its number in the set and its byte. What cannot be used was blanked before.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.canonical.trade import Charge, Contact, Dated, PaymentTerms, Reference, Tax
from shared.formats.edi.handling import (
    Direct,
    Facts,
    Quick,
    Remembered,
    alone,
    gathered,
    remembered,
)
from shared.formats.edi.invoice_sums import OPPOSITE
from shared.formats.edi.patterns import element_matcher
from shared.formats.edi.tables import SegmentRule
from shared.formats.x12.building import Handle, SetBuilder
from shared.formats.x12.scopes import PartyScope
from shared.formats.x12.values import day_of, decimal_of, hundredths_of
from shared.formats.x12.vocabularies import CHANNELS, CHARGE_KINDS, DATES, REFERENCES

NOTES_FOLLOW = "L1"  # of N9
_FREE = ["F", "", "", ""]  # of PID: no coded description
TAX_CODE = "H850"  # MAT7: inbound, it is tax


def on_date(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """DTM that states no day: a day of no calendar, or a format that is not read."""
    if p[2]:
        b.spoil(b.report("DATE_INVALID", p, (ordinal, byte), field=2, value=p[2]))


def dated(p: list[str]) -> Dated | None:
    """DTM: a day with its time; of a period its first day."""
    day = day_of(p[2] or p[6][:8])
    return None if day is None else Dated(DATES.word(p[1]), day, p[3])


def reference(p: list[str]) -> Reference:
    """REF or N9."""
    return Reference(REFERENCES.word(p[1]), p[2], p[3])


def note_or_reference(p: list[str]) -> Reference | None:
    """N9; one that only says that notes follow is none."""
    return None if p[1] == NOTES_FOLLOW else reference(p)


def add_currency(b: SetBuilder, value: str) -> None:
    """CUR."""
    b.scope.currency = value


def charge(p: list[str]) -> Charge:
    """SAC: its amount has two implied decimals (MAT7); a negative charge is an allowance."""
    amount = hundredths_of(p[5])
    kind = CHARGE_KINDS.word(p[1])
    return Charge(
        kind=OPPOSITE.get(kind, kind) if amount is not None and amount < 0 else kind,
        code=p[2] or p[4],
        amount=None if amount is None else abs(amount),
        percent=decimal_of(p[7]),
        rate=decimal_of(p[8]),
        quantity=decimal_of(p[10]),
        text=p[15],
        is_tax=p[2] == TAX_CODE,
    )


def tax(p: list[str]) -> Tax:
    """TXI."""
    return Tax(kind=p[1], amount=decimal_of(p[2]), percent=decimal_of(p[3]))


def terms(p: list[str]) -> PaymentTerms:
    """ITD."""
    return PaymentTerms(
        kind=p[1],
        basis=p[2],
        discount_percent=decimal_of(p[3]),
        discount_due=day_of(p[4]),
        discount_days=p[5],
        net_due=day_of(p[6]),
        net_days=p[7],
        discount_amount=hundredths_of(p[8]),
        text=p[12],
    )


def on_total(b: SetBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """AMT with the total of an order."""
    if p[1] in ("TT", "1"):
        b.head.total = decimal_of(p[2])


def add_party(b: SetBuilder, value: list[str]) -> None:
    """N1: who, and the party whose segments follow."""
    b.scope.parties += (PartyScope(value),)


def add_names(b: SetBuilder, value: tuple[str, ...]) -> None:
    """N2."""
    b.scope.parties[-1].names += value


def add_streets(b: SetBuilder, value: tuple[str, ...]) -> None:
    """N3."""
    b.scope.parties[-1].streets += value


def set_place(b: SetBuilder, value: list[str]) -> None:
    """N4."""
    b.scope.parties[-1].place = value


def add_party_reference(b: SetBuilder, value: tuple[Reference, ...]) -> None:
    """REF of a party."""
    b.scope.parties[-1].references += value


def contact(p: list[str]) -> Contact:
    """PER."""
    channels = tuple((CHANNELS.word(p[n]), p[n + 1]) for n in (3, 5, 7) if p[n + 1])
    return Contact(p[1], p[2], channels)


def add_contact(b: SetBuilder, value: tuple[Contact, ...]) -> None:
    """PER of a party."""
    b.scope.parties[-1].contacts += value


def whole(p: list[str]) -> list[str]:
    """The elements as they are."""
    return p


def texts_of(p: list[str]) -> tuple[str, ...]:
    """All elements that say something."""
    return tuple(filter(None, p[1:]))


def keep_part(b: SetBuilder, value: list[str]) -> None:
    """A segment that comes once in the head or line: kept by its tag."""
    b.facts["parts"] = {**b.facts["parts"], value[0]: value}


def description(p: list[str]) -> tuple[str, ...]:
    """PID with free text; coded ones are in no list of ours."""
    return (p[5],) if p[5] else ()


def free_text(rule: SegmentRule) -> Quick:
    """PID with free text and nothing else."""
    is_sound = element_matcher(rule.uses[4].element)

    def quick(own: list[str], _text: str, facts: Facts) -> Facts | None:
        if own[1:-1] != _FREE or not is_sound(own[-1]):
            return None
        facts["description"] += (own[-1],)
        return facts

    return quick


def element(place: int) -> Callable[[list[str]], str]:
    """One element as it is."""
    return lambda p: p[place]


def on_subline(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """SLN: said, so that nobody believes it was carried."""
    b.report("SUBLINE_UNREAD", p, (ordinal, byte))


once = remembered(whole, keep_part)
_DESCRIPTION = Direct(free_text, gathered(description, "description").handle)
Handlers = Mapping[str, Handle | Remembered | Direct]
COMMON: Handlers = MappingProxyType(
    {
        "AMT/AMT": on_total,
        "CTT/AMT": on_total,
        "CUR": remembered(element(2), add_currency),
        "DTM": gathered(alone(dated), "dates", on_date),
        "ITD": gathered(alone(terms), "terms"),
        "MSG": gathered(alone(element(1)), "texts"),
        "N1/N1": remembered(whole, add_party),
        "N1/N2": remembered(texts_of, add_names),
        "N1/N3": remembered(texts_of, add_streets),
        "N1/N4": remembered(whole, set_place),
        "N1/PER": remembered(alone(contact), add_contact),
        "N1/REF": remembered(alone(reference), add_party_reference),
        "N9/MSG": gathered(alone(element(1)), "texts"),
        "N9/N9": gathered(alone(note_or_reference), "references"),
        "NTE": gathered(alone(element(2)), "texts"),
        "PID": _DESCRIPTION,
        "PID/PID": _DESCRIPTION,
        "REF": gathered(alone(reference), "references"),
        "SAC/SAC": gathered(alone(charge), "charges"),
        "SLN/SLN": on_subline,
        "TXI": gathered(alone(tax), "taxes"),
    }
)
