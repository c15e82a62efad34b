"""Why a segment is not sound: element by element, for those that the quick check did not pass."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.formats.edi.bounds import TEXT_LIMIT
from shared.formats.edi.delimiters import COMPONENT, REPETITION
from shared.formats.edi.patterns import Matcher, element_matcher, kind_matcher
from shared.formats.edi.tables import Element, Note, SegmentRule, Use

TEXTS = ("AN", "ID", "an", "a", "")  # "" are composites: their first components are read
_OF_KIND = {"DT": "DATE_INVALID", "TM": "TIME_INVALID"}


class Fault(NamedTuple):
    """What is wrong with one element; `is_lost` if its value cannot be used."""

    code: str
    field: int
    value: str = ""
    component: int = 0
    number: str = ""
    is_lost: bool = False


def faults_of(rule: SegmentRule, parts: Sequence[str]) -> list[Fault]:
    """Every fault of a segment, in the order of its elements; the notes come last."""
    found = [
        fault
        for field, use in enumerate(rule.uses, start=1)
        for fault in _element_faults(use, field, parts[field] if field < len(parts) else "")
    ]
    beyond = [field for field in range(len(rule.uses) + 1, len(parts)) if parts[field]]
    if rule.uses and beyond:
        found.append(Fault("ELEMENTS_TOO_MANY", beyond[0], parts[beyond[0]]))
    return found + [fault for note in rule.notes for fault in _note_faults(note, rule, parts)]


def _lacking(note: Note, parts: Sequence[str]) -> tuple[int, ...]:
    """The places at which a note is broken."""
    stated = [place for place in note.places if place < len(parts) and parts[place]]
    empty = [place for place in note.places if place not in stated]
    first = note.places[0]
    match note.kind:
        case "P":
            return tuple(empty) if stated else ()
        case "R":
            return () if stated else (first,)
        case "C":
            return tuple(empty) if first in stated else ()
        case "L":
            is_lone = stated == [first]
            return (note.places[1],) if is_lone else ()
        case "E":
            return tuple(stated[1:])
        case _:
            raise ValueError(note.kind)


def _note_faults(note: Note, rule: SegmentRule, parts: Sequence[str]) -> list[Fault]:
    code = "ELEMENT_EXCLUDED" if note.kind == "E" else "ELEMENT_CONDITIONAL_MISSING"
    return [
        Fault(code, place, number=rule.uses[place - 1].element.number)
        for place in _lacking(note, parts)
    ]


def _element_faults(use: Use, field: int, value: str) -> list[Fault]:
    element = use.element
    if not value:
        missing = Fault("ELEMENT_MISSING", field, number=element.number)
        return [missing] if use.is_required else []
    if REPETITION in value:
        repeated = value.split(REPETITION)
        if len(repeated) > use.repeats:
            code = "REPETITIONS_TOO_MANY" if use.repeats > 1 else "REPETITION_UNEXPECTED"
            is_lost = element.kind not in TEXTS
            return [Fault(code, field, value, number=element.number, is_lost=is_lost)]
        return [fault for each in repeated if each for fault in _value_faults(element, field, each)]
    return _value_faults(element, field, value)


def _value_faults(element: Element, field: int, value: str) -> list[Fault]:
    if not element.parts:
        return _simple_faults(element, field, 0, value)
    components = value.split(COMPONENT)
    components += [""] * (len(element.parts) - len(components))
    found = [
        fault
        for place, (use, each) in enumerate(zip(element.parts, components, strict=False), start=1)
        for fault in (
            _simple_faults(use.element, field, place, each)
            if each
            else [Fault("ELEMENT_MISSING", field, component=place, number=use.element.number)]
            if use.is_required
            else []
        )
    ]
    if len(components) > len(element.parts):
        found.append(Fault("COMPONENTS_TOO_MANY", field, value, number=element.number))
    return found


def _simple_faults(element: Element, field: int, component: int, value: str) -> list[Fault]:
    if _matcher(element)(value):
        return []
    number = element.number

    def fault(code: str, *, is_lost: bool = False) -> list[Fault]:
        return [Fault(code, field, value, component, number, is_lost)]

    if COMPONENT in value:
        return fault("COMPONENT_UNEXPECTED", is_lost=element.kind not in TEXTS)
    if not _kind("AN")(value):
        return fault("CHARACTER_INVALID", is_lost=True)
    if element.codes:
        return fault("CODE_UNKNOWN")
    return _measured(element, value, fault)


def _measured(element: Element, value: str, fault: Callable[..., list[Fault]]) -> list[Fault]:
    """Whether it is of its type at all, and if so, what is wrong with its length."""
    if not _kind(element.kind)(value):
        return fault(_OF_KIND.get(element.kind, "NUMBER_INVALID"), is_lost=True)
    is_number = element.kind[0] in "NRn"
    length = sum(each.isdigit() for each in value) if is_number else len(value)
    if length < element.least:
        return fault("VALUE_TOO_SHORT")
    return fault("VALUE_TOO_LONG", is_lost=is_number or length > TEXT_LIMIT)


@lru_cache(maxsize=1024)
def _matcher(element: Element) -> Matcher:
    return element_matcher(element)


@lru_cache(maxsize=64)
def _kind(kind: str) -> Matcher:
    return kind_matcher(kind)
