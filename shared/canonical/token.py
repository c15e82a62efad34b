"""Patient identifiers as tokens: keyed, one-way, the same token while the key stands (USE9)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

KIND_LETTERS = {"patient": "P", "case": "C", "encounter": "E"}
_DIGEST_BYTES = 15  # 120 bits: no two identifiers meet, and base32 needs no padding


def keyed_token(key: bytes, version: int, kind: str, identifier: str) -> str:
    """`P1-…` for a patient, `C1-…` for a case, `E1-…` for an encounter.

    The kind is part of what is hashed: a number used for a patient and for a case gives two tokens
    that nobody can link. Empty for an empty identifier.

    Raises:
        ValueError: such a kind has no letter.
    """
    if kind not in KIND_LETTERS:
        raise ValueError(f"no token is defined for a {kind}")
    if not identifier:
        return ""
    digest = hmac.new(key, f"{kind}\x00{identifier}".encode(), hashlib.sha256).digest()
    return f"{KIND_LETTERS[kind]}{version}-{base64.b32encode(digest[:_DIGEST_BYTES]).decode()}"


def every_keyed_token(
    keys: Mapping[int, bytes], current: int, kind: str, identifier: str
) -> tuple[str, ...]:
    """The token under each version of the key, that of `current` first, then the newest.

    None for an empty identifier.
    """
    if not identifier:
        return ()
    older = sorted(keys.keys() - {current}, reverse=True)
    return tuple(keyed_token(keys[each], each, kind, identifier) for each in (current, *older))
