"""The file that the X12 figures are taken on, and the arithmetic of the figures; never timings."""

from shared.canonical.diagnostic import Diagnostic
from shared.formats.x12.reader import read
from tests.benchmarks.edi_measuring import Cost, middle_of, missed, read_cost
from tests.benchmarks.x12_files import EVERY, generate
from tests.x12 import documents, findings

SMALL = generate(20_000)


def test_the_file_is_the_same_each_time() -> None:
    assert generate(20_000) == SMALL


def test_the_file_has_the_segments_and_sets_it_says() -> None:
    assert SMALL.segments == SMALL.text.count("~") >= 20_000
    assert SMALL.sets == SMALL.text.count("\nST*") == len(documents(SMALL.text.encode()))


def test_every_sown_error_is_found_and_nothing_is_found_that_follows_from_none() -> None:
    told = findings(SMALL.text.encode())

    assert len(SMALL.sown) == SMALL.sets // EVERY
    assert missed(SMALL.text, SMALL.sown, read(SMALL.text.encode()), "~") == []
    assert {_set_of(found) for found in told} == {
        (each.interchange, each.set) for each in SMALL.sown
    }


def _set_of(found: Diagnostic) -> tuple[int, int]:
    place = str(found.position).split()[0].split("/")
    return int(place[0]), int(place[2])


def test_seconds_and_kib_are_read_and_the_middle_is_taken() -> None:
    costs = [
        read_cost("noise\n0.5 2048\n"),
        Cost(seconds=1.5, peak_mib=4),
        Cost(seconds=1, peak_mib=9),
    ]

    assert costs[0] == Cost(seconds=0.5, peak_mib=2.0)
    assert middle_of(costs) == Cost(seconds=1, peak_mib=4)
