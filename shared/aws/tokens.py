"""Tokens with the key that only the edge may read."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.canonical.token import keyed_token
from shared.errors import SettingsError

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedTokenizer:
    """Implements the Tokenizer port."""

    key: bytes = field(repr=False)
    version: int

    def token(self, kind: str, identifier: str) -> str:
        """`<kind letter><key version>-<base32>`; empty for an empty identifier."""
        return keyed_token(self.key, self.version, kind, identifier)


def tokenizer_of(secret: Mapping[str, object]) -> KeyedTokenizer:
    """The tokenizer of a secret {"version": 1, "key": "<base64 of 32 bytes>"}.

    Raises:
        SettingsError: the secret is not such a thing; its content is not shown.
    """
    version, text = secret.get("version"), secret.get("key")
    if not isinstance(version, int) or not isinstance(text, str):
        raise SettingsError("the token secret needs a version and a key")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise SettingsError("the token key is not base64") from None
    if len(key) != KEY_BYTES:
        raise SettingsError(f"the token key has {len(key)} bytes instead of {KEY_BYTES}")
    return KeyedTokenizer(key=key, version=version)
