"""Mutants of cases that are told in versions (USE4)."""

from collections.abc import Sequence
from typing import Any

import shared.workflow.snapshot_lines as lines_module
from shared.canonical.head import CaseHead
from shared.canonical.snapshot import Snapshot
from shared.workflow.recall_versions import Recalled, RecallVersions
from shared.workflow.snapshot_lines import SnapshotLines
from tests.simulation.mutants.mutant import Patch

Breaks = Sequence[Patch]


def version_posted_whole() -> Breaks:
    """A higher version is posted as if none had been before it."""

    def whole(head: Any, line: Any, *_asked: Any, **_more: Any) -> Any:  # noqa: ANN401
        return head.parts, line.effect if line.line.quantity else None

    return [(lines_module, "posted_difference", whole)]


def lower_version_counts() -> Breaks:
    """The version that comes last is posted over a higher one that stands."""
    settled = SnapshotLines._settled  # noqa: SLF001 - a mutant

    def careless(self: SnapshotLines, document: Any, *asked: Any) -> Any:  # noqa: ANN401
        version, head = document.versioned.version, asked[-1]
        is_new = head is not None and head.version > version and not head.told_as(version)
        return None if is_new else settled(self, document, *asked)

    return [(SnapshotLines, "_settled", careless)]


def vanished_line_stays() -> Breaks:
    """What the highest version does not name is left in the books."""
    return [(SnapshotLines, "_gone", lambda _self, *_asked: ())]


def killed_version_forgotten() -> Breaks:
    """What a version took back is not told again once a higher version stands."""

    def unnamed(snapshot: Snapshot, case: CaseHead | None) -> frozenset[str]:
        is_highest = case is not None and case.version == snapshot.version
        return case.gone if case is not None and is_highest else frozenset()

    return [(lines_module, "_unnamed", unnamed)]


def head_moved_alone() -> Breaks:
    """A line's head moves without the effect of its difference: that is only sent afterwards."""
    return [(SnapshotLines, "_owed", lambda _self, _effect: None)]


def versions_not_recalled() -> Breaks:
    """A recovery does not ask the target which versions were counted before the loss."""
    return [
        (RecallVersions, "__call__", lambda _self, _told: Recalled(takings={}, unexplained=0)),
    ]
