"""How commands answer: tables for people; with `--json` one object as the last line of output."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

PIPED_WIDTH = 200  # whoever pipes wants whole values
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


class Output:
    """One command's answer. With `--json` all that is for people goes to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(stderr=as_json, highlight=False)
        if not self.console.is_terminal:
            self.console.width = PIPED_WIDTH

    def say(self, text: str) -> None:
        """A line for people."""
        self.console.print(text, soft_wrap=True)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table for people."""
        drawn = Table(title=title, title_justify="left")
        for column in columns:
            drawn.add_column(column, overflow="fold")
        for row in rows:
            drawn.add_row(*(str(cell) for cell in row))
        self.console.print(drawn)

    def finish(self, result: Mapping[str, object], *next_commands: str) -> None:
        """Say what to type next, and give programs their object."""
        hints = [f"{command_name()} {each}" for each in next_commands]
        if hints:
            self.console.print("[dim]next:[/dim]")
        for each in hints:
            self.console.print(f"  {each}", markup=False, soft_wrap=True)
        if self.as_json:
            sys.stdout.write(json.dumps(result, default=str) + "\n")
            sys.stdout.flush()


def command_name() -> str:
    """The path this program was started by, so that hints can be pasted."""
    started = Path(sys.argv[0])
    on_path = shutil.which(started.name)
    if on_path and Path(on_path).resolve() == started.resolve():
        return started.name
    try:
        return str(started.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(started)
