"""A trading partner in process that is not ours (mock-edi): what it sends is read and answered.

It writes 855, 856 and 810, or ORDRSP, DESADV and INVOIC, from its own tables, keeps what our
acknowledgements say of them, and checks documents by itself: its word on where an error is stands
beside ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pytest
from mockedi.testing import Mock

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.exchange import Partner
from shared.formats.edi.positions import EdiPosition
from shared.formats.edifact import profile as edifact_profile
from shared.formats.edifact import reader as edifact_reader
from shared.formats.edifact.partner import EdifactPartner
from shared.formats.edifact.writing.interchange import write as write_edifact
from shared.formats.x12 import profile as x12_profile
from shared.formats.x12 import reader as x12_reader
from shared.formats.x12.partner import X12Partner
from shared.formats.x12.writing.interchange import ControlNumbers
from shared.formats.x12.writing.interchange import write as write_x12
from shared.workflow.file_answers import FileOutcome
from tests import edifact, x12
from tests.inbox import AT, World
from tests.partner_files import a_world, answers, held

TOLERATED = "SEGMENT_OUT_OF_ORDER"
AS_IT_SELLS = (  # its own numbers alone, at its prices
    *(("SUT-001", "WIDGET-001"), ("CTR-001", "PANEL-A3")),
    *(("*250*", "*124.50*"), ("AAA:250", "AAA:124.5")),
    *(("LIN+1++10614141000019:SRV", "LIN+1"), ("PIA+1+", "PIA+5+"), ("+H-001:IN", "")),
)


def _ordered(segments: Sequence[str]) -> list[str]:
    """A sample order of what the partner has."""
    text = "\n".join(segments)
    for ours, theirs in AS_IT_SELLS:
        text = text.replace(ours, theirs)
    return text.split("\n")


def _x12_order(partner: X12Partner) -> bytes:
    (order,) = x12_reader.read(x12.one_set("850", *_ordered(x12.ORDER)))
    return write_x12([order], partner.profile, ControlNumbers(interchange=1, group=1), at=AT)  # type: ignore[list-item]


def _edifact_order(partner: EdifactPartner) -> bytes:
    (order,) = edifact_reader.read(edifact.one_message("ORDERS", *_ordered(edifact.ORDER)))
    return write_edifact([order], partner.profile, control=1, at=AT)  # type: ignore[list-item]


X12 = X12Partner(
    profile=x12_profile.PartnerProfile(
        name="mock_x12",
        ours=x12_profile.Mailbox(qualifier="ZZ", id="ACME", application="ACME"),
        theirs=x12_profile.Mailbox(qualifier="ZZ", id="MOCKEDI", application="MOCKEDI"),
        item_qualifiers=MappingProxyType({"supplier": "VP"}),
        tolerated=frozenset({TOLERATED}),  # its PID stands behind ACK
    )
)
EDIFACT = EdifactPartner(
    profile=edifact_profile.PartnerProfile(
        name="mock_edifact",
        ours=edifact_profile.Mailbox(id="EURODIS", qualifier="14"),
        theirs=edifact_profile.Mailbox(id="MOCKEDI", qualifier="ZZ"),
        tolerated=frozenset({TOLERATED}),  # its CNT stands behind MOA
    )
)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One of the two standards as the partner speaks it.

    `sound` and `miscounted` are what our answers say of each of its documents.
    """

    partner: Partner
    mailbox: str
    order: bytes
    end: str
    codes: tuple[str, ...]
    trailer: str
    sound: tuple[str, ...]
    miscounted: str


DIALECTS = (
    Dialect(
        partner=X12,
        mailbox="ACME",
        order=_x12_order(X12),
        end="~\n",
        codes=("997", "855", "856", "810"),
        trailer="SE",
        sound=("AK5*A~", "AK9*A*1*1*1~"),
        miscounted="AK5*R*4~",
    ),
    Dialect(
        partner=EDIFACT,
        mailbox="EURODIS",
        order=_edifact_order(EDIFACT),
        end="'\n",
        codes=("CONTRL", "ORDRSP", "DESADV", "INVOIC"),
        trailer="UNT",
        sound=(":D:96A:UN+7'",),
        miscounted=":D:96A:UN+4+29'",
    ),
)


