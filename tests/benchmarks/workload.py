"""What the figures of the deployed stack share: charges, effects like the box's own, waiting."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import cycle, islice
from random import Random
from uuid import uuid4

from infra.local.day import Charge
from infra.local.day.ehr import ordinary_messages
from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.cli.deployment import Deployment
from shared.cli.settling import Settling
from shared.mllp.edge_client import EdgeClient
from tests.e2e.messages import a_message, id_of_use

APPLICATION, FACILITY = "EHR", "NORTH"
CONNECTIONS, PATIENCE_SECONDS = 8, 600


def accept(edge: EdgeClient, charge: Charge) -> datetime:
    """Hand one charge in; the moment of its acknowledgement."""
    answer = edge.send(a_message(charge).encoded())
    if not answer.is_accepted:
        raise SystemExit(f"refused with {answer.status}: {answer.text}")
    return datetime.now(UTC)


def handed_in(
    edge: EdgeClient, charges: Sequence[Charge], *, a_second: float, start: float
) -> list["Future[datetime]"]:
    """Hand charges in at a steady rate from this moment (monotonic) on; each acknowledgement."""
    with ThreadPoolExecutor(CONNECTIONS) as connections:
        sent = []
        for number, charge in enumerate(charges):
            time.sleep(max(0.0, start + number / a_second - time.monotonic()))
            edge.token()
            sent.append(connections.submit(accept, edge, charge))
    return sent


def id_of(charge: Charge) -> str:
    """The id of its effect."""
    return id_of_transaction(charge.transaction)


def id_of_transaction(transaction: str) -> str:
    """The id that a charge of this transaction has for ever."""
    return id_of_use(APPLICATION, FACILITY, transaction)


def posted(deployment: Deployment, ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
    """The ledger's entries of these effects, once all are done."""
    done: dict[str, LedgerEntry] = {}

    def are_done() -> bool:
        owed = [key for key in ids if key not in done]
        entries = deployment.ledger.read(owed).items()
        done.update((key, each) for key, each in entries if each.state is EffectState.DONE)
        return len(done) == len(ids)

    wait_until(are_done, every_seconds=1, because=lambda: f"{len(done)} of {len(ids)} are posted")
    return done


def posted_at(deployment: Deployment, ids: Sequence[str]) -> Mapping[str, datetime]:
    """When each effect was done, by its worker's clock, once all are."""
    entries = posted(deployment, ids).items()
    return {key: datetime.fromisoformat(each.recorded_at) for key, each in entries}


def sample_effects(deployment: Deployment) -> Sequence[Effect]:
    """Send one hospital's ordinary charges of a day through the edge; the effects they became.

    They take the items, places and cost centres of the box's own day in its own mix.
    """
    edge, stem = deployment.edge(), uuid4().hex[:8]
    today, chance = datetime.now(UTC).date(), Random(stem)  # noqa: S311 - data
    ids = []
    for message in ordinary_messages(deployment.network, FACILITY, today, chance):
        for charge in message.charges:
            own = replace(charge, transaction=f"{stem}-{charge.transaction}")
            accept(edge, own)
            ids.append(id_of(own))
    Settling.watch(deployment)
    entries = deployment.ledger.read(ids).values()
    return [entry.effect for entry in entries if entry.state is EffectState.DONE]


def fresh_effects(samples: Sequence[Effect], count: int) -> Sequence[Effect]:
    """As many effects that nobody has seen yet, taking the samples in turn."""
    run = uuid4().hex[:12]
    return [
        _another(sample, f"RATE-{run}-{number}")
        for number, sample in enumerate(islice(cycle(samples), count))
    ]


def _another(sample: Effect, transaction: str) -> Effect:
    """The same use in another document: what differs is what identifies it."""
    return replace(
        sample,
        effect_id=id_of_transaction(transaction),
        content_hash=sha256(transaction.encode()).hexdigest(),
        document_id=sha256(f"document {transaction}".encode()).hexdigest(),
        correlation_id=f"message-{transaction}",
    )


@contextmanager
def looking(look: Callable[[], None], *, every_seconds: float) -> Iterator[None]:
    """Look now and then, in a thread beside, for as long as the context lasts."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(every_seconds):
            look()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def wait_until(
    is_so: Callable[[], bool], *, every_seconds: float, because: Callable[[], str]
) -> float:
    """Wait for it; the moment (monotonic) at which it was seen, or the end of the program."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        if is_so():
            return time.monotonic()
        time.sleep(every_seconds)
    raise SystemExit(f"waited {PATIENCE_SECONDS} s in vain: {because()}")
