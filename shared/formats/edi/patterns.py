"""A segment rule as one regular expression: a sound segment is checked by one call.

Each class of characters leaves out the separators and no group gives back what it took, so no input
makes the check slow. What does not match is looked at element by element (`checking`), which alone
decides.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.tables import Element, Note, SegmentRule, Use

PLAIN = "[ -~\xa0-\xff]"  # no control characters, so none of our separators; quick to check
ANY = "[^\x00-\x1f\x7f-\x9f]"  # the same beyond Latin-1, for what the quick check did not pass
_DAY = "(?:0[1-9]|1[0-9]|2[0-8])"
_MONTH_DAY = f"(?:(?:0[13578]|1[02])(?:{_DAY}|29|3[01])|(?:0[469]|11)(?:{_DAY}|29|30)|02{_DAY})"
_LEAP_DAY = "(?:[02468][048]|[13579][26])0229"
_DATES = {
    6: f"(?:[0-9]{{2}}{_MONTH_DAY}|{_LEAP_DAY})",
    8: f"(?:(?:19|20)[0-9]{{2}}{_MONTH_DAY}|(?:20|19(?!00)){_LEAP_DAY})",
}
_SKIPPED = f"(?:{ELEMENT}[^{ELEMENT}]*){{{{{{}}}}}}"
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9]"

Matcher = Callable[[str], re.Match[str] | None]


@lru_cache(maxsize=512)
def segment_matcher(rule: SegmentRule) -> Matcher:
    """Whether a whole segment is sound: its elements and its notes."""
    if not rule.uses:
        return re.compile(f"{re.escape(rule.tag)}(?:{ELEMENT}.*)?", re.DOTALL).fullmatch
    needed = max((place for place, use in enumerate(rule.uses, 1) if use.is_required), default=0)
    runs = {note.places[-1]: note.places for note in rule.notes if _is_neighbourly(note, rule)}
    notes = "".join(
        _looked_at(note, rule) for note in rule.notes if not _is_neighbourly(note, rule)
    )
    pattern = f"{ELEMENT}*"
    place = len(rule.uses)
    while place:
        value = _optional(rule.uses[place - 1])
        if place in runs:
            together = [element_pattern(rule.uses[at - 1].element) for at in runs[place]]
            place -= len(together) - 1
            value = f"(?:{ELEMENT.join(together)}|{ELEMENT * (len(together) - 1)})"
        following = f"{ELEMENT}{value}{pattern}"
        pattern = following if place <= needed else f"(?:{following})?+"
        place -= 1
    return re.compile(notes + re.escape(rule.tag) + pattern).fullmatch


def _looked_at(note: Note, rule: SegmentRule) -> str:
    """A note as what must, or must not, be seen from the beginning of the segment."""
    stated = [
        f"{rule.tag}{_SKIPPED.format(place - 1)}{ELEMENT}[^{ELEMENT}]" for place in note.places
    ]
    first, *others = stated
    match note.kind:
        case "R":
            return f"(?={'|'.join(stated)})"
        case "E":
            return "".join(f"(?!(?={first}){other})" for other in others)
        case "L":
            return f"(?!(?={first})(?!{'|'.join(others)}))"
        case "C":
            if [at + 1 for at in note.places[1:]] == [note.places[0]]:
                skipped = _SKIPPED.format(note.places[1] - 1)
                return f"(?!{rule.tag}{skipped}{ELEMENT}{ELEMENT}[^{ELEMENT}])"
            return "".join(f"(?!(?={first})(?!{other}))" for other in others)
        case _:
            around = zip(stated, [*others, first], strict=True)
            return "".join(f"(?!(?={one})(?!{next_one}))" for one, next_one in around)


def _is_neighbourly(note: Note, rule: SegmentRule) -> bool:
    """Whether a note is part of the pattern itself: optional neighbours that come together."""
    first = note.places[0]
    if note.kind != "P" or note.places != tuple(range(first, first + len(note.places))):
        return False
    uses = [rule.uses[place - 1] for place in note.places]
    return not any(use.is_required or use.repeats > 1 for use in uses)


def element_matcher(element: Element) -> Matcher:
    """Whether a value is sound as this element."""
    return re.compile(element_pattern(element).replace(PLAIN, ANY)).fullmatch


def kind_matcher(kind: str) -> Matcher:
    """Whether a value is of this type at all, whatever its length."""
    return re.compile(_pattern(kind, 1, 10_000).replace(PLAIN, ANY)).fullmatch


def element_pattern(element: Element) -> str:
    """The values an element may have, without the empty one."""
    if element.parts:
        return _composite(element.parts)
    if element.codes:
        codes = sorted(element.codes, key=len, reverse=True)
        return f"(?:{'|'.join(map(re.escape, codes))})"
    return _pattern(element.kind, element.least, element.most)


def _optional(use: Use) -> str:
    value = element_pattern(use.element)
    if use.repeats > 1:
        value = f"{value}(?:\x1e{value}){{0,{use.repeats - 1}}}"
    return value if use.is_required else f"(?:{value})?+"


def _composite(parts: tuple[Use, ...]) -> str:
    needed = max((place for place, use in enumerate(parts) if use.is_required), default=0)
    pattern = ""
    for place in range(len(parts) - 1, 0, -1):
        following = f"\x1f{_optional(parts[place])}{pattern}"
        pattern = following if place <= needed else f"(?:{following})?+"
    return f"{_optional(parts[0])}{pattern}"


def _pattern(kind: str, least: int, most: int) -> str:
    match kind:
        case "R" | "n":
            mark = "[.,]" if kind == "n" else r"\."  # ISO 9735 allows both
            enough = rf"(?=(?:{mark}?[0-9]){{{least}}})" if least > 1 else ""
            digits = rf"(?:[0-9]{{1,{most}}}(?:{mark}[0-9]{{0,{most}}})?|{mark}[0-9]{{1,{most}}})"
            return rf"-?{enough}(?![0-9.,]{{{most + 2}}}){digits}"
        case "DT":
            return f"(?:{'|'.join(_DATES[n] for n in (8, 6) if least <= n <= most)})"
        case "TM":
            return f"{_TIME}(?:[0-5][0-9](?:[0-9]{{1,2}})?)?" if most > 4 else _TIME  # noqa: PLR2004 - HHMM
        case _ if kind.startswith("N"):
            return f"-?[0-9]{{{least},{most}}}"
        case "a":
            return f"(?:(?![0-9]){PLAIN}){{{least},{most}}}"
        case _:
            return f"{PLAIN}{{{least},{most}}}"
