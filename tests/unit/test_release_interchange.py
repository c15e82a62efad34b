"""A person takes what is held of a partner's file after all, or leaves it out; once, for good."""

from collections.abc import Callable
from functools import partial
from itertools import count

import pytest

from shared.canonical.codec import from_json
from shared.errors import LedgerwardError
from shared.formats import registry
from shared.simulation.clock import VirtualClock
from shared.simulation.parking import SimulatedParkingLot
from shared.workflow.decide_hold import KIND, DecideHold, Decision
from shared.workflow.drive_again import DriveAgain
from shared.workflow.file_answers import FileOutcome
from shared.workflow.operator_entry import OperatorArchive, kind_of
from tests.edifact import ORDER as EDIFACT_ORDER
from tests.edifact import TO_US, a_message
from tests.edifact import an_interchange as an_edifact_interchange
from tests.inbox import Patience, WorkerDiedError, World
from tests.partner_files import a_world, answers, fact_of, held, kinds
from tests.x12 import ORDER, a_set, an_interchange

X12, EDIFACT = "example_supplier", "example_wholesaler"
ONE = an_interchange(a_set("850", *ORDER), control="000000101")
EDIFACT_ONE = an_edifact_interchange(
    a_message("ORDERS", *EDIFACT_ORDER), control="R101", between=TO_US
)
STRANGE = ONE.replace(b"SUPPLIER1      *", b"STRANGER1      *")
CUT = ONE[: ONE.index(b"CTT")]


def received(world: World, body: bytes, name: str = "a.edi", profile: str = X12) -> FileOutcome:
    return world.receive(world.drop(body, key=f"supplier/{profile}/{name}"))


def changed(body: bytes) -> bytes:
    return body.replace(b"PO-1001", b"PO-1002")


def deciding(world: World) -> DecideHold:
    take_in = partial(world.step().take_in, deadline=Patience())
    ids = count(1)
    return DecideHold(
        archive=OperatorArchive(
            archive=world.archive,
            clock=VirtualClock(),
            tenant="meridian",
            new_id=lambda: f"entry-{next(ids)}",
        ),
        journal=world.journal,
        holds=world.holds,
        parking=SimulatedParkingLot(),
        take_again=DriveAgain(
            listing=world.archive,
            archive=world.archive,
            drives={"x12": take_in, "edifact": take_in},
        ),
    )


def word_on(world: World, *, is_release: bool = True) -> Decision:
    """A person's word on the one hold there is."""
    (hold,) = world.holds.standing.values()
    return Decision(
        line_id=hold.line_id, code=hold.code, who="ines", reason="asked", is_release=is_release
    )


@pytest.fixture(params=[(X12, ONE), (EDIFACT, EDIFACT_ONE)], ids=["x12", "edifact"])
def conflict(request: pytest.FixtureRequest) -> World:
    """Two interchanges of one name; the later one is held."""
    profile, one = request.param
    world = a_world()
    received(world, one, profile=profile)
    received(world, changed(one), "changed.edi", profile)
    assert held(world) == [("INTERCHANGE_CONFLICT", "")]
    return world


def test_a_released_interchange_counts_beside_the_first_and_is_acknowledged(
    conflict: World,
) -> None:
    word = word_on(conflict)

    (decided,) = deciding(conflict)(word)

    assert held(conflict) == []
    assert len(answers(conflict)) == 2
    documents = [conflict.journal.find(f"purchase_order:PO-100{number}") for number in (1, 2)]
    assert [len(each) for each in documents] == [1, 2]  # the second: held as a whole, and its set
    assert kinds(conflict).count("received") == 2
    told = [entry.fact for entry in conflict.journal.read(decided.document_id)]
    assert [(fact.kind, fact.data.get("who"), fact.data["reason"]) for fact in told] == [
        ("rejected", None, "INTERCHANGE_CONFLICT"),
        ("hold_released", "ines", "asked"),
        ("hold_closed", "ines", "asked"),
    ]


def test_a_rejected_interchange_stays_out_and_does_not_come_again_as_a_hold(
    conflict: World,
) -> None:
    deciding(conflict)(word_on(conflict, is_release=False))

    assert held(conflict) == []
    assert len(answers(conflict)) == kinds(conflict).count("received") == 1


def test_a_release_told_again_finds_nothing_to_decide(conflict: World) -> None:
    word, decide = word_on(conflict), deciding(conflict)
    decide(word)
    told = dict(conflict.journal.chains)

    assert decide(word) == ()

    assert conflict.journal.chains == told
    assert len(answers(conflict)) == 2