@dataclass
class Trade:
    """We and the partner: what it sends lies in our inbox, what our outbox has goes to it."""

    mock: Mock
    dialect: Dialect
    world: World = field(default_factory=a_world)

    def order(self) -> Mapping[str, Any]:
        """Send our order; what the partner says to it."""
        said: Mapping[str, Any] = self.mock.send(self.dialect.order.decode())
        self.mock.settle()
        return said

    def waiting(self) -> Iterator[Mapping[str, Any]]:
        """What the partner has sent, oldest first."""
        rows = self.mock.mailbox(self.dialect.mailbox)
        return iter(sorted(rows, key=lambda row: int(row["id"])))

    def receive(self, sent: Mapping[str, Any]) -> FileOutcome:
        """Take one of its documents in as a file."""
        key = f"supplier/{self.dialect.partner.name}/{sent['code']}-{sent['id']}.edi"
        return self.world.receive(self.world.drop(sent["payload"].encode(), key=key))

    def answered(self) -> list[Mapping[str, Any]]:
        """Send our acknowledgements; what the partner keeps of them."""
        said = [self.mock.send(body.decode()) for body in answers(self.world)]
        assert all(each["accepted"] for each in said)
        assert [sets["findings"] for each in said for sets in each["transactionSets"]] == [
            [] for _ in said
        ]
        return [told for each in said for told in each["acknowledged"]]


@pytest.fixture(params=DIALECTS, ids=lambda each: each.partner.source)
def trade(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trade]:
    dialect: Dialect = request.param
    monkeypatch.setattr(
        "shared.workflow.receive_file.find_partner",
        lambda name: dialect.partner if name == dialect.partner.name else None,
    )
    with Mock.start(start_at="2026-03-05T12:00:00Z") as mock:
        yield Trade(mock, dialect)


def test_our_order_is_accepted_and_all_that_follows_is_read_and_acknowledged(trade: Trade) -> None:
    said = trade.order()

    sent = [*trade.waiting()]
    outcomes = [trade.receive(each) for each in sent]
    kept = trade.answered()

    assert [each["findings"] for each in said["transactionSets"]] == [[]]
    assert tuple(each["code"] for each in sent) == trade.dialect.codes
    assert [(each.code, each.counts["read"]) for each in outcomes] == [("read", 1)] * 4
    assert held(trade.world) == []
    (acknowledged,) = _read(trade, sent[0])
    assert (acknowledged.verdict, acknowledged.accepted) == ("accepted", 1)
    assert len(trade.world.journal.find("purchase_order:PO-1001")) == 3
    bodies = [each.decode() for each in answers(trade.world)]
    assert [all(told in each for told in trade.dialect.sound) for each in bodies] == [True] * 3
    assert [(each["code"], each["status"], each["matched"]) for each in kept] == [
        (code, "accepted", True) for code in trade.dialect.codes[1:]
    ]
    assert trade.mock.unacknowledged() == []


def test_documents_that_miscount_themselves_are_rejected_at_their_trailer(trade: Trade) -> None:
    trade.mock.behaviour(trade.dialect.mailbox, "corrupt")
    trade.order()
    _, *sent = trade.waiting()

    outcomes = [trade.receive(each) for each in sent]
    kept = trade.answered()

    assert [(each.code, each.counts["rejected"]) for each in outcomes] == [("read", 1)] * 3
    assert [code for code, _ in held(trade.world)] == ["SET_REJECTED"] * 3
    for each in sent:
        (found,) = _found(trade, each["payload"])
        ordinal, byte = _place(trade, each["payload"], trade.dialect.trailer)
        place = _spot(found)
        assert (found.code, place.segment) == ("SET_COUNT_WRONG", trade.dialect.trailer)
        assert (place.ordinal, place.field, place.byte) == (ordinal, 1, byte)
    bodies = [each.decode() for each in answers(trade.world)]
    assert [trade.dialect.miscounted in each for each in bodies] == [True] * 3
    assert [each["status"] for each in kept] == ["rejected"] * 3


@dataclass(frozen=True, kw_only=True)
class Seed:
    """An error put into a document: `wrong` for `sound`; the value `at` which we find `code`."""

    dialect: Dialect
    kind: str
    sound: str
    wrong: str
    code: str
    field: int
    at: str


