"""What FHIR means here: versions, references, reversals, patients, labels."""

from decimal import Decimal
from typing import Any

import pytest

from shared.canonical.device_record import DeviceRecord
from shared.canonical.requisition import Requisition, RequisitionAction
from shared.canonical.supply_delivery import SupplyDelivery
from shared.canonical.usage import Direction
from shared.formats.documents import ReadUsage
from shared.formats.fhir.profile import FhirProfile, Version
from tests.fhir import (
    GTIN,
    a_bundle,
    a_charge,
    a_concept,
    a_request,
    body_of,
    codes,
    documents,
    findings,
    readings,
)
from tests.udi import hibc

HRF = f"(01){GTIN}(17)280131(10)LOT1(21)SN1"


def only_request(resource: dict[str, Any], profile: FhirProfile | None = None) -> Requisition:
    (document,) = documents(body_of(resource), profile or FhirProfile())
    assert isinstance(document, Requisition)
    return document


def only_usage(resource: dict[str, Any]) -> ReadUsage:
    (document,) = documents(body_of(resource))
    assert isinstance(document, ReadUsage)
    return document


def without(resource: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in names}


R4_REQUEST = without(a_request(itemCodeableConcept=a_concept()), "item")
EITHER = without(a_charge(), "occurrenceDateTime") | {"enteredDate": "2026-03-04"}


@pytest.mark.parametrize(
    ("resource", "profile", "version", "told"),
    [
        (a_request(), FhirProfile(), Version.R5, []),
        (R4_REQUEST, FhirProfile(), Version.R4, []),
        (EITHER, FhirProfile(), Version.UNTOLD, ["VERSION_UNTOLD"]),
        (EITHER, FhirProfile(fhir=Version.R4), Version.R4, []),
        (a_request(), FhirProfile(fhir=Version.R4), Version.R4, ["VERSION_CONTRADICTED"]),
        (
            *(R4_REQUEST | {"meta": {"profile": ["urn:own"]}},),
            *(FhirProfile(profiles={"urn:own": Version.R5}), Version.R5),
            ["VERSION_CONTRADICTED"],
        ),
        (
            EITHER | {"meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/X|5.0.0"]}},
            *(FhirProfile(), Version.R5, []),
        ),
        (
            EITHER | {"meta": {"profile": ["http://hl7.org/fhir/4.3/StructureDefinition/X"]}},
            *(FhirProfile(), Version.R4, []),
        ),
        (
            *(a_request() | {"meta": {"profile": ["http://hl7.org/fhir/4.0/X"]}},),
            *(FhirProfile(fhir=Version.R5), Version.R5, []),
        ),
        (a_request(reasonCode=[a_concept()]), FhirProfile(), Version.R5, ["VERSION_CONTRADICTED"]),
    ],
)
def test_the_version_is_configured_else_stated_else_seen_and_never_guessed(
    resource: dict[str, Any], profile: FhirProfile, version: Version, told: list[str]
) -> None:
    (reading,) = readings(body_of(resource), profile)

    assert (reading.version, codes(body_of(resource), profile)) == (version, told)


def test_that_no_version_can_be_told_is_said_once_a_text() -> None:
    assert codes(a_bundle(*(EITHER | {"id": str(n)} for n in range(5)))) == ["VERSION_UNTOLD"]


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("draft", RequisitionAction.DRAFT),
        ("active", RequisitionAction.NEW),
        ("suspended", RequisitionAction.HOLD),
        ("cancelled", RequisitionAction.CANCEL),
        ("completed", RequisitionAction.REPORT),
        ("entered-in-error", RequisitionAction.RETRACT),
    ],
)
def test_a_requests_status_says_what_is_to_be_done(status: str, action: RequisitionAction) -> None:
    (line,) = only_request(a_request(status=status)).lines

    assert line.action is action


@pytest.mark.parametrize(
    ("status", "lines", "held", "evidence"),
    [
        *((status, 1, 0, 0) for status in ("billable", "billed", "not-billable")),
        *((status, 0, 0, 1) for status in ("planned", "aborted")),
        *((status, 0, 1, 0) for status in ("unknown", "paid", "", None, 7)),
    ],
)
def test_a_charge_counts_by_its_status(
    status: object, lines: int, held: int, evidence: int
) -> None:
    usage = only_usage(a_charge(status=status))

    assert (len(usage.lines), len(usage.malformed), len(usage.evidence)) == (lines, held, evidence)


