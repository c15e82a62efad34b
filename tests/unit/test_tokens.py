"""Patient identifiers leave the edge as tokens only."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from shared.aws.tokens import tokenizer_of
from shared.canonical.message import ClientScope
from shared.canonical.token import keyed_token
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import content_hash, line_effect_id
from shared.errors import SettingsError
from shared.formats.hl7v2.documents import chunked
from shared.formats.hl7v2.reader import read_message
from shared.mapping.line_holds import malformed_line_id
from shared.workflow.receiving import new_sighting
from tests.hl7 import a_dft, an_ft1

KEY = bytes(range(32))
OLDER_KEY = bytes(range(1, 33))


def a_secret(current: int, keys: Mapping[str, bytes]) -> dict[str, object]:
    texts = {version: base64.b64encode(key).decode() for version, key in keys.items()}
    return {"current": current, "keys": texts}


def a_document(current: int) -> SupplyUsage:
    """A charge, a credit and a line nobody can read, received while this version was today's."""
    tokenizer = tokenizer_of(a_secret(current, {"1": OLDER_KEY, "2": KEY}))
    credit = an_ft1("T-2", quantity="-1")
    body = a_dft(an_ft1(), credit, an_ft1("T-3", quantity="two"))
    reading = read_message(body)
    client = ClientScope(client_id="ehr", tenant="meridian", facilities=("NORTH",))
    sighting = new_sighting(
        body,
        message_id="m-1",
        source="hl7v2",
        client=client,
        content_type="application/hl7-v2",
        received_at=datetime(2026, 3, 4, tzinfo=UTC),
    )
    (document,) = chunked(
        reading,
        sighting,
        case_token=tokenizer.token("case", reading.patient.case),
        patient_token=tokenizer.token("patient", reading.patient.patient),
    )
    return document


def test_a_token_is_the_keyed_hash_of_kind_and_identifier() -> None:
    expected = hmac.new(KEY, b"patient\x00MRN-1", hashlib.sha256).digest()[:15]

    assert keyed_token(KEY, 7, "patient", "MRN-1") == f"P7-{base64.b32encode(expected).decode()}"


def test_the_same_number_of_a_patient_and_a_case_cannot_be_linked() -> None:
    patient, case = (keyed_token(KEY, 1, kind, "4711") for kind in ("patient", "case"))

    assert (patient[:3], case[:3]) == ("P1-", "C1-")
    assert patient[3:] != case[3:]


def test_another_key_makes_another_token() -> None:
    assert keyed_token(KEY, 1, "case", "4711") != keyed_token(bytes(32), 1, "case", "4711")


def test_no_identifier_makes_no_token() -> None:
    assert keyed_token(KEY, 1, "patient", "") == ""


def test_an_identifier_of_unknown_kind_is_not_let_through() -> None:
    with pytest.raises(ValueError, match="no token is defined for a visitor"):
        keyed_token(KEY, 1, "visitor", "4711")


def test_a_tokenizer_does_not_show_its_keys() -> None:
    tokenizer = tokenizer_of(a_secret(2, {"1": OLDER_KEY, "2": KEY}))

    assert tokenizer.token("case", "4711").startswith("C2-")
    assert repr(tokenizer) == "KeyedTokenizer(current=2)"


def test_a_secret_of_one_version_is_read_as_that_version() -> None:
    single = {"version": 1, "key": base64.b64encode(KEY).decode()}

    tokenizer = tokenizer_of(single)

    assert tokenizer == tokenizer_of(a_secret(1, {"1": KEY}))
    assert tokenizer.token("case", "4711") == keyed_token(KEY, 1, "case", "4711")


def test_a_rotation_changes_what_is_minted_and_finds_what_was() -> None:
    before = tokenizer_of(a_secret(1, {"1": OLDER_KEY}))
    after = tokenizer_of(a_secret(2, {"1": OLDER_KEY, "2": KEY}))
    minted = before.token("patient", "MRN-1")

    found = after.every_token("patient", "MRN-1")

    assert found == (keyed_token(KEY, 2, "patient", "MRN-1"), minted)
    assert after.token("patient", "MRN-1") == found[0]
    assert after.every_token("patient", "") == ()


def test_todays_version_comes_first_wherever_it_stands_among_them() -> None:
    tokenizer = tokenizer_of(a_secret(2, {"1": OLDER_KEY, "2": KEY, "10": bytes(32)}))

    versions = [token[:3] for token in tokenizer.every_token("case", "4711")]

    assert versions == ["C2-", "C10", "C1-"]


@pytest.mark.parametrize(
    "secret",
    [
        {},
        {"version": 1},
        {"current": 1},
        {"current": 3, "keys": {"1": base64.b64encode(KEY).decode()}},
        {"current": "1", "keys": {"1": base64.b64encode(KEY).decode()}},
        {"current": True, "keys": {"1": base64.b64encode(KEY).decode()}},
        {"current": 1, "keys": {"01": base64.b64encode(KEY).decode()}},
        {"current": 1, "keys": {"1": base64.b64encode(KEY[1:]).decode()}},
        {"current": 1, "keys": {"1": "hush-hush"}},
        {"current": 1, "keys": {"1": "hüsh"}},
        {"current": 1, "keys": {"1": 7}},
        {"current": 1, "keys": ["hush"]},
    ],
)
def test_a_secret_that_makes_no_tokens_is_refused_without_showing_it(
    secret: dict[str, object],
) -> None:
    with pytest.raises(SettingsError) as refused:
        tokenizer_of(secret)

    assert "sh" not in str(refused.value)


def test_neither_an_effect_nor_its_content_nor_a_document_knows_the_token() -> None:
    """Else a message sent again after a rotation would be another fact, and be posted twice."""
    before, after = a_document(1), a_document(2)

    assert (before.case_token[:3], after.case_token[:3]) == ("C1-", "C2-")
    assert (before.patient_token[:3], after.patient_token[:3]) == ("P1-", "P2-")
    assert before.document_id == after.document_id
    assert len(before.lines) == 2
    for one, other in zip(before.lines, after.lines, strict=True):
        assert line_effect_id("meridian", one) == line_effect_id("meridian", other)
        assert content_hash(one) == content_hash(other)
    assert [malformed_line_id(line, before) for line in before.malformed] == [
        malformed_line_id(line, after) for line in after.malformed
    ]
