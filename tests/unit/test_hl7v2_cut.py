"""A message that ends too early: its whole lines go on, the cut one is held."""

import pytest

from shared.formats.hl7v2.reader import read_message
from tests.hl7 import a_dft, an_ft1


def test_a_message_without_its_last_end_is_whole_if_its_last_line_is() -> None:
    reading = read_message(a_dft(an_ft1())[:-1])

    assert len(reading.lines) == 1
    assert [found.code for found in reading.diagnostics] == ["END_UNTERMINATED"]


@pytest.mark.parametrize(
    "rest",
    [
        "F",
        "FT",
        "FT1",
        "FT1|1|T-2||2026",
        "FT1|1|T-2||20260304||CG|27000004|||1",
        "FT1|1|T-2||20260304||CG|27000004|||12||",
        "FT1|1|T-2||20260304||CG|27000004|||12|||",
    ],
)
def test_a_line_that_the_message_ends_in_is_held_and_the_rest_goes_on(rest: str) -> None:
    reading = read_message(a_dft(an_ft1("T-1")) + rest.encode())

    assert [line.key[2] for line in reading.lines] == ["T-1"]
    assert [line.diagnostic.code for line in reading.malformed] == ["LINE_CUT"]
    assert reading.malformed[0].number == "2"


def test_a_cut_line_is_shorter_than_those_before_it() -> None:
    place = "|||OR^01^A^SOUTH"
    whole = a_dft(an_ft1("T-1", more=place), an_ft1("T-2", more=place))

    reading = read_message(whole[: -len("|||OR^01^A^SOUTH") - 1])

    assert [line.diagnostic.code for line in reading.malformed] == ["LINE_CUT"]


@pytest.mark.parametrize("rest", ["", "\rZL"])
def test_a_cut_line_lacks_the_segment_that_every_line_before_it_has(rest: str) -> None:
    whole = a_dft(an_ft1("T-1"), "ZLW|L-1", an_ft1("T-2")).rstrip(b"\r")

    reading = read_message(whole + rest.encode())

    assert [line.key[2] for line in reading.lines] == ["T-1"]
    assert [line.key[2] for line in reading.malformed] == ["T-2"]


def test_a_message_that_ends_inside_a_character_is_read_up_to_it() -> None:
    whole = a_dft(an_ft1(code="27é", more="|" * 7 + "Dr É"))

    (line,) = read_message(whole[:-2]).lines

    assert line.charge_code == "27é"
