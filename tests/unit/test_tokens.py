"""Patient identifiers leave the edge as tokens only."""

import base64
import hashlib
import hmac

import pytest

from shared.aws.tokens import KeyedTokenizer, tokenizer_of
from shared.canonical.token import keyed_token

KEY = bytes(range(32))


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


def test_a_tokenizer_does_not_show_its_key() -> None:
    secret = {"version": 2, "key": base64.b64encode(KEY).decode()}

    tokenizer = tokenizer_of(secret)

    assert tokenizer == KeyedTokenizer(key=KEY, version=2)
    assert tokenizer.token("case", "4711").startswith("C2-")
    assert repr(tokenizer) == "KeyedTokenizer(version=2)"
