"""The file that the HL7 v2 figures are taken on; never timings."""

from collections import Counter

from shared.canonical.diagnostic import Diagnostic
from shared.formats.hl7v2.reader import read
from tests.benchmarks.hl7v2 import missed
from tests.benchmarks.hl7v2_files import KINDS, generate
from tests.benchmarks.x12_files import EVERY

SMALL = generate(6_000)
TOLD = list(read(SMALL.text.encode()))


def test_the_file_has_the_segments_and_messages_it_says() -> None:
    read_as = Counter(type(each).__name__ for each in TOLD if not isinstance(each, Diagnostic))

    assert SMALL.segments == SMALL.text.count("\r") >= 6_000
    assert SMALL.messages == SMALL.text.count("\rMSH|")
    assert read_as.keys() == {"ReadUsage", "Requisition", "CaseSchedule", "ItemMasterUpdate"}
    assert all(f"||{kind.name}|" in SMALL.text for kind in KINDS)


def test_every_sown_error_is_found_and_nothing_is_found_that_follows_from_none() -> None:
    sown = [(each.start, each.end) for each in SMALL.sown]
    told = [each for each in TOLD if isinstance(each, Diagnostic)]
    follows = {"LINES_UNREADABLE", "SCHEDULE_UNREADABLE"}  # of the message, beside the line

    assert len(SMALL.sown) == -(-SMALL.messages // EVERY)
    assert missed(SMALL.sown, TOLD) == []
    assert all(
        any(start <= each.position.byte <= end for start, end in sown)
        for each in told
        if each.code not in follows
    )


def test_an_error_that_is_not_told_at_its_segment_is_missed() -> None:
    assert missed(SMALL.sown, []) == SMALL.sown
