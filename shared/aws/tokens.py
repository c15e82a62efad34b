"""Tokens with the keys that only the edge may read."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.canonical.token import every_keyed_token, keyed_token
from shared.errors import SettingsError

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedTokenizer:
    """Implements the Tokenizer port. `keys` holds each version's; `current` is today's."""

    keys: Mapping[int, bytes] = field(repr=False)
    current: int

    def token(self, kind: str, identifier: str) -> str:
        """`<kind letter><key version>-<base32>`; empty for an empty identifier."""
        return keyed_token(self.keys[self.current], self.current, kind, identifier)

    def every_token(self, kind: str, identifier: str) -> tuple[str, ...]:
        """The token under each key version, today's first; none for an empty identifier."""
        return every_keyed_token(self.keys, self.current, kind, identifier)


def tokenizer_of(secret: Mapping[str, object]) -> KeyedTokenizer:
    """The tokenizer of a secret {"current": 2, "keys": {"1": "<base64 of 32 bytes>", "2": …}}.

    A secret of one version, {"version": 1, "key": …}, is read as well.

    Raises:
        SettingsError: the secret is not such a thing; its content is not shown.
    """
    current, texts = _stated(secret)
    if not isinstance(current, int) or isinstance(current, bool) or not isinstance(texts, Mapping):
        raise SettingsError("the token secret needs the current version and a key for each version")
    keys = {_version(version): _key(text) for version, text in texts.items()}
    if current not in keys:
        raise SettingsError("the token secret has no key of its current version")
    return KeyedTokenizer(keys=keys, current=current)


def _stated(secret: Mapping[str, object]) -> tuple[object, object]:
    if "keys" in secret:
        return secret.get("current"), secret["keys"]
    version = secret.get("version")
    return version, {str(version): secret.get("key")}


def _version(text: object) -> int:
    """A version is a number from 1, written without zeros before it: each has one spelling."""
    if not isinstance(text, str) or not text.isascii() or not text.isdecimal() or text[0] == "0":
        raise SettingsError("a version of the token key is a number from 1")
    return int(text)


def _key(text: object) -> bytes:
    if not isinstance(text, str):
        raise SettingsError("a token key is a text in base64")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one; so is a character beyond ASCII
        kind = "not base64" if isinstance(error, binascii.Error) else "not ASCII"
        raise SettingsError(f"the token key is {kind}") from None
    if len(key) != KEY_BYTES:
        raise SettingsError(f"the token key has {len(key)} bytes instead of {KEY_BYTES}")
    return key
