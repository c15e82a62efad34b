"""What holds for every barcode, however broken: found by search, not by example."""

import datetime as dt
import string

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.canonical.device import DeviceIdentifier
from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.registry import claims_on
from shared.formats.udi.application_identifiers import FORMS
from shared.formats.udi.gs1 import PATIENTS
from shared.formats.udi.reader import read
from tests.udi import GTIN, YEAR, codes, element_string, hibc, identifiers, printed, with_digit

NAMES = st.sampled_from(sorted(set(FORMS) - PATIENTS))
PIECES = st.sampled_from(
    [
        *(f"01{GTIN}", "10LOT", "17270300", "21SN", "\x1d", "(01)", "(10)", f"(01){GTIN}", "]C1"),
        *("+", "A123CATH7F1", "/", "$", "$$", "$$8", "$$9", "$+", "$$+", "S", "16D", "14D", "Q"),
        *("=", "&", "=/", "=,", "=>", "=}", "&>", "&,1", "=)", "&)", "A9999XYZ100T0944", "014032"),
        *("https://a/", "01/", GTIN, "?17=", "#", "%", "%2", "%ff", "\r", "\n", " ", "é", "\ud800"),
    ]
)
PATCHWORK = st.lists(PIECES | st.text(max_size=6), max_size=20).map("".join)
LOTS = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=18)


@st.composite
def an_element(draw: st.DrawFn) -> tuple[str, str]:
    """An identifier with a value of its form, its check digit sound."""
    name = draw(NAMES)
    form = FORMS[name]
    value = draw(st.from_regex(form.pattern, fullmatch=True))
    if form.checked is None:
        return name, value
    first, last = form.checked.start, form.checked.stop
    return name, value[:first] + with_digit(value[first : last - 1]) + value[last:]


ELEMENTS = st.lists(an_element(), min_size=1, max_size=6, unique_by=lambda each: each[0])


def told_of(text: str) -> list[DeviceIdentifier | Diagnostic]:
    return list(read(text, year=YEAR))


@settings(max_examples=300)
@given(ELEMENTS)
def test_element_strings_are_read_to_what_was_written(elements: list[tuple[str, str]]) -> None:
    text = element_string(elements)

    (told,) = identifiers(text)

    assert told.elements == tuple(elements)
    assert set(codes(text)) <= {"DEVICE_UNNAMED", "DATE_INVALID"}
    assert element_string(told.elements) == text


@settings(max_examples=200)
@given(ELEMENTS)
def test_printed_elements_are_read_to_what_was_written(elements: list[tuple[str, str]]) -> None:
    assume(not any("(" in value for _, value in elements))

    (told,) = identifiers(printed(elements))

    assert told.elements == tuple(elements)


@given(LOTS, LOTS, st.dates(dt.date(1977, 1, 1), dt.date(2076, 12, 31)))
def test_hibc_barcodes_are_read_to_what_was_written(lot: str, serial: str, day: dt.date) -> None:
    text = hibc("A123CATH7F1", f"$$3{day:%y%m%d}{lot}", f"S{serial}")

    (told,) = identifiers(text)

    assert (told.lot, told.serial, str(told.expires)) == (lot, serial, str(day))
    assert codes(text) == []


@settings(max_examples=400)
@given(PATCHWORK | st.text(max_size=60))
def test_no_text_can_make_the_reader_raise(text: str) -> None:
    told = told_of(text)

    length = len(text.encode("utf-8", "surrogatepass"))
    assert all(0 <= each.position.byte <= length for each in told)
    assert len(claims_on(text.encode("utf-8", "surrogatepass"), "")) <= 1


@given(st.binary(max_size=200))
def test_no_bytes_can_make_the_reader_raise(body: bytes) -> None:
    for line in read(body, year=YEAR):
        assert 0 <= line.position.byte <= len(body)


@settings(max_examples=300)
@given(PATCHWORK)
def test_a_line_is_identified_unless_a_finding_holds_it(text: str) -> None:
    lines = [each for each in text.replace("\r", "\n").split("\n") if each.strip(" \t")]
    told = told_of(text)

    held = [
        each for each in told if isinstance(each, Diagnostic) and each.severity is Severity.LINE
    ]
    read_ = [each for each in told if isinstance(each, DeviceIdentifier)]
    assert len(held) + len(read_) == len(lines)


@given(
    st.sampled_from(
        ["", f"01{GTIN}10", f"01{GTIN}17", "(10)", "+", "+A123", "=/", "https://a/01/"]
    ),
    st.builds("Q{}{}".format, st.integers(10, 10**9), st.text(string.ascii_letters + " ^,'-")),
)
def test_no_finding_shows_what_stood_there(before: str, secret: str) -> None:
    told = [each for each in told_of(before + secret) if isinstance(each, Diagnostic)]

    assert secret not in repr(told)
