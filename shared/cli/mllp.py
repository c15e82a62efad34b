"""`ledgerward mllp`: the bridge from a site's HL7 v2 connections to the edge."""

import asyncio
import signal
import ssl
from pathlib import Path
from typing import Annotated

import httpx
import typer

from shared.cli.edge_client import EdgeClient
from shared.cli.edges import open_edge
from shared.cli.output import JsonOption, Output
from shared.errors import SettingsError
from shared.formats.hl7v2.costing import AckCode
from shared.mllp.bridge import Bridge, Limits, Relay
from shared.observability import logger

PORT = 2575  # registered for HL7
ANSWERS = frozenset(each.value for each in AckCode)
HostOption = Annotated[str, typer.Option("--host", help="The address to listen on.")]
PortOption = Annotated[int, typer.Option("--port", help="The port; 0 takes a free one.")]
CertificateOption = Annotated[
    Path | None, typer.Option("--certificate", help="Speak TLS with this chain, PEM.")
]
KeyOption = Annotated[Path | None, typer.Option("--key", help="The certificate's key, PEM.")]
ClientsOption = Annotated[
    Path | None,
    typer.Option("--clients", help="Only senders with a certificate of these authorities, PEM."),
]
PatienceOption = Annotated[
    float, typer.Option("--patience", min=1, help="Seconds that a message is offered for.")
]


def mllp(
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = PORT,
    certificate: CertificateOption = None,
    key: KeyOption = None,
    clients: ClientsOption = None,
    patience: PatienceOption = 60.0,
    as_json: JsonOption = False,
) -> None:
    """Take HL7 v2 messages over MLLP, and answer AA once the platform has them."""
    tls = tls_of(certificate, key, clients)
    limits = Limits(patience_seconds=patience)
    bridge = Bridge(relay_to(open_edge(kept_open=limits.connections)), limits)
    asyncio.run(_serve(bridge, host, port, tls, Output(as_json=as_json)))


def tls_of(
    certificate: Path | None, key: Path | None, clients: Path | None
) -> ssl.SSLContext | None:
    """TLS 1.2 or later with this certificate; none without.

    Raises:
        SettingsError: a certificate without its key or the other way round, clients without TLS, or
            a file that cannot be used.
    """
    if (certificate is None) != (key is None):
        raise SettingsError("TLS needs both --certificate and --key")
    if certificate is None:
        if clients is not None:
            raise SettingsError("--clients needs TLS: --certificate and --key")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)
    except OSError as error:
        raise SettingsError(f"TLS cannot begin: {error}") from error
    return context


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


async def _serve(
    bridge: Bridge, host: str, port: int, tls: ssl.SSLContext | None, output: Output
) -> None:
    """Until SIGTERM or SIGINT; what is on its way then is still answered."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    server = await bridge.start(host, port, tls)
    listening = server.sockets[0].getsockname()[1]
    output.say(f"listening on {host}:{listening}, {'TLS' if tls else 'without TLS'}")
    output.finish({"host": host, "port": listening, "tls": tls is not None})
    await ended.wait()
    await bridge.end(server)