def test_what_was_entered_in_error_takes_back_exactly_what_was_said() -> None:
    said, taken_back = (
        only_usage(a_charge(status=status, quantity={"value": 2}))
        for status in ("billable", "entered-in-error")
    )

    (charge,), (credit,) = said.lines, taken_back.lines
    assert (charge.direction, credit.direction) == (Direction.CHARGE, Direction.CREDIT)
    assert charge.reverses == ()
    assert credit.reverses == charge.key != credit.key
    assert charge.quantity == credit.quantity == Decimal(2)


def test_a_held_line_has_the_key_that_it_will_have_when_it_is_mended() -> None:
    for status in ("billable", "entered-in-error"):
        (sound,) = only_usage(a_charge(status=status)).lines
        (held,) = only_usage(a_charge(status=status, quantity={"value": "x"})).malformed
        assert held.key == sound.key


def test_the_same_fact_of_both_versions_has_one_key() -> None:
    identifier = [{"system": "urn:uses", "value": "U-1"}]
    device = {"timingDateTime": "2026-03-04", "status": "completed", "identifier": identifier}
    (r4,) = only_usage(
        {"resourceType": "DeviceUseStatement", "device": {"reference": "Device/1"}, **device}
    ).lines
    (r5,) = only_usage(
        {"resourceType": "DeviceUsage", "device": {"reference": {"reference": "Device/1"}}} | device
    ).lines

    assert r4.key == r5.key == ("", "", "urn:uses|U-1", "1", "charge")
    assert r4.charge_code == r5.charge_code == "Device/1"


@pytest.mark.parametrize(
    ("reference", "full_url"),
    [
        ("Device/d-1", "https://a.example/fhir/Device/d-1"),
        ("Device/d-1/_history/3", "https://a.example/fhir/Device/d-1"),
        ("https://a.example/fhir/Device/d-1", "https://a.example/fhir/Device/d-1"),
        ("urn:uuid:0b6d-1", "urn:uuid:0b6d-1"),
        ("urn:oid:1.2.3", "urn:oid:1.2.3"),
        ("Device/d-1", "urn:uuid:0b6d-1"),
    ],
)
def test_a_reference_is_followed_forwards_and_backwards(reference: str, full_url: str) -> None:
    device = {
        "fullUrl": full_url,
        "resource": {"resourceType": "Device", "id": "d-1", "lotNumber": "L-1"},
    }
    request = a_request(item={"reference": {"reference": reference}})

    for entries in ((device, request), (request, device)):
        read = [each for each in documents(a_bundle(*entries)) if isinstance(each, Requisition)]
        assert [each.lines[0].lot for each in read] == ["L-1"]


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        *((each, ["REFERENCE_UNRESOLVED"]) for each in ("#c", "urn:uuid:0b6d-2", "urn:oid:1.2")),
        *((each, []) for each in ("Device/9", "https://b.example/fhir/Device/9")),
    ],
)
def test_a_reference_that_leads_nowhere_is_kept_and_told_if_it_should_lead_within(
    reference: str, told: list[str]
) -> None:
    request = a_request(item={"reference": {"reference": reference}})

    assert only_request(request).lines[0].ids == (("reference", reference),)
    assert codes(body_of(request)) == told


def test_what_a_barcode_states_comes_before_what_is_typed() -> None:
    device = {
        "resourceType": "Device",
        "id": "d",
        "status": "active",
        "udiCarrier": [{"carrierHRF": HRF, "deviceIdentifier": GTIN}],
        "lotNumber": "LOT2",
        "serialNumber": "SN1",
        "expirationDate": "2028-01-31",
    }

    (record,) = documents(body_of(device))
    assert isinstance(record, DeviceRecord)
    assert (record.di, record.lot, record.serial) == (GTIN, "LOT1", "SN1")
    told = [(each.code, each.position.segment) for each in findings(body_of(device))]
    assert told == [("UDI_MISMATCH", "Device.lotNumber"), ("VERSION_UNTOLD", "Device")]


