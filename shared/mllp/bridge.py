"""Takes HL7 v2 messages from MLLP connections and answers each with the platform's own answer.

Nothing is kept here: AA goes back only once the platform has answered it, so a bridge that dies
loses no message that was acknowledged. While nobody answers, a message is offered again; in the end
its connection is closed without an answer, and its sender sends it again. That it may have arrived
the first time does no harm: a line has one effect however often it comes (DUP1).
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import uniform

from shared.formats.hl7v2.framing import BODY_LIMIT
from shared.mllp.frames import Frame, Frames, framed
from shared.mllp.refusal import refusal
from shared.observability import logger

PORT = 2575  # registered for HL7
CHUNK_BYTES = 64 * 1024
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 5.0
UNANSWERED = "message unanswered, connection closed"  # an alarm counts these lines
# Seconds until an idle connection is probed, between probes, and how many go unanswered at most:
# a load balancer forgets what is silent for minutes, and tells neither side.
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}

Relay = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one sender may take of the bridge.

    `stall_seconds` is how long a block may stand still before its end, and an answer before it is
    taken; a connection with nothing on its way may stay open for ever. `patience_seconds` is how
    long one message is offered to the platform.
    """

    connections: int = 100
    body_bytes: int = BODY_LIMIT
    stall_seconds: float = 30.0
    patience_seconds: float = 60.0


class Bridge:
    """One listening port. `relay` hands one message in; None if nobody knows whether it arrived."""

    def __init__(self, relay: Relay, limits: Limits) -> None:
        self._relay = relay
        self._limits = limits
        self._pool = ThreadPoolExecutor(limits.connections, thread_name_prefix="mllp")
        self._conversations: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.StreamWriter] = set()
        self._is_ending = False

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None) -> asyncio.Server:
        """Listen; every connection is a conversation of its own.

        Raises:
            OSError: the port cannot be had.
        """
        server = await asyncio.start_server(self._accept, host, port, ssl=tls)
        for each in server.sockets:
            _keep_alive(each)  # connections inherit it
        return server

    async def end(self, server: asyncio.Server) -> None:
        """Take no more; messages that are on their way are answered first."""
        self._is_ending = True
        server.close()
        for writer in self._idle:
            writer.close()
        if self._conversations:
            await asyncio.wait(self._conversations, timeout=self._limits.patience_seconds)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._conversations) >= self._limits.connections:
            logger.warning("connection refused", open=len(self._conversations))
            writer.close()
            return
        self._conversations.add(task)
        try:
            with suppress(OSError, TimeoutError):
                await self._converse(reader, writer)
        finally:
            self._conversations.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer message after message, in their order, until one side ends."""
        frames = Frames(self._limits.body_bytes)
        try:
            while chunk := await self._next_chunk(reader, writer, is_within=frames.is_within):
                for frame in frames.take(chunk):
                    if not await self._is_answered(frame, writer):
                        return
                if self._is_ending and not frames.is_within:
                    return
        finally:
            if cut := frames.broken + frames.is_within:
                logger.warning("messages cut and not taken", count=cut)

    async def _is_answered(self, frame: Frame, writer: asyncio.StreamWriter) -> bool:
        answer = await self._answer(frame)
        if answer is None:
            logger.warning(UNANSWERED, size=len(frame.body))
            return False
        writer.write(framed(answer))
        await asyncio.wait_for(writer.drain(), self._limits.stall_seconds)
        return True

    async def _next_chunk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_within: bool
    ) -> bytes:
        if is_within:
            return await asyncio.wait_for(reader.read(CHUNK_BYTES), self._limits.stall_seconds)
        self._idle.add(writer)
        try:
            return await reader.read(CHUNK_BYTES)
        finally:
            self._idle.discard(writer)

    async def _answer(self, frame: Frame) -> bytes | None:
        """The platform's answer; None if it gave none for as long as a sender waits."""
        if frame.is_cut:
            return refusal(frame.body, at=datetime.now(UTC))
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self._limits.patience_seconds
        pause = FIRST_PAUSE_SECONDS
        while True:
            answer = await loop.run_in_executor(self._pool, self._relay, frame.body)
            if answer is not None or loop.time() + pause > give_up_at:
                return answer
            await asyncio.sleep(uniform(0, pause))  # noqa: S311 - spreads attempts, hides nothing
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _keep_alive(listening: socket.socket) -> None:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if option := getattr(socket, name, None):  # not every system has all three
            listening.setsockopt(socket.IPPROTO_TCP, option, value)
