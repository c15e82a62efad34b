"""The identity of an effect (effect-protocol section 1).

Nothing here may ever change its result.
"""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache

from shared.canonical.effect import EffectType
from shared.canonical.stock_report import StockLine
from shared.canonical.usage import UsageLine

SHORTEST_REFERENCE = 16
_EFFECT_ID = re.compile("[0-9a-f]{64}")
_REFERENCE = re.compile(f"LW[A-Z2-7]{{{SHORTEST_REFERENCE - 2},}}")
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def effect_id(
    tenant: str, effect_type: EffectType, intent_key: Sequence[str], part: str = ""
) -> str:
    """SHA-256, in hex, of the canonical JSON array [tenant, effect type, intent key, part]."""
    return _digest([tenant, effect_type.value, list(intent_key), part]).hex()


@lru_cache(maxsize=4096)  # one call asks for each of its references several times
def external_reference(effect: str, length: int) -> str:
    """`LW` and a base32 prefix of the id, as long as the target's field allows.

    At least 16 characters in all.
    """
    if length < SHORTEST_REFERENCE:
        raise ValueError(f"a reference of {length} characters is too short to be unique")
    return ("LW" + base64.b32encode(bytes.fromhex(effect)).decode().rstrip("="))[:length]


def lineage_key(effect: str) -> str:
    """The journal's key of an effect: its shortest reference, which every longer one begins with.

    So both its id and its reference in any target lead to it, before and after it is posted.
    """
    return f"effect:{external_reference(effect, SHORTEST_REFERENCE)}"


def lineage_key_of(name: str) -> str | None:
    """The same from an effect's id or from any of its references; None if this is neither."""
    if _EFFECT_ID.fullmatch(name):
        return lineage_key(name)
    if _REFERENCE.fullmatch(name):
        return f"effect:{name[:SHORTEST_REFERENCE]}"
    return None


def is_named(effect: str, name: str) -> bool:
    """Whether this is the effect's id, or its reference at the length that `name` has."""
    return name == effect or name == external_reference(effect, len(name))


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


def stock_line_id(tenant: str, key: Sequence[str]) -> str:
    """The id that a count, receipt or update has for ever; a line that takes it back names it."""
    return _digest([tenant, "stock", list(key)]).hex()


def stock_content_hash(line: StockLine) -> str:
    """As `content_hash`, of a line of a stock report."""
    body = [
        [list(each) for each in line.ids],
        line.location,
        format(line.quantity.normalize(), "f"),
        str(line.at),
        line.unit,
        line.lot,
        line.serial,
        list(line.reverses),
    ]
    return _digest(body).hex()


def _digest(body: object) -> bytes:
    return hashlib.sha256(_CANONICAL.encode(body).encode()).digest()
