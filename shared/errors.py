"""The one tree of errors. Each has a code that operators can look up.

Its type decides whether a retry can help.
"""

from typing import ClassVar


class LedgerwardError(Exception):
    """Base class. Messages carry identifiers and positions, never patient data."""

    code: ClassVar[str] = "LEDGERWARD"
    retryable: ClassVar[bool] = False


class OutcomeUnknownError(LedgerwardError):
    """The target may or may not have written what was sent (LAW3).

    Read back before anything else.
    """

    code = "OUTCOME_UNKNOWN"
    retryable = True


class NotWrittenError(LedgerwardError):
    """The target proved that it wrote nothing; trying again later may help.

    Args:
        message: What happened, in identifiers.
        retry_after_seconds: How long the target asked us to wait, if it said so.
        target_access: The whole target refused us (authentication, permission): a person must mend
            the access.
        unreachable: Nobody answered there: one more such call and the target may be left alone.
    """

    code = "NOT_WRITTEN"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: float | None = None,
        target_access: bool = False,
        unreachable: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.target_access = target_access
        self.unreachable = unreachable


class BatchRefusedError(LedgerwardError):
    """The target refused a whole call and wrote none of it, naming no effect."""

    code = "BATCH_REFUSED"

    def __init__(self, message: str, *, refusal: str) -> None:
        super().__init__(message)
        self.refusal = refusal


class ThrottledError(LedgerwardError):
    """A store or queue asked us to slow down; the delivery stays in its queue."""

    code = "THROTTLED"
    retryable = True


class ChainBrokenError(LedgerwardError):
    """A journal chain does not verify.

    An entry was altered, removed or added outside the product (AUD1).
    """

    code = "CHAIN_BROKEN"


class SettingsError(LedgerwardError):
    """A setting is missing or has no meaning."""

    code = "SETTINGS"


class SealBrokenError(LedgerwardError):
    """A seal is not as it was made, or there is none where one is asked for (AUD1)."""

    code = "SEAL_BROKEN"
