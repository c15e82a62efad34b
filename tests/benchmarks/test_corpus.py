"""How readings of real files are counted and compared; never which files there are."""

from pathlib import Path

import pytest

from tests.benchmarks.corpus import differences, figures_by_kind, readings_of
from tests.benchmarks.corpus_differences import JUDGES, Told
from tests.golden import INBOUND


def told(*places: tuple[str, str]) -> Told:
    return frozenset(places)


def test_resources_are_counted_by_their_type_and_what_is_of_none_beside_them(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "fhir-some"
    folder.mkdir()
    for name in ("searchset_bundle", "inventory_snapshot"):
        (folder / f"{name}.json").write_bytes((INBOUND / "fhir" / f"{name}.fhir").read_bytes())

    readings = readings_of(tmp_path, "fhir")
    figures = figures_by_kind(readings)

    assert {kind: each.documents for kind, each in figures.items()} == {
        "Procedure": 1,
        "ChargeItem": 1,
        "InventoryReport": 1,
        "none": 0,
    }
    assert figures["InventoryReport"].codes["QUANTITY_NEGATIVE"] == 1
    assert figures["none"].codes["RESOURCE_UNSUPPORTED"] == 1
    counted = sum(each.codes.total() for each in figures.values())
    assert counted == sum(len(each.findings) for each in readings)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two files of X12 and one of EDIFACT."""
    for source, name in (("x12", "held_lines"), ("x12", "wrong_counts"), ("edifact", "invoice")):
        folder = tmp_path / f"{source}-some"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.edi").write_bytes((INBOUND / source / f"{name}.edi").read_bytes())
    return tmp_path


def test_files_sets_documents_and_findings_are_counted_by_kind(corpus: Path) -> None:
    figures = figures_by_kind(readings_of(corpus, "x12"))

    counts = {kind: (len(each.files), each.sets, each.documents) for kind, each in figures.items()}
    assert counts == {"850": (2, 2, 1), "none": (1, 0, 0)}
    assert figures["850"].codes["SET_COUNT_WRONG"] == 1
    assert figures["none"].codes["GROUP_COUNT_WRONG"] == 1


def test_every_finding_of_a_file_is_counted_once(corpus: Path) -> None:
    for standard in ("x12", "edifact"):
        readings = readings_of(corpus, standard)
        counted = sum(each.codes.total() for each in figures_by_kind(readings).values())
        assert counted == sum(len(each.findings) for each in readings)


def test_the_same_at_the_same_place_is_no_difference() -> None:
    judge = JUDGES["x12-doctor"]

    assert list(differences(judge, told(("DATE_INVALID", "DTM2")), ["B03 DTM2"])) == []
    assert list(differences(judge, told(("SET_TRAILER_MISSING", "ST")), ["A10 ST"])) == []
    assert list(differences(judge, told(), [])) == []


def test_another_place_is_a_difference_on_both_sides() -> None:
    found = differences(JUDGES["x12-doctor"], told(("SET_COUNT_WRONG", "SE1")), ["A02 GE1"])

    assert [what for what, _ in found] == ["A02 GE1", "ours SET_COUNT_WRONG"]


def test_of_a_file_that_a_peer_does_not_read_nothing_else_differs() -> None:
    found = differences(JUDGES["pyx12"], told(("DATE_INVALID", "DTM2")), ["unread ASCII"])

    assert [what for what, _ in found] == ["unread ASCII"]


@pytest.mark.parametrize(
    ("peer", "codes", "faults", "is_known"),
    [
        ("x12-doctor", told(("VERSION_UNSUPPORTED", "GS8")), [], True),
        ("x12-doctor", told(("INTERCHANGE_COUNT_WRONG", "IEA1")), [], False),
        ("x12-doctor", told(), ["A08 GS8"], True),
        ("x12-doctor", told(), ["A04 ISA13"], False),
        ("pydifact", told(), ["unread of a new reason"], False),
        ("fhir.resources", told(("VERSION_UNTOLD", "")), [], True),
        ("fhir.resources", told(), ["model_type status"], False),
    ],
)
def test_a_difference_that_nobody_explained_has_no_reason(
    peer: str, codes: Told, faults: list[str], *, is_known: bool
) -> None:
    ((_, why),) = differences(JUDGES[peer], codes, faults)

    assert bool(why) == is_known


def test_messages_of_hl7_are_counted_by_their_type_and_event(tmp_path: Path) -> None:
    folder = tmp_path / "hl7v2-some"
    folder.mkdir()
    for name in ("day_batch", "shifted_oms"):
        sample = INBOUND / "hl7v2" / f"{name}.hl7"
        (folder / sample.name).write_bytes(sample.read_bytes())

    figures = figures_by_kind(readings_of(tmp_path, "hl7v2"))

    counts = {kind: (len(each.files), each.sets, each.documents) for kind, each in figures.items()}
    assert counts["OMS^O05"] == (2, 2, 2)
    assert counts["DFT^P03"] == (1, 1, 1)
    assert figures["OMS^O05"].codes["FIELDS_SHIFTED"] == 5
    assert figures["none"].codes == {"BATCH_COUNT_WRONG": 1}


def test_a_structure_that_misses_a_segment_differs_unless_we_tell_it_too() -> None:
    judge = JUDGES["hl7apy"]

    found = dict(differences(judge, told(("LINES_ABSENT", "RQD")), ["missing EVN", "missing ZZZ"]))

    assert found["missing EVN"]
    assert found["missing ZZZ"] == ""
    assert found["ours LINES_ABSENT"]
