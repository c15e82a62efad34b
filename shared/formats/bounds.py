"""What no value of any format may exceed: exact numbers, short identifiers, plain characters."""

import re
from decimal import Decimal

IDENTIFIER_LIMIT = 128  # characters; index keys and ERP fields are no longer
WHOLE_DIGITS_LIMIT = 9  # no ward uses a milliard of anything; the ERP's fields hold it exactly
DECIMALS_LIMIT = 6
CONTROLS = frozenset({*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))})
_LONGEST_NUMBER = 64

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def number_of(text: str) -> Decimal | None:
    """A plain number: sign, digits, point; no exponent, no thousands separator."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def is_bounded(number: Decimal) -> bool:
    """Whether a number is small and coarse enough to be computed with exactly."""
    whole, _, decimals = format(abs(number), "f").partition(".")
    is_small = len(whole.lstrip("0")) <= WHOLE_DIGITS_LIMIT
    return is_small and len(decimals.rstrip("0")) <= DECIMALS_LIMIT
