"""Whether bytes are a file of one of our profiles at all, before anything else is read."""

from shared.formats.flatfile.loading import columns_of_all, headers_of_all

_FIRST_BYTES = 4096  # a header is no longer, or is none of ours
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_CONTENT_TYPES = ("text/csv", "application/csv")
_ENOUGH = 2  # columns of one profile: one word may stand anywhere, two in a row of cells do not


def is_flat_file(body: bytes, content_type: str) -> bool:
    """By its first line; by the declared type where there is none to read."""
    start = _start(body)
    if not start.strip() or start.startswith(_WIDE):
        return content_type.partition(";")[0].strip().lower() in _CONTENT_TYPES
    return bool(fitting_profiles(body))


def fitting_profiles(body: bytes) -> tuple[str, ...]:
    """The names of the profiles whose columns, or whose header, the first line of a file has."""
    first = _start(body).partition(b"\n")[0]
    header = first.decode("latin-1")
    named = (
        name
        for name, delimiter, columns in columns_of_all()
        if len(columns & _named(header, delimiter)) >= _ENOUGH
    )
    placed = (name for name, selector in headers_of_all() if selector.selects(first))
    return (*named, *placed)


def _start(body: bytes) -> bytes:
    return body[:_FIRST_BYTES].removeprefix(_BOM).lstrip(b"\r\n")


def _named(header: str, delimiter: str) -> frozenset[str]:
    return frozenset(cell.strip().strip('"').casefold() for cell in header.split(delimiter))