def test_bytes_that_were_released_and_come_again_are_ignored_with_their_own_answer() -> None:
    world = a_world()
    received(world, ONE)
    received(world, changed(ONE), "changed.edi")
    received(world, changed(ONE), "changed-again.edi")
    deciding(world)(word_on(world))

    outcome = received(world, changed(ONE), "later.edi")

    assert outcome.code == "repeated"
    assert kinds(world).count("received") == 2
    assert len(answers(world)) == 2
    summary = next(key for key in world.answer("summary.json") if "later" in key)
    own = next(key for key in world.answer(".edi") if "changed" in key)
    assert own in world.outbox.files[summary].decode()


def test_an_interchange_of_another_mailbox_counts_once_a_person_says_it_is_the_partners() -> None:
    world = a_world()
    received(world, STRANGE)

    deciding(world)(word_on(world))

    assert held(world) == []
    assert kinds(world).count("received") == len(answers(world)) == 1
    assert received(world, STRANGE, "again.edi").code == "repeated"


def test_a_file_that_two_formats_claim_is_read_as_the_partners_once_it_is_released(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world()
    with monkeypatch.context() as patch:
        both = (*registry.FORMATS[:-1], _greedy(registry.FORMATS[-1]))
        patch.setattr(registry, "FORMATS", both)
        received(world, ONE)
        assert held(world) == [("FORMAT_UNKNOWN", "")]

        deciding(world)(word_on(world))

    assert held(world) == []
    assert fact_of(world, "purchase_order:PO-1001")["kind"] == "received"
    assert len(answers(world)) == 1


def test_a_file_that_nobody_can_read_is_held_for_that_once_it_is_released() -> None:
    world = a_world()
    received(world, b"PK\x03\x04 no interchange")

    deciding(world)(word_on(world))

    assert [code for code, _ in held(world)] == ["FILE_UNREAD"]


@pytest.mark.parametrize("body", [CUT, an_interchange(a_set("850", *ORDER, count=99))])
def test_what_its_sender_was_told_to_send_again_cannot_be_released(body: bytes) -> None:
    world = a_world()
    received(world, body)

    with pytest.raises(LedgerwardError, match="cannot be released, only FORMAT_UNKNOWN, INTERCH"):
        deciding(world)(word_on(world))

    assert len(held(world)) == 1
    assert kinds(world).count("received") == 0


def test_a_cut_interchange_that_is_released_is_still_rejected_for_its_envelope() -> None:
    world = a_world()
    received(world, ONE)
    received(world, changed(CUT), "cut.edi")

    deciding(world)(word_on(world))

    assert held(world) == [("INTERCHANGE_REJECTED", "")]
    assert kinds(world).count("received") == 1


def calls_of_a_release() -> int:
    world = a_world()
    received(world, ONE)
    received(world, changed(ONE), "changed.edi")
    before = world.calls
    deciding(world)(word_on(world))
    return world.calls - before


@pytest.mark.parametrize("dies_after", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("dies_at", range(1, calls_of_a_release() + 1))
def test_a_crash_within_a_release_and_recovery_end_as_one_release_does(
    dies_at: int, *, dies_after: bool
) -> None:
    whole, broken = a_world(), a_world(dies_after=dies_after)
    for world in (whole, broken):
        received(world, ONE)
        received(world, changed(ONE), "changed.edi")
    deciding(whole)(word_on(whole))
    broken.dies_at = broken.calls + dies_at

    with pytest.raises(WorkerDiedError):
        deciding(broken)(word_on(broken))
    entries = [each.sighting for each in broken.archive.objects.values()]
    (kept,) = [each for each in entries if each.source == "operators"]
    assert kind_of(kept) == KIND
    decision = from_json(Decision, broken.archive.read(kept.key))
    again: Callable[..., bool] = deciding(broken).again

    assert again(kept, decision)
    assert not again(kept, decision)
    assert broken.outbox.files == whole.outbox.files
    assert broken.journal.chains == whole.journal.chains
    assert broken.holds.standing == whole.holds.standing == {}


def _greedy(given: registry.Format) -> registry.Format:
    """A format that takes everything for its own."""
    return registry.Format(
        name=given.name,
        source=given.source,
        sign=given.sign,
        recognises=lambda _body, _type: True,
        read=given.read,
        codes=given.codes,
    )
