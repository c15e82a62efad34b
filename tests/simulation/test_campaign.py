"""Many effects over all fault levels and classes of targets: nothing is wrong in the books.

It takes every core there is; `LEDGERWARD_EFFECTS` asks for more. `-s` shows the counts.
"""

import os
import sys

from shared.simulation.histories.campaign import Campaign, run_campaign
from shared.simulation.histories.faults import FaultLevel
from shared.simulation.histories.targets import TARGETS

EFFECTS = int(os.environ.get("LEDGERWARD_EFFECTS", "60000"))
ZEROS = ("duplicated", "lost", "stuck", "cents_off", "holds_off", "crashes")


def test_of_many_effects_none_is_lost_doubled_stuck_or_a_cent_off() -> None:
    asked = Campaign(
        effects=EFFECTS,
        seed=1,
        levels=[*FaultLevel],
        targets=[*TARGETS],
        jobs=os.cpu_count() or 1,
    )

    total = run_campaign(asked)

    result = total.result()
    sys.stdout.write(f"{result}\n")
    assert total.failed == []
    assert {name: total.counts[name] for name in ZEROS} == dict.fromkeys(ZEROS, 0)
    assert total.counts["effects"] == EFFECTS
    assert total.counts["reviews"] == total.counts["seeded_reviews"]
    assert total.counts["refusals"] == total.counts["seeded_refusals"]
