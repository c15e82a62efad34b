"""A partner's EDIFACT: each interchange once, answered by one CONTRL, messages kept or held."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.formats.edifact.loading import find_profile
from shared.workflow.file_answers import FileOutcome
from tests.edifact import ORDER, TO_US, a_message, an_interchange, findings
from tests.golden import INBOUND
from tests.inbox import WorkerDiedError, World
from tests.partner_files import a_world, answers, fact_of, held, kinds

FOLDER = "supplier/example_wholesaler"
ORDERED = "purchase_order:PO-20260302-1"
BAD_QUANTITY = [each.replace("QTY+21:4", "QTY+21:four") for each in ORDER]
ONE = an_interchange(a_message("ORDERS", *ORDER), control="R101", between=TO_US)
BROKEN = an_interchange(a_message("ORDERS", *BAD_QUANTITY), control="R102", between=TO_US)
WRONG = a_message("ORDERS", *ORDER, control="2", count=99)
HEADLESS = "".join(f"{each}'" for each in a_message("ORDERS", *ORDER)).encode()


def received(world: World, body: bytes, name: str = "a.edi") -> FileOutcome:
    return world.receive(world.drop(body, key=f"{FOLDER}/{name}"))


def sample(name: str) -> bytes:
    return (INBOUND / "edifact" / f"{name}.edi").read_bytes()


def segments(body: bytes) -> list[str]:
    return [line for line in body.decode().split("'") if line]


@pytest.mark.parametrize(
    ("name", "document", "lines", "malformed", "keys"),
    [
        ("order_response", "PurchaseOrderAcknowledgement", 4, 1, (ORDERED, "control:881//R1")),
        ("despatch_advice", "ShipNotice", 2, 1, ("shipment:DA-7001", ORDERED)),
        ("invoice", "Invoice", 2, 0, ("invoice:RE-90017", ORDERED)),
    ],
)
def test_a_message_rests_in_the_journal_under_all_its_numbers_with_its_lines_counted(
    name: str, document: str, lines: int, malformed: int, keys: tuple[str, ...]
) -> None:
    world = a_world()

    outcome = received(world, sample(name))

    assert (outcome.code, outcome.counts["sets"]) == ("read", 1)
    assert len({world.journal.find(key) for key in keys}) == 1
    told = fact_of(world, keys[0])
    assert (told["kind"], told["document"], told["verdict"]) == ("received", document, "accepted")
    assert (told["lines"], told["malformed"]) == (lines, malformed)
    (archived,) = world.archive.objects.values()
    assert (archived.sighting.source, archived.sighting.content_type) == (
        "edifact",
        "application/edifact",
    )
    assert [code for code, _ in held(world)] == ["LINE_MALFORMED"] * malformed


def test_it_is_answered_by_one_contrl_under_a_number_of_ours() -> None:
    world = a_world()

    received(world, ONE)
    received(world, BROKEN, "b.edi")

    first, second = answers(world)
    assert segments(first) == [
        "UNB+UNOC:3+5412345000013:14+4012345500004:14+260305:1200+022550001",
        "UNH+1+CONTRL:D:3:UN",
        "UCI+R101+4012345500004:14+5412345000013:14+7",
        "UCM+1+ORDERS:D:96A:UN+7",
        "UNT+4+1",
        "UNZ+1+022550001",
    ]
    assert segments(second)[2:-2] == [
        "UCI+R102+4012345500004:14+5412345000013:14+7",
        "UCM+1+ORDERS:D:96A:UN+7",
        "UCS+17",
        "UCD+37+2:2",
    ]
    assert segments(second)[-1] == "UNZ+1+022550002"
    assert fact_of(world, "interchange:022550001")["kind"] == "interchange"
    assert findings(first) == findings(second) == []


def test_a_message_its_sender_must_send_again_does_not_count_here() -> None:
    world = a_world()

    outcome = received(
        world, an_interchange(a_message("ORDERS", *ORDER), WRONG, control="R103", between=TO_US)
    )

    assert (outcome.counts["read"], outcome.counts["rejected"]) == (1, 1)
    assert [code for code, _ in held(world)] == ["SET_REJECTED"]
    assert fact_of(world, "control:R103//2")["kind"] == "rejected"
    (answer,) = answers(world)
    assert segments(answer)[2:-2] == [
        "UCI+R103+4012345500004:14+5412345000013:14+7",
        "UCM+1+ORDERS:D:96A:UN+7",
        "UCM+2+ORDERS:D:96A:UN+4+29",
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ONE[: ONE.index(b"CNT")], "13"),
        (ONE.replace(b"UNZ+1", b"UNZ+2"), "29"),
        (ONE.replace(b"UNZ+1+R101", b"UNZ+1+R999"), "28"),
        (ONE.replace(b"UNZ", b"ZZZ+1'\nUNZ"), "33"),
    ],
)
def test_of_an_interchange_whose_envelope_is_wrong_nothing_counts_and_it_may_come_again(
    body: bytes, code: str
) -> None:
    world = a_world()

    lost = received(world, body, "cut.edi")
    whole = received(world, ONE, "whole.edi")

    assert (lost.code, whole.code) == ("held", "read")
    assert held(world) == [("INTERCHANGE_REJECTED", "")]
    first, second = answers(world)
    told = f"UCI+R101+4012345500004:14+5412345000013:14+4+{code}"
    assert segments(first)[2:] == [told, "UNT+3+1", "UNZ+1+022550001"]
    assert "UCM+1+ORDERS:D:96A:UN+7" in segments(second)
    assert kinds(world).count("received") == 1


def test_an_interchange_without_a_reference_is_held_and_cannot_be_answered() -> None:
    world = a_world()

    outcome = received(world, ONE.replace(b"R101", b""))

    assert outcome.code == "held"
    assert held(world) == [("INTERCHANGE_REJECTED", "")]
    assert answers(world) == []


@pytest.mark.parametrize("again", [ONE, ONE + b"\r\n", ONE + BROKEN, BROKEN + ONE])
def test_the_same_interchange_again_is_ignored_whatever_stands_around_it(again: bytes) -> None:
    world = a_world()
    received(world, ONE)

    outcome = received(world, again, "again.edi")

    assert outcome.counts["repeated"] == 1
    assert held(world) == [("LINE_MALFORMED", place) for _, place in held(world)]
    assert kinds(world).count("received") == 1 + (BROKEN in again)


@pytest.mark.parametrize(
    "other",
    [
        ONE.replace(b"PO-1001", b"PO-1002"),
        ONE.replace(b"UNA:+.? '", b"UNA:+,? '"),
    ],
)
def test_other_content_under_the_same_reference_is_held_and_not_answered(other: bytes) -> None:
    world = a_world()
    received(world, ONE)

    outcome = received(world, other, "other.edi")

    assert outcome.code == "held"
    assert held(world) == [("INTERCHANGE_CONFLICT", "")]
    assert len(answers(world)) == 1


@pytest.mark.parametrize(("reuses", "code"), [(True, "read"), (False, "held")])
def test_a_reference_of_another_day_is_another_name_only_where_the_partner_reuses_them(
    with_profile: Callable[..., None], code: str, *, reuses: bool
) -> None:
    with_profile(reuses_control_numbers=reuses)
    world = a_world()
    received(world, ONE)

    outcome = received(world, ONE.replace(b"+260115:1200", b"+260116:1200"), "b.edi")

    assert outcome.code == code


def test_a_contrl_is_never_answered_by_one() -> None:
    world = a_world()

    received(world, sample("control").replace(b"0920+990", b"0920+990++++1"))

    assert answers(world) == []
    assert fact_of(world, "group:4711")["document"] == "FunctionalAcknowledgement"
    assert held(world) == []


@pytest.mark.parametrize(
    ("policy", "asks", "count"),
    [("always", "", 1), ("if_asked", "", 0), ("if_asked", "1", 1), ("never", "1", 0)],
)
def test_a_partner_is_answered_as_his_profile_says(
    with_profile: Callable[..., None], policy: str, asks: str, count: int
) -> None:
    with_profile(acknowledges=policy)
    world = a_world()

    outcome = received(world, an_interchange(a_message("ORDERS", *ORDER), between=TO_US, asks=asks))

    assert (outcome.code, len(answers(world))) == ("read", count)


def test_errors_in_lines_reject_a_message_where_the_partner_wants_that(
    with_profile: Callable[..., None],
) -> None:
    with_profile(rejects_on_error=True)
    world = a_world()

    outcome = received(world, BROKEN)

    assert outcome.counts["rejected"] == 1
    assert "UCM+1+ORDERS:D:96A:UN+4" in segments(answers(world)[0])


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        (ONE.replace(b"4012345500004:14", b"4012345500004:ZZZ"), 0),
        (ONE.replace(b"5412345000013", b"5412345000099"), 0),
        (HEADLESS, 0),
        (ONE + HEADLESS, 1),
        (HEADLESS + ONE, 1),
    ],
)
def test_what_is_of_somebody_else_or_of_nobody_is_held_and_nobody_is_answered(
    body: bytes, taken: int
) -> None:
    world = a_world()

    received(world, body)

    assert held(world) == [("INTERCHANGE_FOREIGN", "")]
    assert len(answers(world)) == kinds(world).count("received") == taken
    assert kinds(world).count("rejected") == 1


def test_x12_under_the_profile_of_an_edifact_partner_is_held_with_the_reason() -> None:
    world = a_world()

    received(world, (INBOUND / "x12" / "invoice.edi").read_bytes())

    (hold,) = world.holds.standing.values()
    assert (hold.code, hold.detail) == ("FORMAT_UNKNOWN", "no edifact: claimed by X12")


MIXED = (
    ONE
    + BROKEN
    + an_interchange(WRONG, control="R103", between=TO_US)
    + ONE.replace(b"PO-1001", b"PO-1002")
    + sample("invoice")
)


def all_calls() -> int:
    world = a_world()
    received(world, MIXED)
    return world.calls


@pytest.mark.parametrize("dies_at", range(1, all_calls() + 1))
def test_a_crash_at_any_call_and_another_delivery_end_as_one_delivery_does(dies_at: int) -> None:
    whole, broken = a_world(), a_world(dies_at=dies_at)
    received(whole, MIXED)
    file = broken.drop(MIXED, key=f"{FOLDER}/a.edi")

    with pytest.raises(WorkerDiedError):
        broken.receive(file)
    broken.receive(file)

    assert broken.outbox.files == whole.outbox.files
    assert broken.journal.chains == whole.journal.chains
    assert broken.holds.standing == whole.holds.standing
    assert len(answers(broken)) == 4


@pytest.fixture
def with_profile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The example partner, otherwise."""

    def set_to(**changes: Any) -> None:  # noqa: ANN401
        found = find_profile("example_wholesaler")
        assert found is not None
        changed = replace(found, **changes)
        monkeypatch.setattr("shared.formats.edifact.partner.find_profile", lambda _name: changed)

    return set_to
