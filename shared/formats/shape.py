"""How a wrong value is shown to people: by its shape, since it may be a patient's.

A sender that shifts a field puts a name where a quantity belongs. What a person needs to find the
fault is the place and the kind of what stands there; the raw archive has the value itself.
"""

LONGEST_SHOWN = 32  # enough to see the fault


def shape_of(text: str) -> str:
    """Letters as A or a, digits as 9, ASCII punctuation and blanks as they are: `1,5` is `9,9`."""
    return "".join(map(_kind_of, text[:LONGEST_SHOWN]))


def _kind_of(character: str) -> str:
    if character.isnumeric():
        return "9"
    if character.isascii() and not character.isalpha():
        return character
    return "a" if character.islower() else "A"
