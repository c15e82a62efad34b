"""The byte of an item that is found quickly is the one that the tree of the whole text has."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from shared.formats.fhir.decoding import Decoder, tree_of
from shared.formats.fhir.profile import DEFAULT_PROFILE
from shared.formats.fhir.text import Text
from shared.formats.json_tree import JsonArray, JsonObject

Json = dict[str, Any]
NAMES = st.sampled_from(["item", "quantity", "concept", "a", "é", 'b"', ""])
WORDS = st.sampled_from(['{"item":', '"},{"', "\\", "é\U0001f600", '{"quantity"', "", ":", "x"])
VALUES = st.recursive(
    WORDS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
ITEMS = st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=3), min_size=1, max_size=4)
LISTS = st.dictionaries(st.sampled_from(["used", "listing", "item"]), ITEMS, min_size=1)
MARKS = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t:")])


def quick_and_true(raw: str) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each list of a resource in an entry the bytes found quickly, and those of the tree."""
    value, tree = Decoder().value(raw, 0)[0], tree_of(raw)
    assert isinstance(value, dict)
    assert isinstance(tree, JsonObject)
    resource = tree.members["resource"]
    assert isinstance(resource, JsonObject)
    text = Text(raw=raw, byte=9, path="x", root=("resource",), profile=DEFAULT_PROFILE)
    pairs = []
    for name, values in value["resource"].items():
        there = resource.members[name]
        assert isinstance(there, JsonArray)
        found = text.items(values, lambda name=name: (name,)).bytes  # type: ignore[misc]
        pairs.append((found, tuple(9 + each.at for each in there.items)))
    return pairs


@given(lists=LISTS, other=VALUES, marks=MARKS)
@example(lists={"item": [{"quantity": None}]}, other={"quantity": None}, marks=(",", ":"))
@example(lists={"item": [{"quantity": None}]}, other={'{"quantity"': None}, marks=(",", ":"))
@example(lists={"used": [{"item": [{"item": ""}]}]}, other=None, marks=(",", ":"))
def test_an_item_is_found_where_it_begins(
    lists: Json, other: object, marks: tuple[str, str]
) -> None:
    entry = {"other": other, "resource": lists}
    raw = json.dumps(entry, separators=marks, ensure_ascii=marks[0] == ", ")

    for found, true in quick_and_true(raw):
        assert found in (true, ())  # of what is not found quickly the tree is asked


def test_items_that_begin_alike_are_found_without_the_tree() -> None:
    lists = {"used": [{"concept": {"text": "é"}}, {"concept": {}}], "item": [{"quantity": 1}]}
    raw = json.dumps({"resource": lists}, separators=(",", ":"))

    assert all(found == true for found, true in quick_and_true(raw))


def test_a_name_that_is_repeated_does_not_mislead() -> None:
    raw = '{"resource":{"item":[{"a":1,"b":2,"a":3},{"a":1,"b":4}],"c":{"b":[{"b":5}]}}}'
    text = Text(raw=raw, byte=0, path="x", root=("resource",), profile=DEFAULT_PROFILE, is_odd=True)

    found = text.items([{"b": 2}, {"b": 4}], lambda: ("item",))

    assert [raw[at:].partition(",")[0] for at in found.bytes] == ['{"a":1', '{"a":1']
