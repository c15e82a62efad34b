"""Plays messages into the edge as several EHR interfaces would, and waits until all is settled."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from shared.mllp.edge_client import EdgeAnswer, EdgeClient

CONNECTIONS = 8
RETRY_SECONDS = 1.0
PATIENCE_SECONDS = 900.0  # an interface engine keeps its queue through an outage


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Sends each message until the edge has answered it for good: accepted or refused."""

    edge: EdgeClient
    send: Callable[[EdgeClient, bytes], EdgeAnswer] = EdgeClient.send
    pause_seconds: float = 0.0
    sleep: Callable[[float], None] = time.sleep

    def play(self, bodies: Sequence[bytes], told: Callable[[EdgeAnswer], None]) -> list[EdgeAnswer]:
        """Send all, eight at a time in their order; `told` hears of each answer."""

        def send(body: bytes) -> EdgeAnswer:
            answer = self._send(body)
            told(answer)
            self.sleep(self.pause_seconds)
            return answer

        with ThreadPoolExecutor(CONNECTIONS) as connections:
            return list(connections.map(send, bodies))

    def _send(self, body: bytes) -> EdgeAnswer:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.send(self.edge, body)
            except (httpx.TransportError, httpx.HTTPStatusError):
                if time.monotonic() > give_up_at:
                    raise
            else:
                if answer.status < httpx.codes.INTERNAL_SERVER_ERROR:
                    return answer
                if time.monotonic() > give_up_at:
                    return answer
            self.sleep(RETRY_SECONDS)
