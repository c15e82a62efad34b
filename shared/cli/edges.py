"""Which edge a program of a site speaks to, and as whom."""

import os

from shared.cli.deployment import open_deployment
from shared.errors import SettingsError
from shared.mllp.edge_client import EdgeClient

WHERE = "LEDGERWARD_API_URL"
_ALL = (
    WHERE,
    "LEDGERWARD_TOKEN_URL",
    "LEDGERWARD_CLIENT_ID",
    "LEDGERWARD_CLIENT_SECRET",
    "LEDGERWARD_API_KEY",
)


def open_edge(*, kept_open: int) -> EdgeClient:
    """The edge that LEDGERWARD_API_URL names, as the client of the other variables; else the box's.

    So many connections stay open between messages.

    Raises:
        SettingsError: the address stands in the environment, and not all that goes with it.
        BoxError: neither; and there is no box.
    """
    if not os.environ.get(WHERE):
        return open_deployment().edge(kept_open=kept_open)
    values = [os.environ.get(name, "") for name in _ALL]
    missing = [name for name, value in zip(_ALL, values, strict=True) if not value]
    if missing:
        raise SettingsError(f"beside {WHERE} the environment must hold {', '.join(missing)}")
    api_url, token_url, client_id, client_secret, api_key = values
    return EdgeClient(
        api_url=api_url,
        token_url=token_url,
        client_id=client_id,
        client_secret=client_secret,
        api_key=api_key,
        kept_open=kept_open,
    )
