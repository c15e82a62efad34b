"""No finding of the X12 reader shows what stood in an element: a person may stand in any."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.canonical.diagnostic import Diagnostic
from shared.formats.x12.reader import read
from tests.x12 import ORDER, codes, one_set, x12_samples

# No message, rule or position of ours has a Q followed by a digit: what has one was sent.
SECRET = st.builds("Q{}{}".format, st.integers(10, 10**9), st.text(string.ascii_letters + " >^'-"))


def told_of(body: bytes) -> str:
    return repr([each for each in read(body) if isinstance(each, Diagnostic)])


@settings(max_examples=50, deadline=None)
@given(SECRET, st.integers(0, len(ORDER) - 1), st.integers(0, 12))
def test_no_element_of_an_order_is_told(secret: str, place: int, element: int) -> None:
    parts = [*ORDER[place].split("*"), *[""] * 13]
    parts[element] = secret

    body = one_set("850", *ORDER[:place], "*".join(parts), *ORDER[place + 1 :])

    assert secret.split(">", maxsplit=1)[0] not in told_of(body)


@settings(max_examples=25, deadline=None)
@given(SECRET)
def test_nothing_that_is_no_segment_is_told(secret: str) -> None:
    sound = one_set("850", *ORDER)
    for body in (
        one_set("850", *ORDER[:3], secret, *ORDER[3:]),
        sound + secret.encode(),
        secret.encode() + sound,
        sound.replace(b"SE*12", b"SE*" + secret.encode()),
        sound.replace(b"GS*PO", b"GS*" + secret.encode()),
        sound.replace(b"GE*1*1", b"GE*1*" + secret.encode()),
        sound.replace(b"IEA*1*000000001", b"IEA*1*" + secret.encode()),
    ):
        assert codes(body) != []
        assert secret.split(">", maxsplit=1)[0] not in told_of(body)


@pytest.mark.parametrize("path", x12_samples(), ids=lambda path: path.stem)
def test_values_in_the_findings_of_samples_are_shapes_or_our_words(path: object) -> None:
    found = [each for each in read(path.read_bytes()) if isinstance(each, Diagnostic)]  # type: ignore[attr-defined]

    ours = ("counted", "summed", "computed", "more")
    assert [
        each.value
        for each in found
        if not each.value.endswith(ours) and set(each.value) - set("Aa9 :^-./")
    ] == []
