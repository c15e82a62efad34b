"""The file that the EDIFACT figures are taken on; never timings."""

from collections import Counter

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edifact import reader
from tests.benchmarks.edi_measuring import missed
from tests.benchmarks.edifact_files import generate
from tests.benchmarks.x12_files import EVERY
from tests.edifact import documents, findings

SMALL = generate(100_000)


def test_the_file_has_the_segments_and_messages_it_says() -> None:
    read = documents(SMALL.text.encode())

    assert SMALL.segments == SMALL.text.count("'") >= 100_000
    assert SMALL.messages == SMALL.text.count("\nUNH+") == len(read)
    assert Counter(type(each).__name__ for each in read).keys() == {
        *("PurchaseOrder", "PurchaseOrderAcknowledgement", "ShipNotice", "Invoice"),
    }


def test_every_sown_error_is_found_and_nothing_is_found_that_follows_from_none() -> None:
    told = findings(SMALL.text.encode())

    assert len(SMALL.sown) == SMALL.messages // EVERY
    assert missed(SMALL.text, SMALL.sown, reader.read(SMALL.text.encode()), "'") == []
    assert {_message_of(found) for found in told} == {
        (each.interchange, each.set) for each in SMALL.sown
    }


def _message_of(found: Diagnostic) -> tuple[int, int]:
    place = str(found.position).split()[0].split("/")
    return int(place[0]), int(place[2])
