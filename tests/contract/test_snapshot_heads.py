"""The promises of the heads of cases and lines, kept by both families."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from shared.aws.stream import changes_of
from shared.canonical.breaker import Breaker
from shared.canonical.head import (
    CaseHead,
    LineHead,
    StandingPart,
    TakenBack,
    ToldVersion,
    WaitingVersion,
)
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.source_time import SourceTime
from shared.errors import ThrottledError
from shared.workflow.publish_outcome import LedgerChange
from tests.builders import a_usage_line
from tests.contract.families import Aws, Family
from tests.contract.item_sizes import item_size
from tests.contract.tables import EFFECTS
from tests.contract.wire import answer_instead
from tests.effects import an_issue

CASE = "c" * 32
A, B = "a" * 16, "b" * 16


def a_case(
    version: int = 2, *, named: tuple[str, ...] = (A,), gone: tuple[str, ...] = ()
) -> CaseHead:
    return CaseHead(case=CASE, version=version, named=frozenset(named), gone=frozenset(gone))


def a_head(version: int = 1, *, name: str = A) -> LineHead:
    """A line with all that a head can say of it."""
    at = SourceTime(day=date(2026, 3, 4), time=time(9, 30), offset_minutes=-480)
    taken = TakenBack(by=2, stated=Decimal("1.50"), quantity=Decimal("150"))
    return LineHead(
        case=CASE,
        name=name,
        version=version,
        kind="f" * 64,
        stated=Decimal("2.5"),
        line=a_usage_line(used_at=at, quantity=Decimal("2.5"), unit="BT"),
        told=(ToldVersion(version=1, content_hash="d" * 64),),
        parts=(
            StandingPart(
                version=1,
                item="CTR-001",
                unit_cost=Decimal("0.765"),
                stated=Decimal(4),
                quantity=Decimal(400),
                amount=Decimal("306.00"),
                taken=(taken,),
            ),
        ),
        waiting=(WaitingVersion(version=3, line_id="e" * 64, is_cut=True),),
    )


def an_entry(number: int = 1) -> LedgerEntry:
    """What a version owes: written, not sent yet."""
    effect = replace(an_issue(f"TX-{number}"), part="1")
    return LedgerEntry(
        effect=effect,
        state=EffectState.FREE,
        next_at=1_800_000_000,
        recorded_at="2026-03-14T12:00:00.123456+00:00",
    )


def moved(
    family: Family,
    known: LineHead | None,
    new: LineHead,
    entry: LedgerEntry | None = None,
    *,
    version: int = 1,
) -> bool:
    return family.heads.move(known, new, version=version, entry=entry)


def test_a_case_that_was_never_seen_has_no_head(family: Family) -> None:
    assert family.heads.read(CASE, [A, B]) == (None, {})
    assert family.heads.read(CASE, []) == (None, {})


def test_heads_are_read_back_as_they_were_written_and_counted(family: Family) -> None:
    case, head = a_case(gone=(B,)), a_head()

    assert family.heads.move_case(None, case)
    assert moved(family, None, head)

    found = family.heads.read(CASE, [A, B, A])
    assert found == (replace(case, revision=1), {A: replace(head, revision=1)})
    assert family.heads.read("d" * 32, [A]) == (None, {})


def test_a_case_without_lines_is_kept_as_well(family: Family) -> None:
    assert family.heads.move_case(None, CaseHead(case=CASE, version=7))

    assert family.heads.read(CASE, ())[0] == CaseHead(case=CASE, version=7, revision=1)


def test_whoever_read_before_another_wrote_moves_nothing(family: Family) -> None:
    assert family.heads.move_case(None, a_case(1))
    assert moved(family, None, a_head())
    case, lines = family.heads.read(CASE, [A])

    assert not family.heads.move_case(None, a_case(3))
    assert family.heads.move_case(case, a_case(2))
    assert not family.heads.move_case(case, a_case(3))
    assert not moved(family, None, a_head(2))
    assert moved(family, lines[A], a_head(2))
    assert not moved(family, lines[A], a_head(3))

    case, lines = family.heads.read(CASE, [A])
    assert case == replace(a_case(2), revision=2)
    assert lines == {A: replace(a_head(2), revision=2)}


def test_a_head_moves_with_its_effect_or_neither_does(family: Family) -> None:
    assert moved(family, None, a_head(), an_entry())

    assert not moved(family, None, a_head(2), an_entry(2))

    ids = [an_entry(number).effect.effect_id for number in (1, 2)]
    assert family.ledger.read(ids) == {ids[0]: replace(an_entry(), revision=1)}
    assert [each.effect.effect_id for each in family.ledger.due(now=1_800_000_000, limit=9)] == [
        ids[0]
    ]


def test_an_effect_that_the_ledger_has_already_moves_no_head(family: Family) -> None:
    family.ledger.record([an_entry()])

    assert not moved(family, None, a_head(), an_entry())

    assert family.heads.read(CASE, [A]) == (None, {})


def test_a_line_that_a_higher_version_does_not_name_posts_nothing(family: Family) -> None:
    assert family.heads.move_case(None, a_case(2, named=(A,)))

    assert not moved(family, None, a_head(name=B), an_entry(), version=1)
    assert moved(family, None, a_head(name=A), an_entry(2), version=1)
    assert moved(family, None, a_head(2, name=B), an_entry(3), version=2)

    ids = [an_entry(number).effect.effect_id for number in (1, 2, 3)]
    assert set(family.ledger.read(ids)) == set(ids[1:])


def test_of_twenty_who_move_one_head_at_once_one_does(family: Family) -> None:
    def move(number: int) -> bool:
        try:
            return moved(family, None, a_head(), an_entry(number))
        except ThrottledError:
            return False

    with ThreadPoolExecutor(20) as workers:
        won = list(workers.map(move, range(20)))

    ids = [an_entry(number).effect.effect_id for number in range(20)]
    assert (won.count(True), len(family.ledger.read(ids))) == (1, 1)


def test_two_at_the_same_items_at_once_are_told_to_come_again(on_aws: Family, aws: Aws) -> None:
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    cancelled = {"Code": "TransactionCanceledException", "Message": "cancelled"}
    answer_instead(
        aws.dynamodb,
        "TransactWriteItems",
        lambda _: (400, {"Error": cancelled, "CancellationReasons": reasons}),
    )

    with pytest.raises(ThrottledError, match="TransactionConflict"):
        moved(on_aws, None, a_head())


def test_heads_are_no_news_in_the_ledgers_stream(on_aws: Family, aws: Aws) -> None:
    on_aws.heads.move_case(None, a_case())
    moved(on_aws, None, a_head(), an_entry(), version=2)

    told: list[LedgerChange] = []
    for pk in (f"case#{CASE}", f"head#{CASE}#{A}", an_entry().effect.effect_id):
        key = {"pk": {"S": pk}}
        item = aws.dynamodb.get_item(TableName=EFFECTS, Key=key)["Item"]
        told += changes_of({"dynamodb": {"Keys": key, "NewImage": item}})

    assert [change.after.effect for change in told] == [an_entry().effect]


def test_a_move_is_one_transaction_and_a_reading_one_call(on_aws: Family, aws: Aws) -> None:
    calls = aws.calls.counts_of(lambda: moved(on_aws, None, a_head(), an_entry()))
    read = aws.calls.counts_of(lambda: on_aws.heads.read(CASE, [A, B]))

    assert (calls, read) == ({"TransactWriteItems": 1}, {"BatchGetItem": 1})


def test_heads_and_a_target_s_breaker_are_one_reading(family: Family) -> None:
    doubt = Breaker(target="erp", doubt_from=1_800_000_000, is_doubted=True)
    assert family.heads.read_with("erp", CASE, [A]) == (Breaker(target="erp"), (None, {}))
    assert family.breakers.replace(Breaker(target="erp"), doubt)
    assert family.heads.move_case(None, a_case())
    assert moved(family, None, a_head())

    target, heads = family.heads.read_with("erp", CASE, [A, B])

    assert target == replace(doubt, fence=1)
    assert heads == family.heads.read(CASE, [A, B])
    assert set(heads[1]) == {A}


def test_heads_and_a_breaker_are_one_call(on_aws: Family, aws: Aws) -> None:
    read = aws.calls.counts_of(lambda: on_aws.heads.read_with("erp", CASE, [A, B]))

    assert read == {"BatchGetItem": 1}


def test_the_head_of_a_line_is_small(on_aws: Family, aws: Aws) -> None:
    moved(on_aws, None, a_head())

    item = aws.dynamodb.get_item(TableName=EFFECTS, Key={"pk": {"S": f"head#{CASE}#{A}"}})["Item"]
    assert item_size(item) <= 2048
