"""The journal's promises, kept by both families."""

from dataclasses import replace

import pytest

from shared.canonical.journal import JournalFact, first_break
from shared.errors import ThrottledError
from tests.contract.families import Aws, Family
from tests.contract.tables import JOURNAL
from tests.contract.wire import answer_instead, let_another_come_first, refusing


def a_fact(number: int, *keys: str) -> JournalFact:
    return JournalFact(
        fact_id=f"fact-{number}",
        kind="mapped",
        at="2026-03-14T12:00:00+00:00",
        data={"lines": number, "ratio": 0.1, "big": 2**70, "text": "é\u2028", "codes": ["A", "B"]},
        keys=keys,
    )


def told(family: Family) -> list[str]:
    return [entry.fact.fact_id for entry in family.journal.read("D-1")]


def test_facts_are_read_back_in_order_and_their_chain_verifies(family: Family) -> None:
    family.journal.append("D-1", [a_fact(1, "case:C1-X"), a_fact(2)])
    family.journal.append("D-1", [a_fact(3)])

    chain = family.journal.read("D-1")

    assert [entry.fact for entry in chain] == [a_fact(1, "case:C1-X"), a_fact(2), a_fact(3)]
    assert [entry.sequence for entry in chain] == [1, 2, 3]
    assert first_break(chain) is None


def test_both_families_make_the_same_chain(family: Family) -> None:
    family.journal.append("D-1", [a_fact(1, "case:C1-X")])

    [entry] = family.journal.read("D-1")

    assert entry.hash == "371cac6b8eaa3298a8d7ce4602c12563307e6733bc420c17ea50bf1e65bb26f0"


def test_a_document_nobody_told_of_has_no_chain(family: Family) -> None:
    family.journal.append("D-1", [])

    assert family.journal.read("D-1") == ()
    assert family.journal.find("case:C1-X") == ()


def test_the_same_fact_told_again_adds_nothing(family: Family) -> None:
    facts = [a_fact(number) for number in range(1, 16)]
    family.journal.append("D-1", facts)

    family.journal.append("D-1", facts)
    family.journal.append("D-1", [facts[-1], a_fact(16), a_fact(16)])

    assert told(family) == [f"fact-{number}" for number in range(1, 17)]


def test_every_key_leads_to_every_document_it_concerns(family: Family) -> None:
    family.journal.append("D-1", [a_fact(1, "case:C1-X", "item:ITM-1"), a_fact(2, "case:C1-X")])
    family.journal.append("D-2", [a_fact(1, "case:C1-X")])

    assert sorted(family.journal.find("case:C1-X")) == ["D-1", "D-2"]
    assert family.journal.find("item:ITM-1") == ("D-1",)
    assert family.journal.find("item:ITM") == ()


def test_what_a_key_leads_to_is_told_page_by_page(family: Family) -> None:
    for number in (3, 1, 2):
        family.journal.append(f"D-{number}", [a_fact(1, "item:ITM-1")])

    pages = [
        family.journal_pages.find_some("item:ITM-1", after=after, limit=2)
        for after in ("", "D-2", "D-3")
    ]

    assert pages == [("D-1", "D-2"), ("D-3",), ()]


def test_many_keys_are_all_indexed(family: Family) -> None:
    keys = [f"effect:{number:064x}" for number in range(60)]

    family.journal.append("D-1", [a_fact(1, *keys)])

    assert {family.journal.find(key) for key in keys} == {("D-1",)}


def test_the_oldest_entry_of_a_kind_is_found_behind_any_others(family: Family) -> None:
    received = [replace(a_fact(number), kind="received") for number in (3, 4)]
    family.journal.append("D-1", [a_fact(1), a_fact(2), *received])

    found = family.journal.first("D-1", "received")

    assert found == family.journal.read("D-1")[2]
    assert family.journal.first("D-1", "outcome") is None
    assert family.journal.first("D-2", "received") is None


def test_what_a_chain_begins_with_is_one_read_however_long_it_is(on_aws: Family, aws: Aws) -> None:
    on_aws.journal.append("D-1", [a_fact(number) for number in range(30)])

    calls = aws.calls.counts_of(lambda: on_aws.journal.first("D-1", "mapped"))

    assert calls == {"Query": 1}


def test_an_appended_fact_costs_one_write_and_the_keys_go_together(
    on_aws: Family, aws: Aws
) -> None:
    facts = [a_fact(number, f"item:{number}", "case:C1-X") for number in range(3)]

    first = aws.calls.counts_of(lambda: on_aws.journal.append("D-1", facts))
    again = aws.calls.counts_of(lambda: on_aws.journal.append("D-1", facts))
    plain = aws.calls.counts_of(lambda: on_aws.journal.append("D-1", [a_fact(9)]))
    many = aws.calls.counts_of(
        lambda: on_aws.journal.append("D-1", [a_fact(10, *(f"lot:{lot}" for lot in range(26)))])
    )

    assert first == {"Query": 1, "PutItem": 3, "BatchWriteItem": 1}
    assert again == {"Query": 1, "BatchWriteItem": 1}
    assert plain == {"Query": 1, "PutItem": 1}
    assert many == {"Query": 1, "PutItem": 1, "BatchWriteItem": 2}