def _seeds(dialect: Dialect, *rows: tuple[str, str, str, str, int, str]) -> Iterator[Seed]:
    for kind, sound, wrong, code, element, at in rows:
        yield Seed(
            dialect=dialect, kind=kind, sound=sound, wrong=wrong, code=code, field=element, at=at
        )


SEEDS = (
    *_seeds(
        DIALECTS[0],
        ("response", "BAK*00*AD*", "BAK**AD*", "ELEMENT_MISSING", 1, "*AD*"),
        ("response", "ACK*IA*10*", "ACK*IA*ten*", "NUMBER_INVALID", 2, "ten*"),
        ("despatch", "DTM*011*20260305", "DTM*011*20261305", "DATE_INVALID", 2, "20261305~"),
        ("despatch", "SN1*2*4*", "SN1*2**", "ELEMENT_MISSING", 2, "*EA*"),
        ("invoice", "BIG*20260305*", "BIG*20260230*", "DATE_INVALID", 1, "20260230*"),
        ("invoice", "IT1*1*10*", "IT1*1*ten*", "NUMBER_INVALID", 2, "ten*"),
        ("invoice", "CTT*2", "ZZZ*2", "SEGMENT_UNKNOWN", 0, "ZZZ*2~"),
    ),
    *_seeds(
        DIALECTS[1],
        ("response", "QTY+21:10:BX", "QTY+21:ten:BX", "NUMBER_INVALID", 1, "21:ten:"),
        ("despatch", "DTM+11:20260305:", "DTM+11:20261305:", "DATE_INVALID", 1, "DTM+11:"),
        ("despatch", "QTY+12:4:PCE", "QTY+:4:PCE", "ELEMENT_MISSING", 1, ":4:PCE"),
        ("invoice", "PRI+AAA:124.50", "PRI+AAA:much", "NUMBER_INVALID", 1, "AAA:much"),
        ("invoice", "CNT+2:2", "ZZZ+2:2", "SEGMENT_UNKNOWN", 0, "ZZZ+2:2"),
    ),
)


@pytest.mark.parametrize(
    ("trade", "seed"),
    [pytest.param(each.dialect, each, id=each.wrong) for each in SEEDS],
    indirect=["trade"],
)
def test_a_seeded_error_is_found_at_its_place_where_the_partner_finds_it_too(
    trade: Trade, seed: Seed
) -> None:
    trade.order()
    (sent,) = (each for each in trade.waiting() if each["kind"] == seed.kind)
    assert sent["payload"].count(seed.sound) == 1
    payload = sent["payload"].replace(seed.sound, seed.wrong)

    (found, *_) = (each for each in _found(trade, payload) if each.code == seed.code)

    ordinal, byte = _place(trade, payload, seed.wrong)
    place = _spot(found)
    assert (place.ordinal, place.field) == (ordinal, seed.field)
    assert place.byte >= byte
    assert payload.encode()[place.byte :].startswith(seed.at.encode())
    said = trade.mock.expect("POST", "/_mock/validate", payload)["messages"][0]["findings"]
    assert [each for each in said if each.startswith(f"{seed.wrong[:3]}@{ordinal}: ")]


def _read(trade: Trade, sent: Mapping[str, Any]) -> list[Any]:
    body = sent["payload"].encode()
    return [part.document for part in trade.dialect.partner.parts(body)]


def _found(trade: Trade, payload: str) -> list[Diagnostic]:
    """What is found in one document beside what is tolerated of the partner."""
    (interchange,) = trade.dialect.partner.survey(payload.encode()).interchanges
    (only,) = interchange.sets
    return [found for found in only.findings if found.code != TOLERATED]


def _spot(found: Diagnostic) -> EdiPosition:
    assert isinstance(found.position, EdiPosition)
    return found.position


def _place(trade: Trade, payload: str, beginning: str) -> tuple[int, int]:
    """The number in its set and the byte of the only segment that begins so."""
    end = trade.dialect.end
    segments = payload.split(end)
    first = next(at for at, each in enumerate(segments) if each[:3] in ("ST*", "UNH"))
    (at,) = (at for at, each in enumerate(segments) if each.startswith(beginning))
    return at - first + 1, len(end.join(segments[:at]).encode()) + len(end)
