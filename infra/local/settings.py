"""Where the box keeps its state and caches and which ports it uses. Every value can be set."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from platformdirs import user_cache_path

from shared.errors import SettingsError

REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
_PORTS = range(1024, 65536)  # those below need privileges


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSettings:
    """One box. Two boxes need two state folders and ports of their own.

    On the status port nothing of the box listens: there a webhook source hears what became of its
    documents. Functions call AWS at the engine's own port, or through a proxy that listens on
    `functions_port`.
    """

    state: Path
    cache: Path
    engine_port: int = 4610
    erp_port: int = 8169
    status_port: int = 4620
    functions_port: int = 0
    checkout: Path = REPOSITORY_ROOT
    region: str = "us-east-1"
    account: str = "000000000000"
    environment: str = "local"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read LEDGERWARD_STATE and LEDGERWARD_CACHE, and the ports.

        They are LEDGERWARD_ENGINE_PORT, LEDGERWARD_ERP_PORT and LEDGERWARD_STATUS_PORT, and
        LEDGERWARD_FUNCTIONS_PORT where a proxy stands between the functions and the engine.

        Raises:
            SettingsError: a port is not a port number.
        """
        given = os.environ if environment is None else environment
        state = given.get("LEDGERWARD_STATE") or str(REPOSITORY_ROOT / ".ledgerward")
        cache = given.get("LEDGERWARD_CACHE") or str(user_cache_path("ledgerward"))
        engine_port = _port(given, "LEDGERWARD_ENGINE_PORT", 4610)
        return cls(
            state=Path(state).expanduser().resolve(),
            cache=Path(cache).expanduser().resolve(),
            engine_port=engine_port,
            erp_port=_port(given, "LEDGERWARD_ERP_PORT", 8169),
            status_port=_port(given, "LEDGERWARD_STATUS_PORT", 4620),
            functions_port=_port(given, "LEDGERWARD_FUNCTIONS_PORT", engine_port),
        )

    @property
    def endpoint(self) -> str:
        """Address of every AWS API in the box."""
        return f"http://{LOOPBACK}:{self.engine_port}"

    @property
    def functions_endpoint(self) -> str:
        """Where functions find every AWS API."""
        return f"http://{LOOPBACK}:{self.functions_port or self.engine_port}"

    @property
    def erp_url(self) -> str:
        """Address of the ERP."""
        return f"http://{LOOPBACK}:{self.erp_port}"

    @property
    def status_url(self) -> str:
        """Where the webhook sources of the network hear news."""
        return f"http://{LOOPBACK}:{self.status_port}"

    @property
    def logs(self) -> Path:
        """Folder of process files and logs."""
        return self.state / "run"

    @property
    def engine_state(self) -> Path:
        """What the engine keeps between starts."""
        return self.state / "engine"


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name) or str(default)
    if not text.isdecimal() or int(text) not in _PORTS:
        raise SettingsError(f"{name} must be a port between 1024 and 65535, not {text!r}")
    return int(text)
