"""TLS of the bridge's side: what it shows its senders, and whose senders it takes."""

import ssl
from pathlib import Path

from shared.errors import SettingsError


def server_tls(certificate: Path, key: Path, authorities: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later with this chain and its key; all three are PEM files.

    With `authorities` only senders with a certificate of theirs are taken.

    Raises:
        SettingsError: any of it cannot be used; none of it is shown.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        if authorities is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(authorities)
    except OSError as error:
        raise SettingsError(f"TLS cannot begin: {error}") from error
    return context
