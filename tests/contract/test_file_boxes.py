"""Files in and out: the promises kept by both families."""

import hashlib
from io import BytesIO

import pytest
from botocore.response import StreamingBody

from shared.errors import ThrottledError
from tests.contract.families import INBOX, OUTBOX, Aws, Family, dropped
from tests.contract.wire import answer_instead, refusing

KEY = "meridian/cabinet/2026-03-14 ä+1.csv"
BODY = b"\xef\xbb\xbfid;quantity\r\n1;2\r\n\x00\xff" * 7


def bytes_of(family: Family, key: str, version: str) -> bytes:
    return b"".join(family.inbox.open(key, version))


def test_a_dropped_file_is_read_to_its_last_byte(family: Family) -> None:
    version = family.drop_file(KEY, BODY)

    assert bytes_of(family, KEY, version) == BODY
    assert family.inbox.size(KEY, version) == len(BODY)


def test_an_empty_file_is_a_file(family: Family) -> None:
    version = family.drop_file(KEY, b"")

    assert (bytes_of(family, KEY, version), family.inbox.size(KEY, version)) == (b"", 0)


def test_a_large_file_comes_in_chunks(family: Family) -> None:
    large = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(40_000))
    version = family.drop_file(KEY, large)

    chunks = list(family.inbox.open(KEY, version))

    assert len(chunks) > 2
    assert max(map(len, chunks)) <= 256 * 1024
    assert b"".join(chunks) == large


def test_each_version_is_read_as_it_was_dropped(family: Family) -> None:
    first, second = family.drop_file(KEY, b"first"), family.drop_file(KEY, b"the second")

    assert bytes_of(family, KEY, first) == b"first"
    assert bytes_of(family, KEY, second) == b"the second"
    assert bytes_of(family, KEY, "") == b"the second"
    assert (family.inbox.size(KEY, first), family.inbox.size(KEY, "")) == (5, 10)


def test_a_file_that_its_sender_deleted_can_still_be_read_by_its_version(family: Family) -> None:
    version = family.drop_file(KEY, BODY)

    family.remove_file(KEY)

    assert bytes_of(family, KEY, version) == BODY
    with pytest.raises(KeyError):
        family.inbox.size(KEY, "")
    with pytest.raises(KeyError):
        family.inbox.open(KEY, "")


def test_a_cleared_file_is_gone_with_all_its_versions(family: Family) -> None:
    versions = [family.drop_file(KEY, b"%d" % number) for number in range(3)]
    family.remove_file(KEY)
    versions.append(family.drop_file(KEY, b"again"))

    family.inbox.clear(KEY)

    for version in ("", *versions):
        with pytest.raises(KeyError):
            family.inbox.size(KEY, version)
        with pytest.raises(KeyError):
            family.inbox.open(KEY, version)


def test_clearing_takes_nothing_from_a_key_that_begins_alike(family: Family) -> None:
    family.drop_file("a/b", BODY)
    family.drop_file("a/b.csv", BODY)
    family.drop_file("a/a", BODY)

    family.inbox.clear("a/b")
    family.inbox.clear("a/b")

    assert bytes_of(family, "a/b.csv", "") == bytes_of(family, "a/a", "") == BODY
    with pytest.raises(KeyError):
        family.inbox.open("a/b", "")


def test_a_version_that_was_read_is_cleared_and_one_dropped_meanwhile_is_not(
    family: Family,
) -> None:
    read = family.drop_file(KEY, b"read")
    meanwhile = family.drop_file(KEY, b"meanwhile")

    family.inbox.clear(KEY, read)
    family.inbox.clear(KEY, read)

    assert bytes_of(family, KEY, meanwhile) == bytes_of(family, KEY, "") == b"meanwhile"
    with pytest.raises(KeyError):
        family.inbox.open(KEY, read)


def test_what_was_put_out_is_got_back_and_replaced(family: Family) -> None:
    family.outbox.put(KEY, b"first", "text/csv")
    family.outbox.put(KEY, BODY, "text/csv")

    assert family.outbox.get(KEY) == BODY
    with pytest.raises(KeyError):
        family.outbox.get("nothing/there")


def test_a_file_put_out_says_what_it_is(on_aws: Family, aws: Aws) -> None:
    on_aws.outbox.put(KEY, BODY, "text/csv; charset=utf-8")

    head = aws.s3.head_object(Bucket=OUTBOX, Key=KEY)
    assert head["ContentType"] == "text/csv; charset=utf-8"


def test_nothing_of_a_cleared_key_is_left_in_the_bucket(on_aws: Family, aws: Aws) -> None:
    for number in range(3):
        dropped(aws.s3, KEY, b"%d" % number)
        on_aws.remove_file(KEY)

    calls = aws.calls.counts_of(lambda: on_aws.inbox.clear(KEY))

    assert calls == {"ListObjectVersions": 1, "DeleteObject": 6}
    left = aws.s3.list_object_versions(Bucket=INBOX)
    assert "Versions" not in left
    assert "DeleteMarkers" not in left


def test_a_file_with_more_versions_than_one_list_shows_is_cleared_whole(
    on_aws: Family, aws: Aws
) -> None:
    for number in range(5):
        dropped(aws.s3, KEY, b"%d" % number)
    few_at_once(aws)

    on_aws.inbox.clear(KEY)

    assert "Versions" not in aws.s3.list_object_versions(Bucket=INBOX)


def few_at_once(aws: Aws) -> None:
    def ask_for_two(params: dict[str, object], **_: object) -> None:
        params["MaxKeys"] = 2

    aws.s3.meta.events.register("provide-client-params.s3.ListObjectVersions", ask_for_two)


def test_a_file_that_cannot_be_read_now_is_not_gone(on_aws: Family, aws: Aws) -> None:
    version = on_aws.drop_file(KEY, BODY)
    for operation in ("HeadObject", "GetObject", "ListObjectVersions"):
        answer_instead(aws.s3, operation, refusing("SlowDown", 503))

    with pytest.raises(ThrottledError):
        on_aws.inbox.size(KEY, version)
    with pytest.raises(ThrottledError):
        on_aws.inbox.open(KEY, version)
    with pytest.raises(ThrottledError):
        on_aws.inbox.clear(KEY)


def test_a_file_that_is_cut_off_is_delivered_again(on_aws: Family, aws: Aws) -> None:
    version = on_aws.drop_file(KEY, BODY)

    def cut_off(parsed: dict[str, object], **_: object) -> None:
        parsed["Body"] = StreamingBody(BytesIO(BODY[:5]), len(BODY))

    aws.s3.meta.events.register("after-call.s3.GetObject", cut_off)

    with pytest.raises(ThrottledError, match="cut off"):
        bytes_of(on_aws, KEY, version)
