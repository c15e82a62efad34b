"""Trade item numbers of GS1 in their one form: 14 digits with a sound check digit (UDI1)."""

GTIN = "gtin"
GTIN_DIGITS = 14
_NUMBERS = bytes.maketrans(b"0123456789", bytes(range(10)))


def check_digit(digits: str) -> str:
    """The last digit of a GTIN, from those before it (GS1, modulo 10)."""
    numbers = digits.encode().translate(_NUMBERS)
    weighted = 3 * sum(numbers[::-2]) + sum(numbers[-2::-2])
    return str(-weighted % 10)


def sound_gtin(value: str) -> str:
    """A number with its check digit, in 14 digits; empty if it is none, or the digit is wrong."""
    if not value.isdigit() or not value.isascii():
        return ""
    digits = value.zfill(GTIN_DIGITS)
    is_sound = len(digits) == GTIN_DIGITS and check_digit(digits[:-1]) == digits[-1]
    return digits if is_sound else ""
