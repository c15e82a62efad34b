"""Sealing and verifying, on both families; and on AWS whatever is done to the table is named."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain, pairwise
from typing import Any

import pytest

from shared.aws.batches import queried_items
from shared.aws.journal import SEAL_INDEX, SEAL_SHARDS, seal_shard
from shared.canonical.seal import BEGINNING, Seal, line_of, lines_between
from shared.canonical.seal_check import Finding, FindingKind
from shared.canonical.seal_export import check_export
from shared.errors import SealBrokenError
from shared.workflow.seal_journal import SealJournal
from shared.workflow.verify_journal import Verification, VerifyJournal
from tests.contract.families import SEALS, Aws, Family
from tests.contract.tables import JOURNAL
from tests.contract.wire import let_another_come_first
from tests.sealing import a_fact

FAR = "9999"
END = "2026-03-14T13:00:00.000000Z"
ROOT = "982adffabf190b419d5cdbbc864a805d41cb3d4b05bd90e299fc05d1e881154b"


def at(time: str) -> str:
    return f"2026-03-14T{time}.000000Z"


def append(family: Family, document_id: str, *names: str) -> None:
    for name in names:
        family.clock.advance(seconds=1)
        family.journal.append(document_id, [a_fact(name)])


def seal_all(family: Family) -> tuple[Seal, ...]:
    family.clock.advance(seconds=2 * 3600)
    return SealJournal(lines=family.journal_lines, seals=family.seals, clock=family.clock)()


def verifier(family: Family) -> VerifyJournal:
    return VerifyJournal(lines=family.journal_lines, seals=family.seals)


def a_sealed(family: Family) -> Seal:
    """Two documents, five entries, one seal."""
    append(family, "D-1", "a", "b", "c")
    append(family, "D-2", "d", "e")
    (seal,) = seal_all(family)
    return seal


def test_entries_are_put_in_order_by_the_time_they_were_appended(family: Family) -> None:
    append(family, "D-2", "a")
    family.journal.append("D-1", [a_fact("b"), a_fact("c")])  # at the same moment
    append(family, "D-2", "d")

    lines = lines_between(family.journal_lines.chains(["D-2", "D-1"]), BEGINNING, FAR)

    assert [(line.document_id, line.sequence) for line in lines] == [
        ("D-1", 1),
        ("D-1", 2),
        ("D-2", 1),
        ("D-2", 2),
    ]
    assert lines[0] == line_of(family.journal.read("D-1")[0])
    assert lines[3] == line_of(family.journal.read("D-2")[1])
    assert list(family.journal_lines.chains(["D-2", "D-3"])) == [(lines[2], lines[3]), ()]


def test_a_stretch_of_time_holds_its_first_moment_and_not_its_last(family: Family) -> None:
    append(family, "D-1", "a", "b", "c")
    (entries,) = family.journal_lines.chains(["D-1"])
    moments = [line.appended for line in entries]

    found = lines_between([entries], moments[0], moments[2])

    assert [line.appended for line in found] == moments[:2]


def test_a_chain_is_listed_in_each_hour_in_which_it_has_entries(family: Family) -> None:
    lines = family.journal_lines
    append(family, "D-2", "a", "b")
    append(family, "D-1", "c")
    family.clock.advance(seconds=2 * 3600)
    append(family, "D-2", "d", "e")

    hours = ("12:00:00", "13:00:00", "14:00:00", "15:00:00")
    listed = [lines.documents(at(begin), at(end)) for begin, end in pairwise(hours)]

    assert listed == [("D-1", "D-2"), (), ("D-2",)]
    assert lines.documents(at("12:50:00"), at("12:55:00")) == ("D-1", "D-2")  # whole hours
    assert lines.documents(at("12:50:00"), at("14:00:01")) == ("D-1", "D-2")
    assert lines.first_opening(BEGINNING) == lines.first_opening(at("12:59:00")) == at("12:00:01")
    assert lines.first_opening(at("13:00:00")) == at("14:00:04")
    assert lines.first_opening(FAR) is None


def test_a_clock_that_goes_back_over_an_hour_lists_the_chain_again(family: Family) -> None:
    family.clock.advance(seconds=3600)
    append(family, "D-1", "a")
    family.clock.moment -= timedelta(hours=1)
    append(family, "D-1", "b", "c")

    assert family.journal_lines.documents(at("12:00:00"), at("13:00:00")) == ("D-1",)
    assert family.journal_lines.documents(at("13:00:00"), at("14:00:00")) == ("D-1",)
    assert family.journal_lines.first_opening(BEGINNING) == at("12:00:02")


def indexed(aws: Aws) -> list[tuple[str, str]]:
    """The keys of what is in the index of the journal."""
    shards = [
        queried_items(
            aws.dynamodb,
            JOURNAL,
            IndexName=SEAL_INDEX,
            KeyConditionExpression="seal_shard = :shard",
            ExpressionAttributeValues={":shard": {"S": str(shard)}},
        )
        for shard in range(SEAL_SHARDS)
    ]
    return sorted((item["pk"]["S"], item["sk"]["S"]) for item in chain(*shards))


def test_of_a_chain_s_entries_of_an_hour_only_the_first_is_indexed(
    on_aws: Family, aws: Aws
) -> None:
    append(on_aws, "D-1", "a", "b")
    let_another_come_first(aws.dynamodb, "PutItem", lambda: append(on_aws, "D-2", "c"))
    append(on_aws, "D-2", "d")
    on_aws.clock.advance(seconds=3600)
    on_aws.journal.append("D-1", [a_fact("e"), a_fact("f")])

    assert indexed(aws) == [
        ("document#D-1", "entry#00000001"),
        ("document#D-1", "entry#00000003"),
        ("document#D-2", "entry#00000001"),
    ]
    assert [entry.sequence for entry in on_aws.journal.read("D-2")] == [1, 2]


def test_a_journal_of_which_every_entry_is_indexed_has_the_same_seal_and_verifies(
    on_aws: Family, aws: Aws
) -> None:
    """As it was before only what opens an hour was."""
    append(on_aws, "D-1", "a", "b", "c")
    append(on_aws, "D-2", "d", "e")
    for sequence in (2, 3):
        changed(aws, "seal_shard", {"S": seal_shard("D-1")}, sequence)

    (seal,) = seal_all(on_aws)

    assert len(indexed(aws)) == 4
    assert seal.root == ROOT
    assert verifier(on_aws)() == Verification(seals=(seal,), entries=5, findings=())


def test_both_families_make_the_same_seal(family: Family) -> None:
    seal = a_sealed(family)

    assert (seal.name, seal.count, seal.until) == ("2026-03-14T12.1", 5, END)
    assert seal.root == ROOT
    assert seal.hash == "3e873b185b1240f2385aeb5e6a580d463174084b1a01efa56cdbd554b15596de"


def test_a_seal_is_read_back_and_never_replaced(family: Family) -> None:
    seal = a_sealed(family)
    other = replace(seal, sealed_at="2026-03-15T00:00:00.000000Z")

    assert family.seals.put(seal, b"the same again") is True
    assert family.seals.put(other, b"") is False
    assert family.seals.numbers() == (1,)
    assert family.seals.read(1) == seal.line
    assert family.seals.rewritten() == ()
    with pytest.raises(KeyError):
        family.seals.read(2)
    with pytest.raises(KeyError):
        family.seals.read_index(replace(seal, index_sha256="0" * 64))


def test_an_untouched_journal_verifies_whole_by_period_and_from_an_export(family: Family) -> None:
    seal = a_sealed(family)
    append(family, "D-1", "f")  # goes on, not sealed yet
    verify = verifier(family)

    assert verify() == Verification(seals=(seal,), entries=5, findings=())
    assert verify("2026-03") == verify("2026-03-14T12.1") == verify()
    assert verify("2026-04").seals == ()
    exported, body = verify.export("2026-03-14T12")
    assert exported == seal
    assert len(body.splitlines()) == 11
    assert check_export(body) == ()


def test_a_period_is_found_among_many(family: Family) -> None:
    append(family, "D-1", "a")
    family.clock.advance(seconds=3600)
    append(family, "D-1", "b")
    family.clock.advance(seconds=24 * 3600)
    append(family, "D-1", "c")
    seal_all(family)

    names = {
        period: [seal.name for seal in verifier(family)(period).seals]
        for period in ("2026-03-14", "2026-03-14T13", "2026-03-15", "2026-03-14T12.2")
    }

    assert names == {
        "2026-03-14": ["2026-03-14T12.1", "2026-03-14T13.2"],
        "2026-03-14T13": ["2026-03-14T13.2"],
        "2026-03-15": ["2026-03-15T13.3"],
        "2026-03-14T12.2": [],
    }
    with pytest.raises(SealBrokenError, match=r"names 2026-03-14T12\.1, 2026-03-14T13\.2"):
        verifier(family).export("2026-03-14")


def test_sealing_is_a_query_a_shard_and_one_a_document_however_many_entries_they_have(
    on_aws: Family, aws: Aws
) -> None:
    append(on_aws, "D-1", *(f"f{number}" for number in range(40)))
    append(on_aws, "D-2", *(f"g{number}" for number in range(40)))

    first = aws.calls.counts_of(lambda: seal_all(on_aws))
    again = aws.calls.counts_of(lambda: seal_all(on_aws))

    # Each hour: when its first entry came, who has entries, their chains, the index, the seal.
    assert first == {"ListObjectsV2": 1, "Query": 4 + 4 + 2, "PutObject": 2}
    # One more stretch, without entries; the seal before it is read.
    assert again == {"ListObjectsV2": 1, "GetObject": 1, "Query": 4 + 4, "PutObject": 2}


def test_verifying_is_a_query_a_shard_and_one_a_document(on_aws: Family, aws: Aws) -> None:
    a_sealed(on_aws)

    calls = aws.calls.counts_of(verifier(on_aws))

    assert calls == {
        "ListObjectsV2": 2,
        "ListObjectVersions": 1,
        "GetObject": 3,
        "Query": 4 + 2,
    }


def changed(aws: Aws, name: str, value: Mapping[str, Any] | None, sequence: int = 2) -> None:
    """One attribute of an entry of D-1 put, or removed."""
    aws.dynamodb.update_item(
        TableName=JOURNAL,
        Key={"pk": {"S": "document#D-1"}, "sk": {"S": f"entry#{sequence:08d}"}},
        UpdateExpression="SET #name = :value" if value else "REMOVE #name",
        ExpressionAttributeNames={"#name": name},
        **({"ExpressionAttributeValues": {":value": value}} if value else {}),  # type: ignore[arg-type]
    )


def found(family: Family) -> set[tuple[FindingKind, str, int, tuple[str, ...]]]:
    findings = verifier(family)().findings
    return {(each.kind, each.document_id, each.sequence, each.fields) for each in findings}


ALTERATIONS: dict[str, Mapping[str, Any]] = {
    "kind": {"S": "mopped"},
    "fact": {"S": "fact-z"},
    "at": {"S": "2026-03-14T11:59:00+01:00"},
    "data": {"S": '{"lines": 2,"code":"C-SUT","text":"é"}'},  # one space more: the same JSON
    "keys": {"L": [{"S": "case:z"}]},
    "previous": {"S": "0" * 64},
    "hash": {"S": "f" * 64},
    "note": {"S": "somebody was here"},
    "lines": {"N": "1"},
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_attribute_is_named(on_aws: Family, aws: Aws, name: str) -> None:
    a_sealed(on_aws)

    changed(aws, name, ALTERATIONS[name])

    assert found(on_aws) == {(FindingKind.ALTERED, "D-1", 2, (name,))}


def test_data_that_is_no_json_any_more_is_named_too(on_aws: Family, aws: Aws) -> None:
    a_sealed(on_aws)

    changed(aws, "data", {"S": '{"lines":2'})

    assert found(on_aws) == {(FindingKind.ALTERED, "D-1", 2, ("data",))}


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_an_entry_without_a_time_is_missing_where_it_was(
    on_aws: Family, aws: Aws, sequence: int
) -> None:
    a_sealed(on_aws)

    changed(aws, "appended", None, sequence)

    assert (FindingKind.MISSING, "D-1", sequence, ()) in found(on_aws)


def test_the_entry_that_opens_an_hour_taken_out_of_the_index_is_named(
    on_aws: Family, aws: Aws
) -> None:
    """The seal names its document, so that the chain is read all the same, and is whole.

    An entry put, without `seal_shard`, into a chain that is listed in no sealed hour is not found.
    """
    seal = a_sealed(on_aws)

    changed(aws, "seal_shard", None, sequence=1)

    assert found(on_aws) == {(FindingKind.ALTERED, "D-1", 1, ("seal_shard",))}
    assert check_export(verifier(on_aws).export(seal.name)[1]) == ()


def test_a_whole_chain_taken_away_is_named_entry_by_entry(on_aws: Family, aws: Aws) -> None:
    a_sealed(on_aws)

    for sequence in (1, 2, 3):
        key = {"pk": {"S": "document#D-1"}, "sk": {"S": f"entry#{sequence:08d}"}}
        aws.dynamodb.delete_item(TableName=JOURNAL, Key=key)

    assert found(on_aws) == {(FindingKind.MISSING, "D-1", number, ()) for number in (1, 2, 3)}


def test_an_entry_moved_to_another_hour_is_missing_where_it_was(on_aws: Family, aws: Aws) -> None:
    a_sealed(on_aws)

    changed(aws, "appended", {"S": "2026-03-20T12:00:00.000000Z"})

    assert found(on_aws) == {(FindingKind.MISSING, "D-1", 2, ())}


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_a_removed_entry_is_named(on_aws: Family, aws: Aws, sequence: int) -> None:
    a_sealed(on_aws)

    key = {"pk": {"S": "document#D-1"}, "sk": {"S": f"entry#{sequence:08d}"}}
    aws.dynamodb.delete_item(TableName=JOURNAL, Key=key)

    assert found(on_aws) == {(FindingKind.MISSING, "D-1", sequence, ())}


@pytest.mark.parametrize("sealed_time", [True, False])
def test_an_added_entry_is_named_with_or_without_a_time(
    on_aws: Family, aws: Aws, *, sealed_time: bool
) -> None:
    a_sealed(on_aws)
    key = {"pk": {"S": "document#D-1"}, "sk": {"S": "entry#00000002"}}
    item = dict(aws.dynamodb.get_item(TableName=JOURNAL, Key=key)["Item"])
    item["sk"] = {"S": "entry#00000004"}
    if not sealed_time:
        del item["appended"]

    aws.dynamodb.put_item(TableName=JOURNAL, Item=item)

    assert found(on_aws) == {(FindingKind.ADDED, "D-1", 4, ())}


def put_seal(aws: Aws, seal: Seal) -> None:
    key = f"seals/{seal.number:08d}.json"
    aws.s3.put_object(Bucket=SEALS, Key=key, Body=seal.line)


def forge(aws: Aws, seal: Seal) -> None:
    put_seal(aws, replace(seal, sealed_at="2026-03-15T00:00:00.000000Z"))


def remove(aws: Aws, seal: Seal) -> None:
    aws.s3.delete_object(Bucket=SEALS, Key=f"seals/{seal.number:08d}.json")


def remove_index(aws: Aws, seal: Seal) -> None:
    aws.s3.delete_object(
        Bucket=SEALS, Key=f"indexes/{seal.number:08d}-{seal.index_sha256[:16]}.jsonl"
    )


DAMAGE: dict[str, tuple[Callable[[Aws, Seal], None], set[str]]] = {
    "a seal written again": (
        forge,
        {
            "seal 1 was written again or removed; its first version stands",
            "seal 2 does not go on from the one before",
        },
    ),
    "a seal removed": (
        remove,
        {"seal 1", "seal 1 was written again or removed; its first version stands"},
    ),
    "an index removed": (remove_index, {"of seal 2026-03-14T12.1"}),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_done_to_seals_is_named(on_aws: Family, aws: Aws, name: str) -> None:
    seal = a_sealed(on_aws)
    seal_all(on_aws)
    damage, told = DAMAGE[name]

    damage(aws, seal)

    findings: tuple[Finding, ...] = verifier(on_aws)().findings
    assert {each.detail for each in findings} == told
    assert {each.what for each in findings} <= {"seal", "index"}