@pytest.mark.parametrize(
    ("carrier", "name"),
    [
        ({"carrierHRF": HRF}, ("gtin", GTIN)),
        ({"deviceIdentifier": GTIN.lstrip("0")}, ("gtin", GTIN)),
        ({"carrierHRF": hibc("A123CATH7F1")}, ("hibcc", "A123CATH7F1")),
        ({"deviceIdentifier": "X-1"}, ("di", "X-1")),
    ],
)
def test_a_device_is_named_under_its_agency(carrier: dict[str, str], name: tuple[str, str]) -> None:
    device = {"resourceType": "Device", "id": "c", "udiCarrier": [carrier]}
    request = a_request(contained=[device], item={"reference": {"reference": "#c"}})

    assert only_request(request).lines[0].ids == (name,)


def test_a_barcode_that_cannot_be_read_leaves_what_is_typed() -> None:
    device = {
        "resourceType": "Device",
        "id": "d",
        "udiCarrier": [{"carrierHRF": "(01)123", "deviceIdentifier": GTIN}],
        "lotNumber": "LOT2",
    }

    (record,) = documents(body_of(device))
    assert isinstance(record, DeviceRecord)
    assert (record.di, record.lot, record.barcode) == (GTIN, "LOT2", None)
    assert codes(body_of(device)) == ["UDI_UNREADABLE", "VERSION_UNTOLD"]


def test_an_unknown_modifier_holds_the_line_until_the_profile_names_it() -> None:
    request = a_request(modifierExtension=[{"url": "urn:not", "valueBoolean": True}])
    ruled = a_request(implicitRules="urn:rules")

    assert codes(body_of(request)) == ["MODIFIER_UNKNOWN"]
    assert codes(body_of(ruled)) == ["MODIFIER_UNKNOWN", "HEAD_UNUSABLE"]
    known = FhirProfile(modifiers=frozenset({"urn:not", "urn:rules"}))
    assert codes(body_of(request), known) == codes(body_of(ruled), known) == []


def test_the_registration_says_who_speaks_before_the_message_does() -> None:
    header = {
        "resourceType": "MessageHeader",
        "source": {"name": "EHR"},
        "sender": {"display": "North"},
    }
    body = a_bundle(header, a_charge(), kind="message")
    registered = FhirProfile(application="REG", facility="N1", department="D1")

    for profile, source in ((FhirProfile(), ("EHR", "North")), (registered, ("REG", "N1"))):
        (usage,) = documents(body, profile)
        assert isinstance(usage, ReadUsage)
        assert usage.lines[0].key[:2] == source
        assert (usage.lines[0].facility, usage.lines[0].department) == (
            source[1],
            profile.department,
        )


def test_code_systems_are_called_as_the_profile_calls_them() -> None:
    profile = FhirProfile(systems={"urn:example:items": "hospital"})

    assert only_request(a_request(), profile).lines[0].ids == (("hospital", "SCREW-4"),)


def test_a_delivery_to_a_patient_is_a_use_once_it_is_there() -> None:
    delivery = {
        "resourceType": "SupplyDelivery",
        "id": "s",
        "patient": {"reference": "Patient/MRN000123"},
        "suppliedItem": [{"quantity": {"value": 1}, "itemCodeableConcept": a_concept()}],
        "occurrenceDateTime": "2026-03-04",
    }
    kinds = {
        status: type(documents(body_of(delivery | {"status": status}))[0])
        for status in ("in-progress", "completed", "abandoned", "entered-in-error")
    }

    assert kinds == {
        "in-progress": SupplyDelivery,
        "completed": ReadUsage,
        "abandoned": SupplyDelivery,
        "entered-in-error": ReadUsage,
    }


def test_patients_stand_beside_a_document_and_never_in_it_nor_in_words() -> None:
    patient = {"resourceType": "Patient", "id": "p", "identifier": [{"value": "MRN000123"}]}
    charge = a_charge(
        subject={"reference": "Patient/p"},
        context={"identifier": {"value": "VISIT000456"}},
        account=[{"reference": "Account/ACC000789"}],
        costCenter={"reference": "Patient/p"},
    )

    (reading,) = readings(a_bundle(charge, patient))
    found = reading.patient
    assert (found.patient, found.visit, found.account) == (
        *("MRN000123", "VISIT000456"),
        "Account/ACC000789",
    )
    assert not any(each in repr(reading) for each in ("MRN000", "VISIT000", "ACC000", "Patient/p"))


def test_an_entry_that_asks_or_answers_holds_no_fact() -> None:
    asks = {"resource": None, "request": {"method": "GET", "url": "Device?_id=1"}}
    answers = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"response": {"status": "200"}}],
    }

    assert codes(a_bundle(asks)) == codes(body_of(answers)) == []
