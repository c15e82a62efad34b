"""A usage line that lacks something waits for a person with everything it lacks."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.canonical.codec import from_json, to_json
from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.canonical.effect import EffectType
from shared.canonical.hold import Hold, HoldKind
from shared.canonical.master import ChargeCodeRecord, FacilityRecord
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import MalformedLine, SupplyUsage, UsageLine
from shared.effects.identity import content_hash, effect_id, line_effect_id
from shared.mapping.usage import MappedLine, map_line, map_usage
from shared.simulation.master_data import SimulatedMasterData
from tests.builders import (
    AS_OF,
    CHARGE_KEY,
    NOW,
    a_credit_line,
    a_dimension,
    a_document,
    a_master,
    a_usage_line,
)


def mapped(line: UsageLine, *, master: SimulatedMasterData | None = None) -> MappedLine:
    return map_line(line, a_document(line), master or a_master(), as_of=AS_OF, now=NOW)


def the_only_hold(line: UsageLine) -> Hold:
    result = mapped(line)
    (hold,) = result.holds
    assert (result.effect is None) == (hold.kind is HoldKind.BLOCKING)
    return hold


@pytest.mark.parametrize(
    ("changes", "code", "missing"),
    [
        ({"facility": "WEST"}, "FACILITY_UNKNOWN", ()),
        ({"department": "LAUNDRY"}, "DEPARTMENT_UNKNOWN", ("department#NORTH#LAUNDRY",)),
        ({"department": ""}, "DEPARTMENT_UNKNOWN", ()),
        ({"charge_code": "C-NEW"}, "ITEM_UNMAPPED", ("charge#EHR#C-NEW",)),
        ({"charge_code": "C-GONE"}, "ITEM_UNMAPPED", ("item#GONE-1",)),
        ({"charge_code": "C-ODD"}, "UOM_UNKNOWN", ("unit#GLV-001#TUB",)),
        ({"charge_code": "C-CTR", "unit": "THIRD"}, "UOM_INEXACT", ()),
        ({"quantity": Decimal("0.5")}, "QUANTITY_FRACTIONAL", ()),
        ({"charge_code": "C-GLV", "unit": "HB"}, "QUANTITY_FRACTIONAL", ()),
        (
            {"charge_code": "C-STN", "quantity": Decimal(2), "serial": "SN-1"},
            "SERIAL_QUANTITY",
            (),
        ),
        ({"project": "P-9"}, "DIMENSION_INVALID", ("dimension#project#P-9",)),
        ({"grant": "G-OLD"}, "DIMENSION_INVALID", ("dimension#grant#G-OLD",)),
        (
            {"service_line": "S-9", "grant": "G-OLD"},
            "DIMENSION_INVALID",
            ("dimension#grant#G-OLD", "dimension#service_line#S-9"),
        ),
        ({"quantity": Decimal(0)}, "LINE_MALFORMED", ()),
        ({"quantity": Decimal(-1)}, "LINE_MALFORMED", ()),
        ({"quantity": Decimal("NaN")}, "LINE_MALFORMED", ()),
        ({"charge_code": "C-BOX", "quantity": Decimal(999_999_999)}, "LINE_MALFORMED", ()),
    ],
)
def test_a_line_that_lacks_something_is_parked_under_what_it_lacks(
    changes: dict[str, object], code: str, missing: tuple[str, ...]
) -> None:
    hold = the_only_hold(a_usage_line(**changes))

    assert (hold.code, hold.kind) == (code, HoldKind.BLOCKING)
    assert hold.missing == missing


def test_a_line_that_lacks_several_things_waits_under_all_of_them() -> None:
    line = a_usage_line(department="LAUNDRY", charge_code="C-NEW", project="P-9", grant="G-OLD")

    result = mapped(line)

    assert result.effect is None
    assert {hold.code: hold.missing for hold in result.holds} == {
        "DEPARTMENT_UNKNOWN": ("department#NORTH#LAUNDRY",),
        "ITEM_UNMAPPED": ("charge#EHR#C-NEW",),
        "DIMENSION_INVALID": ("dimension#project#P-9", "dimension#grant#G-OLD"),
    }
    assert {hold.line_id for hold in result.holds} == {result.line_id}


def test_a_message_can_not_speak_for_a_facility_that_its_client_may_not() -> None:
    line = a_usage_line(facility="SOUTH")
    document = a_document(line, facilities=("NORTH",))

    result = map_line(line, document, a_master(), as_of=AS_OF, now=NOW)

    assert [hold.code for hold in result.holds] == ["FACILITY_UNKNOWN"]
    assert result.effect is None


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd"])
def test_a_facility_without_a_real_zone_has_no_accounting_date(zone: str) -> None:
    master = a_master(FacilityRecord(facility="NORTH", name="North", zone=zone, version="2"))

    (hold,) = mapped(a_usage_line(), master=master).holds

    assert (hold.code, hold.missing) == ("FACILITY_UNKNOWN", ("facility#NORTH",))


def test_a_charge_code_belongs_to_its_application() -> None:
    line = a_usage_line()
    document = a_document(line)
    other = replace(document, source=replace(document.source, application="CABINET"))

    result = map_line(line, other, a_master(), as_of=AS_OF, now=NOW)

    assert [hold.missing for hold in result.holds] == [("charge#CABINET#C-SUT",)]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"facility": "WEST"}, ["FACILITY_UNKNOWN"]),
        ({"quantity": Decimal(0)}, ["LINE_MALFORMED"]),
        ({"quantity": Decimal("NaN")}, ["LINE_MALFORMED"]),
        ({"reverses": ()}, ["REVERSAL_UNPAIRED"]),
        ({"reverses": (*CHARGE_KEY[:-1], "credit")}, ["REVERSAL_UNPAIRED"]),
        ({"facility": "WEST", "reverses": ()}, ["FACILITY_UNKNOWN", "REVERSAL_UNPAIRED"]),
    ],
)
def test_a_credit_that_can_never_be_paired_is_held_at_once(
    changes: dict[str, object], codes: list[str]
) -> None:
    result = mapped(a_credit_line(**changes))

    assert [hold.code for hold in result.holds] == codes
    assert {hold.kind for hold in result.holds} == {HoldKind.BLOCKING}
    assert (result.effect, result.reversal) == (None, None)


def test_a_released_line_can_be_mapped_again_from_its_hold_alone() -> None:
    line, other = a_usage_line(charge_code="C-NEW"), a_usage_line(number="2", key=("x",))
    document = a_document(line, other)
    held = map_line(line, document, a_master(), as_of=AS_OF, now=NOW)
    arrived = ChargeCodeRecord(
        application="EHR", charge_code="C-NEW", item="SUT-001", unit="EA", version="2"
    )

    kept = from_json(SupplyUsage, held.holds[0].payload)
    released = map_usage(kept, a_master(arrived), as_of=NOW.isoformat(), now=NOW)

    assert kept.lines == (line,)
    (effect,) = released.effects
    assert (effect.effect_id, effect.content_hash) == (held.line_id, held.content_hash)
    assert effect.case_token == "c1-CASE"  # noqa: S105


def test_holds_say_where_the_line_stands_and_what_it_is_worth() -> None:
    line = a_usage_line(project="P-9", quantity=Decimal(2))

    hold = the_only_hold(line)

    assert hold.position == "FT1[1] @ byte 120"
    assert hold.amount == Decimal("47.52")
    assert (hold.facility, hold.owner) == ("NORTH", "controller")
    assert hold.document_id == "DOCUMENT234567ABCDEFGHIJKL"
    assert hold.message_id == "message-1"
    assert hold.opened_at == NOW
    assert hold.content_hash == content_hash(line)


def test_dimensions_are_valid_on_their_first_and_last_day() -> None:
    day = date(2026, 3, 4)
    master = a_master(a_dimension("grant", "G-DAY", day, day))

    assert mapped(a_usage_line(grant="G-DAY"), master=master).effect is not None
    before = a_usage_line(grant="G-DAY", used_at=SourceTime(day=date(2026, 3, 3)))
    assert mapped(before, master=master).effect is None


def test_each_line_of_a_document_goes_its_own_way() -> None:
    good, bad = a_usage_line(), a_usage_line(key=("EHR", "NORTH", "T-2", "charge"), facility="WEST")
    document = a_document(good, bad, malformed=(_malformed(),))

    result = map_usage(document, a_master(), as_of=AS_OF, now=NOW)

    assert [effect.effect_id for effect in result.effects] == [line_effect_id("meridian", good)]
    assert [hold.code for hold in result.holds] == ["FACILITY_UNKNOWN", "LINE_MALFORMED"]


def test_a_line_that_could_not_be_read_is_held_with_its_place_and_rule() -> None:
    document = a_document(malformed=(_malformed(),))

    (hold,) = map_usage(document, a_master(), as_of=AS_OF, now=NOW).malformed

    assert hold.kind is HoldKind.BLOCKING
    assert (hold.position, hold.rule) == ("FT1[3]-10 @ byte 400", "HL7 ch. 2 NM")
    assert hold.detail == "QUANTITY_INVALID: FT1-10 is no number. (two)"
    assert hold.line_id == effect_id(
        "meridian", EffectType.ISSUE, ("EHR", "NORTH", "T-3", "charge")
    )
    assert from_json(SupplyUsage, hold.payload).malformed == (_malformed(),)


def test_a_malformed_credit_is_held_under_the_id_of_the_credit() -> None:
    credit = a_credit_line()
    document = a_document(malformed=(replace(_malformed(), key=credit.key),))

    (hold,) = map_usage(document, a_master(), as_of=AS_OF, now=NOW).malformed

    assert hold.line_id == line_effect_id("meridian", credit)


def test_lines_without_a_readable_key_are_held_apart() -> None:
    unreadable = [replace(_malformed(), key=(), number=number) for number in ("1", "2")]
    document = a_document(malformed=tuple(unreadable))
    other = replace(document, document_id="ANOTHER")

    ids = [
        hold.line_id
        for each in (document, other)
        for hold in map_usage(each, a_master(), as_of=AS_OF, now=NOW).malformed
    ]

    assert len(set(ids)) == 4


def test_holds_and_effects_carry_no_patient_token_but_in_the_kept_line() -> None:
    result = mapped(a_usage_line(charge_code="C-NEW"))

    told = json.loads(to_json(result.holds[0]))
    told.pop("payload")
    assert "p1-PATIENT" not in json.dumps(told)


def _malformed() -> MalformedLine:
    found = Diagnostic(
        code="QUANTITY_INVALID",
        severity=Severity.LINE,
        position=Position(segment="FT1", occurrence=3, field=10, byte=400),
        rule="HL7 ch. 2 NM",
        message="FT1-10 is no number.",
        value="two",
    )
    return MalformedLine(number="3", key=("EHR", "NORTH", "T-3", "charge"), diagnostic=found)
