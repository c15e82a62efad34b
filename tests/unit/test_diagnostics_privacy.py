"""No finding of any reader shows what stood in a field: a patient may stand in any of them."""

import io
import json
import string

from hypothesis import assume, example, given
from hypothesis import strategies as st

from shared.canonical.diagnostic import Diagnostic
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.transactions import survey, transactions
from shared.formats.hl7v2.acknowledge import acknowledge
from shared.formats.hl7v2.reader import read, read_message
from shared.formats.shape import LONGEST_SHOWN, shape_of
from shared.formats.webhook.usage_event import read_event
from shared.simulation.clock import VirtualClock
from shared.workflow.file_results import told_findings
from tests.flatfile import PLAIN, cabinet, profile_of, raw_file, raw_row
from tests.golden import INBOUND
from tests.hl7 import a_dft, a_message, an_ft1
from tests.webhook import SOURCE, a_line, an_event

# No message, rule or position of ours has a Q followed by a digit: what has one was sent.
SECRET = st.builds("Q{}{}".format, st.integers(10, 10**9), st.text(string.ascii_letters + " ^,'-"))
FT1_FIELDS = st.sampled_from([4, 6, 7, 10, 13, 16, 20, 25, 32])


def told_of_hl7(body: bytes) -> str:
    """All that the journal, a hold and the sender are told."""
    reading = read_message(body)
    answer = acknowledge(
        reading.header, reading.diagnostics, control_id="C-1", at=VirtualClock().now()
    )
    held = [line.diagnostic for line in reading.malformed]
    return f"{reading.diagnostics!r} {held!r} {answer.body.decode()}"


def told_of_event(body: bytes) -> str:
    reading = read_event(body, SOURCE)
    return repr((reading.diagnostics, [line.diagnostic for line in reading.malformed]))


def told_of_file(body: bytes, profile: FlatFileProfile | None = None) -> str:
    by = profile or cabinet()
    surveyed = survey(io.BytesIO(body), by)
    rows = [
        getattr(row.line, "diagnostic", None)
        for each in transactions(io.BytesIO(body), by, surveyed)
        for row in each.rows
    ]
    return repr((surveyed.findings, [*told_findings(surveyed.findings)], rows))


@given(SECRET, FT1_FIELDS)
@example("Q11 Test", 10)
@example("Q11", 6)
def test_no_field_of_a_charge_is_told(secret: str, field: int) -> None:
    parts = f"{an_ft1()}{'|' * 20}".split("|")
    parts[field] = secret

    body = a_dft("|".join(parts), an_ft1("T-2", quantity="two"))

    assert secret not in told_of_hl7(body)
    assert "QUANTITY_INVALID" in told_of_hl7(body)


@given(SECRET, st.sampled_from(["PID", "PV1", "NTE", "ZPA", "GT1", "Q11", "patient"]))
def test_no_segment_beside_a_charge_is_told(secret: str, name: str) -> None:
    for body in (
        a_dft(an_ft1(), f"{name}|1||{secret}", an_ft1("T-2", quantity="two")),
        a_dft(an_ft1(), f"{name}|1||{secret}")[:-1],
        a_dft(f"{name}|1||{secret}"),
        a_dft(an_ft1(), f"{secret}|{name}"),
        f"{secret}|{name}".encode(),
    ):
        assert secret.partition(" ")[0] not in told_of_hl7(body)


@given(SECRET, st.sampled_from(["MSH|^~\\&|EHR|NORTH|L|M|20260304||{}|C-1|P|2.5.1"]))
def test_a_message_of_another_kind_is_refused_without_telling_it(secret: str, head: str) -> None:
    assume("^" not in secret)
    reading = read_message(a_dft(an_ft1(), header=head.format(secret)))

    assert reading.is_refused
    assert secret.upper() not in repr(reading.diagnostics).upper()


SPOILT = st.sampled_from(
    [
        *("OMS^O05 ORC|NW|1 RQD|1|A|||3|BX", "ORM^O01 ORC|NW|1 RQD|1|A|||3|BX RQ1|1|M|C|S|C|Y"),
        *("RDS^O13 ORC|RE|1 RXD|1|A|20260304|3|EA||RX", "MFN^M04 MFE|MAD|1||A CDM|A PRC|A||||1"),
        *("RAS^O17 ORC|RE|1 RXA|0|1|20260304||A|1|EA", "MFN^M15 MFE|MAD|1||A IIM|A||L|20270101"),
        "SIU^S12 SCH|1||||||||90|MIN|^^^20260304 AIS|1||P AIG|1||E AIL|1||R AIP|1||P",
        "MFN^M16 MFE|MAD|1||A ITM|A|T VND|1|S PKG|1|BX||3|2 PCE|1|A|B|1 IVT|1|S ILT|1|L|20270101",
    ]
)


