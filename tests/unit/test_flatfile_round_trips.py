"""What a sender writes by a profile is what is read by it: counts and items, quotes and all."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.inventory_report import ReportLine
from shared.canonical.item_master import ItemMasterRecord
from shared.formats.flatfile.loading import find_profile
from shared.formats.flatfile.profile import FlatFileProfile
from tests.flatfile import read

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
)
PROSE = st.builds(" ".join, st.lists(WORDS, min_size=1, max_size=4))
NAMES = WORDS.filter(lambda text: not text.startswith(("=", "+", "-", "@")))
AMOUNTS = st.decimals(0, 99_999_999, places=3)


def profile_named(name: str) -> FlatFileProfile:
    profile = find_profile(name)
    assert profile is not None
    return profile


def written(profile: FlatFileProfile, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows by their facts, as the csv module writes them."""
    named = dict(profile.columns.named())
    text = io.StringIO()
    writer = csv.writer(text, delimiter=profile.delimiter)
    writer.writerow(named.values())
    writer.writerows([row.get(fact, "") for fact in named] for row in rows)
    return text.getvalue().encode(profile.encoding)


@given(st.lists(st.tuples(NAMES, NAMES, AMOUNTS, NAMES), min_size=1, max_size=10))
def test_a_count_is_read_back(rows: list[tuple[str, str, Decimal, str]]) -> None:
    profile = profile_named("example_counts")
    body = written(
        profile,
        [
            {
                "transaction": "S-1",
                "line": str(number),
                "item": item,
                "location": shelf,
                "quantity": f"{amount:f}",
                "time": "03/31/2026 06:05 PM",
                "lot": lot,
            }
            for number, (item, shelf, amount, lot) in enumerate(rows)
        ],
    )

    lines = [row.line for row in read(body, profile)]

    assert [
        (line.ids[0].value, line.location, line.quantity, line.lot)
        for line in lines
        if isinstance(line, ReportLine)
    ] == rows


@given(st.lists(st.tuples(NAMES, PROSE, AMOUNTS), min_size=1, max_size=10))
def test_an_item_is_read_back(rows: list[tuple[str, str, Decimal]]) -> None:
    profile = profile_named("example_items")
    sound = [row for row in rows if not row[1].startswith(("=", "+", "-", "@"))]
    body = written(
        profile,
        [
            {
                "item": item,
                "description": text,
                "pack_unit": "BOX",
                "pack_price": f"{price:f}",
                "action": "N",
            }
            for item, text, price in sound
        ],
    )

    lines = [row.line for row in read(body, profile)]

    assert [
        (line.number, line.description, line.vendors[0].packs[0].price)
        for line in lines
        if isinstance(line, ItemMasterRecord)
    ] == sound
