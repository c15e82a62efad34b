"""A profile is data that is checked before the first row is read by it."""

import json
from typing import Any

import pytest

from shared.formats.flatfile.loading import (
    FOLDER,
    ProfileError,
    find_profile,
    profile_from,
    profile_names,
)

GOOD: dict[str, Any] = json.loads((FOLDER / "cabinet.json").read_text(encoding="utf-8"))


def changed(**changes: Any) -> str:  # noqa: ANN401
    """The cabinet profile with fields changed; None takes one away. `columns__x` is a column."""
    said = json.loads(json.dumps(GOOD))
    for name, value in changes.items():
        place, _, column = name.partition("__")
        target = said[place] if column else said
        target.pop(column or place, None)
        if value is not None:
            target[column or place] = value
    return json.dumps(said)


def test_every_profile_that_is_shipped_can_be_read_by() -> None:
    profiles = [find_profile(name) for name in profile_names()]

    assert [profile.name for profile in profiles if profile] == list(profile_names())
    assert profile_names() == (
        *("cabinet", "example_counts", "example_decimal_comma", "example_fixed_usage"),
        "example_items",
    )


def test_a_profile_nobody_wrote_is_not_found_and_no_path_leads_elsewhere() -> None:
    for name in ("unknown", "", "..", "../loading", "cabinet.json", "/etc/passwd"):
        assert find_profile(name) is None


