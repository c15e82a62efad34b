"""Section 8 on the tables' real port: parkers, adders, copies and sweeps at the same moment."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from shared.aws.master_data import DynamoMasterDataWriter
from shared.canonical.outcome import EffectState
from tests.builders import KNOWN_SINCE, a_master
from tests.contract.families import Aws, Family
from tests.contract.tables import MASTER_DATA
from tests.unit.test_release_parked import a_storm, fifty_lines, id_of
from tests.usage_world import UsageWorld

WORKERS = 6


class MasterOnAws:
    """The reader and the writer of one table, as the simulated one is both."""

    def __init__(self, family: Family, aws: Aws) -> None:
        self._reader = family.master
        self._writer = DynamoMasterDataWriter(client=aws.dynamodb, table=MASTER_DATA)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._writer if name == "put" else self._reader, name)


@pytest.mark.parametrize("seed", range(50))
def test_fifty_effects_once_each_whatever_the_interleaving(
    aws: Aws, on_aws: Family, seed: int
) -> None:
    master = MasterOnAws(on_aws, aws)
    master.put([record for _, record in a_master().versions], recorded_at=KNOWN_SINCE)
    world = UsageWorld(
        master=cast(Any, master),
        parking=cast(Any, on_aws.parking),
        holds=cast(Any, on_aws.holds),
        ledger=cast(Any, on_aws.ledger),
        journal=cast(Any, on_aws.journal),
    )
    # The queues are drained at the end only: what is at stake here is what the tables let happen.
    chance = random.Random(seed)  # noqa: S311 - a shuffle, not a secret
    events = [event for event in a_storm(world, chance) if event != world.run_until_quiet]

    with ThreadPoolExecutor(WORKERS) as workers:
        for done in [workers.submit(event) for event in events]:
            done.result()
    world.run_until_quiet()
    world.release()
    world.run_until_quiet()

    assert len(world.erp.documents) == 50
    assert {world.state_of(id_of(each)) for each in fifty_lines()} == {EffectState.DONE}
    assert list(world.parking.missing_keys()) == []
