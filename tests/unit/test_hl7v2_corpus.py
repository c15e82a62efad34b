"""Real documents, where LEDGERWARD_CORPUS names a folder of them: each reads without raising."""

import os
from pathlib import Path

import pytest

from shared.canonical.diagnostic import Diagnostic
from shared.formats.hl7v2.reader import follow, read, read_message
from tests.x12 import chunked

CORPUS = os.environ.get("LEDGERWARD_CORPUS", "")
FILES = sorted(Path(CORPUS).glob("hl7v2*/*")) if CORPUS else []


@pytest.mark.skipif(not FILES, reason="LEDGERWARD_CORPUS names no folder of HL7 v2 files")
def test_each_real_file_reads_the_same_however_it_comes_and_no_finding_is_beyond_it() -> None:
    for path in FILES:
        body = path.read_bytes()
        told = list(read(body))
        found = [each for each in told if isinstance(each, Diagnostic)]
        assert told or not body.strip(), path
        assert list(read(chunked(body, 61))) == told, path
        assert all(0 <= each.position.byte <= len(body) for each in found), path
        list(follow(body))
        read_message(body)