def test_a_writer_who_loses_the_race_goes_on_after_the_winner(on_aws: Family, aws: Aws) -> None:
    mine = [a_fact(number, f"item:{number}") for number in range(1, 25)]
    let_another_come_first(
        aws.dynamodb, "PutItem", lambda: on_aws.journal.append("D-1", [a_fact(99)])
    )

    on_aws.journal.append("D-1", mine)

    chain = on_aws.journal.read("D-1")
    assert told(on_aws) == ["fact-99", *(fact.fact_id for fact in mine)]
    assert first_break(chain) is None
    assert on_aws.journal.find("item:24") == ("D-1",)


def test_a_writer_overtaken_midway_tells_nothing_twice(on_aws: Family, aws: Aws) -> None:
    mine = [a_fact(number) for number in range(1, 31)]

    def overtake_at_the_last() -> None:
        let_another_come_first(
            aws.dynamodb, "PutItem", lambda: on_aws.journal.append("D-1", [a_fact(99)])
        )

    on_aws.journal.append("D-1", mine[:20])
    overtake_at_the_last()
    on_aws.journal.append("D-1", mine)

    assert sorted(told(on_aws)) == sorted([fact.fact_id for fact in mine] + ["fact-99"])
    assert first_break(on_aws.journal.read("D-1")) is None


def test_the_lost_answer_of_our_own_write_is_not_told_twice(on_aws: Family, aws: Aws) -> None:
    """The SDK repeats a write whose answer was lost, and the repetition is refused."""
    let_another_come_first(
        aws.dynamodb, "PutItem", lambda: on_aws.journal.append("D-1", [a_fact(1)])
    )

    on_aws.journal.append("D-1", [a_fact(1), a_fact(2)])

    assert told(on_aws) == ["fact-1", "fact-2"]


def test_keys_lost_with_their_teller_are_indexed_by_the_next_one(on_aws: Family, aws: Aws) -> None:
    fact = a_fact(1, "case:C1-X")
    answer_instead(aws.dynamodb, "BatchWriteItem", refusing("ThrottlingException"))
    with pytest.raises(ThrottledError):
        on_aws.journal.append("D-1", [fact])
    assert on_aws.journal.find("case:C1-X") == ()

    on_aws.journal.append("D-1", [fact])

    assert on_aws.journal.find("case:C1-X") == ("D-1",)
    assert told(on_aws) == ["fact-1"]


def test_keys_left_unwritten_are_written_in_the_next_round(on_aws: Family, aws: Aws) -> None:
    answer_instead(
        aws.dynamodb,
        "BatchWriteItem",
        lambda request: (200, {"UnprocessedItems": request["RequestItems"]}),
    )

    on_aws.journal.append("D-1", [a_fact(1, "case:C1-X")])

    assert on_aws.journal.find("case:C1-X") == ("D-1",)


def test_an_altered_fact_breaks_the_chain_where_it_stands(on_aws: Family, aws: Aws) -> None:
    on_aws.journal.append("D-1", [a_fact(number) for number in range(1, 5)])
    aws.dynamodb.update_item(
        TableName=JOURNAL,
        Key={"pk": {"S": "document#D-1"}, "sk": {"S": "entry#00000003"}},
        UpdateExpression="SET #data = :other",
        ExpressionAttributeNames={"#data": "data"},
        ExpressionAttributeValues={":other": {"S": '{"lines":4}'}},
    )

    assert first_break(on_aws.journal.read("D-1")) == 3


def test_a_fact_cannot_be_changed_by_its_teller_afterwards(family: Family) -> None:
    data: dict[str, object] = {"lines": 1}
    family.journal.append("D-1", [replace(a_fact(1), data=data)])

    data["lines"] = 2

    assert family.journal.read("D-1")[0].fact.data == {"lines": 1}


def test_many_documents_are_told_of_at_once_each_in_its_own_chain(family: Family) -> None:
    facts = {f"D-{number}": [a_fact(1, "lot:L-1"), a_fact(2)] for number in range(30)}
    family.journal.append_all(facts)

    family.journal.append_all(facts | {"D-7": [a_fact(2), a_fact(3)]})

    assert [len(family.journal.read(document_id)) for document_id in facts] == [
        3 if document_id == "D-7" else 2 for document_id in facts
    ]
    assert all(first_break(family.journal.read(document_id)) is None for document_id in facts)
    assert sorted(family.journal.find("lot:L-1")) == sorted(facts)


def test_the_keys_of_many_documents_share_their_calls(aws: Aws, on_aws: Family) -> None:
    facts = {f"D-{number}": [a_fact(1, "lot:L-1", f"case:{number}")] for number in range(30)}

    calls = aws.calls.counts_of(lambda: on_aws.journal.append_all(facts))

    assert calls == {"Query": 30, "PutItem": 30, "BatchWriteItem": 3}
