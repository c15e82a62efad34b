"""The box's own files: what the engine's state holds, where things are, keys that never change.

Layout of the state folder: `engine/` (the engine's state and its checkpoint), `run/` (process files
and logs), `tmp/` (unpacked code), `erp/`, `keys.json`, `box.json`, `outputs.json`, `lock`.
"""

import base64
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.deploy import Outputs
from infra.local.errors import BoxError
from infra.local.network.sources import WEBHOOK_SOURCES
from infra.local.settings import BoxSettings
from shared.ports.erp import EffectClass

_OURS = ("engine", "run", "tmp", "erp", "keys.json", "box.json", "outputs.json")
_TOKEN_KEY_BYTES = 32
_WEBHOOK_KEY_BYTES = 32
_WEBHOOK_PREFIX = "whsec_"  # how the Standard Webhooks marks what it signs with


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the saved state of the engine holds. It lies inside that state and goes with it."""

    assembly: str
    master_data: str
    engine_port: int
    outputs: Outputs


def read_checkpoint(settings: BoxSettings) -> Checkpoint | None:
    """The last finished checkpoint; none before the first `up` was finished."""
    facts = _read(_checkpoint_path(settings))
    try:
        return Checkpoint(**facts) if facts else None
    except TypeError:
        return None  # written by another version of the box


def write_checkpoint(settings: BoxSettings, checkpoint: Checkpoint) -> None:
    """Declare the engine's saved state whole."""
    _write(_checkpoint_path(settings), asdict(checkpoint))


def discard_unfinished_engine_state(settings: BoxSettings) -> None:
    """Throw away what an `up` left that was interrupted before its first checkpoint.

    Without a checkpoint only buckets survive a stop; half of a platform is worse than none.
    """
    if read_checkpoint(settings) is None:
        shutil.rmtree(settings.engine_state, ignore_errors=True)


def write_addresses(settings: BoxSettings, addresses: Mapping[str, str], outputs: Outputs) -> None:
    """Leave addresses and stack outputs for everybody who uses the box."""
    _write(settings.state / "box.json", {"addresses": dict(addresses), "year": year_of(settings)})
    _write(settings.state / "outputs.json", outputs)


def read_addresses(settings: BoxSettings) -> dict[str, str]:
    """Addresses as the last `up` left them."""
    return dict(_read(settings.state / "box.json").get("addresses", {}))


def read_outputs(settings: BoxSettings) -> Outputs:
    """Stack outputs as the last `up` left them."""
    return dict(_read(settings.state / "outputs.json"))


def year_of(settings: BoxSettings) -> int:
    """The year that the box's network keeps books for: that of its first start."""
    return int(_keys(settings)["year"])


def erp_class_of(settings: BoxSettings) -> EffectClass:
    """How the box's ERP helps with repeats; a box from before the choice has our module (E1)."""
    kept = _read(settings.state / "keys.json")
    return EffectClass(kept.get("erp_class", EffectClass.E1))


def choose_erp_class(settings: BoxSettings, wanted: EffectClass | None) -> EffectClass:
    """Choose it on the first start, E1 unless said otherwise; later starts keep it.

    Raises:
        BoxError: the box's ERP is of another class; it has other tables, with books in them.
    """
    if not _read(settings.state / "keys.json"):
        chosen = wanted or EffectClass.E1
        _write(settings.state / "keys.json", _keys(settings) | {"erp_class": chosen})
    kept = erp_class_of(settings)
    if wanted not in (None, kept):
        raise BoxError(
            f"The box in {settings.state} has an ERP of class {kept}, not {wanted}",
            hint="Leave --erp-class out, use another LEDGERWARD_STATE, or `ledgerward reset`.",
        )
    return kept


def token_secret(settings: BoxSettings) -> str:
    """The secret that turns patient identifiers into tokens; its first key is made once.

    It lies outside the engine: were it lost, the same patient would get another token.
    """
    keys = _token_keys(settings)
    return json.dumps({"current": max(map(int, keys)), "keys": keys})


def add_token_key(settings: BoxSettings) -> int:
    """Make a new key for tokens; older ones are kept, since their tokens stand in the books.

    The version of the new key.
    """
    keys = _token_keys(settings)
    version = max(map(int, keys)) + 1
    made = keys | {str(version): _new_token_key()}
    _write(settings.state / "keys.json", _keys(settings) | {"token_keys": made})
    return version


def webhook_secrets(settings: BoxSettings) -> dict[str, list[str]]:
    """What each webhook source signs with, made once; the newest first, older ones still hold."""
    keys = _keys(settings)
    made: dict[str, list[str]] = keys.get("webhook_secrets", {})
    missing = [each.source for each in WEBHOOK_SOURCES if each.source not in made]
    if missing:
        made |= {source: [_new_webhook_secret()] for source in missing}
        _write(settings.state / "keys.json", keys | {"webhook_secrets": made})
    return made


def remove_state(settings: BoxSettings) -> None:
    """Remove everything that the box put into its state folder, and nothing else."""
    for name in _OURS:
        path = settings.state / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def only_one_at_a_time(settings: BoxSettings) -> Iterator[None]:
    """Hold the box for one command.

    Raises:
        BoxError: another command holds it.
    """
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BoxError(
                f"Another command is at work on the box in {settings.state}",
                hint="Wait until it is done.",
            ) from error
        yield


def _token_keys(settings: BoxSettings) -> dict[str, str]:
    """Each version's key; a box from before rotation has one key, under another name."""
    keys = _keys(settings)
    return dict(keys.get("token_keys") or {"1": str(keys["token_key"])})


def _new_token_key() -> str:
    return base64.b64encode(secrets.token_bytes(_TOKEN_KEY_BYTES)).decode("ascii")


def _new_webhook_secret() -> str:
    random = secrets.token_bytes(_WEBHOOK_KEY_BYTES)
    return _WEBHOOK_PREFIX + base64.b64encode(random).decode("ascii")


def _checkpoint_path(settings: BoxSettings) -> Path:
    return settings.engine_state / "checkpoint.json"


def _keys(settings: BoxSettings) -> dict[str, Any]:
    path = settings.state / "keys.json"
    keys = _read(path)
    if not keys:
        keys = {"year": datetime.now(UTC).year, "token_keys": {"1": _new_token_key()}}
        _write(path, keys)
    return keys


def _read(path: Path) -> dict[str, Any]:
    with suppress(FileNotFoundError):
        return dict(json.loads(path.read_text(encoding="utf-8")))
    return {}


def _write(path: Path, facts: Mapping[str, Any]) -> None:
    """Whole or not at all, and for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
