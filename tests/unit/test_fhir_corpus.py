"""Real resources, where LEDGERWARD_CORPUS names a folder of them: each reads without raising."""

import io
import os
from pathlib import Path

import pytest

from shared.canonical.diagnostic import Diagnostic
from shared.formats.fhir.reader import follow
from tests.fhir import YEAR

CORPUS = os.environ.get("LEDGERWARD_CORPUS", "")
FILES = sorted(Path(CORPUS).glob("fhir*/*")) if CORPUS else []


@pytest.mark.skipif(not FILES, reason="LEDGERWARD_CORPUS names no folder of FHIR files")
def test_each_real_file_reads_the_same_however_it_comes_and_no_finding_is_beyond_it() -> None:
    for path in FILES:
        body = path.read_bytes()
        told = list(follow(body, year=YEAR))
        found = [each for each in told if isinstance(each, Diagnostic)]
        assert told, path
        assert list(follow(io.BytesIO(body), year=YEAR)) == told, path
        assert all(0 <= each.position.byte <= len(body) for each in found), path
