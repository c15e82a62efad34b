"""Which edge a program of a site speaks to, and as whom."""

import os

from shared.cli.deployment import open_deployment
from shared.errors import SettingsError
from shared.mllp.access import CLIENT, edge_of
from shared.mllp.edge_client import EdgeClient

VARIABLES = {field: f"LEDGERWARD_{field.upper()}" for field in CLIENT}
WHERE = VARIABLES["api_url"]


def open_edge(*, kept_open: int) -> EdgeClient:
    """The edge that LEDGERWARD_API_URL names, as the client of the other variables; else the box's.

    So many connections stay open between messages.

    Raises:
        SettingsError: the address stands in the environment, and not all that goes with it.
        BoxError: neither; and there is no box.
    """
    if not os.environ.get(WHERE):
        return open_deployment().edge(kept_open=kept_open)
    if missing := [name for name in VARIABLES.values() if not os.environ.get(name)]:
        raise SettingsError(f"beside {WHERE} the environment must hold {', '.join(missing)}")
    told = {field: os.environ[name] for field, name in VARIABLES.items()}
    return edge_of(told, kept_open=kept_open)
