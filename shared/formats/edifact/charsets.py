"""Character sets as UNB states them, and the release character that makes text of a separator.

Segments are held one character a byte (`edi.splitting`). A character behind a release character is
kept there, out of every separator's way, at a code point of its own, so that offsets stay.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from shared.formats.edi.delimiters import (
    COMPONENT,
    ELEMENT,
    RELEASE,
    REPETITION,
    SEGMENT,
    Delimiters,
)

Decode = Callable[[str], tuple[str, bool]]
CHARSETS: Mapping[str, str] = MappingProxyType(
    {  # ISO 9735, code list 0001
        "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2",
        "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4",
        "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOL": "iso8859-15",
        "UNOW": "utf-8", "UNOY": "utf-8",
    }
)  # fmt: skip
DEFAULT_CHARSET = "utf-8"
_WESTERN = ("ascii", "iso8859-1")  # senders of these write UTF-8, and Latin-1 text is never that
_KEPT = 0xE000  # private use: no text of any sender is held there
_RELEASED = re.compile(f"{RELEASE}(.)", re.DOTALL)
_HELD = re.compile(f"{RELEASE}([\ue000-\ue0ff])")
_C1 = re.compile("[\x80-\x9f]")


def held(text: str) -> str:
    """Text in which no released character can be taken for a separator; as long as before."""
    return _RELEASED.sub(_hold, text)


@lru_cache(maxsize=64)
def decoder(charset: str, delimiters: Delimiters) -> Decode:
    """Makes text of what is held; says whether its bytes are not of the stated character set."""
    sent = {
        SEGMENT: delimiters.segment,
        ELEMENT: delimiters.element,
        COMPONENT: delimiters.component,
        REPETITION: delimiters.repetition,
        RELEASE: delimiters.release,
    }
    codec = CHARSETS.get(charset, DEFAULT_CHARSET)

    def free(found: re.Match[str]) -> str:
        character = chr(ord(found[1]) - _KEPT)
        return sent.get(character) or character

    def decode(text: str) -> tuple[str, bool]:
        if RELEASE in text:
            text = _HELD.sub(free, text)
        return (text, False) if text.isascii() else _decoded(text.encode("latin-1"), codec)

    return decode


def _hold(found: re.Match[str]) -> str:
    return f"{RELEASE}{chr(_KEPT + ord(found[1]))}"


def _decoded(raw: bytes, codec: str) -> tuple[str, bool]:
    others = ("utf-8", codec) if codec in _WESTERN else (codec, "utf-8")
    for each in others:
        try:
            text = raw.decode(each)
        except UnicodeDecodeError:
            continue
        if not _C1.search(text):
            return text, each != codec
    return raw.decode("cp1252", errors="replace"), True
