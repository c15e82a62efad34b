"""No finding of the EDIFACT reader shows what stood in an element: a person may stand in any."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edifact.reader import read
from tests.edifact import ORDER, codes, edifact_samples, one_message

# No message, rule or position of ours has a Q followed by a digit: what has one was sent.
SECRET = st.builds("Q{}{}".format, st.integers(10, 10**9), st.text(string.ascii_letters + " :*-"))


def told_of(body: bytes) -> str:
    return repr([each for each in read(body) if isinstance(each, Diagnostic)])


@settings(max_examples=50)
@given(SECRET, st.integers(0, len(ORDER) - 1), st.integers(0, 9))
def test_no_element_of_an_order_is_told(secret: str, place: int, element: int) -> None:
    parts = [*ORDER[place].split("+"), *[""] * 10]
    parts[element] = secret

    body = one_message("ORDERS", *ORDER[:place], "+".join(parts), *ORDER[place + 1 :])

    assert secret.split(":", maxsplit=1)[0] not in told_of(body)


@settings(max_examples=25)
@given(SECRET)
def test_nothing_that_is_no_segment_is_told(secret: str) -> None:
    sound = one_message("ORDERS", *ORDER)
    for body in (
        one_message("ORDERS", *ORDER[:3], secret, *ORDER[3:]),
        sound + secret.encode(),
        secret.encode() + sound,
        sound.replace(b"UNT+21", b"UNT+" + secret.encode()),
        sound.replace(b"UNOC:3", secret.encode()),
        sound.replace(b"ORDERS:D", secret.encode()),
        sound.replace(b"UNZ+1+77", b"UNZ+1+" + secret.encode()),
    ):
        assert codes(body) != []
        assert secret.split(":", maxsplit=1)[0] not in told_of(body)


@pytest.mark.parametrize("path", edifact_samples(), ids=lambda path: path.stem)
def test_values_in_the_findings_of_samples_are_shapes_or_our_words(path: object) -> None:
    found = [each for each in read(path.read_bytes()) if isinstance(each, Diagnostic)]  # type: ignore[attr-defined]

    ours = ("counted", "summed", "computed", "more")
    assert [
        each.value
        for each in found
        if not each.value.endswith(ours) and set(each.value) - set("Aa9 :^-./")
    ] == []
