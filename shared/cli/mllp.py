"""`ledgerward mllp`: the bridge from a site's HL7 v2 connections to the edge."""

import asyncio
import ssl
from pathlib import Path
from typing import Annotated

import typer

from shared.cli.edges import open_edge
from shared.cli.output import JsonOption, Output
from shared.errors import SettingsError
from shared.mllp.bridge import PORT, Bridge, Limits
from shared.mllp.relaying import relay_to
from shared.mllp.serving import serve
from shared.mllp.tls import server_tls

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
    output = Output(as_json=as_json)

    def tell(listening: int) -> None:
        output.say(f"listening on {host}:{listening}, {'TLS' if tls else 'without TLS'}")
        output.finish({"host": host, "port": listening, "tls": tls is not None})

    asyncio.run(serve(bridge, host, port, tls, when_listening=tell))


def tls_of(
    certificate: Path | None, key: Path | None, clients: Path | None
) -> ssl.SSLContext | None:
    """TLS with this certificate; none without.

    Raises:
        SettingsError: a certificate without its key or the other way round, clients without TLS, or
            a file that cannot be used.
    """
    if certificate is None and key is None:
        if clients is not None:
            raise SettingsError("--clients needs TLS: --certificate and --key")
        return None
    if certificate is None or key is None:
        raise SettingsError("TLS needs both --certificate and --key")
    return server_tls(certificate, key, clients)
