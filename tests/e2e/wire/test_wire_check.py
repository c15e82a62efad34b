"""A small wire check: one wave of a hundred effects, and each kind of fault at least once."""

import pytest

from tests.e2e.wire.check import PAUSE_SECONDS, checking
from tests.e2e.wire.fault_proxy import WireFault
from tests.e2e.wire.load import EFFECTS_OF_WAVE
from tests.e2e.wire.process_faults import ProcessFault

pytestmark = pytest.mark.stack


def test_a_wave_under_each_fault_is_in_the_books_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("box")

    with checking(folder, effects=EFFECTS_OF_WAVE, seed=3) as check:
        checked = check.run(pause_seconds=PAUSE_SECONDS)

    assert checked.verdict.is_good, [checked.verdict.wrong(), *checked.verdict.rows()]
    assert checked.verdict.once == EFFECTS_OF_WAVE
    assert checked.arrivals == {
        "messages": 26,
        "events": 12,
        "files": 3,
        "of them again": 11,
        "effects": 100,
        "lines that must be held": 2,
    }
    assert checked.processes == dict.fromkeys(ProcessFault, 1)
    assert [each for each in WireFault if not checked.of_wire(each)] == []
