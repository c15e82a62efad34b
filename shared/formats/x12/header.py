"""The ISA segment: the delimiters come from where it puts them, padded to its widths or not."""

import re
from typing import NamedTuple

from shared.formats.edi.bounds import HEADER_LIMIT
from shared.formats.edi.delimiters import Delimiters
from shared.formats.edi.splitting import WHITE, Header

ELEMENTS = 16
_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_FIRST_REPETITION_VERSION = "00402"  # before, ISA11 is the code of a standards body
_START = re.compile(r"ISA(?P<e>[^A-Za-z0-9 \t\r\n])[^\r\n]{0,10}?(?P=e)")
_LOOK_BACK = 64
_PADDINGS = ("\r", "\n", "\xc2\xa0", "\xa0")  # of files that a mail or a word processor carried


class X12Syntax:
    """How an X12 interchange begins and where its segments end; it has no release character."""

    start = _START
    name = "ISA"

    def read_header(self, text: str) -> Header | None:
        """Read the delimiters off an ISA that stands at the beginning of `text`."""
        return read_header(text)

    def is_boundary(self, text: str, at: int, delimiters: Delimiters) -> bool:
        """A header begins an interchange where a segment may begin.

        In mid segment only if the interchange before was cut there: then the whole header stands
        in its widths with the same separator, which no element of that interchange can hold.
        """
        place, terminator = at, delimiters.segment
        while place and at - place < _LOOK_BACK and text[place - 1] in WHITE:
            if text.endswith(terminator, 0, place):
                break
            place -= 1
        if not place or text.endswith(terminator, 0, place):
            return _split_header(text[at : at + HEADER_LIMIT]) is not None
        return text[at + 3] == delimiters.element and _is_padded(text[at : at + 106])

    def pieces(self, text: str, terminator: str) -> list[str]:
        """Segments are what stands between terminators."""
        return text.split(terminator)

    def last_end(self, text: str, until: int, delimiters: Delimiters) -> int:
        """Where the last terminator stands."""
        return text.rfind(delimiters.segment, 0, until)


class _Split(NamedTuple):
    elements: list[str]  # ISA01 to ISA15
    rest: str  # from ISA16 on
    at: int  # where it begins


def read_header(text: str) -> Header | None:
    """Read the delimiters; None if this is no ISA with 16 elements and a usable terminator."""
    found = _split_header(text[:HEADER_LIMIT])
    if found is None:
        return None
    element, rest = text[3], found.rest
    component, terminator = _ends(rest, element)
    if not terminator:
        return None
    repetition = found.elements[10].strip()
    is_used = found.elements[11] >= _FIRST_REPETITION_VERSION and not repetition.isalnum()
    return Header(
        Delimiters(
            element=element,
            component=component,
            segment=terminator,
            repetition=repetition[:1] if is_used and repetition != component else "",
        ),
        found.at + len(component) + len(terminator),
    )


def _split_header(text: str) -> _Split | None:
    parts = text[4:].split(text[3:4] or "*", ELEMENTS - 1)
    if not text.startswith("ISA") or len(parts) != ELEMENTS or not parts[-1]:
        return None
    rest = parts.pop()
    elements = [_unpadded(part) for part in parts]
    if any(len(each) > width for each, width in zip(elements, _WIDTHS, strict=True)):
        return None
    return _Split(elements, rest, len(text) - len(rest))


def _unpadded(part: str) -> str:
    for padding in _PADDINGS:
        part = part.replace(padding, "")
    return part.strip(" ")


def _is_padded(text: str) -> bool:
    found = _split_header(text)
    return found is not None and tuple(map(len, text[4:].split(text[3])[:-1])) == _WIDTHS


def _ends(rest: str, element: str) -> tuple[str, str]:
    """ISA16 and the terminator behind it; ISA16 is "" where it was left out."""
    if len(rest) > 1 and rest[1] in "\r\n" and _is_left_out(rest):
        return "", rest[0]
    component, terminator = rest[0], rest[1:2]
    if component.isalnum() and component.isascii():
        return "", ""
    if terminator == "\r" and rest[2:3] == "\n":
        return component, "\r\n" if rest.count("\r\n", 2) == rest.count("\n", 3) + 1 else "\n"
    if terminator in (element, component) or (terminator.isalnum() and terminator.isascii()):
        return component, ""
    if "\xc2" <= terminator <= "\xf4":
        return component, _wide(rest[1:5])
    return component, terminator


def _is_left_out(rest: str) -> bool:
    """Every line behind ISA ends with the character at ISA16: it is the terminator."""
    lines = [line.rstrip("\r ") for line in rest[2:].split("\n")[:-1]]
    return any(lines) and all(line.endswith(rest[0]) for line in lines if line)


def _wide(text: str) -> str:
    """A terminator beyond ASCII is one byte, or as many as UTF-8 needs for it."""
    size = 2 if text[0] < "\xe0" else 3 if text[0] < "\xf0" else 4
    follows = text[1:size]
    is_utf8 = len(follows) == size - 1 and all("\x80" <= each <= "\xbf" for each in follows)
    return text[:size] if is_utf8 else text[0]
