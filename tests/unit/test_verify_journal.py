"""`verify` of a file needs no platform; of a journal it names what is gone."""

import json
from pathlib import Path

import pytest

import shared.cli.seal as commands
from shared.canonical.seal_check import Finding, FindingKind
from shared.workflow.verify_journal import VerifyJournal
from tests.sealing import SealedWorld


@pytest.fixture
def no_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a client was asked for")

    monkeypatch.setattr(commands, "open_deployment", refuse)
    monkeypatch.setattr("boto3.Session.client", refuse)


def an_export(path: Path) -> Path:
    world = SealedWorld()
    world.append("D-1", "a", "b")
    world.pass_hours(2)
    (seal,) = world.seal()
    path.write_bytes(world.export(seal.name))
    return path


@pytest.mark.usefixtures("no_platform")
def test_a_file_is_verified_without_a_platform(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.verify(export=an_export(tmp_path / "whole"), as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert (told["entries"], told["findings"], len(told["hash"])) == (2, [], 64)


@pytest.mark.usefixtures("no_platform")
def test_an_altered_file_is_told_in_words_and_fails_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = an_export(tmp_path / "altered")
    path.write_bytes(path.read_bytes().replace(b'"kind":"mapped"', b'"kind":"[/red]"', 1))

    with pytest.raises(SystemExit, match="1"):
        commands.verify(export=path)

    assert "altered entry 1 of document D-1 in kind at line 4" in capsys.readouterr().out


def test_a_finding_is_told_with_all_that_is_known_of_it() -> None:
    found = Finding(kind=FindingKind.MISSING, what="seal", detail="seal 3")

    assert commands.told(found) == "[red]missing[/red] seal: seal 3"


def test_an_entry_that_comes_an_hour_late_is_named_as_added() -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    late = world.clock.now()
    world.pass_hours(3)
    world.seal()

    now, world.clock.moment = world.clock.now(), late
    world.append("D-2", "z")
    world.clock.moment = now

    (found,) = world.verify().findings
    assert (found.kind, found.document_id, found.sequence) == (FindingKind.ADDED, "D-2", 1)


def test_a_gap_in_a_chain_is_named_once() -> None:
    world = SealedWorld()
    world.append("D-1", "a", "b", "c")
    world.pass_hours(3)
    world.seal()

    del world.journal.chains["D-1"][1]

    (found,) = world.verify().findings
    assert (found.kind, found.document_id, found.sequence) == (FindingKind.MISSING, "D-1", 2)


def test_a_journal_that_was_never_sealed_has_no_findings_and_no_seals() -> None:
    world = SealedWorld()
    world.append("D-1", "a")

    verified = world.verify()

    assert (verified.seals, verified.entries, verified.findings) == ((), 0, ())


def test_verifying_where_nothing_is_sealed_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = SealedWorld()
    verify = VerifyJournal(lines=world.lines, seals=world.seals)
    monkeypatch.setattr(commands, "open_deployment", lambda: None)
    monkeypatch.setattr(commands, "_verifier", lambda _: verify)

    with pytest.raises(SystemExit, match="1"):
        commands.verify()

    assert "nothing is sealed here yet" in capsys.readouterr().out