@given(SECRET, SPOILT, st.integers(0, 60), st.integers(1, 28))
def test_no_field_of_any_message_is_told(secret: str, made_of: str, at: int, field: int) -> None:
    kind, *segments = made_of.split()
    place = at % len(segments)
    fields = [*segments[place].split("|"), *[""] * 28]
    fields[field] = secret
    segments[place] = "|".join(fields)

    for body in (a_message(kind, *segments), a_message(kind, *segments)[:-1]):
        assert secret not in told_of_hl7(body)
        for batch in (body + body, b"BHS|^~\\&|" + secret.encode() + b"\r" + body + b"BTS|7\r"):
            told = [repr(each) for each in read(batch) if isinstance(each, Diagnostic)]
            assert secret not in " ".join(told)


@given(SECRET, st.sampled_from([*a_line(), "returns", "serial"]))
def test_no_member_of_an_events_line_is_told(secret: str, name: str) -> None:
    for value in (secret, {secret: secret}, [secret], f"{secret}\n"):
        body = an_event(a_line("1"), a_line("2") | {name: value}, a_line("3", quantity="two"))
        assert secret not in told_of_event(body)
        assert "QUANTITY_INVALID" in told_of_event(body)


@given(SECRET)
@example("q11")
@example("mrn000123")
def test_no_name_of_a_member_is_told(secret: str) -> None:
    for body in (
        an_event(a_line("1") | {secret: "x"}),
        an_event(a_line("1", returns={"document": "D", "line": "1", secret: "x"})),
        an_event(**{secret: "x"}),
        json.dumps({"type": secret, "document": {}}).encode(),
        json.dumps({secret: {}}).encode(),
        f'{{"type": "{secret}" {secret}'.encode(),
    ):
        assert secret not in told_of_event(body)


@given(SECRET, st.sampled_from([name.replace(" ", "_") for name in PLAIN.split(",")]))
def test_no_cell_of_a_file_is_told(secret: str, column: str) -> None:
    for cell in (secret, f"={secret}", f'"{secret}', f"{secret}\x00"):
        body = raw_file(
            raw_row(**{column: cell}), raw_row(Transaction="T-2", Quantity="two"), raw_row(Line="9")
        )
        assert secret not in told_of_file(body)


@given(SECRET, st.sampled_from(["fixed_usage.txt", "counts.csv", "items.csv"]), st.data())
def test_no_place_of_any_kind_of_file_is_told(
    secret: str, sample: str, data: st.DataObject
) -> None:
    body = (INBOUND / "flatfile" / sample).read_bytes()
    at = data.draw(st.integers(0, len(body)))
    written = secret.encode()

    for spoilt in (
        body[:at] + written + body[at:],
        body[:at] + written + body[at + len(written) :],
    ):
        assert secret not in told_of_file(spoilt, profile_of(body))


@given(SECRET)
def test_no_name_of_an_unknown_column_is_told(secret: str) -> None:
    assume("," not in secret)
    header = PLAIN.replace("Remark", secret)
    for cell in ("\x00", '"x', "x"):
        assert secret not in told_of_file(raw_file(raw_row(Remark=cell), header=header))
    assert secret not in told_of_file(raw_file(raw_row(), header=secret))


@given(st.text())
def test_a_shape_has_no_letter_and_no_digit_of_what_was_sent(text: str) -> None:
    shape = shape_of(text)

    assert len(shape) == min(len(text), LONGEST_SHOWN)
    assert {each for each in shape if not each.isascii() or each.isalnum()} <= set("Aa9")


def test_a_shape_shows_what_is_wrong_with_a_number_or_a_time() -> None:
    assert [shape_of(each) for each in ("1,5", "-2", "two", "04.03.2026", "=1+1", "Ünal")] == [
        *("9,9", "-9", "aaa", "99.99.9999", "=9+9", "Aaaa")
    ]
