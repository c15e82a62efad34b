"""What is measured is read: both files say the same, and no row of them is held."""

import io
from decimal import Decimal

from shared.canonical.usage import UsageLine
from shared.formats.flatfile.loading import find_profile
from shared.formats.flatfile.transactions import rows_of
from tests.benchmarks.flatfile import at_places, delimited


def uses(body: str, profile: str) -> list[tuple[tuple[str, ...], str, Decimal, str, str]]:
    found = find_profile(profile)
    assert found is not None
    _, rows = rows_of(io.BytesIO(body.encode()), found)
    lines = [row.line for row in rows]
    read = [line for line in lines if isinstance(line, UsageLine)]
    assert len(read) == len(lines)
    return [
        (line.key[1:], line.charge_code, line.quantity, str(line.used_at), line.lot)
        for line in read
    ]


def test_the_measured_rows_are_sound_and_the_same_in_both_files() -> None:
    by_commas = uses("".join(delimited(300)), "cabinet")

    assert len({key for key, *_ in by_commas}) == 300
    assert by_commas == uses("".join(at_places(300)), "example_fixed_usage")
