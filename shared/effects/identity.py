"""The identity of an effect (effect-protocol section 1).

Nothing here may ever change its result.
"""

import base64
import hashlib
import json
from collections.abc import Sequence

from shared.canonical.effect import EffectType
from shared.canonical.usage import UsageLine

SHORTEST_REFERENCE = 16


def effect_id(
    tenant: str, effect_type: EffectType, intent_key: Sequence[str], part: str = ""
) -> str:
    """SHA-256, in hex, of the canonical JSON array [tenant, effect type, intent key, part]."""
    return _digest([tenant, effect_type.value, list(intent_key), part]).hex()


def external_reference(effect: str, length: int) -> str:
    """`LW` and a base32 prefix of the id, as long as the target's field allows.

    At least 16 characters in all.
    """
    if length < SHORTEST_REFERENCE:
        raise ValueError(f"a reference of {length} characters is too short to be unique")
    return ("LW" + base64.b32encode(bytes.fromhex(effect)).decode().rstrip("="))[:length]


def line_effect_id(tenant: str, line: UsageLine, part: str = "") -> str:
    """The id a usage line has for ever: an issue by its own key and, if it has one, its version.

    A reversal by its original's id and its own key.
    """
    if not line.reverses:
        return effect_id(tenant, EffectType.ISSUE, line.key, part)
    original = effect_id(tenant, EffectType.ISSUE, line.reverses)
    return effect_id(tenant, EffectType.REVERSAL, (original, *line.key))


def content_hash(line: UsageLine) -> str:
    """SHA-256, in hex, of the canonical source line: no token, nothing mapped, no position.

    Two sightings of one fact agree in this; a line id that comes with another hash is a CONFLICT
    (USE2).
    """
    body = [
        line.direction.value,
        line.facility,
        line.department,
        line.charge_code,
        format(line.quantity.normalize(), "f"),
        str(line.used_at),
        line.unit,
        line.lot,
        line.serial,
        line.project,
        line.grant,
        line.service_line,
    ]
    return _digest(body).hex()


def _digest(body: object) -> bytes:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
