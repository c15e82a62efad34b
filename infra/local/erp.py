"""The ERP of the box: Tryton under gunicorn, on its own database, beside the engine.

Its folder holds everything: database, configuration, key, process file and log. On PostgreSQL it
runs by setting `uri` in the configuration; the box uses SQLite.
"""

import http.client
import sys
from http import HTTPStatus
from pathlib import Path

from infra.local.erp_database import MODULES_OF, ErpDatabase, prepare
from infra.local.erp_folder import DATABASE, ErpCredentials, ErpFolder
from infra.local.errors import BoxError
from infra.local.processes import ManagedProcess, clean_environment
from infra.local.settings import LOOPBACK

__all__ = [
    "MODULES_OF",
    "ErpCredentials",
    "ErpDatabase",
    "ErpFolder",
    "credentials",
    "erp_process",
    "is_healthy",
    "prepare",
    "start",
    "stop",
]

_ANSWER_SECONDS = 10.0  # a new process loads its models before it answers for the first time
_KEEP_ALIVE_SECONDS = 75  # longer than clients keep a connection idle, so that they close it first


def credentials(erp_dir: Path) -> ErpCredentials:
    """What a client of this ERP must know.

    Raises:
        BoxError: there is no ERP in this folder.
    """
    return ErpFolder(root=erp_dir).credentials()


def erp_process(erp_dir: Path, port: int) -> ManagedProcess:
    """The ERP's server. One worker: batches make it fast, concurrency does not."""
    folder = ErpFolder(root=erp_dir)
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "4"]
    command += ["--no-control-socket", "--keep-alive", str(_KEEP_ALIVE_SECONDS)]
    command += ["--bind", f"{LOOPBACK}:{port}", "trytond.application:app"]
    return ManagedProcess(
        name="erp",
        command=command,
        environment=clean_environment({"TRYTOND_CONFIG": str(folder.configuration)}),
        folder=erp_dir,
        cwd=erp_dir,
        port=port,
        port_setting="LEDGERWARD_ERP_PORT",
        is_healthy=lambda: is_healthy(erp_dir, port),
    )


def start(erp_dir: Path, port: int) -> int:
    """Serve a prepared ERP; it has answered a client's call when this returns its process number.

    Raises:
        BoxError: there is no ERP in this folder.
        PortTakenError: somebody else listens on the port.
        ProcessDiedError: it ended or did not answer; the message has the last lines of its log.
    """
    credentials(erp_dir)
    process = erp_process(erp_dir, port)
    process.start()
    running = process.running()
    if running is None:
        raise BoxError("The ERP ended right after it had started", log_lines=process.last_lines())
    return running.pid


def stop(erp_dir: Path) -> None:
    """Stop the ERP of this folder; no error if it does not run."""
    erp_process(erp_dir, port=0).stop()


def is_healthy(erp_dir: Path, port: int, *, timeout_seconds: float = _ANSWER_SECONDS) -> bool:
    """Whether the ERP on this port knows our key and answers with its company."""
    known = credentials(erp_dir)
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_seconds)
    try:
        connection.request(
            "GET",
            f"/{DATABASE}/rest/model/company.company/{known.company}",
            headers={"Authorization": f"bearer {known.key}"},
        )
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
