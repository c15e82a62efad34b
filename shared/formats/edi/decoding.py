"""Characters beyond ASCII: UTF-8 where they are, Windows-1252 where they are not."""


def decoded(text: str) -> tuple[str, bool]:
    """Text that is held one character a byte, as what it says; and whether it had to be guessed."""
    raw = text.encode("latin-1")
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), True
