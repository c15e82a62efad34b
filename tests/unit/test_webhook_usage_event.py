"""What a source's usage event says, line by line, and what is held of it and why."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.network.build import build_network
from shared.canonical.codec import from_json, to_json
from shared.canonical.snapshot import Snapshot, line_name
from shared.canonical.usage import Direction, SupplyUsage
from shared.effects.identity import content_hash, line_effect_id
from shared.formats.json_tree import (
    JsonArray,
    JsonNumber,
    JsonObject,
    JsonText,
    JsonValue,
    JsonWord,
    NotJsonError,
    json_tree,
)
from shared.formats.registry import FORMATS, recognise
from shared.formats.shape import shape_of
from shared.formats.webhook.codes import EVENT_CODES
from shared.formats.webhook.documents import event_documents
from shared.formats.webhook.event_line import LINE_MEMBERS, RETURN_MEMBERS
from shared.formats.webhook.reading import EventReading
from shared.formats.webhook.usage_event import (
    BODY_LIMIT,
    DOCUMENT_MEMBERS,
    EVENT_MEMBERS,
    LINE_LIMIT,
    read_event,
)
from tests.builders import a_sighting
from tests.golden import INBOUND, expected_of
from tests.json_schema import breaches
from tests.webhook import (
    CASE,
    PATIENT,
    SOURCE,
    a_line,
    an_event,
    event_as_golden,
    event_sample,
    event_samples,
)

CONTRACT = json.loads(
    (INBOUND.parent / "contracts" / "usage_event.schema.json").read_text(encoding="utf-8")
)
CANARY = "ZZCANARYZZ"
# Pieces of real events, so that the search gets past the envelope.
PIECES = st.sampled_from(
    [
        *(b'{"type": "supply.used", "document": {', b'"id": "1"', b'"lines": [', b'"item": "C"'),
        *(b'"quantity": 1', b'"unit": "EA"', b'"used_at": "2026-03-04"', b'"returns": {', b"null"),
        *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u12", b'"\\ud800"', b"NaN", b"1e5"),
        *(b"\xff", b"\xc3\xa9", b"\xef\xbb\xbf", b"\x00", b" ", b"\n", b"-", b"0", b"9" * 40),
    ]
)
PATCHWORK = st.lists(PIECES | st.binary(max_size=4), max_size=30).map(b"".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


def read(*lines: dict[str, Any], **changes: Any) -> EventReading:  # noqa: ANN401
    return read_event(an_event(*lines, **changes), SOURCE)


def codes_of(reading: EventReading) -> list[str]:
    return [found.code for found in reading.diagnostics]


def documents_of(reading: EventReading, body: bytes = b"") -> tuple[SupplyUsage, ...]:
    sighting = a_sighting(sha256=hashlib.sha256(body).hexdigest())
    return event_documents(reading, sighting, case_token="", patient_token="")


def test_a_line_says_what_was_used_where_and_when() -> None:
    reading = read(a_line(serial="S-1", project="P-1", grant="G-1", service_line="SL-1"))

    (line,) = reading.lines
    assert line.key == (SOURCE, "NORTH", "ORC-1", "1", "charge")
    assert (line.facility, line.department, line.charge_code) == ("NORTH", "OR", "C-SUT")
    assert (line.quantity, line.unit, line.lot, line.serial) == (Decimal(2), "EA", "L-1", "S-1")
    assert (line.project, line.grant, line.service_line) == ("P-1", "G-1", "SL-1")
    assert str(line.used_at) == "2026-03-04T09:30:00-08:00"
    assert reading.diagnostics == ()


def test_the_intent_key_comes_from_the_business_content_alone() -> None:
    once = read_event(an_event(), SOURCE)
    again = read_event(b" \n" + an_event(a_line(x_attempt=2)), SOURCE)

    assert [line.key for line in once.lines] == [line.key for line in again.lines]
    assert [content_hash(line) for line in once.lines] == [content_hash(x) for x in again.lines]


def test_a_return_names_the_charge_that_it_takes_back() -> None:
    charge = read(a_line("7"), id="ORC-1").lines[0]
    credit = read(a_line("1", returns={"document": "ORC-1", "line": 7}), id="ORC-2").lines[0]

    assert credit.direction is Direction.CREDIT
    assert credit.key == (SOURCE, "NORTH", "ORC-2", "1", "credit")
    assert credit.reverses == charge.key
    assert line_effect_id("meridian", credit) != line_effect_id("meridian", charge)


def test_a_charge_and_a_return_may_share_a_line_id() -> None:
    reading = read(a_line("1"), a_line("1", returns={"document": "ORC-1", "line": "1"}))

    assert [line.key[-1] for line in reading.lines] == ["charge", "credit"]


@pytest.mark.parametrize(
    ("stated", "quantity"),
    [(2, "2"), ("2", "2"), (0.1, "0.1"), ("0.10", "0.10"), ("+3.", "3"), (999999999.999999, None)],
)
def test_a_quantity_is_exact_whether_it_comes_as_number_or_text(
    stated: object, quantity: str | None
) -> None:
    (line,) = read(a_line(quantity=stated)).lines

    assert line.quantity == Decimal(quantity or "999999999.999999")


@pytest.mark.parametrize(
    ("literal", "code"),
    [
        ("1E+2", None),
        ("1.50e1", None),
        ("0", "QUANTITY_ZERO"),
        ('"-0.0"', "QUANTITY_ZERO"),
        ("-1", "QUANTITY_INVALID"),
        ("1e-7", "QUANTITY_TOO_LARGE"),
        ("1e9", "QUANTITY_TOO_LARGE"),
        ("1e999999999", "QUANTITY_INVALID"),
        ("1" * 70, "QUANTITY_INVALID"),
        ("NaN", "QUANTITY_INVALID"),
        ("-Infinity", "QUANTITY_INVALID"),
        ('"1e2"', "QUANTITY_INVALID"),
        ('"two"', "QUANTITY_INVALID"),
        ("true", "QUANTITY_INVALID"),
        ("[1]", "QUANTITY_INVALID"),
        ("null", "MEMBER_MISSING"),
    ],
)
def test_a_quantity_that_is_no_plain_positive_number_holds_its_line(
    literal: str, code: str | None
) -> None:
    body = an_event(a_line("1"), a_line("2", quantity=424242))
    reading = read_event(body.replace(b"424242", literal.encode()), SOURCE)

    assert codes_of(reading) == ([code] if code else [])
    assert len(reading.lines) == (1 if code else 2)
    assert [line.key[3] for line in reading.malformed] == (["2"] if code else [])


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ("2026-03-04", "2026-03-04"),
        ("2026-03-04T09:30", "2026-03-04T09:30:00"),
        ("2026-03-04 09:30:15", "2026-03-04T09:30:15"),
        ("2026-03-04T09:30:15.123456789Z", "2026-03-04T09:30:15.123456+00:00"),
        ("2026-03-04t09:30:15,5+0530", "2026-03-04T09:30:15.500000+05:30"),
        ("2026-03-04T23:30:00-08:00", "2026-03-04T23:30:00-08:00"),
    ],
)
def test_a_time_is_no_more_exact_than_its_source_was(stated: str, meant: str) -> None:
    (line,) = read(a_line(used_at=stated)).lines

    assert str(line.used_at) == meant
    assert line.used_at.day == date(2026, 3, 4)


@pytest.mark.parametrize(
    "stated",
    [
        *("2026-03", "20260304", "04/03/2026", "2026-02-30", "2026-03-04T24:00", "0026-03-04"),
        *("2026-03-04T09:30:00+15:00", "2026-03-04T09:30:00-08:60", "2026-03-04Z", "9999-12-31"),
    ],
)
def test_a_time_that_is_none_holds_its_line(stated: str) -> None:
    reading = read(a_line(), a_line("2", used_at=stated))

    assert codes_of(reading) == ["TIME_INVALID"]
    assert reading.diagnostics[0].value == shape_of(stated)


def test_a_finding_names_pointer_byte_and_rule() -> None:
    body = an_event(a_line("1"), a_line("2", quantity=0))
    (found,) = read_event(body, SOURCE).diagnostics

    assert found.position.segment == "/document/lines/1/quantity"
    assert body[found.position.byte :].startswith(b"0")
    assert str(found.position) == f"/document/lines/1/quantity @ byte {found.position.byte}"
    assert found.rule == "USE3"


def test_a_misspelt_member_holds_its_line_since_it_would_change_what_that_says() -> None:
    reading = read(a_line("1"), a_line("2", retruns={"document": "ORC-1", "line": "1"}))

    assert codes_of(reading) == ["MEMBER_UNKNOWN"]
    assert reading.diagnostics[0].position.segment == "/document/lines/1"


@pytest.mark.parametrize("name", ["Test Patient", "patient_test", "mrn000123"])
def test_a_member_name_that_may_be_a_persons_is_not_shown_but_its_byte_is(name: str) -> None:
    body = an_event(a_line("1"), a_line("2", **{name: "x"}))

    (found,) = read_event(body, SOURCE).diagnostics

    assert found.position.segment == "/document/lines/1"
    assert body[: found.position.byte].endswith(f'"{name}": '.encode())
    assert name not in repr(found)


def test_the_senders_own_members_are_passed_over() -> None:
    assert codes_of(read(a_line(x_tray={"any": ["thing"]}), x_theatre=7)) == []


def test_members_of_the_document_that_nobody_named_are_noted() -> None:
    assert codes_of(read(surgeon="TEST SURGEON")) == ["DOCUMENT_MEMBER_UNKNOWN"]


def test_an_equal_line_counts_once_and_an_unequal_one_under_its_id_does_not_vanish() -> None:
    reading = read(a_line("1"), a_line("1"), a_line("1", quantity=3))

    assert codes_of(reading) == ["LINE_REPEATED"]
    assert [line.quantity for line in reading.lines] == [Decimal(2), Decimal(3)]


@pytest.mark.parametrize("missing", ["id", "facility", "department"])
@pytest.mark.parametrize("stated", [None, "", "   "])
def test_a_document_that_cannot_be_placed_is_refused(missing: str, stated: str | None) -> None:
    reading = read(**{missing: stated})

    assert (reading.is_refused, codes_of(reading)) == (True, ["DOCUMENT_MEMBER_MISSING"])
    assert reading.diagnostics[0].position.segment == f"/document/{missing}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "JSON_INVALID"),
        (b"[]", "EVENT_INVALID"),
        (b"{}", "EVENT_INVALID"),
        (b'{"type": "supply.used"}', "EVENT_INVALID"),
        (b'{"type": "supply.used", "document": []}', "EVENT_INVALID"),
        (b'{"type": "supply.status", "status": {}}', "EVENT_UNSUPPORTED"),
        (an_event()[:-1], "JSON_INVALID"),
        (an_event() + b"{}", "JSON_INVALID"),
        (an_event().decode().encode("utf-16"), "JSON_INVALID"),
        (an_event(facility=["NORTH"]), "DOCUMENT_MEMBER_INVALID"),
        (an_event(department="D" * 129), "DOCUMENT_MEMBER_INVALID"),
        (an_event(lines={}), "DOCUMENT_MEMBER_INVALID"),
        (an_event(lines=[]), "LINES_ABSENT"),
        (an_event(lines=None), "LINES_ABSENT"),
        (an_event(lines=None, version=2), "LINES_ABSENT"),
        (an_event(a_line(quantity=0), version=2), "LINES_UNREADABLE"),
        (an_event(version=0), "VERSION_INVALID"),
        (an_event(lines=[0] * (LINE_LIMIT + 1)), "LINES_TOO_MANY"),
        (an_event(lines=[0] * LINE_LIMIT), "LINES_UNREADABLE"),
        (an_event(x_deep=json.loads("[" * 15 + "]" * 15)), "JSON_TOO_DEEP"),
        (an_event(x_many=[0] * 100_000), "JSON_TOO_MUCH"),
        (an_event() + b" " * BODY_LIMIT, "BODY_TOO_LARGE"),
        (b"[" * 1_000_000, "JSON_TOO_DEEP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_at_all_is_refused_with_its_reason(body: bytes, code: str) -> None:
    reading = read_event(body, SOURCE)

    assert (reading.is_refused, codes_of(reading)[0]) == (True, code)
    assert documents_of(reading) == ()


@pytest.mark.parametrize(
    ("literal", "version"),
    [("1", 1), ('"12"', 12), ("999999999", 999_999_999), ("null", 0)],
)
def test_use4_a_document_may_say_which_version_of_its_case_it_is(
    literal: str, version: int
) -> None:
    body = an_event(version=424242).replace(b"424242", literal.encode())
    reading = read_event(body, SOURCE)
    (document,) = documents_of(reading)

    assert (reading.facts and reading.facts.version, reading.diagnostics) == (version, ())
    assert (document.snapshot and document.snapshot.version) == (version or None)
    assert document.part == (str(version) if version else "")


@pytest.mark.parametrize(
    "literal", ["0", "-1", "1.0", "1e3", "1000000000", '"01"', '"v2"', '""', "true", "[1]"]
)
def test_use4_a_version_that_is_no_whole_number_from_one_refuses_the_document(literal: str) -> None:
    body = an_event(version=424242).replace(b"424242", literal.encode())

    reading = read_event(body, SOURCE)

    (found,) = reading.diagnostics
    assert (reading.is_refused, found.code, found.rule) == (True, "VERSION_INVALID", "USE4")
    assert found.position.segment == "/document/version"
    assert body[found.position.byte :].startswith(literal.encode())
    assert breaches(json.loads(body), CONTRACT) == ["/document/version oneOf"]


def test_use4_a_version_names_all_its_lines_also_those_that_are_held() -> None:
    reading = read(a_line("1"), a_line("2", quantity=0), version=2)
    (document,) = documents_of(reading)

    assert document.snapshot == Snapshot(
        version=2,
        named=tuple(sorted(line_name((SOURCE, "NORTH", "ORC-1", n, "charge")) for n in "12")),
        is_whole=True,
    )


def test_use4_a_version_with_a_line_whose_id_cannot_be_read_is_not_whole() -> None:
    (document,) = documents_of(read(a_line("1"), a_line(" "), version=2))

    assert document.snapshot is not None
    assert (len(document.snapshot.named), document.snapshot.is_whole) == (1, False)


def test_use4_every_piece_of_a_version_names_the_lines_of_all() -> None:
    pieces = documents_of(read(*(a_line(str(n)) for n in range(450)), version=2))

    snapshots = {piece.snapshot for piece in pieces}
    assert len(pieces) > 1
    assert [len(each.named) for each in snapshots if each] == [450]


def test_use4_a_version_of_which_nothing_is_left_has_no_lines() -> None:
    body = an_event(lines=[], version=2)
    reading = read_event(body, SOURCE)

    (document,) = documents_of(reading)
    assert (reading.diagnostics, document.lines) == ((), ())
    assert document.snapshot == Snapshot(version=2, is_whole=True)
    assert breaches(json.loads(body), CONTRACT) == []


def test_use4_a_return_has_no_place_in_a_version() -> None:
    reading = read(a_line("1"), a_line("2", returns={"document": "D", "line": "1"}), version=2)

    (found,) = reading.diagnostics
    assert (found.code, found.rule) == ("RETURN_IN_VERSION", "USE4")
    assert found.position.segment == "/document/lines/1/returns"
    assert [line.key[3] for line in reading.lines] == ["1"]


def test_use4_a_line_has_the_same_key_and_content_in_every_version() -> None:
    plain, versioned = read(a_line("1")), read(a_line("1"), version=3)

    (line,), (same,) = plain.lines, versioned.lines
    assert (line.key, content_hash(line)) == (same.key, content_hash(same))


def test_the_largest_version_still_fits_a_queue() -> None:
    lines = [a_line(f"{n:05}") for n in range(LINE_LIMIT)]

    pieces = documents_of(read(*lines, version=999_999_999))

    assert max(len(to_json(piece).encode()) for piece in pieces) < 256 * 1024


def test_a_document_that_says_one_thing_twice_is_refused() -> None:
    body = an_event().replace(b'"facility": "NORTH"', b'"facility": "NORTH", "facility": "SOUTH"')

    assert codes_of(read_event(body, SOURCE)) == ["DOCUMENT_MEMBER_REPEATED"]


def test_case_and_patient_are_for_tokens_only() -> None:
    reading = read()

    assert (reading.identifiers.case, reading.identifiers.patient) == (CASE, PATIENT)
    assert not any(each in repr(reading) for each in (CASE, PATIENT))


@pytest.mark.parametrize("stated", [{"mrn": CANARY}, [CANARY], CANARY * 20, f"{CANARY}\x00"])
@pytest.mark.parametrize("name", ["case", "patient"])
def test_a_case_that_cannot_be_read_costs_no_line_and_is_not_shown(
    name: str, stated: object
) -> None:
    reading = read(**{name: stated})

    assert codes_of(reading) == ["CASE_UNREADABLE"]
    assert len(reading.lines) == 1
    assert CANARY not in repr(reading)


def test_equal_bytes_have_one_document_id_and_other_bytes_another() -> None:
    bodies = [an_event(), an_event(), an_event(a_line(quantity=3)), an_event(id="ORC-2")]

    ids = [documents_of(read_event(body, SOURCE), body)[0].document_id for body in bodies]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_a_large_document_travels_in_pieces_that_fit_a_queue() -> None:
    reading = read(*(a_line(str(n), lot="é" * 128) for n in range(450)))

    pieces = documents_of(reading)

    assert tuple(line for piece in pieces for line in piece.lines) == reading.lines
    assert {(piece.chunks, piece.document_id) for piece in pieces} == {
        (len(pieces), pieces[0].document_id)
    }
    assert max(len(to_json(piece).encode()) for piece in pieces) < 256 * 1024


# --- golden pairs and the contract


def _id(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", event_samples(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert event_as_golden(read_event(path.read_bytes(), SOURCE)) == expected_of(path)


@pytest.mark.parametrize("path", event_samples(), ids=_id)
def test_each_sample_is_recognised_by_exactly_one_format(path: Path) -> None:
    body = path.read_bytes()

    assert [each.name for each in FORMATS if each.recognises(body, "")] == ["usage event"]
    assert recognise(body, "application/json") is not None


def test_there_are_samples_and_there_is_no_json_without_one() -> None:
    written = (INBOUND / "webhook").glob("*.json")

    assert len(event_samples()) >= 15
    assert [path.name for path in written if not path.with_suffix(".event").exists()] == []


@pytest.mark.parametrize("path", event_samples(), ids=_id)
def test_no_expected_reading_holds_patient_data(path: Path) -> None:
    expected = json.dumps(expected_of(path))

    assert not any(marker in expected for marker in (CASE, PATIENT, "TEST SURGEON"))


@pytest.mark.parametrize(
    "body", [b'{"resource": "SupplyDelivery"}', b'{"type": "user.created"}', b'["supply."]']
)
def test_other_json_is_recognised_by_nobody(body: bytes) -> None:
    assert recognise(body, "application/json") is None


def test_the_contract_and_the_reader_name_the_same_members() -> None:
    document, line = CONTRACT["$defs"]["document"], CONTRACT["$defs"]["line"]
    (returned,) = [s for s in line["properties"]["returns"]["oneOf"] if s["type"] == "object"]

    assert set(CONTRACT["properties"]) == EVENT_MEMBERS
    assert set(document["properties"]) == DOCUMENT_MEMBERS
    assert set(line["properties"]) == LINE_MEMBERS
    assert set(returned["properties"]) == RETURN_MEMBERS
    assert document["properties"]["lines"]["maxItems"] == LINE_LIMIT


@pytest.mark.parametrize(
    "name",
    ["one_line_event", "many_lines_event", "return_event", "repeated_line_event", "version_event"],
)
def test_what_keeps_the_contract_is_read_whole(name: str) -> None:
    body = event_sample(name)

    assert breaches(json.loads(body), CONTRACT) == []
    assert read_event(body, SOURCE).malformed == ()


@pytest.mark.parametrize(
    ("changes", "breach"),
    [
        ({"quantity": 0}, "/document/lines/0/quantity oneOf"),
        ({"quantity": "1e2"}, "/document/lines/0/quantity oneOf"),
        ({"quantity": True}, "/document/lines/0/quantity oneOf"),
        ({"used_at": "04.03.2026"}, "/document/lines/0/used_at pattern"),
        ({"item": " "}, "/document/lines/0/item pattern"),
        ({"item": 7}, "/document/lines/0/item type"),
        ({"lot": 7}, "/document/lines/0/lot type"),
        ({"id": 1.5}, "/document/lines/0/id oneOf"),
        ({"return": {}}, "/document/lines/0/return additionalProperties"),
        ({"returns": {"document": "D"}}, "/document/lines/0/returns oneOf"),
        ({"unit": None}, "/document/lines/0/unit type"),
    ],
)
def test_what_breaks_the_contract_is_held(changes: dict[str, Any], breach: str) -> None:
    body = an_event(a_line() | changes)

    assert breaches(json.loads(body), CONTRACT) == [breach]
    assert codes_of(read_event(body, SOURCE))[0] == "LINES_UNREADABLE"


def test_the_one_line_sample_names_an_item_of_the_box() -> None:
    network = build_network(year=2026)
    (line,) = read_event(event_sample("one_line_event"), SOURCE).lines

    known = {(each.application, each.charge_code) for each in network.number_codes}
    assert (SOURCE, line.charge_code) in known


def test_every_code_says_what_its_sender_can_do() -> None:
    assert all(entry.remedy and entry.message and entry.rule for entry in EVENT_CODES.values())


# --- what holds for every body


@given(st.binary(max_size=300))
def test_no_bytes_can_make_the_reader_raise(body: bytes) -> None:
    assert read_event(body, SOURCE).is_refused


@settings(max_examples=400)
@given(PATCHWORK)
def test_no_patchwork_can_make_the_reader_raise(body: bytes) -> None:
    for document in documents_of(read_event(body, SOURCE)):
        assert from_json(SupplyUsage, to_json(document)) == document


@settings(max_examples=200)
@given(st.sampled_from(event_samples()), st.integers(0, 3000), st.binary(min_size=1, max_size=3))
def test_no_damage_to_a_sample_can_make_the_reader_raise(
    path: Path, place: int, damage: bytes
) -> None:
    body = path.read_bytes()
    place %= len(body)

    reading = read_event(body[:place] + damage + body[place + len(damage) :], SOURCE)

    for document in documents_of(reading):
        assert from_json(SupplyUsage, to_json(document)) == document


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(sorted(LINE_MEMBERS)), JSON))
def test_every_line_is_read_or_held_whatever_it_is_made_of(changes: dict[str, Any]) -> None:
    reading = read(a_line("first"), a_line() | changes)

    assert len(reading.lines) + len(reading.malformed) == 2
    for document in documents_of(reading):
        assert from_json(SupplyUsage, to_json(document)) == document


@pytest.mark.parametrize("name", ["one_line_event", "many_lines_event", "return_event"])
def test_no_cut_of_a_sample_is_read_as_something_it_never_said(name: str) -> None:
    body = event_sample(name).rstrip()

    assert all(read_event(body[:end], SOURCE).is_refused for end in range(len(body)))


@settings(max_examples=300)
@given(JSON)
def test_our_reading_of_json_is_the_standard_librarys(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert _plain(json_tree(text.encode())) == value


@settings(max_examples=400)
@given(PATCHWORK)
def test_what_the_standard_library_refuses_we_refuse(body: bytes) -> None:
    """The other way round we are wider: a text that is no text costs its line only."""
    try:
        ours = json_tree(body)
    except NotJsonError:
        return
    if not _has_faults(ours):
        assert _plain(ours) == json.loads(body, strict=False)


def _plain(value: JsonValue) -> object:
    match value:
        case JsonText(text=text):
            return text
        case JsonNumber(literal=literal):
            return json.loads(literal)
        case JsonWord(word=word):
            return json.loads(word)
        case JsonArray(items=items):
            return [_plain(item) for item in items]
        case JsonObject(members=members, repeated=repeated):
            return {name: _plain(member) for name, member in (members | repeated).items()}


def _has_faults(value: JsonValue) -> bool:
    """A text or name that is no text, or a word that is no JSON."""
    match value:
        case JsonText(is_sound=is_sound):
            return not is_sound
        case JsonWord(word=word):
            return word not in ("true", "false", "null")
        case JsonArray(items=items):
            return any(map(_has_faults, items))
        case JsonObject(members=members, repeated=repeated):
            names = "".join((*members, *repeated))
            is_strange = "\\" in names or "\ufffd" in names
            return is_strange or any(map(_has_faults, (*members.values(), *repeated.values())))
        case _:
            return False
