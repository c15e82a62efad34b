"""The command line: one program, one verb each."""

import sys
from typing import NoReturn

import typer
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from shared.cli.box import down, reset, status, up
from shared.cli.demo import demo
from shared.cli.explain import explain
from shared.cli.file import file
from shared.cli.holds import holds
from shared.cli.mapping import mapping
from shared.cli.mllp import mllp
from shared.cli.positions import positions
from shared.cli.read import read
from shared.cli.recovery import recover
from shared.cli.seal import export, seal, verify
from shared.cli.send import send
from shared.cli.simulate import simulate
from shared.cli.tieout import tieout
from shared.cli.tokens import token
from shared.cli.trace import trace
from shared.errors import LedgerwardError

COMMANDS = (
    *(demo, up, down, reset, status, recover, send, trace, tieout, positions, seal, verify, export),
    *(mllp, simulate, read, explain),
)
GROUPS = (holds, mapping, file, token)

program = typer.Typer(
    name="ledgerward",
    help="From the ward to the ledger: once, to the cent, with lineage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    program.command()(command)
for group in GROUPS:
    program.add_typer(group)


def main() -> None:
    """Run one command; what a person can mend is told in words, not as a traceback."""
    try:
        program()
    except LedgerwardError as error:
        _refuse(f"{error.code}: {error}")
    except EndpointConnectionError as error:
        _refuse(f"PLATFORM_AWAY: {error} A box that is down is brought up by: ledgerward up")


def _refuse(why: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(why, markup=False)
    sys.exit(1)
