"""Ports on the loopback interface: is one free, and who holds it."""

import socket
from contextlib import suppress

import psutil

from infra.local.errors import PortTakenError
from infra.local.settings import LOOPBACK


def is_port_taken(port: int) -> bool:
    """Whether anything listens on this port of the loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not fooled by closing sockets
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def refuse_taken_port(port: int, *, name: str, setting: str) -> None:
    """Say who is in the way, before anything is started.

    Raises:
        PortTakenError: somebody listens there.
    """
    if not is_port_taken(port):
        return
    hint = f"Stop it, or choose another port with {setting}." if setting else "Stop it."
    raise PortTakenError(f"Port {port}, meant for {name}, is taken{_holder(port)}", hint=hint)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _holder(port: int) -> str:
    """Names the process if the system lets us see it."""
    with suppress(psutil.Error, PermissionError):
        for connection in psutil.net_connections(kind="tcp"):
            is_here = connection.laddr and connection.laddr.port == port
            if is_here and connection.status == psutil.CONN_LISTEN and connection.pid:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return ""
