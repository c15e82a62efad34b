"""The raw archive told by its keys from a moment on, in both families."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.aws.raw_archive import S3RawArchive
from shared.canonical.message import ClientScope
from shared.errors import ThrottledError
from shared.workflow.receiving import new_sighting
from tests.contract.families import BUCKET, Aws, Family
from tests.contract.wire import answer_instead, refusing

TEN = datetime(2026, 3, 14, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def store(
    family: Family, name: str, at: datetime, *, source: str = "hl7v2", tenant: str = "meridian"
) -> str:
    sighting = new_sighting(
        name.encode(),
        message_id=name,
        source=source,
        client=ClientScope(client_id="client", tenant=tenant, facilities=()),
        content_type="text/plain",
        received_at=at,
    )
    family.archive.store(sighting, name.encode())
    return sighting.key


def test_every_source_of_every_tenant_is_told_from_the_hour_on(family: Family) -> None:
    store(family, "before", TEN - MINUTE)
    store(family, "before-too", TEN - timedelta(days=300), source="cabinet")
    wanted = [
        store(family, "first", TEN, tenant="harbor"),
        store(family, "file", TEN + 30 * MINUTE, source="cabinet"),
        store(family, "z-at-ten", TEN),
        store(family, "a-at-eleven", TEN + 60 * MINUTE),
        store(family, "next-year", TEN + timedelta(days=300)),
        store(family, "map", TEN + 2 * MINUTE, source="operators"),
    ]

    assert list(family.archive.keys_since(TEN)) == wanted


def test_the_hour_of_the_moment_is_told_whole(family: Family) -> None:
    earlier = store(family, "earlier", TEN + MINUTE)
    later = store(family, "later", TEN + 50 * MINUTE)

    assert list(family.archive.keys_since(TEN + 40 * MINUTE)) == [earlier, later]


def test_an_hour_is_the_same_hour_in_every_zone(family: Family) -> None:
    eastern = timezone(-timedelta(hours=5))
    key = store(family, "told-in-eastern-time", TEN.astimezone(eastern))
    store(family, "before", TEN - MINUTE)

    assert key == "meridian/hl7v2/2026-03-14T10/told-in-eastern-time"
    assert list(family.archive.keys_since(TEN.astimezone(eastern))) == [key]


def test_an_empty_archive_and_a_quiet_time_tell_nothing(family: Family) -> None:
    assert list(family.archive.keys_since(TEN)) == []

    store(family, "before", TEN - MINUTE)

    assert list(family.archive.keys_since(TEN)) == []


def test_a_key_leads_to_its_envelope_and_its_bytes(family: Family) -> None:
    store(family, "one", TEN)

    [key] = family.archive.keys_since(TEN)

    assert family.archive.sighting(key).message_id == "one"
    assert family.archive.read(key) == b"one"


def test_nothing_is_left_out_where_a_page_ends_and_no_body_is_read(
    on_aws: Family, aws: Aws
) -> None:
    wanted = [store(on_aws, f"m{number}", TEN + number * 60 * MINUTE) for number in range(5)]
    store(on_aws, "before", TEN - MINUTE)
    archive = S3RawArchive(client=aws.s3, bucket=BUCKET, page=2)
    told: list[str] = []

    counts = aws.calls.counts_of(lambda: told.extend(archive.keys_since(TEN)))

    assert told == wanted
    assert counts == {"ListObjectsV2": 5}  # tenants, sources, and three pages of keys


def test_a_busy_archive_breaks_the_listing_off_and_says_so(on_aws: Family, aws: Aws) -> None:
    store(on_aws, "one", TEN)
    answer_instead(aws.s3, "ListObjectsV2", refusing("SlowDown", 503))

    with pytest.raises(ThrottledError):
        list(on_aws.archive.keys_since(TEN))
