"""The file that FHIR is measured with is sound, and every error sown in it is found."""

import json

from shared.formats.fhir.kinds import READERS
from tests.benchmarks.fhir import missed
from tests.benchmarks.fhir_files import ROUND, SOWN_EVERY, generate
from tests.fhir import codes, findings, readings


def test_the_measured_file_is_sound_and_has_every_kind_that_r5_has() -> None:
    made = generate(100)

    body = made.text.encode()
    assert codes(body) == ["VERSION_UNTOLD"]  # a delivery is the same in both
    assert made.resources == len(readings(body)) == 104
    assert {each.kind for each in readings(body)} == set(READERS) - {
        *("DeviceUseStatement", "InventoryItem"),
    }
    assert len(json.loads(made.text)["entry"]) == made.resources


def test_every_sown_error_is_found_at_its_byte() -> None:
    made = generate(20 * ROUND, sown=True)

    assert len(made.sown) == ROUND * -(-20 // SOWN_EVERY)
    assert missed(made.sown, findings(made.text.encode())) == []
    assert len(missed(made.sown, [])) == len(made.sown)
