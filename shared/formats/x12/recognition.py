"""Whether bytes are X12 at all, before anything else is read."""

from shared.formats.x12.header import X12Syntax, read_header

_FIRST_BYTES = 4096
_BOM = "\xef\xbb\xbf"
_CONTENT_TYPES = ("application/edi-x12", "text/edi-x12")


def is_x12(body: bytes, content_type: str) -> bool:
    """By an ISA that states its delimiters; by the declared type where the body is blank."""
    start = body[:_FIRST_BYTES].decode("latin-1").removeprefix(_BOM).lstrip("\r\n\t \0")
    if start:
        return X12Syntax.start.match(start) is not None and read_header(start) is not None
    return content_type.partition(";")[0].strip().lower() in _CONTENT_TYPES
