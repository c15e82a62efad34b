"""What every connector keeps, shown on the real ERP and judged by the ERP's own tables.

A second connector is one more name in `ERPS`, and its ERP one more case in `the_erp`.
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.canonical.outcome import SubmitOutcome
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.ports.erp import EffectClass
from tests.contract.erp_in_a_box import (
    TrytonInABox,
    plain_tryton,  # noqa: F401 - a fixture
    tryton,  # noqa: F401 - a fixture
)
from tests.contract.uses import (
    ERPS,
    a_use,
    reference,
    submit,
    the_erp,
    the_item,
)

pytestmark = pytest.mark.erp

PATIENCE_SECONDS = 30.0
QUIET_SECONDS = 0.2
# What each connector writes for one use, call by call; the last one books.
WRITING = {
    "tryton": ("/ledgerward_post",),
    "plain_tryton": ("/create", "/wait", "/assign_force", "/do"),
}


@pytest.fixture(params=ERPS)
def erp(request: pytest.FixtureRequest) -> TrytonInABox:
    return the_erp(request)


def wait_for(fact: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.05)
    return False


def test_the_connector_says_what_the_protocol_must_know(erp: TrytonInABox) -> None:
    traits = erp.connector().traits

    assert traits.effect_class is erp.erp_class
    assert traits.answers_line_by_line
    bound = {EffectClass.E1: None, EffectClass.E2: 30.0}  # E1 needs none
    assert traits.latest_commit_seconds == bound[erp.erp_class]


def test_a_use_becomes_one_document_with_what_the_erp_made_of_it(erp: TrytonInABox) -> None:
    use = a_use(erp, quantity="3")

    (result,) = submit(erp.connector(), use)

    assert result.outcome is SubmitOutcome.POSTED
    assert result.document is not None
    assert result.document.is_final
    assert result.document.reference == reference(use)
    (line,) = result.document.lines
    assert (line.item, line.quantity, line.unit_cost) == (use.item, Decimal(3), use.unit_cost)
    assert erp.documents(reference(use)) == 1


def test_nothing_to_submit_is_no_call(erp: TrytonInABox) -> None:
    assert submit(erp.connector()) == ()


def test_the_same_use_again_is_the_same_document(erp: TrytonInABox) -> None:
    use = a_use(erp)
    (first,) = submit(erp.connector(), use)

    (again,) = submit(erp.connector(), use)

    assert again.outcome is SubmitOutcome.DUPLICATE
    assert again.document == first.document
    assert erp.documents(reference(use)) == 1


def test_the_same_use_twice_in_one_call_is_one_document(erp: TrytonInABox) -> None:
    use = a_use(erp)

    first, second = submit(erp.connector(), use, use)

    assert first == second
    assert first.outcome is SubmitOutcome.POSTED
    assert erp.documents(reference(use)) == 1


def test_other_content_under_a_known_reference_is_a_conflict(erp: TrytonInABox) -> None:
    use = a_use(erp)
    (first,) = submit(erp.connector(), use)

    (other,) = submit(erp.connector(), replace(use, content_hash="b" * 64))

    assert other.outcome is SubmitOutcome.CONFLICT
    assert other.document == first.document
    assert erp.documents(reference(use)) == 1


def test_other_content_in_the_same_call_is_a_conflict_too(erp: TrytonInABox) -> None:
    use = a_use(erp)

    first, other = submit(erp.connector(), use, replace(use, content_hash="b" * 64))

    assert first.outcome is SubmitOutcome.POSTED
    assert other.outcome is SubmitOutcome.CONFLICT
    assert erp.documents(reference(use)) == 1


def test_a_bad_line_is_refused_by_itself(erp: TrytonInABox) -> None:
    good, better = a_use(erp), a_use(erp)
    known = a_use(erp)
    submit(erp.connector(), known)
    unknown_item = replace(a_use(erp), item="NO-SUCH-ITEM")
    nothing = a_use(erp, quantity="0")
    nowhere = replace(a_use(erp), to_place="NO-SUCH-PLACE")
    uncharged = replace(
        a_use(erp), dimensions=replace(good.dimensions, cost_centre="NO-SUCH-CENTRE")
    )
    long_ago = replace(a_use(erp), accounting_date=date(2001, 1, 1))
    bad = (unknown_item, nothing, nowhere, uncharged, long_ago)

    results = submit(erp.connector(), good, *bad, known, better)

    assert [result.outcome for result in results] == [
        SubmitOutcome.POSTED,
        *[SubmitOutcome.REFUSED] * 5,
        SubmitOutcome.DUPLICATE,
        SubmitOutcome.POSTED,
    ]
    assert [result.code for result in results[1:6]] == [
        "MASTER_DATA_MISSING",
        "VALIDATION",
        "MASTER_DATA_MISSING",
        "MASTER_DATA_MISSING",
        "PERIOD_CLOSED",
    ]
    assert [erp.documents(reference(effect)) for effect in (good, *bad, known, better)] == [
        *[1, 0, 0, 0, 0, 0, 1, 1]
    ]


def test_a_use_goes_below_zero_rather_than_being_refused(erp: TrytonInABox) -> None:
    use = a_use(erp, quantity="1000000")

    (result,) = submit(erp.connector(), use)

    assert result.outcome is SubmitOutcome.POSTED


def test_an_inactive_item_that_was_used_was_used(erp: TrytonInABox) -> None:
    item = the_item(erp.network, lambda item: not item.is_active)

    (result,) = submit(erp.connector(), a_use(erp, item))

    assert result.outcome is SubmitOutcome.POSTED


def test_a_lot_that_nobody_received_is_made(erp: TrytonInABox) -> None:
    item = next(item for item in erp.network.items if item.is_lot_controlled)
    use = replace(a_use(erp, item, quantity="1"), lot="LOT-NEVER-RECEIVED")
    again = replace(a_use(erp, item, quantity="1"), lot="LOT-NEVER-RECEIVED")

    results = [*submit(erp.connector(), use), *submit(erp.connector(), again)]

    assert [result.outcome for result in results] == [SubmitOutcome.POSTED] * 2
    moves = list(erp.books().moves(references=[reference(use), reference(again)]))
    assert [move.lot for move in moves] == ["LOT-NEVER-RECEIVED"] * 2
    assert erp.query("select count(*) from stock_lot where number = 'LOT-NEVER-RECEIVED'") == [(1,)]


def test_six_at_once_with_one_reference_make_one_document(erp: TrytonInABox) -> None:
    use = a_use(erp)
    outcomes: list[SubmitOutcome] = []
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        (result,) = submit(erp.connector(), use)
        outcomes.append(result.outcome)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    if erp.erp_class is EffectClass.E1:
        assert Counter(outcomes) == {SubmitOutcome.POSTED: 1, SubmitOutcome.DUPLICATE: 5}
    else:  # none of them need win: each that sees another makes way
        assert outcomes.count(SubmitOutcome.POSTED) <= 1
        connector = erp.connector()
        connector.submit([use], connector.find([reference(use)]))
    assert erp.documents(reference(use)) == 1


@pytest.mark.parametrize(
    ("erp", "call"),
    [(name, call) for name, calls in WRITING.items() for call in calls],
    indirect=["erp"],
)
def test_a_lost_answer_is_doubt_and_a_look_clears_it(erp: TrytonInABox, call: str) -> None:
    use, booking = a_use(erp), {calls[-1] for calls in WRITING.values()}

    with (
        a_line_that_loses_answers(erp.process.port, call) as port,
        pytest.raises(OutcomeUnknownError),
    ):
        submit(erp.connector(port=port), use)

    found = erp.connector().find([reference(use), "LW-NEVER-SENT"])
    assert list(found) == [reference(use)]
    (document,) = found[reference(use)]
    assert document.is_final is (call in booking)
    (result,) = erp.connector().submit([use], found)
    assert result.outcome is (
        SubmitOutcome.DUPLICATE if document.is_final else SubmitOutcome.POSTED
    )
    assert result.document is not None
    assert result.document.erp_id == document.erp_id
    assert erp.documents(reference(use)) == 1


def test_a_call_given_up_on_may_still_commit(tryton: TrytonInABox) -> None:  # noqa: F811
    erp = tryton
    use = a_use(erp)

    with erp.paused():
        with pytest.raises(OutcomeUnknownError):
            submit(erp.connector(seconds=1.0), use)
        assert erp.documents(reference(use)) == 0

    assert wait_for(lambda: erp.documents(reference(use)) == 1)


def test_a_server_killed_in_mid_call_leaves_doubt_and_a_dead_one_proves_absence(
    erp: TrytonInABox,
) -> None:
    use = a_use(erp)
    doubts: list[Exception] = []

    def send() -> None:
        try:
            submit(erp.connector(), use)
        except OutcomeUnknownError as error:
            doubts.append(error)

    with erp.locked():  # the call waits for the lock, in the middle of its work
        sender = threading.Thread(target=send)
        sender.start()
        assert wait_for(erp.is_held_up)
        with erp.killed():
            sender.join()
            with pytest.raises(NotWrittenError) as caught:
                submit(erp.connector(), use)

    assert len(doubts) == 1
    assert not caught.value.target_access
    assert erp.documents(reference(use)) == 0
    (result,) = submit(erp.connector(), use)
    assert result.outcome is SubmitOutcome.POSTED


def test_a_database_that_stays_locked_leaves_doubt(erp: TrytonInABox) -> None:
    use = a_use(erp)

    with erp.locked(), pytest.raises(OutcomeUnknownError):
        submit(erp.connector(seconds=PATIENCE_SECONDS), use)

    assert erp.documents(reference(use)) == 0


def test_a_wrong_key_is_a_fault_of_access_to_the_whole_target(erp: TrytonInABox) -> None:
    use = a_use(erp)

    with pytest.raises(NotWrittenError) as caught:
        submit(erp.connector_with_a_wrong_key(), use)

    assert caught.value.target_access
    assert erp.documents(reference(use)) == 0


@contextmanager
def a_line_that_loses_answers(port: int, call: str) -> Iterator[int]:
    """A connection to the ERP that breaks as one call's answer begins, so after the commit."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        carrier = threading.Thread(target=_carry_and_lose, args=(listener, port, call.encode()))
        carrier.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.close()
            carrier.join()


def _carry_and_lose(listener: socket.socket, port: int, call: bytes) -> None:
    is_lost = False
    while not is_lost:
        client, _ = listener.accept()
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            request = _received(client)
            server.sendall(request)
            is_lost = call in request.partition(b"\r\n")[0]
            answer = server.recv(65536)
            if not is_lost:
                client.sendall(answer + _received(server))
    listener.close()  # nothing after it gets through


def _received(end: socket.socket) -> bytes:
    """What one end still has to say; nothing once it waits for the other."""
    end.settimeout(QUIET_SECONDS)
    said = b""
    with suppress(TimeoutError):
        while part := end.recv(65536):
            said += part
    return said
