"""Whether bytes are a file of one of our profiles at all, before anything else is read."""

from shared.formats.flatfile.loading import columns_of_all

_FIRST_BYTES = 4096  # a header is no longer, or is none of ours
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_CONTENT_TYPES = ("text/csv", "application/csv")
_ENOUGH = 2  # columns of one profile: one word may stand anywhere, two in a row of cells do not


def is_flat_file(body: bytes, content_type: str) -> bool:
    """By the columns its first line names; by the declared type where there is none to read."""
    start = body[:_FIRST_BYTES].removeprefix(_BOM).lstrip(b"\r\n")
    if not start.strip() or start.startswith(_WIDE):
        return content_type.partition(";")[0].strip().lower() in _CONTENT_TYPES
    header = start.partition(b"\n")[0].decode("latin-1")
    return any(
        len(columns & _named(header, delimiter)) >= _ENOUGH
        for delimiter, columns in columns_of_all()
    )


def _named(header: str, delimiter: str) -> frozenset[str]:
    return frozenset(cell.strip().strip('"').casefold() for cell in header.split(delimiter))
