"""ERP killed, workers killed, everything down and up in mid-play: all drains, nothing twice."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil
import pytest

from shared.cli.player import Player
from shared.mllp.edge_client import EdgeAnswer
from tests.e2e.messages import a_charge, a_message, reference_of
from tests.e2e.stack import Stack, eventually

pytestmark = pytest.mark.stack


@dataclass
class Play:
    """Messages that go on being sent while the test breaks things."""

    stack: Stack
    bodies: Sequence[bytes]
    pause_seconds: float
    answers: list[EdgeAnswer] = field(default_factory=list)

    def __enter__(self) -> "Play":
        player = Player(edge=self.stack.deployment.edge(), pause_seconds=self.pause_seconds)
        self._thread = threading.Thread(
            target=lambda: player.play(self.bodies, self.answers.append)
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def reaches(self, share: float) -> None:
        assert eventually(lambda: len(self.answers) >= share * len(self.bodies))


def a_play(stack: Stack, messages: int, *, pause_seconds: float) -> tuple[Play, set[str]]:
    """Messages of two lines, each of them sent twice; and the references that must come of them."""
    network = stack.deployment.network
    charges = [(a_charge(network), a_charge(network)) for _ in range(messages)]
    bodies = [a_message(*pair).encoded() for pair in charges]
    references = {reference_of(charge) for pair in charges for charge in pair}
    play = Play(stack=stack, bodies=[*bodies, *bodies], pause_seconds=pause_seconds)
    return play, references


def assert_all_is_well(stack: Stack, play: Play, references: set[str]) -> None:
    settling = stack.settle()
    tied = stack.run("tieout")

    assert all(answer.is_accepted for answer in play.answers)
    assert (settling.queued, settling.dead, settling.unsettled) == (0, 0, 0)
    booked = dict(stack.moves())
    assert {reference: booked.get(reference, 0) for reference in references} == dict.fromkeys(
        references, 1
    )
    assert (tied.status, tied.result["unexplained"]) == (0, "0.00"), tied.result["differences"]


def all_of(process: psutil.Process) -> tuple[psutil.Process, ...]:
    """With its children; asked for before the play, which does not wait for the answer."""
    return process, *process.children(recursive=True)


def test_the_erp_killed_in_mid_play_and_started_again(stack: Stack) -> None:
    play, references = a_play(stack, 40, pause_seconds=0.5)

    erp = all_of(stack.process("erp"))
    with play:
        play.reaches(0.3)
        for process in erp:
            process.kill()
        play.reaches(0.8)
        assert stack.run("up").status == 0

    assert_all_is_well(stack, play, references)


def test_an_erp_that_stays_away_is_left_alone_until_it_answers(stack: Stack) -> None:
    play, references = a_play(stack, 40, pause_seconds=0.8)

    erp = all_of(stack.process("erp"))
    with play:
        play.reaches(0.2)
        for process in erp:
            process.kill()
        assert eventually(lambda: stack.deployment.breakers.read("tryton").is_open)
        time.sleep(40)
        assert stack.run("up").status == 0

    assert_all_is_well(stack, play, references)
    assert stack.deployment.breakers.read("tryton").is_untroubled


def test_workers_killed_in_mid_play(stack: Stack) -> None:
    play, references = a_play(stack, 40, pause_seconds=0.3)
    killed = 0

    engine = stack.process("engine")
    with play:
        for share in (0.2, 0.4, 0.6):
            play.reaches(share)
            for worker in engine.children(recursive=True):
                try:
                    worker.kill()
                    killed += 1
                except psutil.NoSuchProcess:
                    continue
            time.sleep(1)

    assert killed > 0
    assert_all_is_well(stack, play, references)


def test_down_and_up_in_mid_play(stack: Stack) -> None:
    play, references = a_play(stack, 40, pause_seconds=0.3)

    with play:
        play.reaches(0.3)
        assert stack.run("down").status == 0
        assert stack.run("up").status == 0

    assert_all_is_well(stack, play, references)
