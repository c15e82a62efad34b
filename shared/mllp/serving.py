"""Runs one bridge until its process is told to end."""

import asyncio
import signal
import ssl
from collections.abc import Callable

from shared.mllp.bridge import Bridge


async def serve(
    bridge: Bridge,
    host: str,
    port: int,
    tls: ssl.SSLContext | None,
    *,
    when_listening: Callable[[int], None],
) -> None:
    """Until SIGTERM or SIGINT; what is on its way then is still answered.

    `when_listening` hears the port, which is a free one if `port` is 0.

    Raises:
        OSError: the port cannot be had.
    """
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    server = await bridge.start(host, port, tls)
    when_listening(server.sockets[0].getsockname()[1])
    await ended.wait()
    await bridge.end(server)
