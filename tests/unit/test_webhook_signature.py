"""Who may speak for a source: Standard Webhooks v1, over the exact bytes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.webhook.signature import (
    ID_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    TOLERANCE,
    Refusal,
    WebhookKey,
    key_of,
    signed_headers,
    verify,
)
from tests.webhook import AT, KEY, OLDER_KEY, SECRET

BODY = b'{"type": "supply.used"}'
ID = "msg_1"

# The vector that the specification's own libraries are tested with.
PUBLISHED_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - published
PUBLISHED_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
PUBLISHED_AT = datetime.fromtimestamp(1614265330, UTC)
PUBLISHED_BODY = b'{"test": 2432232314}'
PUBLISHED_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def refusal_of(
    headers: dict[str, str],
    *keys: WebhookKey,
    body: bytes = BODY,
    now: datetime = AT,
) -> Refusal | None:
    return verify(body, headers, keys or (KEY,), now=now).refusal


def flipped(value: bytes, bit: int) -> bytes:
    place, turned = bit // 8 % len(value), 1 << bit % 8
    return value[:place] + bytes([value[place] ^ turned]) + value[place + 1 :]


def test_the_published_vector_signs_and_verifies() -> None:
    key = key_of(PUBLISHED_SECRET)

    headers = signed_headers(PUBLISHED_BODY, PUBLISHED_ID, PUBLISHED_AT, (key,))

    assert headers == {
        ID_HEADER: PUBLISHED_ID,
        TIMESTAMP_HEADER: "1614265330",
        SIGNATURE_HEADER: PUBLISHED_SIGNATURE,
    }
    assert refusal_of(headers, key, body=PUBLISHED_BODY, now=PUBLISHED_AT) is None


def test_the_verdict_names_the_webhook() -> None:
    verdict = verify(BODY, signed_headers(BODY, ID, AT, (KEY,)), (KEY,), now=AT)

    assert (verdict.webhook_id, verdict.refusal) == (ID, None)


def test_header_names_are_read_in_any_case() -> None:
    headers = {name.title(): text for name, text in signed_headers(BODY, ID, AT, (KEY,)).items()}

    assert refusal_of(headers) is None


@pytest.mark.parametrize("name", [ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER])
@pytest.mark.parametrize("text", [None, "", "  "])
def test_a_header_that_is_absent_or_blank_is_missing(name: str, text: str | None) -> None:
    headers = signed_headers(BODY, ID, AT, (KEY,))
    del headers[name]

    assert refusal_of(headers if text is None else {**headers, name: text}) is Refusal.MISSING


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (ID_HEADER, "a.b"),
        (ID_HEADER, "a b"),
        (ID_HEADER, "m\u00e9"),
        (ID_HEADER, "m" * 129),
        (TIMESTAMP_HEADER, "yesterday"),
        (TIMESTAMP_HEADER, "1614265330.5"),
        (TIMESTAMP_HEADER, "-1614265330"),
        (TIMESTAMP_HEADER, "\u0661\u0662"),
        (TIMESTAMP_HEADER, "9" * 13),
        (SIGNATURE_HEADER, "g0hM9SsE"),
        (SIGNATURE_HEADER, "v1a,g0hM9SsE v2,g0hM9SsE"),
    ],
)
def test_what_no_sender_makes_is_malformed(name: str, text: str) -> None:
    headers = {**signed_headers(BODY, ID, AT, (KEY,)), name: text}

    assert refusal_of(headers) is Refusal.MALFORMED


@pytest.mark.parametrize(
    ("apart", "refusal"),
    [
        (timedelta(0), None),
        (TOLERANCE, None),
        (-TOLERANCE, None),
        (TOLERANCE + timedelta(microseconds=1), Refusal.STALE),
        (-TOLERANCE - timedelta(seconds=1), Refusal.STALE),
        (timedelta(days=365), Refusal.STALE),
    ],
)
def test_a_webhook_is_believed_within_three_hundred_seconds_of_our_clock(
    apart: timedelta, refusal: Refusal | None
) -> None:
    headers = signed_headers(BODY, ID, AT, (KEY,))

    assert refusal_of(headers, now=AT + apart) is refusal


def test_a_time_beyond_every_calendar_is_stale() -> None:
    headers = {**signed_headers(BODY, ID, AT, (KEY,)), TIMESTAMP_HEADER: "9" * 12}

    assert refusal_of(headers) is Refusal.STALE


def test_a_signature_by_another_key_is_wrong() -> None:
    assert refusal_of(signed_headers(BODY, ID, AT, (OLDER_KEY,))) is Refusal.WRONG


def test_while_a_key_is_rotated_either_side_may_be_ahead() -> None:
    both = signed_headers(BODY, ID, AT, (KEY, OLDER_KEY))
    new = signed_headers(BODY, ID, AT, (KEY,))
    old = signed_headers(BODY, ID, AT, (OLDER_KEY,))

    assert len(both[SIGNATURE_HEADER].split()) == 2
    assert [refusal_of(both, KEY), refusal_of(both, OLDER_KEY)] == [None, None]
    assert [refusal_of(each, KEY, OLDER_KEY) for each in (new, old)] == [None, None]


def test_signatures_of_other_versions_are_passed_over() -> None:
    headers = signed_headers(BODY, ID, AT, (KEY,))
    right = headers[SIGNATURE_HEADER]

    several = {**headers, SIGNATURE_HEADER: f"v1a,AAAA v1,AAAA {right} v2,AAAA"}

    assert refusal_of(several) is None


def test_a_name_without_a_key_is_refused_as_a_wrong_signature_is() -> None:
    verdict = verify(BODY, signed_headers(BODY, ID, AT, (KEY,)), (), now=AT)

    assert verdict.refusal is Refusal.WRONG


def test_nobody_can_sign_with_the_key_of_a_name_that_has_none() -> None:
    headers = signed_headers(BODY, ID, AT, (WebhookKey(b"\x00" * 24),))

    assert verify(BODY, headers, (), now=AT).refusal is Refusal.WRONG


@pytest.mark.parametrize(
    "secret",
    ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_AAAA", "whsec_%%%%", "whsec_\u00e9"],
)
def test_what_is_no_secret_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook") as caught:
        key_of(secret)

    assert secret.removeprefix("whsec_") not in str(caught.value) or len(secret) < 7


def test_a_key_never_shows_itself() -> None:
    assert "synthetic" not in repr(KEY)
    assert SECRET not in repr(KEY)


@pytest.mark.parametrize("webhook_id", ["", "a.b", "a b", "m" * 129])
def test_we_send_no_id_that_a_receiver_may_refuse(webhook_id: str) -> None:
    with pytest.raises(ValueError, match="webhook"):
        signed_headers(BODY, webhook_id, AT, (KEY,))


def test_we_send_nothing_unsigned() -> None:
    with pytest.raises(ValueError, match="key"):
        signed_headers(BODY, ID, AT, ())


@given(st.binary(min_size=1, max_size=200), st.integers(min_value=0))
def test_no_bit_of_the_body_can_be_changed(body: bytes, bit: int) -> None:
    headers = signed_headers(body, ID, AT, (KEY,))

    assert refusal_of(headers, body=body) is None
    assert refusal_of(headers, body=flipped(body, bit)) is Refusal.WRONG


@given(st.sampled_from([ID_HEADER, TIMESTAMP_HEADER]), st.integers(min_value=0))
def test_no_bit_of_id_or_time_can_be_changed(name: str, bit: int) -> None:
    headers = signed_headers(BODY, "msg-27b9", AT, (KEY,))
    changed = flipped(headers[name].encode(), bit).decode("latin-1")

    assert refusal_of({**headers, name: changed}) is not None


@given(st.integers(min_value=0))
def test_no_bit_of_the_signature_can_be_changed(bit: int) -> None:
    """Not even the two that base64 leaves unused in its last character."""
    headers = signed_headers(BODY, ID, AT, (KEY,))
    version, _, signature = headers[SIGNATURE_HEADER].partition(",")
    changed = flipped(signature.encode(), bit).decode("latin-1")

    assert refusal_of({**headers, SIGNATURE_HEADER: f"{version},{changed}"}) is not None


@given(st.binary(max_size=50), st.dictionaries(st.text(max_size=20), st.text(max_size=40)))
def test_no_headers_can_make_verifying_raise(body: bytes, headers: dict[str, str]) -> None:
    assert verify(body, headers, (KEY,), now=AT).refusal is Refusal.MISSING


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_no_header_values_can_make_verifying_raise(
    webhook_id: str, timestamp: str, signature: str
) -> None:
    headers = {ID_HEADER: webhook_id, TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}

    assert verify(BODY, headers, (KEY,), now=AT).refusal is not None
