"""Which holds are the same hold."""

CONFLICT = "CONFLICT"


def standing_key(code: str, content_hash: str) -> str:
    """A line has one open hold of each code; of CONFLICT one for each other content seen."""
    return f"{CONFLICT}#{content_hash}" if code == CONFLICT else code


def is_of_code(key: str, code: str) -> bool:
    """Whether a standing key belongs to a code, whatever the content."""
    return key == code or key.startswith(f"{code}#")
