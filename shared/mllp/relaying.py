"""Hands messages to the edge and keeps apart what is an acknowledgement and what is not."""

import httpx

from shared.formats.hl7v2.costing import AckCode
from shared.mllp.bridge import Relay
from shared.mllp.edge_client import EdgeClient
from shared.observability import logger

ANSWERS = frozenset(each.value for each in AckCode)


def relay_to(edge: EdgeClient) -> Relay:
    """Hands a message to the edge; its acknowledgement, or None if it gave none."""

    def relay(body: bytes) -> bytes | None:
        try:
            answer = edge.send(body)
        except httpx.HTTPError as error:
            logger.warning("edge away", error=type(error).__name__)
            return None
        if answer.code not in ANSWERS:
            logger.warning("edge gave no acknowledgement", status=answer.status, code=answer.code)
            return None
        return answer.body

    return relay
