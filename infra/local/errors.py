"""What can go wrong while the box starts or stops, told so that a person can act on it."""

from typing import ClassVar

from shared.errors import LedgerwardError


class BoxError(LedgerwardError):
    """The box cannot do what was asked; the message says why and what to do next.

    Args:
        message: What happened.
        hint: What the reader can do about it.
        log_lines: The last lines of the log of whatever failed.
    """

    code: ClassVar[str] = "BOX"

    def __init__(self, message: str, *, hint: str = "", log_lines: tuple[str, ...] = ()) -> None:
        super().__init__(
            "\n".join([message, *(f"  | {line}" for line in log_lines), *filter(None, [hint])])
        )
        self.message = message
        self.hint = hint
        self.log_lines = log_lines


class PortTakenError(BoxError):
    """Another process listens where a process of the box should."""

    code: ClassVar[str] = "PORT_TAKEN"


class ProcessDiedError(BoxError):
    """A process of the box ended or never became healthy."""

    code: ClassVar[str] = "PROCESS_DIED"


class DeploymentError(BoxError):
    """The engine refused a stack; the message names the resources and its reasons."""

    code: ClassVar[str] = "DEPLOYMENT"
