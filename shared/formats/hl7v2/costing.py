"""What a finding of the HL7 v2 reader costs its sender: the answer, and the condition of ERR-3."""

from dataclasses import dataclass
from enum import StrEnum

from shared.canonical.diagnostic import Severity
from shared.formats.finding_codes import FindingCode

# Table 0357.
SEGMENT_ORDER, REQUIRED, DATA_TYPE, TABLE_VALUE, TOO_LONG = 100, 101, 102, 103, 104
MESSAGE_TYPE, EVENT, INTERNAL = 200, 201, 207
UNTOLD = 0  # notes do not reach the sender


class AckCode(StrEnum):
    """MSA-1 in original mode, which every sender understands."""

    ACCEPT = "AA"
    ERROR = "AE"
    REJECT = "AR"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticCode(FindingCode):
    """What one code means. `condition` is ERR-3 of table 0357, `answer` the MSA-1 it causes."""

    condition: int
    answer: AckCode = AckCode.ACCEPT


@dataclass(frozen=True, slots=True)
class AckCosting:
    """Makes the codes of one severity and answer; `remedy` is that of those that name none."""

    severity: Severity
    answer: AckCode
    remedy: str = "Send the message again, mended."

    def __call__(
        self, code: str, condition: int, rule: str, message: str, remedy: str = ""
    ) -> DiagnosticCode:
        """One code of a table."""
        return DiagnosticCode(
            code=code,
            severity=self.severity,
            condition=condition,
            rule=rule,
            message=message,
            remedy=remedy or self.remedy,
            answer=self.answer,
        )


rejected = AckCosting(Severity.MESSAGE, AckCode.REJECT)
in_error = AckCosting(Severity.MESSAGE, AckCode.ERROR)
line = AckCosting(
    Severity.LINE, AckCode.ACCEPT, "Send the line again, whole, under the same transaction id."
)
note = AckCosting(Severity.NOTE, AckCode.ACCEPT, "Nothing must be done.")
