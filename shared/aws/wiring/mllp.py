"""What the MLLP bridge is told: its port, and the values of its two secrets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from shared.aws import clients
from shared.aws.secrets import read_secret
from shared.settings import MllpSettings, read_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MllpTold:
    """`client` and `tls` are secret values, as shared/mllp/access.py reads them."""

    port: int
    client: Mapping[str, object]
    tls: Mapping[str, object]


def mllp() -> MllpTold:
    """Read all of it once: a container that is to know of new values is replaced.

    Raises:
        SettingsError: a variable is missing, or a secret is no JSON object.
        ThrottledError: a secret could not be read now.
    """
    settings = read_settings(MllpSettings, os.environ)
    return MllpTold(
        port=int(settings.listening_port),
        client=read_secret(clients.secrets(), settings.client_secret_arn),
        tls=read_secret(clients.secrets(), settings.tls_secret_arn),
    )
