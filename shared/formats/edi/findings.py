"""What was found wrong in one interchange, in the order of the file and in bounded number."""

from dataclasses import replace

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.bounds import FINDINGS_LIMIT
from shared.formats.edi.codes import finding
from shared.formats.edi.delimiters import COMPONENT, REPETITION
from shared.formats.edi.positions import EdiPosition

_SHOWN = {ord(COMPONENT): ":", ord(REPETITION): "^"}


class FindingScope(list[Diagnostic]):
    """What was found in one set, group or interchange, and how much more was only counted."""

    untold = 0


class Findings:
    """Collects findings; knows in which interchange, group and set the reader stands.

    Findings that the partner's profile tolerates cost nothing. Of one set at most so many are told,
    then only counted, so that a hostile file is not answered with a larger one.
    """

    def __init__(self, tolerated: frozenset[str] = frozenset()) -> None:
        self.interchange = self.group = self.set = 0
        self.told: list[Diagnostic] = []
        self.scope = FindingScope()
        self._tolerated = tolerated

    def begin(self, scope: FindingScope) -> None:
        """From here on findings belong to this set, group or interchange too."""
        self.scope = scope

    def end(self, segment: str, byte: int) -> None:
        """The set, group or interchange has ended: say what was only counted."""
        if self.scope.untold:
            untold, self.scope.untold = self.scope.untold, 0
            position = self._position(segment=segment, byte=byte)
            self._tell(finding("FINDINGS_TOO_MANY", position, fact=f"{untold} more"))

    def report(  # noqa: PLR0913 - a place has so many coordinates
        self,
        code: str,
        *,
        segment: str = "",
        ordinal: int = 0,
        byte: int = 0,
        field: int = 0,
        component: int = 0,
        value: str = "",
        fact: str = "",
        loop: str = "",
    ) -> Diagnostic:
        """Note a finding: `value` as sent is told by its shape, `fact` is in our words."""
        position = self._position(
            segment=segment,
            ordinal=ordinal,
            byte=byte,
            field=field,
            component=component,
            loop=loop,
        )
        found = finding(code, position, value.translate(_SHOWN), fact)
        if code in self._tolerated:
            found = replace(found, severity=Severity.NOTE)
        grave = found.severity is Severity.MESSAGE
        if len(self.scope) < FINDINGS_LIMIT * (1 + grave):
            self._tell(found)
        else:
            self.scope.untold += 1
        return found

    def _tell(self, found: Diagnostic) -> None:
        self.told.append(found)
        self.scope.append(found)

    def _position(
        self,
        *,
        segment: str,
        byte: int,
        ordinal: int = 0,
        field: int = 0,
        component: int = 0,
        loop: str = "",
    ) -> EdiPosition:
        return EdiPosition(
            segment=segment,
            occurrence=0,
            field=field,
            component=component,
            byte=byte,
            interchange=self.interchange,
            group=self.group,
            set=self.set,
            ordinal=ordinal,
            loop=loop,
        )

    def take(self) -> list[Diagnostic]:
        """What was found since the last time."""
        told, self.told = self.told, []
        return told
