"""How readings of barcodes are compared; never how fast they are."""

import pytest

from tests.benchmarks.udi import YEAR, compared, labels
from tests.benchmarks.udi_differences import REASONS, Elements, differences, ours_of
from tests.udi import GTIN, codes, hibc

SOUND = f"01{GTIN}10A"


def test_the_measured_barcodes_are_different_and_sound() -> None:
    lines = list(labels(400))

    assert len(set(lines)) == 400
    assert codes("".join(lines)) == []


@pytest.mark.parametrize(
    ("text", "theirs", "expected"),
    [
        (SOUND, [["01", GTIN], ["10", "A"]], []),
        (SOUND, [["01", GTIN]], ["elements differ"]),
        (SOUND, None, ["read by us alone: sound"]),
        (f"{SOUND}|", None, []),
        (f"{SOUND}|", [["01", GTIN]], ["held by us alone: CHARACTER_INVALID"]),
        (hibc("A123CATH7F1"), None, ["read by us alone: HIBCC"]),
        (f"01{GTIN}17270230", None, ["read by us alone: DATE_INVALID"]),
        ("10A", [["10", "A"]], ["told by us alone: DEVICE_UNNAMED"]),
    ],
)
def test_each_class_of_difference_is_named(
    text: str, theirs: Elements | None, expected: list[str]
) -> None:
    assert list(differences(text, ours_of(text, YEAR), theirs)) == expected


def test_what_nobody_explained_has_no_reason() -> None:
    found = compared([SOUND, SOUND, "10A"], [None, [["01", GTIN]], [["10", "A"]]])

    assert [each for each in sorted(found) if each not in REASONS] == [
        "elements differ",
        "read by us alone: sound",
    ]
