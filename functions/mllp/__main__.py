"""HL7 v2 over MLLP -> the edge, in a container: `python -m functions.mllp`.

The logic is shared/mllp/bridge.py. Who may come in is the business of the network around it, and of
the certificates that it asks for.
"""

import asyncio
import sys

from shared.aws.wiring.mllp import mllp
from shared.errors import LedgerwardError
from shared.mllp.access import edge_of, tls_of
from shared.mllp.bridge import Bridge, Limits
from shared.mllp.relaying import relay_to
from shared.mllp.serving import serve
from shared.observability import logger

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a container's own address, which nobody knows before


def main() -> int:
    """Serve until the platform ends the container; 1 if the bridge could not begin."""
    limits = Limits()
    try:
        told = mllp()
        edge, tls = edge_of(told.client, kept_open=limits.connections), tls_of(told.tls)
    except LedgerwardError as error:
        logger.error("bridge cannot begin", code=error.code, reason=str(error))
        return 1
    asyncio.run(
        serve(
            Bridge(relay_to(edge), limits),
            EVERYWHERE,
            told.port,
            tls,
            when_listening=lambda port: logger.info("bridge listens", port=port),
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
