"""Where the product runs. One frozen record each; constructs take its values, never its name."""

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What differs between places. The defaults are what production on AWS wants.

    Without an account the templates are free of one: who deploys decides.
    """

    name: str
    account: str | None = None
    region: str | None = None
    # The newest that the pinned CDK knows; two rule packs ask for it.
    runtime: str = "python3.14"
    architecture: str = "arm64"
    packaged_dependencies: bool = True  # False: the functions find them in their own interpreter
    # Queues, buckets and topics refuse plain HTTP.
    enforce_tls: bool = True
    # Tables, the client pool and the stacks refuse to be deleted.
    deletion_protection: bool = True
    raw_lock_days: int | None = 2557  # seven years; None: no Object Lock
    log_retention: str = "ONE_YEAR"
    log_level: str = "INFO"
    # How long a message stays hidden after its consumer's time is up. None: it is hidden for six
    # times the consumer's timeout, which is what AWS asks for.
    visibility_margin_seconds: int | None = None
    # How long a mapping may wait to fill a batch of more than ten.
    batching_window_seconds: int = 1
    # How long a reversal waits for its original before a person hears of it (USE7, POLICY).
    reversal_wait_hours: int = 72
    # How the ERP helps with repeats: E1 has our reference module and enforces our references, E2
    # has not and only looks them up.
    erp_class: str = "E1"
    # The most documents that all workers together send the ERP; 0 is no cap (POLICY: the site's).
    erp_documents_per_second: float = 0
    web_firewall: bool = True
    # Of the requests at the edge, how many X-Ray records. None: as X-Ray's own rule has it.
    traced_share: float | None = 0.005
    client_certificate: bool = True
    backup: bool = True
    # The raw archive is copied to a bucket elsewhere, which whoever deploys names.
    raw_replica: bool = True
    # The MLLP bridge runs as containers in a network of the site's, which whoever deploys names.
    mllp: bool = True


def _this_architecture() -> str:
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


PROD = Environment(name="prod")
DEV = replace(
    PROD,
    name="dev",
    raw_lock_days=1,
    log_retention="ONE_MONTH",
    backup=False,
    raw_replica=False,
)
# The engine in the box runs functions on our own interpreter, speaks plain HTTP on loopback, and
# refuses templates with Backup, WAF association, WAF logging, X-Ray's sampling rules or client
# certificates. It runs no containers: there the bridge is the command `ledgerward mllp`.
LOCAL = Environment(
    name="local",
    account="000000000000",
    region="us-east-1",
    runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
    architecture=_this_architecture(),
    packaged_dependencies=False,
    enforce_tls=False,
    deletion_protection=False,
    raw_lock_days=None,
    log_retention="ONE_MONTH",
    visibility_margin_seconds=30,  # a killed worker's messages come back only then
    batching_window_seconds=0,
    web_firewall=False,
    traced_share=None,
    client_certificate=False,
    backup=False,
    raw_replica=False,
    mllp=False,
)

ENVIRONMENTS: Mapping[str, Environment] = MappingProxyType(
    {environment.name: environment for environment in (LOCAL, DEV, PROD)}
)
