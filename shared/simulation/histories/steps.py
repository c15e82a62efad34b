"""The shipped steps, built on a history's ports as the wiring builds them on AWS."""

from collections.abc import Callable
from datetime import timedelta

from shared.formats.webhook.signature import WebhookKey
from shared.simulation.edge import SimulatedTokenizer
from shared.simulation.histories.identities import message_ids, numbered
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.messages import TRACKER
from shared.simulation.histories.operators import Operators
from shared.simulation.histories.ports import Ports
from shared.simulation.histories.queue import SimulatedQueue
from shared.workflow.idle_versions import IdleVersions
from shared.workflow.map_usage import MapUsage
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.post_effect import PostEffect
from shared.workflow.publish_outcome import PublishOutcome
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.receive_webhook import ReceiveWebhook
from shared.workflow.redrive_dead_letters import RedriveDeadLetters
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.snapshot_lines import SnapshotLines
from shared.workflow.still_missing import StillMissing
from shared.workflow.sweep_effects import SweepEffects
from shared.workflow.take_back import TakeBack
from shared.workflow.target_gate import Pace
from shared.workflow.webhook_audit import WebhookAudit

TARGET = "erp"
TRACKERS_KEY = WebhookKey(bytes(range(32)))
REVERSAL_WAIT = timedelta(hours=72)


class Steps:
    """One of each. They keep nothing between calls but the pace of their target."""

    def __init__(self, kernel: Kernel, ports: Ports, queues: dict[str, SimulatedQueue]) -> None:
        new_id = message_ids(ports.clock)
        self.pace = Pace(documents_per_second=0, clock=ports.clock, pause=kernel.wait)
        self.release = releaser(ports)
        self.receive = ReceiveMessage(
            archive=ports.archive,
            journal=ports.journal,
            documents=ports.documents,
            holds=ports.holds,
            clients=ports.clients,
            tokens=SimulatedTokenizer(),
            clock=ports.clock,
            new_id=new_id,
        )
        self.receive_webhook = receiver_of_webhooks(ports, new_id)
        self.map = mapper(ports, self.release)
        self.post = poster(ports, self.pace)
        self.publish = PublishOutcome(
            journal=ports.journal,
            holds=ports.holds,
            release=self.release,
            events=ports.events,
            statuses=ports.statuses,
        )
        self.sweep = SweepEffects(
            target=TARGET,
            breakers=ports.breakers,
            ledger=ports.ledger,
            effects=ports.effects,
            clock=ports.clock,
        )
        self.redrive = RedriveDeadLetters(
            queues=LetterReturn(queues), holds=ports.holds, clock=ports.clock
        )
        operators = Operators(
            ports, self.release, self.receive, self.receive_webhook, target=TARGET
        )
        self.add, self.recover = operators.add, operators.recover


class LetterReturn:
    """Implements the DeadLetterReturn port."""

    def __init__(self, queues: dict[str, SimulatedQueue]) -> None:
        self._queues = queues

    def send_back(self, queue: str, body: str, *, redrives: int, delay_seconds: int) -> None:
        """Enqueue the same body again on `queue`, remembering how often that was done."""
        self._queues[queue].put(body, redrives=redrives, delay_seconds=delay_seconds)


def receiver_of_webhooks(ports: Ports, new_id: Callable[[], str]) -> ReceiveWebhook:
    """What the tracker of cases tells."""
    return ReceiveWebhook(
        archive=ports.archive,
        journal=ports.journal,
        documents=ports.documents,
        sources=ports.sources,
        log=ports.webhooks,
        tokens=SimulatedTokenizer(),
        clock=ports.clock,
        keys={TRACKER: (TRACKERS_KEY,)},
        audit=WebhookAudit(journal=ports.journal),
        new_id=new_id,
    )


def releaser(ports: Ports) -> ReleaseParked:
    """What waits for a key that has arrived goes on."""
    missing = StillMissing(
        master=ports.master,
        ledger=ports.ledger,
        parking=ports.parking,
        breakers=ports.breakers,
        target=TARGET,
        clock=ports.clock,
    )
    return ReleaseParked(
        parking=ports.parking,
        documents=ports.documents,
        missing=missing,
        holds=ports.holds,
        journal=ports.journal,
        clock=ports.clock,
    )


def poster(ports: Ports, pace: Pace) -> PostEffect:
    """Effects to the target."""
    return PostEffect(
        target=TARGET,
        connector=ports.target,
        breakers=ports.breakers,
        pace=pace,
        ledger=ports.ledger,
        holds=ports.holds,
        clock=ports.clock,
        new_token=numbered("token"),
    )


def mapper(ports: Ports, release: ReleaseParked) -> MapUsage:
    """Documents to effects."""
    pair = PairReversal(
        ledger=ports.ledger,
        parking=ports.parking,
        holds=ports.holds,
        master=ports.master,
        breakers=ports.breakers,
        target=TARGET,
        clock=ports.clock,
        wait=REVERSAL_WAIT,
    )
    return MapUsage(
        journal=ports.journal,
        master=ports.master,
        holds=ports.holds,
        parking=ports.parking,
        ledger=ports.ledger,
        pair=pair,
        snapshots=_snapshots(ports, pair),
        release=release,
        effects=ports.effects,
        statuses=ports.statuses,
        clock=ports.clock,
    )


def _snapshots(ports: Ports, pair: PairReversal) -> SnapshotLines:
    return SnapshotLines(
        heads=ports.heads,
        master=ports.master,
        ledger=ports.ledger,
        parking=ports.parking,
        take_back=TakeBack(
            ledger=ports.ledger, parking=ports.parking, pair=pair, clock=ports.clock
        ),
        idle=IdleVersions(heads=ports.heads, parking=ports.parking, holds=ports.holds),
        target=TARGET,
        clock=ports.clock,
    )
