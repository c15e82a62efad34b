"""What is kept of stock, and the effects of a place: the promises kept by both families."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.stock import Opening, StockCause, StockFact
from shared.errors import ThrottledError
from shared.inventory.positions import positions_of
from shared.workflow.read_positions import ReadPositions
from tests.contract.families import Aws, Family
from tests.contract.wire import answer_instead, let_another_come_first, refusing
from tests.effects import an_entry, an_issue
from tests.stock import STORE, a_fact

ELSEWHERE = "NORTH-ICU-STO"
BARE = a_fact("bare", document_id="")
FULL = a_fact(
    "full",
    "-12.5",
    cause=StockCause.COUNT,
    lot="UNKNOWN",
    covers_all_lots=True,
    is_booked=True,
)


def an_opening(*facts: StockFact, place: str = STORE, tenant: str = "meridian") -> Opening:
    return Opening(
        tenant=tenant,
        place=place,
        since="2026-02",
        taken_at="2026-03-14T12:00:00+00:00",
        attempt="attempt-1",
        facts=facts,
    )


def an_opening_fact(item: str, quantity: str = "10") -> StockFact:
    return a_fact(
        f"opening-{item}",
        quantity,
        item=item,
        at="",
        cause=StockCause.OPENING,
        document_id="",
        content_hash="",
        is_booked=True,
    )


def facts_of(family: Family, place: str = STORE, item: str = "") -> list[StockFact]:
    return sorted(family.stock.of_place("meridian", place, item), key=lambda each: each.fact_id)


def ids(entries: Iterable[LedgerEntry]) -> set[str]:
    return {entry.effect.effect_id for entry in entries}


def test_facts_are_read_back_as_they_were_told(family: Family) -> None:
    assert list(family.stock.record([BARE, FULL])) == []

    assert facts_of(family) == [BARE, FULL]
    assert list(family.stock.record([])) == []


@pytest.mark.parametrize(
    "quantity", ["0", "12.5", "-3", "-0.000001", "999999999.999999", "1000000000"]
)
def test_quantities_are_kept_exactly(family: Family, quantity: str) -> None:
    family.stock.record([a_fact(quantity=quantity)])

    (kept,) = facts_of(family)
    assert format(kept.quantity, "f") == quantity


def test_the_same_again_changes_nothing(family: Family) -> None:
    family.stock.record([BARE, FULL])

    assert list(family.stock.record([FULL, BARE, FULL])) == []

    assert facts_of(family) == [BARE, FULL]


def test_another_content_under_an_id_is_returned_and_the_first_stands(family: Family) -> None:
    other = replace(BARE, content_hash="c" * 64, quantity=Decimal(9))
    family.stock.record([BARE])

    assert list(family.stock.record([FULL, other])) == [other]
    assert list(family.stock.record([other, BARE])) == [other]

    assert facts_of(family) == [BARE, FULL]


def test_of_two_contents_told_at_once_the_first_stands(family: Family) -> None:
    other = replace(BARE, content_hash="c" * 64, quantity=Decimal(9))

    assert list(family.stock.record([BARE, other])) == [other]

    assert facts_of(family) == [BARE]


def test_other_content_for_another_place_is_not_kept_there_either(family: Family) -> None:
    family.stock.record([BARE])
    other = replace(BARE, content_hash="c" * 64, place=ELSEWHERE)

    assert list(family.stock.record([other])) == [other]

    assert facts_of(family, ELSEWHERE) == []


@pytest.mark.parametrize("moved", [replace(BARE, place=ELSEWHERE), replace(BARE, item="SUT-001")])
def test_a_line_that_later_rules_map_elsewhere_stays_where_it_was(
    family: Family, moved: StockFact
) -> None:
    family.stock.record([BARE])

    assert list(family.stock.record([moved])) == []

    assert facts_of(family) == [BARE]
    assert facts_of(family, ELSEWHERE) == []


def test_sixty_facts_are_kept_at_once_and_all_are_found(family: Family) -> None:
    facts = [a_fact(f"fact-{number:02}", str(number)) for number in range(60)]
    standing = [replace(facts[number], content_hash="c" * 64) for number in (7, 40)]
    family.stock.record(standing)

    others = family.stock.record(facts)

    assert list(others) == [facts[7], facts[40]]
    kept = {fact.fact_id: fact for fact in facts} | {fact.fact_id: fact for fact in standing}
    assert facts_of(family) == list(kept.values())


def test_a_place_and_a_tenant_are_read_alone(family: Family) -> None:
    elsewhere = a_fact("elsewhere", place=ELSEWHERE)
    other = a_fact("other", tenant="other")
    family.stock.record([BARE, elsewhere, other])

    assert facts_of(family) == [BARE]
    assert facts_of(family, ELSEWHERE) == [elsewhere]
    assert facts_of(family, "NORTH") == []
    assert list(family.stock.of_place("other", STORE)) == [other]


def test_an_item_is_read_alone_whatever_another_is_called(family: Family) -> None:
    codes = ["A", "A#", "A#B", "AB", "B"]
    facts = {code: a_fact(f"fact-{code}", item=code) for code in codes}
    family.stock.record(list(facts.values()))

    found = {code: facts_of(family, item=code) for code in codes}

    assert found == {code: [fact] for code, fact in facts.items()}
    assert len(facts_of(family)) == 5


def test_a_place_that_nobody_opened_has_no_opening(family: Family) -> None:
    family.stock.record([BARE])

    assert family.stock.opening("meridian", STORE) is None


def test_a_place_is_opened_with_its_facts(family: Family) -> None:
    facts = [an_opening_fact("A"), an_opening_fact("B", "-2.5")]
    family.stock.record([BARE])

    assert family.stock.open_place(an_opening(*facts))

    assert family.stock.opening("meridian", STORE) == an_opening()
    assert facts_of(family) == [BARE, *facts]
    assert facts_of(family, item="A") == [facts[0]]


def test_a_place_is_opened_once(family: Family) -> None:
    family.stock.open_place(an_opening(an_opening_fact("A")))
    later = replace(an_opening(an_opening_fact("A", "7"), an_opening_fact("B")), since="2026-03")

    assert not family.stock.open_place(later)

    assert family.stock.opening("meridian", STORE) == an_opening()
    assert facts_of(family) == [an_opening_fact("A")]


def test_a_place_is_opened_for_itself_and_its_tenant(family: Family) -> None:
    assert family.stock.open_place(an_opening())

    assert family.stock.opening("meridian", ELSEWHERE) is None
    assert family.stock.opening("other", STORE) is None
    assert family.stock.open_place(an_opening(place=ELSEWHERE))
    assert family.stock.open_place(an_opening(tenant="other"))


def test_sixty_items_are_opened_at_once(family: Family) -> None:
    facts = [an_opening_fact(f"ITM-{number:02}", str(number)) for number in range(60)]

    assert family.stock.open_place(an_opening(*facts))

    assert facts_of(family) == facts


def test_the_opening_facts_stand_before_the_place_is_opened(on_aws: Family, aws: Aws) -> None:
    opening = an_opening(an_opening_fact("A"))
    answer_instead(aws.dynamodb, "PutItem", refusing("ProvisionedThroughputExceededException"))

    with pytest.raises(ThrottledError, match="positions"):
        on_aws.stock.open_place(opening)
    after_the_first = on_aws.stock.opening("meridian", STORE), facts_of(on_aws)

    assert after_the_first == (None, [an_opening_fact("A")])
    assert on_aws.stock.open_place(opening)
    assert facts_of(on_aws) == [an_opening_fact("A")]


def test_a_throttled_store_says_so_and_all_are_kept_when_they_come_again(
    on_aws: Family, aws: Aws
) -> None:
    answer_instead(aws.dynamodb, "PutItem", refusing("ProvisionedThroughputExceededException"))
    with pytest.raises(ThrottledError, match="positions"):
        on_aws.stock.record([BARE, FULL])
    answer_instead(
        aws.dynamodb, "BatchWriteItem", refusing("ProvisionedThroughputExceededException")
    )
    with pytest.raises(ThrottledError, match="positions"):
        on_aws.stock.record([BARE, FULL])
    before = facts_of(on_aws)

    assert list(on_aws.stock.record([BARE, FULL])) == []

    assert (before, facts_of(on_aws)) == ([], [BARE, FULL])


def test_a_fact_costs_two_writes_and_a_place_one_consistent_read(on_aws: Family, aws: Aws) -> None:
    facts = [a_fact(f"fact-{number}") for number in range(60)]
    reads = list[bool]()
    for operation in ("Query", "GetItem"):
        aws.dynamodb.meta.events.register(
            f"provide-client-params.dynamodb.{operation}",
            lambda params, **_: reads.append(params.get("ConsistentRead", False)),
        )

    written = aws.calls.counts_of(lambda: on_aws.stock.record(facts))
    read = aws.calls.counts_of(lambda: [*facts_of(on_aws), *facts_of(on_aws, item="GLV-001")])
    opened = aws.calls.counts_of(lambda: on_aws.stock.open_place(an_opening(BARE)))

    assert written == {"PutItem": 60, "BatchGetItem": 1, "BatchWriteItem": 3}
    assert read == {"Query": 2}
    assert opened == {"GetItem": 1, "BatchWriteItem": 1, "PutItem": 1}
    assert reads == [True] * 3


def an_issue_of(
    item: str = "A", place: str = STORE, *, on: date = date(2026, 3, 14), facility: str = "NORTH"
) -> Effect:
    effect = an_issue(f"TX-{item}-{place}-{on}-{facility}", on=on)
    return replace(
        effect,
        item=item,
        from_place=place,
        dimensions=replace(effect.dimensions, facility=facility),
        moved_at="2026-03-14T09:30:00+00:00",
    )


def test_the_effects_of_a_place_are_read_back_as_they_stand(family: Family) -> None:
    done, sent = an_entry(an_issue_of("A")), an_entry(an_issue_of("B"), EffectState.SENT)
    family.ledger.record([done, sent])

    found = list(family.ledger.of_place("NORTH", "2026-03", STORE))

    assert sorted(found, key=lambda each: each.effect.item) == [done, sent]


def test_an_effect_that_does_not_say_when_it_moved_is_found_too(family: Family) -> None:
    silent = an_entry(replace(an_issue_of(), moved_at=""))
    family.ledger.record([silent])

    assert list(family.ledger.of_place("NORTH", "2026-03", STORE, "A")) == [silent]
    assert family.ledger.read([silent.effect.effect_id]) == {silent.effect.effect_id: silent}


def test_the_effects_of_a_place_are_those_of_one_month_and_facility(family: Family) -> None:
    march, april = an_issue_of(on=date(2026, 3, 31)), an_issue_of(on=date(2026, 4, 1))
    south, elsewhere = an_issue_of(facility="SOUTH"), an_issue_of(place=ELSEWHERE)
    family.ledger.record([an_entry(effect) for effect in (march, april, south, elsewhere)])

    assert ids(family.ledger.of_place("NORTH", "2026-03", STORE)) == {march.effect_id}
    assert ids(family.ledger.of_place("NORTH", "2026-04", STORE)) == {april.effect_id}
    assert ids(family.ledger.of_place("SOUTH", "2026-03", STORE)) == {south.effect_id}
    assert ids(family.ledger.of_place("NORTH", "2026-03", ELSEWHERE)) == {elsewhere.effect_id}
    assert ids(family.ledger.of_place("NORTH", "2026-05", STORE)) == set()


def test_what_is_taken_back_is_of_the_place_that_it_comes_to(family: Family) -> None:
    issue = an_issue_of()
    reversal = replace(
        issue,
        effect_id="f" * 64,
        effect_type=EffectType.REVERSAL,
        from_place=issue.to_place,
        to_place=STORE,
        reverses=issue.effect_id,
    )
    family.ledger.record([an_entry(issue), an_entry(reversal)])

    both = {issue.effect_id, reversal.effect_id}
    assert ids(family.ledger.of_place("NORTH", "2026-03", STORE, "A")) == both
    assert ids(family.ledger.of_place("NORTH", "2026-03", issue.to_place)) == set()


def test_codes_with_a_number_sign_are_told_apart(family: Family) -> None:
    pairs = [(place, item) for place in ("P", "P#A", "P#") for item in ("A", "A#B", "A#", "AB")]
    effects = {pair: an_issue_of(pair[1], pair[0]) for pair in pairs}
    family.ledger.record([an_entry(effect) for effect in effects.values()])

    found = {
        (place, item): ids(family.ledger.of_place("NORTH", "2026-03", place, item))
        for place, item in pairs
    }

    assert found == {pair: {effect.effect_id} for pair, effect in effects.items()}
    for place in ("P", "P#A", "P#"):
        assert len(ids(family.ledger.of_place("NORTH", "2026-03", place))) == 4
    assert list(family.ledger.read([effects["P#", "A#B"].effect_id]).values()) == [
        an_entry(effects["P#", "A#B"])
    ]


def test_sixty_effects_of_a_place_are_all_found_in_one_query(on_aws: Family, aws: Aws) -> None:
    effects = [an_issue_of(f"ITM-{number}") for number in range(60)]
    on_aws.ledger.record([an_entry(effect) for effect in effects])
    found = list[LedgerEntry]()

    calls = aws.calls.counts_of(
        lambda: found.extend(on_aws.ledger.of_place("NORTH", "2026-03", STORE))
    )

    assert (calls, len(ids(found))) == ({"Query": 1}, 60)


def told_of(family: Family) -> list[tuple[str, str]]:
    """What an opened place is said to hold."""
    positions = ReadPositions(stock=family.stock, ledger=family.ledger, clock=family.clock)
    return [
        (each.item, format(each.on_hand, "f")) for each in positions("meridian", "NORTH", STORE)
    ]


def attempted(name: str, *quantities: tuple[str, str]) -> Opening:
    facts = [
        replace(an_opening_fact(item, quantity), fact_id=f"{name}-{item}", document_id=name)
        for item, quantity in quantities
    ]
    return replace(an_opening(*facts), attempt=name)


def test_facts_of_an_attempt_that_opened_nothing_are_not_told(on_aws: Family, aws: Aws) -> None:
    answer_instead(aws.dynamodb, "PutItem", refusing("ProvisionedThroughputExceededException"))
    with pytest.raises(ThrottledError):
        on_aws.stock.open_place(attempted("first", ("A", "1"), ("B", "2")))

    assert on_aws.stock.open_place(attempted("second", ("A", "7")))
    assert told_of(on_aws) == [("A", "7")]


def test_who_opens_a_place_second_changes_nothing(on_aws: Family, aws: Aws) -> None:
    first, second = attempted("first", ("A", "7")), attempted("second", ("A", "10"), ("B", "3"))
    let_another_come_first(aws.dynamodb, "BatchWriteItem", lambda: on_aws.stock.open_place(first))

    assert not on_aws.stock.open_place(second)
    assert told_of(on_aws) == [("A", "7")]


def test_a_fact_without_a_hash_is_kept_too(family: Family) -> None:
    assert list(family.stock.record([a_fact(content_hash="")])) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["after it", "before it"])
def test_what_is_taken_back_is_so_wherever_rules_map_it_then(
    family: Family, order: tuple[int, int]
) -> None:
    fact = a_fact("told", "5")
    back = replace(fact, fact_id="back", place="ELSEWHERE", retracts="told", content_hash="b" * 64)

    for number in order:
        assert not family.stock.record([(fact, back)[number]])

    found = list(family.stock.of_place("meridian", STORE))
    assert positions_of(found) == ()
    assert {each.fact_id for each in found} == {"told", "back"}
    assert not list(family.stock.of_place("meridian", "ELSEWHERE"))
