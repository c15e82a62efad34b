"""What can go wrong with one call of the simulated ERP."""

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError


class FaultKind(StrEnum):
    """How one call of the ERP goes wrong."""

    ANSWER_LOST = "answer_lost"  # it commits, and nobody is told
    OUTCOME_UNKNOWN = "outcome_unknown"  # it commits nothing, and nobody is told
    LATE_COMMIT = "late_commit"  # nobody is told, and it commits when some time has passed
    DRAFT_LEFT = "draft_left"  # it dies between its two steps, and nobody is told
    NOT_WRITTEN = "not_written"
    THROTTLED = "throttled"
    ACCESS_DENIED = "access_denied"
    BATCH_REFUSED = "batch_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What befalls the next call of one operation."""

    kind: FaultKind
    operation: str = "submit"
    retry_after_seconds: float | None = None
    late_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the ERP says to every effect of an item. Unnamed: it refuses the whole call instead.

    After a draft: only its second step is refused, and the draft is cancelled then.
    """

    code: str
    text: str = "refused"
    is_named: bool = True
    after_draft: bool = False


# Faults of a call that writes all the same, at once or later.
WRITES = frozenset({FaultKind.ANSWER_LOST, FaultKind.LATE_COMMIT, FaultKind.DRAFT_LEFT})


def error_of(fault: Fault) -> Exception:
    """What the caller sees of it."""
    if fault.kind in WRITES:
        return OutcomeUnknownError("the ERP did not answer")
    match fault.kind:
        case FaultKind.OUTCOME_UNKNOWN:
            return OutcomeUnknownError("the ERP did not answer")
        case FaultKind.NOT_WRITTEN:
            return NotWrittenError("the ERP could not be reached", unreachable=True)
        case FaultKind.THROTTLED:
            wait = fault.retry_after_seconds or 30.0
            return NotWrittenError("the ERP asked us to wait", retry_after_seconds=wait)
        case FaultKind.ACCESS_DENIED:
            return NotWrittenError("the ERP let nobody in", target_access=True)
        case FaultKind.BATCH_REFUSED:
            return BatchRefusedError("the ERP refused the call", refusal="refused as a whole")
        case _:
            raise ValueError(f"unknown fault {fault.kind}")
