"""A partner's file: each interchange once, acknowledged, every set in the journal or held."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.canonical.message import ClientScope
from shared.formats import partners
from shared.formats.registry import FORMATS
from shared.formats.x12.loading import find_profile
from shared.formats.x12.profile import PartnerProfile
from shared.workflow import file_progress, interchange_claims, receiving, resting
from shared.workflow.file_answers import FileOutcome
from tests.golden import INBOUND
from tests.inbox import AT, WorkerDiedError, World
from tests.partner_files import a_world, answers, fact_of, held, kinds
from tests.x12 import ORDER, a_set, an_interchange, documents, findings

FOLDER = "supplier/example_supplier"
BAD_LINE = "PO1*3*ten*EA*250*PE*VN*CTR-002"
ONE = an_interchange(a_set("850", *ORDER), control="000000101", asks="1")
BROKEN = an_interchange(a_set("850", *ORDER[:-1], BAD_LINE, "CTT*3"), control="000000102")


def received(world: World, body: bytes, name: str = "a.edi", **drop: Any) -> FileOutcome:  # noqa: ANN401
    return world.receive(world.drop(body, key=f"{FOLDER}/{name}", **drop))


def sample(name: str) -> bytes:
    return (INBOUND / "x12" / f"{name}.edi").read_bytes()


def segments(body: bytes, *names: str) -> list[str]:
    lines = [line.strip() for line in body.decode().split("~")]
    return [line for line in lines if line.split("*")[0] in names]


def test_a_set_rests_in_the_journal_under_all_its_numbers_with_its_lines_counted() -> None:
    world = a_world()

    outcome = received(world, sample("ship_notice"), "asn.edi")

    assert (outcome.code, outcome.counts) == (
        "read",
        {"sets": 1, "read": 1, "lines": 2, "held_lines": 0, "interchanges": 1},
    )
    keys = ("shipment:ASN-501", "purchase_order:PO-4501", "lot:L2401", "serial:SN-0001")
    chains = {world.journal.find(key) for key in (*keys, "control:000000005/5/0001")}
    assert len(chains) == 1
    told = fact_of(world, "shipment:ASN-501")
    assert (told["kind"], told["document"], told["set"]) == ("received", "ShipNotice", "856")
    assert (told["lines"], told["malformed"], told["holds"]) == (2, 0, [])
    (archived,) = world.archive.objects.values()
    assert (archived.sighting.source, archived.body) == ("x12", sample("ship_notice"))
    assert told["raw_key"] == archived.sighting.key
    assert not world.documents.sent
    assert not any(world.inbox.files.values())


def test_what_the_journal_tells_is_numbers_and_never_text() -> None:
    world = a_world()

    received(world, sample("purchase_order"), "po.edi")

    (order,) = documents(sample("purchase_order"))
    told = repr(world.journal.chains)
    assert "PO-4501" in told
    for text in ("Suture", "SUTURE", "Gloves", "STREET", "Street"):
        assert (text in repr(order)) or text not in told
        assert text not in told


def test_it_is_acknowledged_under_a_number_of_ours_and_ta1_where_it_is_asked_for() -> None:
    world = a_world()

    received(world, ONE)
    received(world, BROKEN, "b.edi")

    first, second = answers(world)
    assert segments(first, "TA1", "AK1", "AK2", "AK5", "AK9") == [
        "TA1*000000101*260115*1200*A*000",
        "AK1*PO*1",
        "AK2*850*0001",
        "AK5*A",
        "AK9*A*1*1*1",
    ]
    assert segments(second, "TA1", "AK3", "AK4", "AK5", "AK9") == [
        "AK3*PO1*11*PO1*8",
        "AK4*2*330*6",
        "AK5*E*5",
        "AK9*E*1*1*1",
    ]
    assert segments(first, "IEA") == ["IEA*1*022550001"]
    assert segments(second, "IEA") == ["IEA*1*022550002"]
    assert fact_of(world, "interchange:022550001")["kind"] == "interchange"
    assert findings(first) == findings(second) == []


def test_the_next_day_has_other_numbers_and_none_comes_twice() -> None:
    world = a_world()

    received(world, ONE)
    received(world, BROKEN, "b.edi", at=AT + timedelta(days=1))

    assert [segments(each, "IEA") for each in answers(world)] == [
        ["IEA*1*022550001"],
        ["IEA*1*022560001"],
    ]


def test_a_line_that_cannot_be_read_is_held_at_its_place_while_the_rest_is_read() -> None:
    world = a_world()

    outcome = received(world, BROKEN)

    assert (outcome.code, outcome.counts) == (
        "read",
        {"sets": 1, "held": 1, "lines": 3, "held_lines": 1, "interchanges": 1},
    )
    (hold,) = world.holds.standing.values()
    assert (hold.code, hold.owner, hold.rule) == (
        "LINE_MALFORMED",
        "integration_engineer",
        "X12.6, ISO 9735-1: elements",
    )
    assert hold.position.startswith("1/1/1 PO1[11]-2 @ byte ")
    assert hold.detail == "NUMBER_INVALID: The value is no number. (aaa)"
    told = fact_of(world, "purchase_order:PO-1001")
    assert (told["lines"], told["malformed"]) == (2, 1)
    assert told["holds"] == [f"LINE_MALFORMED {hold.line_id}"]
    assert hold.document_id == world.journal.find("purchase_order:PO-1001")[0]


def test_where_nearly_no_line_can_be_read_one_hold_speaks_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resting, "MOST_LINE_HOLDS", 2)
    world = a_world()
    lines = [BAD_LINE.replace("PO1*3", f"PO1*{number}") for number in range(3, 6)]

    outcome = received(world, an_interchange(a_set("850", *ORDER[:-1], *lines, "CTT*5")))

    assert (outcome.counts["lines"], outcome.counts["held_lines"]) == (5, 3)
    (hold,) = world.holds.standing.values()
    assert hold.detail == "NUMBER_INVALID: The value is no number. (aaa); 3 lines in all"


def test_the_same_interchange_again_is_ignored_whatever_file_it_lies_in() -> None:
    once, again = a_world(), a_world()
    received(once, ONE)
    received(again, ONE)

    outcomes = [
        received(again, ONE),
        received(again, ONE, "renamed.edi"),
        received(again, b"\r\n" + ONE + b"\r\n\r\n", "padded.edi"),
        received(again, ONE, "later.edi", at=AT + timedelta(days=40)),
    ]

    assert [outcome.code for outcome in outcomes] == ["repeated"] * 4
    assert outcomes[0].counts["repeated"] == 1
    assert kinds(again).count("received") == kinds(once).count("received") == 1
    assert len(answers(again)) == 1
    told = json.loads(
        again.outbox.files[next(k for k in again.answer("summary.json") if "renamed" in k)]
    )
    (acknowledgement,) = [key for key in again.outbox.files if key.endswith(".edi")]
    assert told["interchanges"][0]["acknowledgement"] == acknowledgement


def test_other_content_under_the_same_number_is_held_and_not_answered() -> None:
    world = a_world()
    received(world, ONE)

    outcome = received(world, ONE.replace(b"PO-1001", b"PO-1002"), "other.edi")

    assert outcome.code == "held"
    assert held(world) == [("INTERCHANGE_CONFLICT", "")]
    assert len(answers(world)) == 1
    told = fact_of(world, "purchase_order:PO-1002")
    assert (told["kind"], told["reason"]) == ("rejected", "INTERCHANGE_CONFLICT")
    assert (told["sets"], told["lines"], told["malformed"]) == (1, 2, 0)
    assert world.journal.find("purchase_order:PO-1001") != world.journal.find(
        "purchase_order:PO-1002"
    )
    (row,) = [
        json.loads(body)
        for key, body in world.outbox.files.items()
        if "other.edi" in key and key.endswith("result.jsonl")
    ]
    assert (row["outcome"], row["code"]) == ("held", "INTERCHANGE_CONFLICT")


@pytest.mark.parametrize(("reuses", "code"), [(True, "read"), (False, "held")])
def test_a_number_on_another_day_is_another_name_only_where_the_partner_reuses_them(
    with_profile: Callable[..., None], code: str, *, reuses: bool
) -> None:
    with_profile(reuses_control_numbers=reuses)
    world = a_world()
    received(world, ONE)

    outcome = received(world, ONE.replace(b"*260115*1200*U", b"*260116*1200*U"), "b.edi")

    assert outcome.code == code


def test_the_same_number_of_another_tenant_is_none_of_his() -> None:
    world = a_world()
    world.clients.register(ClientScope(client_id="other", tenant="elsewhere", facilities=()))
    received(world, ONE)

    world.receive(world.drop(ONE, key="other/example_supplier/a.edi"))

    assert len(world.journal.find("purchase_order:PO-1001")) == 2


@pytest.mark.parametrize(
    ("body", "ta1"),
    [
        (ONE[: ONE.index(b"CTT")], "TA1*000000101*260115*1200*R*023"),
        (ONE.replace(b"IEA*1", b"IEA*2"), "TA1*000000101*260115*1200*R*021"),
        (ONE.replace(b"IEA*1*000000101", b"IEA*1*000000999"), "TA1*000000101*260115*1200*R*001"),
    ],
)
def test_of_an_interchange_whose_envelope_is_wrong_nothing_counts_and_it_may_come_again(
    body: bytes, ta1: str
) -> None:
    world = a_world()

    lost = received(world, body, "cut.edi")
    whole = received(world, ONE, "whole.edi")

    assert (lost.code, whole.code) == ("held", "read")
    assert held(world) == [("INTERCHANGE_REJECTED", "")]
    assert segments(answers(world)[0], "TA1", "AK9") == [ta1]
    assert kinds(world).count("received") == 1
    assert segments(answers(world)[1], "AK9") == ["AK9*A*1*1*1"]


def test_a_set_that_its_sender_must_send_again_does_not_count_here() -> None:
    world = a_world()
    sound, wrong = a_set("850", *ORDER), a_set("850", *ORDER, control="0002", count=99)

    outcome = received(world, an_interchange(sound, wrong))

    assert (outcome.counts["read"], outcome.counts["rejected"]) == (1, 1)
    assert segments(answers(world)[0], "AK2", "AK5", "AK9") == [
        "AK2*850*0001",
        "AK5*A",
        "AK2*850*0002",
        "AK5*R*4",
        "AK9*P*2*2*1",
    ]
    assert [code for code, _ in held(world)] == ["SET_REJECTED"]
    assert fact_of(world, "control:000000001/1/0002")["kind"] == "rejected"


def test_sets_of_a_rejected_group_do_not_count_either() -> None:
    world = a_world()
    body = an_interchange(a_set("850", *ORDER)).replace(b"GE*1*1", b"GE*3*1")

    outcome = received(world, body)

    assert outcome.counts["rejected"] == 1
    assert segments(answers(world)[0], "AK9") == ["AK9*R*3*1*0*5"]
    (hold,) = world.holds.standing.values()
    assert (hold.code, hold.detail) == (
        "SET_REJECTED",
        "set 850 0001 was rejected: its group",
    )


def test_an_acknowledgement_is_never_acknowledged() -> None:
    world = a_world()
    asked = sample("functional_acknowledgement").replace(b"*0*P*", b"*1*P*")

    received(world, asked, "997.edi")
    received(world, sample("interchange_acknowledgement"), "ta1.edi")

    assert answers(world) == []
    assert fact_of(world, "group:7")["document"] == "FunctionalAcknowledgement"
    assert held(world) == []


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("997", ["ST*997*0001"]), ("999", ["ST*999*0001*004010"]), ("", [])],
)
def test_a_partner_is_answered_as_his_profile_says(
    with_profile: Callable[..., None], policy: str, expected: list[str]
) -> None:
    with_profile(acknowledges=policy)
    world = a_world()

    outcome = received(world, BROKEN)

    assert outcome.code == "read"
    assert [each for body in answers(world) for each in segments(body, "ST")] == expected


def test_errors_in_lines_reject_a_set_where_the_partner_wants_that(
    with_profile: Callable[..., None],
) -> None:
    with_profile(rejects_on_error=True)
    world = a_world()

    outcome = received(world, BROKEN)

    assert outcome.counts["rejected"] == 1
    assert [code for code, _ in held(world)] == ["SET_REJECTED"]
    assert segments(answers(world)[0], "AK5") == ["AK5*R*5"]


@pytest.mark.parametrize(
    "body",
    [
        ONE.replace(b"SUPPLIER1      *", b"STRANGER1      *"),
        ONE.replace(b"HOSPITAL1      *", b"HOSPITAL2      *"),
        ONE.replace(b"*ZZ*SUPPLIER1", b"*01*SUPPLIER1"),
    ],
)
def test_an_interchange_of_somebody_else_is_held_and_nobody_is_answered(body: bytes) -> None:
    world = a_world()

    outcome = received(world, body)

    assert outcome.code == "held"
    assert held(world) == [("INTERCHANGE_FOREIGN", "")]
    assert answers(world) == []
    assert fact_of(world, "purchase_order:PO-1001")["kind"] == "rejected"


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04", (INBOUND / "flatfile/cabinet_day.csv").read_bytes()]
)
def test_what_the_partners_format_does_not_recognise_is_held_with_the_reasons(body: bytes) -> None:
    world = a_world()

    outcome = received(world, body)

    assert outcome.code == "held"
    (hold,) = world.holds.standing.values()
    assert (hold.code, hold.owner) == ("FORMAT_UNKNOWN", "integration_engineer")
    assert hold.detail.startswith("no x12: ")
    assert world.journal.read(hold.document_id)
    (archived,) = world.archive.objects.values()
    assert archived.body == body


def test_a_part_of_the_file_that_is_no_interchange_is_held_beside_the_others() -> None:
    world = a_world()

    outcome = received(world, ONE + b"ISA*00*cut~\n" + BROKEN)

    assert outcome.code == "read"
    assert outcome.counts["interchanges"] == 2
    assert sorted(code for code, _ in held(world)) == ["FILE_UNREAD", "LINE_MALFORMED"]


def test_text_that_a_partner_adds_between_interchanges_is_nobodys_work(
    with_profile: Callable[..., None],
) -> None:
    with_profile(tolerated=frozenset({"OUTSIDE_INTERCHANGE"}))
    world = a_world()

    received(world, ONE + b"$$END OF BATCH\n")

    assert held(world) == []


def test_each_interchange_of_a_file_is_answered_by_itself() -> None:
    world = a_world()

    outcome = received(world, sample("several_delimiters"))

    assert outcome.counts == {"sets": 2, "read": 2, "lines": 2, "held_lines": 0, "interchanges": 2}
    assert [segments(body, "AK1") for body in answers(world)] == [["AK1*PO*15"], ["AK1*PO*16"]]
    assert [key.rpartition(".acknowledgement-")[2] for key in world.answer(".edi")] == [
        "1.edi",
        "2.edi",
    ]


def test_the_same_interchange_twice_in_one_file_counts_once() -> None:
    world = a_world()

    outcome = received(world, ONE + ONE)

    assert (outcome.counts["read"], outcome.counts["repeated"]) == (1, 1)
    assert kinds(world).count("received") == 1


def test_numbers_that_cannot_be_written_back_are_told_by_a_person() -> None:
    world = a_world()
    body = ONE.translate(bytes.maketrans(b"*>", b"|<")).replace(b"|0001", b"|00*1")

    outcome = received(world, body)

    assert outcome.code == "read"
    assert answers(world) == []
    assert [code for code, _ in held(world)] == ["ANSWER_UNWRITABLE"]


def test_keys_of_a_large_document_are_told_in_as_many_entries_as_they_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "KEYS_AT_ONCE", 6)
    world = a_world()

    received(world, sample("ship_notice"))

    (chain,) = world.journal.find("serial:SN-0002")
    assert [entry.fact.kind for entry in world.journal.read(chain)] == ["received", "keys"]
    assert world.journal.find("shipment:ASN-501") == (chain,)


MIXED = (
    ONE
    + BROKEN
    + an_interchange(a_set("850", *ORDER, count=99), control="000000103")
    + ONE.replace(b"PO-1001", b"PO-1002")
    + sample("invoice")
)


def all_calls() -> int:
    world = a_world()
    received(world, MIXED)
    return world.calls


@pytest.mark.parametrize("dies_after", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("dies_at", range(1, all_calls() + 1))
def test_a_crash_at_any_call_and_another_delivery_end_as_one_delivery_does(
    dies_at: int, *, dies_after: bool
) -> None:
    whole, broken = a_world(), a_world(dies_at=dies_at, dies_after=dies_after)
    received(whole, MIXED)
    file = broken.drop(MIXED, key=f"{FOLDER}/a.edi")

    with pytest.raises(WorkerDiedError):
        broken.receive(file)
    broken.receive(file)

    assert broken.outbox.files == whole.outbox.files
    assert broken.archive.objects == whole.archive.objects
    assert broken.journal.chains == whole.journal.chains
    assert broken.journal.index == whole.journal.index
    assert broken.holds.standing == whole.holds.standing
    assert not any(broken.inbox.files.values())


@pytest.mark.parametrize("at", range(1, all_calls() + 1))
def test_two_workers_on_the_same_interchanges_at_once_count_each_once(at: int) -> None:
    whole, world = a_world(), a_world(dies_at=at)
    received(whole, MIXED)
    first, second = (world.drop(MIXED, key=f"{FOLDER}/{name}.edi") for name in "ab")
    world.meanwhile = lambda: world.receive(second)

    world.receive(first)

    assert kinds(world).count("received") == kinds(whole).count("received") == 3
    assert set(world.journal.find("purchase_order:PO-1001")) == set(
        whole.journal.find("purchase_order:PO-1001")
    )
    numbers = [segments(body, "ISA")[0].split("*")[13] for body in answers(world)]
    assert len(numbers) == len(set(numbers)) == 4


def test_a_file_too_long_for_one_run_goes_on_in_the_next_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_progress, "DOCUMENTS_AT_ONCE", 2)
    world, whole = a_world(), a_world()
    body = an_interchange(*(a_set("850", *ORDER, control=f"{n:04d}") for n in range(7)))
    received(whole, body)
    file = world.drop(body, key=f"{FOLDER}/a.edi")

    outcomes = [world.receive(file, seconds=1.0).code for _ in range(4)]

    assert outcomes == ["unfinished", "unfinished", "unfinished", "read"]
    assert world.outbox.files == whole.outbox.files
    assert kinds(world).count("received") == 7


def test_a_partner_that_is_answered_too_often_in_a_day_keeps_his_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interchange_claims, "DAILY_ANSWERS", 2)
    world = a_world()
    received(world, ONE)

    with pytest.raises(Exception, match="2 answers to example_supplier on 2026-03-05"):
        received(world, BROKEN, "b.edi")

    assert any(world.inbox.files[f"{FOLDER}/b.edi"].values())


def test_no_two_formats_have_a_profile_of_one_name() -> None:
    names = [name for each in FORMATS for name in each.profiles()]

    assert len(names) == len(set(names))
    assert set(partners.SPOKEN) <= {each.source for each in FORMATS}
    assert partners.find_partner("nobody") is None


@pytest.fixture
def with_profile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The example partner, otherwise."""

    def set_to(**changes: Any) -> None:  # noqa: ANN401
        found = find_profile("example_supplier")
        assert found is not None
        changed = PartnerProfile(**{**{n: getattr(found, n) for n in found.__slots__}, **changes})
        monkeypatch.setattr("shared.formats.x12.partner.find_profile", lambda _name: changed)

    return set_to
