"""What the edge relies on: the raw archive, registered clients and tokens, in both families."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.aws.envelope import metadata_of
from shared.aws.secrets import read_secret
from shared.aws.tokens import tokenizer_of
from shared.canonical.message import ClientScope, Sighting
from shared.errors import LedgerwardError, SettingsError, ThrottledError
from tests.contract.families import BUCKET, Aws, Family
from tests.contract.wire import answer_instead, refusing

BODY = b"MSH|^~\\&|EHR|NORTH\r\x00\xff\xe9 exact"
SCOPE = ClientScope(client_id="ehr-client", tenant="meridian", facilities=("NORTH", "SÜD,1"))


def a_sighting(body: bytes = BODY) -> Sighting:
    return Sighting(
        message_id="018f6f0e-6c1e-7c3a-9f5e-0a1b2c3d4e5f",
        source="hl7v2",
        client=SCOPE,
        content_type="application/hl7-v2; charset=iso-8859-1",
        received_at=datetime(2026, 3, 14, 23, 59, 59, 123456, tzinfo=UTC),
        sha256=hashlib.sha256(body).hexdigest(),
    )


def test_the_exact_bytes_and_the_whole_envelope_are_kept(family: Family) -> None:
    family.archive.store(a_sighting(), BODY)

    assert family.archive.read(a_sighting().key) == BODY
    assert family.archive.sighting(a_sighting().key) == a_sighting()


def test_a_client_without_facilities_has_an_envelope_too(family: Family) -> None:
    sighting = replace(a_sighting(), client=replace(SCOPE, facilities=()))

    family.archive.store(sighting, BODY)

    assert family.archive.sighting(sighting.key) == sighting


def test_the_envelope_says_by_what_its_bytes_are_read(family: Family) -> None:
    client = replace(SCOPE, fhir_profile="ehr_north_or", hl7v2_profile="example_dispensing_cabinet")
    sighting = replace(a_sighting(), client=client, source="fhir", address="r5/DeviceUsage")

    family.archive.store(sighting, BODY)

    assert family.archive.sighting(sighting.key) == sighting


def test_storing_the_same_sighting_again_is_success(family: Family) -> None:
    family.archive.store(a_sighting(), BODY)

    family.archive.store(a_sighting(), BODY)

    assert family.archive.read(a_sighting().key) == BODY


def test_other_bytes_never_replace_what_stands(family: Family) -> None:
    family.archive.store(a_sighting(), BODY)

    with pytest.raises(LedgerwardError, match="other bytes"):
        family.archive.store(a_sighting(b"other"), b"other")

    assert family.archive.read(a_sighting().key) == BODY


def test_what_was_never_seen_cannot_be_read(family: Family) -> None:
    with pytest.raises(KeyError):
        family.archive.read("meridian/hl7v2/2026-03-14T23/none")


def test_an_object_is_listed_by_tenant_source_and_hour_and_opened_by_nobodys_browser(
    on_aws: Family, aws: Aws
) -> None:
    counts = aws.calls.counts_of(lambda: on_aws.archive.store(a_sighting(), BODY))

    [listed] = aws.s3.list_objects_v2(Bucket=BUCKET, Prefix="meridian/hl7v2/2026-03-14T23/")[
        "Contents"
    ]
    head = aws.s3.head_object(Bucket=BUCKET, Key=listed["Key"])
    assert counts == {"PutObject": 1}
    assert head["ContentType"] == "application/octet-stream"
    assert head["Metadata"]["sha256"] == a_sighting().sha256


def test_two_writers_at_the_same_moment_are_told_apart_by_trying_again(
    on_aws: Family, aws: Aws
) -> None:
    answer_instead(aws.s3, "PutObject", refusing("ConditionalRequestConflict", 409))

    on_aws.archive.store(a_sighting(), BODY)

    assert on_aws.archive.read(a_sighting().key) == BODY


def test_a_busy_archive_accepts_nothing_and_says_so(on_aws: Family, aws: Aws) -> None:
    answer_instead(aws.s3, "PutObject", refusing("SlowDown", 503))

    with pytest.raises(ThrottledError):
        on_aws.archive.store(a_sighting(), BODY)


def test_the_longest_envelope_fits_into_two_kilobytes() -> None:
    scope = ClientScope(
        client_id="c" * 128,
        tenant="t" * 64,
        facilities=tuple(f"F{n:08}" for n in range(90)),
        fhir_profile="p" * 32,
        hl7v2_profile="p" * 32,
    )
    sighting = replace(
        a_sighting(),
        client=scope,
        content_type="é/" * 5000,
        source="s" * 32,
        address="r4/DeviceUseStatement",
    )

    metadata = metadata_of(sighting)

    assert sum(len(key) + len(value) for key, value in metadata.items()) <= 2048
    assert all(value.isascii() for value in metadata.values())


def test_a_registered_client_speaks_for_its_facilities_only(family: Family) -> None:
    family.register(SCOPE)

    assert family.clients.scope_of("ehr-client") == SCOPE
    assert family.clients.scope_of("somebody-else") is None


def test_a_registration_can_be_narrowed(family: Family) -> None:
    family.register(SCOPE)
    family.clients.scope_of("ehr-client")
    family.clock.advance(seconds=61)
    narrowed = replace(SCOPE, facilities=())

    family.register(narrowed)

    assert family.clients.scope_of("ehr-client") == narrowed


def test_a_client_with_more_facilities_than_an_envelope_holds_is_not_registered(
    on_aws: Family,
) -> None:
    facilities = tuple(f"FACILITY-{number}" for number in range(200))

    with pytest.raises(ValueError, match="more facilities"):
        on_aws.register(replace(SCOPE, facilities=facilities))


def test_both_families_make_the_same_token(family: Family) -> None:
    token = family.tokens.token("patient", "MRN-1")

    assert token == "P1-VUHV25LD4BEQ2V6XZZ7QJQLY"  # noqa: S105
    assert family.tokens.token("case", "") == ""
    assert family.tokens.every_token("patient", "MRN-1") == (token,)
    assert family.tokens.every_token("case", "") == ()


def test_a_secret_that_is_not_what_it_should_be_is_refused_without_showing_it(aws: Aws) -> None:
    arns = [
        aws.secrets.create_secret(Name=f"bad-{number}", SecretString=text)["ARN"]
        for number, text in enumerate(("hush-hush", '["hush"]', '{"version": 1, "key": "hush"}'))
    ]

    for arn in arns[:2]:
        with pytest.raises(SettingsError) as refused:
            read_secret(aws.secrets, arn)
        assert "hush" not in str(refused.value)
    with pytest.raises(SettingsError) as refused:
        tokenizer_of(read_secret(aws.secrets, arns[2]))
    assert "hush" not in str(refused.value)
