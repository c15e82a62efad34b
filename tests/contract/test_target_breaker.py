"""The breakers' promises, kept by both families."""

from dataclasses import replace

from shared.aws.stream import changes_of
from shared.canonical.breaker import Breaker
from tests.contract.families import Aws, Family
from tests.contract.tables import EFFECTS
from tests.effects import an_entry, an_issue

OPEN = Breaker(target="erp", failures=3, waits=2, probe_at=1_800_000_000, probe_until=17)


def test_a_target_that_never_failed_is_closed(family: Family) -> None:
    assert family.breakers.read("erp") == Breaker(target="erp")
    assert family.breakers.read("erp").is_untroubled


def test_what_is_written_is_read_back_with_the_next_fence(family: Family) -> None:
    fresh = Breaker(target="erp")

    written = family.breakers.replace(fresh, OPEN)

    assert written == replace(OPEN, fence=1)
    assert family.breakers.read("erp") == written
    assert family.breakers.read("other") == Breaker(target="other")


def test_of_two_who_read_the_same_one_writes(family: Family) -> None:
    first = family.breakers.replace(Breaker(target="erp"), OPEN)
    assert first is not None

    late = family.breakers.replace(Breaker(target="erp"), Breaker(target="erp", failures=1))
    claim = family.breakers.replace(first, replace(first, probe_until=99))
    second_claim = family.breakers.replace(first, replace(first, probe_until=100))

    assert (late, second_claim) == (None, None)
    assert family.breakers.read("erp") == claim == replace(OPEN, probe_until=99, fence=2)


def test_a_closed_one_forgets_its_probe(family: Family) -> None:
    standing = family.breakers.replace(Breaker(target="erp"), OPEN)
    assert standing is not None

    closed = family.breakers.replace(standing, Breaker(target="erp", failures=2, waits=2))

    assert closed == Breaker(target="erp", failures=2, waits=2, fence=2)
    assert family.breakers.read("erp") == closed


def test_what_is_doubted_of_a_target_is_kept_through_what_befalls_it(family: Family) -> None:
    doubt = Breaker(target="erp", doubt_from=1_800_000_000, is_doubted=True)
    standing = family.breakers.replace(Breaker(target="erp"), doubt)
    assert standing is not None
    assert family.breakers.read("erp") == replace(doubt, fence=1)

    family.breakers.replace(standing, replace(standing, is_doubted=False, failures=2))

    assert family.breakers.read("erp") == Breaker(
        target="erp", doubt_from=1_800_000_000, failures=2, fence=2
    )


def test_one_read_tells_of_the_target_and_of_its_effects(family: Family) -> None:
    entries = [an_entry(an_issue(f"TX-{number}")) for number in range(3)]
    family.ledger.record(entries[:2])
    standing = family.breakers.replace(Breaker(target="erp"), OPEN)

    ids = [entry.effect.effect_id for entry in entries]
    breaker, found = family.breakers.read_with("erp", [*ids, ids[0]])

    assert breaker == standing
    assert found == {entry.effect.effect_id: entry for entry in entries[:2]}
    assert family.breakers.read_with("other", []) == (Breaker(target="other"), {})


def test_a_breaker_is_no_effect(family: Family) -> None:
    family.breakers.replace(Breaker(target="erp"), OPEN)

    assert family.ledger.due(now=2**40, limit=10) == []
    assert list(family.ledger.of_period("NORTH", "2026-03")) == []


def test_a_target_and_fifty_effects_are_one_read_and_a_change_one_write(
    on_aws: Family, aws: Aws
) -> None:
    ids = [f"{number:064x}" for number in range(50)]

    read = aws.calls.counts_of(lambda: on_aws.breakers.read_with("erp", ids))
    written = aws.calls.counts_of(lambda: on_aws.breakers.replace(Breaker(target="erp"), OPEN))

    assert read == {"BatchGetItem": 1}
    assert written == {"UpdateItem": 1}


def test_the_stream_tells_nothing_of_a_breaker(on_aws: Family, aws: Aws) -> None:
    on_aws.breakers.replace(Breaker(target="erp"), OPEN)
    key = {"pk": {"S": "breaker#erp"}}
    item = aws.dynamodb.get_item(TableName=EFFECTS, Key=key)["Item"]

    assert changes_of({"dynamodb": {"Keys": key, "NewImage": item}}) == ()
