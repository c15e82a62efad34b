"""UNA and UNB: where an interchange begins, and the characters that structure it.

They are those of the service string advice (UNA). Without one they are the standard's, by the
separator behind UNB: `+:'?` of level A or the control characters of level B; of any other separator
the rest is guessed. An interchange that has no UNB at all begins with the UNH of its first message.
"""

import re

from shared.formats.edi.bounds import HEADER_LIMIT
from shared.formats.edi.delimiters import RELEASE, Delimiters
from shared.formats.edi.splitting import WHITE, Header
from shared.formats.edifact.charsets import held

LEVEL_A = Delimiters(element="+", component=":", segment="'", release="?")
LEVEL_B = Delimiters(element="\x1d", component="\x1f", segment="\x1c")
UNA_LENGTH = 9
NEWER_SYNTAX = "4"  # from which on UNA states a repetition separator
_DEFAULT_REPETITION = "*"
_START = re.compile(
    r"UN(?:A(?=[^A-Za-z0-9 \r\n]{2}[^A-Za-z0-9].[^\n])|[BH](?=[^A-Za-z0-9 \r\n]))", re.DOTALL
)
_SYNTAX = re.compile(r"UNB(.)(?:[\r\n]*[A-Z]){4}[\r\n]*(.)[\r\n]*(.)", re.DOTALL)
_NEXT = re.compile(r"(.)[\r\n]*UN[GH]", re.DOTALL)
_USUAL = ("+", "\x1d")


class EdifactSyntax:
    """How an EDIFACT interchange begins and where its segments end."""

    start = _START
    name = "UN"

    def read_header(self, text: str) -> Header | None:
        """Read the delimiters off a UNA, a UNB or both at the beginning of `text`."""
        return read_header(text)

    def is_boundary(self, text: str, at: int, delimiters: Delimiters) -> bool:
        """A UNA or UNB begins an interchange where a segment may begin; a UNH is of the open one.

        In mid segment it does only where the interchange before was cut there: then it must be
        whole, with the separators of its UNA or the same as before.
        """
        if text.startswith("UNH", at):
            return False
        blanks = WHITE.replace(delimiters.segment, "")
        before = text[max(0, at - HEADER_LIMIT) : at].rstrip(blanks)
        if not before or _ends_segment(before, delimiters):
            return read_header(text[at : at + HEADER_LIMIT]) is not None
        header = text[at : at + UNA_LENGTH + HEADER_LIMIT]
        if header.startswith("UNA"):
            return bool(re.match(r"UNA.{6}\s*UNB", header, re.DOTALL))
        return header[3] == delimiters.element and _SYNTAX.match(header) is not None

    def pieces(self, text: str, terminator: str) -> list[str]:
        """Segments are what stands between terminators that are not released."""
        return (held(text) if RELEASE in text else text).split(terminator)

    def last_end(self, text: str, until: int, delimiters: Delimiters) -> int:
        """Where the last terminator stands that is not released."""
        end, release = text.rfind(delimiters.segment, 0, until), delimiters.release
        if end > 0 and release and _is_released(text, end, release):
            for each in (release, delimiters.segment):  # of many, one by one would take too long
                text = text.replace(f"{release}{each}", "\0\0")
            end = text.rfind(delimiters.segment, 0, until)
        return end


def read_header(text: str) -> Header | None:
    """Read the delimiters; None if the segment they would be read from does not end."""
    if text.startswith("UNA"):
        stated = _stated(text)
        if stated is None:
            return None
        rest = text[UNA_LENGTH:]
        blank = len(rest) - len(rest.lstrip(WHITE))
        header = _unb(rest[blank:], stated)
        length = UNA_LENGTH + (blank + header.length if header else 0)
        return Header(header.delimiters if header else _older(stated), length)
    if text.startswith("UNB"):
        usual = {"+": LEVEL_A, "\x1d": LEVEL_B}.get(text[3:4]) or _guessed(text[:HEADER_LIMIT])
        return _unb(text, usual) if usual else None
    return Header(LEVEL_A if text[3:4] == "+" else LEVEL_B, 0) if text[3:4] in _USUAL else None


def is_usual(delimiters: Delimiters) -> bool:
    """Whether the separators are those of the standard, so that no UNA is needed."""
    return delimiters.element in _USUAL


def _stated(text: str) -> Delimiters | None:
    """What UNA states; its fifth character is a repetition separator in the newer syntax only."""
    component, element, decimal, release, repetition, segment = list(text[3:UNA_LENGTH].ljust(6))
    if len({component, element, segment}) < 3 or segment.isalnum():  # noqa: PLR2004 - all three
        return None
    return Delimiters(
        element=element,
        component=component,
        segment=segment,
        repetition="" if repetition in f" {component}{element}{segment}{release}" else repetition,
        release="" if release in f" {component}{element}{segment}" else release,
        decimal=decimal,
    )


def _older(delimiters: Delimiters) -> Delimiters:
    return delimiters._replace(repetition="")


def _unb(text: str, delimiters: Delimiters) -> Header | None:
    """The header with a whole UNB; the syntax version says whether elements may repeat."""
    if not text.startswith("UNB"):
        return None
    head = text[:HEADER_LIMIT]
    end = head.find(delimiters.segment)
    while end > 0 and delimiters.release and _is_released(head, end, delimiters.release):
        end = head.find(delimiters.segment, end + 1)
    if end < 0:
        return None
    found = _SYNTAX.match(head)
    is_newer = found is not None and found[3] >= NEWER_SYNTAX and found[3].isdigit()
    if not is_newer:
        delimiters = _older(delimiters)
    elif delimiters is LEVEL_A:
        delimiters = delimiters._replace(repetition=_DEFAULT_REPETITION)
    return Header(delimiters, end + 1)


def _guessed(text: str) -> Delimiters | None:
    """Separators that no UNA states: around the syntax identifier, and before the next header."""
    found, following = _SYNTAX.match(text), _NEXT.search(text, 1)
    if found is None or following is None or following[1].isalnum():
        return None
    return Delimiters(element=found[1], component=found[2], segment=following[1])


def _is_released(text: str, at: int, release: str) -> bool:
    first = at
    while first and text[first - 1] == release:
        first -= 1
    return (at - first) % 2 == 1


def _ends_segment(before: str, delimiters: Delimiters) -> bool:
    if not before.endswith(delimiters.segment):
        return False
    release = delimiters.release
    return not (release and _is_released(before, len(before) - 1, release))
