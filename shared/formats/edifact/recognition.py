"""Whether bytes are EDIFACT at all, before anything else is read."""

from shared.formats.edi.splitting import BOM
from shared.formats.edifact.header import EdifactSyntax, read_header

_FIRST_BYTES = 4096
_CONTENT_TYPES = ("application/edifact", "text/edifact")


def is_edifact(body: bytes, content_type: str) -> bool:
    """By a UNA, UNB or UNH that states the delimiters; by the declared type of a blank body."""
    start = body[:_FIRST_BYTES].decode("latin-1").removeprefix(BOM).lstrip("\r\n\t \0")
    if start:
        return EdifactSyntax.start.match(start) is not None and read_header(start) is not None
    return content_type.partition(";")[0].strip().lower() in _CONTENT_TYPES
