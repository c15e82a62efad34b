"""Editing the engine's own source text, or failing loudly when it is not what it was."""


def replace_once(text: str, old: str, new: str) -> str:
    """Replace the one occurrence of `old`.

    Raises:
        ValueError: it occurs never or more than once, so the fix no longer fits.
    """
    if text.count(old) != 1:
        raise ValueError(
            f"the engine's source has {text.count(old)} places like: {old.strip()[:60]}"
        )
    return text.replace(old, new)
