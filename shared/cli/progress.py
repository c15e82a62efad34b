"""Progress on the terminal: what goes on now, what is done and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class ShownProgress:
    """Tells each step on standard error as it begins and ends; steps may overlap."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step."""
        began = time.monotonic()
        self._console.print(f"  [dim]…[/dim] {name}")
        try:
            yield
        except BaseException:
            self._console.print(f"  [red]✗[/red] {name}")
            raise
        self._console.print(
            f"  [green]✓[/green] {name} [dim]{time.monotonic() - began:.1f} s[/dim]"
        )

    @contextmanager
    def bar(self, name: str, total: int) -> Iterator[Progress]:
        """A bar that counts to `total`; advance task 0."""
        columns = (TextColumn(name), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console) as shown:
            shown.add_task(name, total=total)
            yield shown
