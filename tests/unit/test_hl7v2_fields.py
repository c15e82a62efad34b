"""Plain fields are read by look-up, all others with care: both say the same of every field."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.formats.hl7v2.batches import pieces
from shared.formats.hl7v2.delimiters import STANDARD_DELIMITERS, Delimiters
from shared.formats.hl7v2.fields import PlainFields, field_reader
from shared.formats.hl7v2.framing import frame_text
from shared.formats.hl7v2.message import Message
from shared.formats.hl7v2.reader import read_parsed
from shared.formats.hl7v2.reading import MessageReading, ReadContext
from tests.benchmarks.hl7v2_files import generate
from tests.golden import hl7_files, hl7_samples

MARKS = (
    STANDARD_DELIMITERS,
    Delimiters(field="%", component="$", repetition="*", escape="!", subcomponent="?"),
    Delimiters(component="^", repetition="", escape="", subcomponent=""),
)
FIELDS = st.text(
    st.sampled_from(list('AB1 ^~\\&"$*!?.-\t\x01\xa0\u2003é')), max_size=24
) | st.sampled_from(
    ["", '""', "A" * 128, "A" * 129, "7" * 7, "\\F\\", "\\X41\\", "A^^^B^^^^C", " A ^ B ", "A~B^C"]
)
DAMAGE = st.sampled_from(
    [
        *(b"|", b"^", b"~", b"\\", b"&", b'""', b"\r", b" ", b"\x01", b"\xe9", b"\xc3\xa9"),
        *(b"\\F\\", b"A" * 140, b"-1", b"0", b"\rORC|", b"\rMSH|", b"\rPID|1||Z", b"\rZLW|A|B|C"),
    ]
)


class NothingPlain(PlainFields):
    """Every field is read with care."""

    def __missing__(self, text: str) -> tuple[str, ...]:
        """No field is plain."""
        return ()


def both_ways(text: str, byte: int = 0) -> tuple[MessageReading, MessageReading]:
    """A message as it is read, and as it is read if no field is plain."""
    usual, careful = (Message(frame_text(text, byte)) for _ in range(2))
    careful.plain = NothingPlain(careful.marks)
    return read_parsed(usual, ReadContext()), read_parsed(careful, ReadContext())


@settings(max_examples=500)
@given(st.sampled_from(MARKS), FIELDS)
def test_what_a_plain_field_says_is_what_a_careful_reader_says(
    marks: Delimiters, field: str
) -> None:
    reader = field_reader(marks, "ascii")

    for component, value in enumerate(PlainFields(marks)[field], start=1):
        assert reader.value(field, component, 1) == value
        assert reader.identifier(field, component) == value


def test_a_field_is_plain_that_only_sets_components_apart() -> None:
    plain = PlainFields(STANDARD_DELIMITERS)

    assert plain["BX^Box^ISO+"][:4] == ("BX", "Box", "ISO+", "")
    assert plain["N00000001"][:2] == ("N00000001", "")
    assert [plain[each] for each in ("A~B", "A&B", "\\F\\", '""', "A ^B", "A\t", "A" * 129)] == [
        ()
    ] * 7
    assert list(plain) == ["BX^Box^ISO+"]  # numbers of things are not kept


def test_what_is_kept_of_fields_is_bounded() -> None:
    plain = PlainFields(STANDARD_DELIMITERS)

    for number in range(5_000):
        assert plain[f"{number}^A"][:2] == (str(number), "A")

    assert len(plain) <= 1_024


@pytest.mark.parametrize("path", [*hl7_samples(), *hl7_files()], ids=lambda path: path.stem)
def test_every_sample_reads_the_same_with_and_without_plain_fields(path: Path) -> None:
    for piece in pieces(path.read_bytes()):
        usual, careful = both_ways(piece.text, piece.byte)
        assert usual == careful


def test_messages_of_every_kind_read_the_same_with_and_without_plain_fields() -> None:
    read = [both_ways(each.text, each.byte) for each in pieces(generate(3_000).text.encode())]

    assert len(read) > 200
    assert all(usual == careful for usual, careful in read)


@settings(max_examples=300)
@given(
    st.sampled_from([*hl7_samples(), *hl7_files()]),
    st.lists(st.tuples(st.integers(0, 4_000), DAMAGE, st.integers(0, 3)), min_size=1, max_size=4),
)
def test_damaged_messages_read_the_same_with_and_without_plain_fields(
    path: Path, damages: list[tuple[int, bytes, int]]
) -> None:
    body = path.read_bytes()
    for place, damage, lost in damages:
        body = body[:place] + damage + body[place + lost :]

    usual, careful = both_ways(body.decode("latin-1"))

    assert usual == careful


def test_what_is_made_at_the_speed_of_a_reader_has_all_the_fields_of_its_noun() -> None:
    readings = [both_ways(each.text)[0] for each in pieces(generate(800, messages=9).text.encode())]
    made = [noun for reading in readings for noun in _nouns(reading)]

    assert {type(noun).__name__ for noun in made} == {
        *("CaseSchedule", "HeaderFacts", "ItemMasterRecord", "ItemMasterUpdate", "MessageReading"),
        *("Position", "Requisition", "RequisitionLine", "UsageLine"),
    }
    for noun in made:
        assert set(vars(noun)) == {each.name for each in fields(type(noun))}


def _nouns(reading: MessageReading) -> Iterator[Any]:
    """Those that a reading is made of and that are made without their constructors."""
    document = reading.document
    lines = (*getattr(document, "lines", ()), *getattr(document, "items", ()))
    found = (reading, reading.header, document, *lines, *(line.position for line in lines))
    return (each for each in found if hasattr(each, "__dict__"))
