"""What the judge of a check calls wrong, and how many faults go with how many effects."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from infra.local.network import build_network
from tests.e2e.messages import erp_reference, id_of_use
from tests.e2e.wire.load import EFFECTS_OF_WAVE, Promised, a_wave
from tests.e2e.wire.process_faults import DOSES, ProcessFault, planned_faults
from tests.e2e.wire.verdict import HELD_FOR, Found, Verdict

FIRST, SECOND, HELD = (id_of_use("EHR", "NORTH", name) for name in ("T-1", "T-2", "T-3"))
ONE, TWO, THREE = (erp_reference(each) for each in (FIRST, SECOND, HELD))
PROMISED = Promised(lines={ONE: FIRST, TWO: SECOND}, held=frozenset({HELD}))
GOOD = Found(
    moves={ONE: 1, TWO: 1},
    holds={HELD: HELD_FOR},
    refused=0,
    in_doubt=0,
    unexplained="0.00",
    incomplete=0,
    driven=0,
)


def test_all_as_promised_is_good() -> None:
    verdict = Verdict.on(GOOD, PROMISED)

    assert verdict.is_good
    assert verdict.once == 2


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (replace(GOOD, moves={ONE: 2, TWO: 1}), {"twice": (ONE,)}),
        (replace(GOOD, moves={ONE: 1}), {"lost": (TWO,)}),
        (replace(GOOD, moves={ONE: 1, TWO: 1, THREE: 1}), {"strange": (THREE,)}),
        (
            replace(GOOD, moves={ONE: 1}, holds={HELD: HELD_FOR, SECOND: "REVIEW"}),
            {"held instead": (f"{SECOND} REVIEW",)},
        ),
        (replace(GOOD, holds={}), {"held wrong": (HELD,)}),
        (replace(GOOD, holds={HELD: "CONFLICT"}), {"held wrong": (HELD,)}),
        (replace(GOOD, holds={HELD: HELD_FOR, FIRST: "LOT"}), {"held wrong": (FIRST,)}),
    ],
)
def test_each_line_that_is_otherwise_is_named(
    found: Found, wrong: dict[str, tuple[str, ...]]
) -> None:
    verdict = Verdict.on(found, PROMISED)

    assert verdict.wrong() == wrong
    assert not verdict.is_good


@pytest.mark.parametrize(
    "found",
    [
        replace(GOOD, refused=1),
        replace(GOOD, in_doubt=1),
        replace(GOOD, incomplete=1),
        replace(GOOD, driven=1),
        replace(GOOD, unexplained="0.01"),
    ],
)
def test_what_is_open_or_out_of_balance_is_not_good(found: Found) -> None:
    assert not Verdict.on(found, PROMISED).is_good


def test_a_wave_has_a_hundred_effects_and_repeats_of_every_source() -> None:
    wave = a_wave(build_network(seed=1, year=2026), Random(1))  # noqa: S311
    part = wave.part

    assert len(wave.effects) == EFFECTS_OF_WAVE == 100
    assert len(wave.held) == 2
    assert (len(part.messages), len(part.events), len(part.files)) == (26, 12, 3)
    assert len(set(part.messages)) == 21
    assert len({each.body for each in part.events}) == 8
    assert len({each.webhook_id for each in part.events}) == 10
    assert len({each.body for each in part.files}) == 1
    assert wave.repeats == 5 + 4 + 2


def counted(waves: int) -> Counter[ProcessFault]:
    return Counter(each.fault for wave in planned_faults(waves, seed=1) for each in wave)


def test_a_whole_check_restarts_the_erp_six_times_and_a_small_one_does_each_fault_once() -> None:
    whole = planned_faults(20, seed=1)

    assert counted(20) == {fault: dose.of_whole for fault, dose in DOSES.items()}
    assert counted(20)[ProcessFault.ERP_KILLED] == 6
    assert counted(1) == dict.fromkeys(ProcessFault, 1)
    assert {len(wave) for wave in whole} == {1, 2}
    assert all([*wave] == sorted(wave, key=lambda each: each.at) for wave in whole)


def test_faults_come_by_their_seed() -> None:
    assert planned_faults(20, seed=5) == planned_faults(20, seed=5)
    assert planned_faults(20, seed=5) != planned_faults(20, seed=6)