def test_a_profile_without_a_transaction_column_is_refused_with_the_reason() -> None:
    with pytest.raises(ProfileError, match=r"cabinet\.json: columns\.transaction .*USE2"):
        profile_from(changed(columns__transaction=None), file="cabinet.json")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"application": None}, "application is missing"),
        ({"columns": None}, "columns is missing"),
        ({"columns": []}, "columns is no object"),
        ({"columns__item": None}, r"columns\.item is missing"),
        ({"columns__item": ""}, r"columns\.item is no text"),
        ({"columns__item": "Quantity"}, r"columns\.quantity names 'Quantity' for more than one"),
        ({"columns__item": "QUANTITY"}, r"columns\.quantity names 'Quantity' for more than one"),
        ({"columns__colour": "Colour"}, r"columns\.colour is no field"),
        ({"colour": "red"}, "colour is no field"),
        ({"delimiter": "::"}, "delimiter is '::'"),
        ({"encoding": "utf-16"}, "encoding is 'utf-16'"),
        ({"decimal_mark": "'"}, "decimal_mark is"),
        ({"times": []}, "times is empty"),
        ({"times": "%Y"}, "times is no list"),
        ({"times": ["%Y-%m-%d", "%x"]}, r"times\[1\] has %x"),
        ({"times": ["%Y-%m"]}, r"times\[0\] does not state %d once"),
        ({"times": ["%Y-%m-%d %I"]}, r"times\[0\] has one of %I and %p"),
        ({"zone": "Mars/Olympus"}, "zone is 'Mars/Olympus'"),
        ({"facility": "NORTH"}, "facility is stated once"),
        ({"columns__facility": None}, "facility is stated once"),
        ({"withdrawals": []}, "withdrawals and columns.kind go together"),
        ({"columns__kind": None, "withdrawals": []}, r"returns needs columns\.kind"),
        ({"returns": ["take"]}, "returns has a word that stands in withdrawals"),
        ({"columns__original_transaction": None}, r"columns\.original_transaction is missing"),
        ({"columns__original_line": None}, r"columns\.original_line is missing"),
        ({"columns__line": None}, r"columns\.original_line needs"),
        ({"units": {"BOX": 3}}, r"units\.BOX is no text"),
        ({"kind": "orders"}, "kind is 'orders'"),
        ({"kind": "counts"}, r"columns\.kind is no fact of counts"),
        ({"columns__item": None, "constants": {"lot": "X"}}, r"columns\.item is missing"),
        ({"constants": {"item": "X"}}, r"constants\.item has a column as well"),
        ({"constants": {"bin": "X"}}, r"constants\.bin is no fact that all rows"),
        (
            {"columns__case": None, "constants": {"case": "X"}},
            r"constants\.case is no fact that all rows",
        ),
        ({"constants": {"colour": "X"}}, r"constants\.colour is no field"),
        ({"codes": {"quantity": {"1": "2"}}}, r"codes\.quantity is of no column"),
        ({"codes": {"bin": {"1": "2"}}}, r"codes\.bin is of no column"),
        ({"codes": {"kind": {"1": 2}}}, r"codes\.kind\.1 is no text"),
        ({"codes": {"kind": []}}, r"codes\.kind is no object"),
        ({"thousands_mark": "."}, "thousands_mark is the decimal mark"),
        ({"thousands_mark": "_"}, "thousands_mark is '_'"),
        ({"sign": "behind"}, "sign is 'behind'"),
        ({"implied_decimals": {"quantity": 7}}, r"implied_decimals\.quantity is more than 6"),
        ({"implied_decimals": {"lot": 2}}, r"implied_decimals\.lot is no number"),
        ({"negative": "withdrawal"}, "negative says withdrawal"),
        ({"columns__kind": None, "withdrawals": [], "returns": [], "negative": "nothing"}, "neg"),
        ({"dates": {"lot": ["%Y%m%d"]}}, r"dates\.lot is no time"),
        ({"dates": {"time": ["%m%d"]}}, r"dates\.time\[0\] does not state %Y once"),
        ({"delimiter": "|", "encoding": "big5"}, "delimiter is a byte of characters of big5"),
        ({"fixed": {}}, r"fixed\.columns is no object"),
        ({"fixed": {"columns": {}}}, r"fixed\.columns is empty"),
        ({"fixed": {"columns": {"A": [1]}}}, r"fixed\.columns\.A is no list of a first place"),
        ({"fixed": {"columns": {"A": [0, 1]}}}, r"fixed\.columns\.A has a place or a length of 0"),
        (
            {"fixed": {"columns": {"A": [1, 1]}}},
            r"columns\.\w+ is 'Transaction', which is not among",
        ),
        ({"fixed": {"columns": {"A": [1, 9]}, "length": 8}}, r"fixed\.length is 8"),
        ({"fixed": {"columns": {"A": [1, 9]}, "tail": 8}}, r"fixed\.tail is no field"),
        ({"fixed": {"columns": {"A": [1, 9]}, "count": [1, 2]}}, r"fixed\.count needs fixed"),
        (
            {"fixed": {"columns": {"A": [1, 9]}, "header": {"at": 1}}},
            r"fixed\.header states exactly",
        ),
        (
            {"fixed": {"columns": {"A": [1, 9]}, "header": {"at": 0, "text": "H"}}},
            r"fixed\.header\.at is 0",
        ),
        (
            {"fixed": {"columns": {"A": [1, 9]}, "header": {"at": 1, "text": " "}}},
            r"fixed\.header\.text is no ASCII text",
        ),
        (
            {"fixed": {"columns": {"A": [1, 9]}, "counted_in": "bits"}},
            r"fixed\.counted_in is 'bits'",
        ),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_by_file_and_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ProfileError, match=rf"^profile cabinet\.json: {field}"):
        profile_from(changed(**changes), file="cabinet.json")


@pytest.mark.parametrize("text", ["", "{", "[]", '"cabinet"', "null", '{"columns": 1}'])
def test_what_is_no_profile_at_all_is_refused_by_the_name_of_its_file(text: str) -> None:
    with pytest.raises(ProfileError, match=r"^profile other\.json: "):
        profile_from(text, file="other.json")


def test_a_profile_has_a_name_that_can_be_a_folder_of_the_inbox() -> None:
    with pytest.raises(ProfileError, match="has a name"):
        profile_from(changed(), file="Cabinet North.json")
