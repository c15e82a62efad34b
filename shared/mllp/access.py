"""What the bridge proves itself with, from values that people put into secrets."""

import os
import ssl
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from shared.errors import SettingsError
from shared.mllp.edge_client import EdgeClient
from shared.mllp.tls import server_tls

CLIENT = ("api_url", "token_url", "client_id", "client_secret", "api_key")
TLS = ("certificate", "key", "authorities")


def edge_of(told: Mapping[str, object], *, kept_open: int) -> EdgeClient:
    """The edge, as the client that these fields name; so many connections stay open.

    Raises:
        SettingsError: a field of CLIENT is missing; none is shown.
    """
    api_url, token_url, client_id, client_secret, api_key = texts(told, CLIENT, of="client")
    return EdgeClient(
        api_url=api_url,
        token_url=token_url,
        client_id=client_id,
        client_secret=client_secret,
        api_key=api_key,
        kept_open=kept_open,
    )


def tls_of(told: Mapping[str, object]) -> ssl.SSLContext:
    """TLS of these three PEM texts; who shows no certificate of the authorities is not taken.

    Raises:
        SettingsError: a field of TLS is missing or cannot be used; none is shown.
    """
    with ExitStack() as open_files:
        certificate, key, authorities = (
            open_files.enter_context(_in_memory(text)) for text in texts(told, TLS, of="TLS")
        )
        return server_tls(certificate, key, authorities)


def texts(told: Mapping[str, object], names: Sequence[str], *, of: str) -> Sequence[str]:
    """The fields of these names, in their order.

    Raises:
        SettingsError: some are missing, empty or no text; all such are named.
    """
    found = {name: text for name in names if isinstance(text := told.get(name), str) and text}
    if missing := [name for name in names if name not in found]:
        raise SettingsError(f"the {of} secret lacks {', '.join(missing)}")
    return tuple(found.values())


@contextmanager
def _in_memory(text: str) -> Iterator[Path]:
    """A file on no disk: a key is taken from files alone, and a container has none to write.

    Raises:
        SettingsError: the system has no such files.
    """
    if sys.platform != "linux":
        raise SettingsError("TLS from secrets needs Linux, as the containers have it")
    descriptor = os.memfd_create("tls")
    try:
        Path(path := f"/proc/self/fd/{descriptor}").write_text(text)
        yield Path(path)
    finally:
        os.close(descriptor)
