"""Any ledger entry survives being an item."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.aws.attributes import Value, restored_item, stored_item
from shared.aws.effect_items import DUE_SHARDS, due_shard, entry_of, values_of
from shared.canonical.effect import Dimensions, Effect, EffectType
from shared.canonical.outcome import EffectState, ErpDocument, ErpLine, LedgerEntry
from shared.canonical.quantity import Quantity, UnitFactor
from tests.effects import an_entry, an_issue

texts = st.text(max_size=12)
names = st.text(min_size=1, max_size=12)
numbers = st.decimals(min_value=0, max_value=10**9, places=6)
counts = st.integers(min_value=0, max_value=10**10)
hashes = st.text(alphabet="0123456789abcdef", min_size=64, max_size=64)
factors = st.builds(
    UnitFactor,
    unit=names,
    numerator=st.integers(1, 10**6),
    denominator=st.integers(1, 10**6),
    version=names,
)
quantities = st.builds(
    Quantity,
    stated=numbers,
    stated_unit=names,
    factor=factors,
    in_base_units=numbers,
    base_unit=names,
)
effects = st.builds(
    Effect,
    effect_id=hashes,
    effect_type=st.sampled_from(EffectType),
    tenant=names,
    content_hash=hashes,
    document_id=names,
    correlation_id=names,
    item=names,
    quantity=quantities,
    from_place=names,
    to_place=names,
    dimensions=st.builds(
        Dimensions,
        facility=names,
        department=names,
        cost_centre=names,
        project=texts,
        grant=texts,
        service_line=texts,
    ),
    accounting_date=st.dates(min_value=date(2000, 1, 1)),
    unit_cost=numbers,
    amount=st.decimals(min_value=0, max_value=10**9, places=2),
    lot=texts,
    case_token=texts,
    part=texts,
    reverses=texts,
)
documents = st.builds(
    ErpDocument,
    erp_id=names,
    reference=names,
    content_hash=hashes,
    is_final=st.booleans(),
    lines=st.lists(
        st.builds(
            ErpLine, item=names, quantity=numbers, unit_cost=numbers, lot=texts, journal=texts
        ),
        max_size=3,
    ).map(tuple),
)
entries = st.builds(
    LedgerEntry,
    effect=effects,
    state=st.sampled_from(EffectState),
    revision=counts,
    attempts=counts,
    next_at=st.none() | counts,
    document=st.none() | documents,
    reason=texts,
    recorded_at=texts,
    fence=counts,
    owner=texts,
    quiet_until=counts,
)


@given(entries)
def test_every_entry_is_read_back_as_it_was(entry: LedgerEntry) -> None:
    key_and_count: dict[str, Value] = {"pk": entry.effect.effect_id, "revision": entry.revision}

    item = stored_item(values_of(entry) | key_and_count)

    assert entry_of(restored_item(item)) == entry


def test_money_keeps_its_cents_though_a_table_drops_zeros() -> None:
    item = values_of(an_entry(an_issue())) | {"pk": "ab" * 32, "revision": 1}
    stored = stored_item(item) | {"amount": {"N": "8.5"}}

    assert str(entry_of(restored_item(stored)).effect.amount) == "8.50"


def test_only_who_is_owed_an_attempt_is_in_the_sparse_index() -> None:
    entry = an_entry(an_issue(), EffectState.FREE)

    assert "due_shard" not in stored_item(values_of(entry))
    assert "due_shard" in stored_item(values_of(replace(entry, next_at=1)))


def test_effects_wait_in_every_shard_of_the_index_alike() -> None:
    shards = [due_shard(an_issue(f"TX-{number}").effect_id) for number in range(800)]

    assert {f"due#{number}" for number in range(DUE_SHARDS)} == set(shards)
    assert max(map(shards.count, set(shards))) < 150


def test_an_amount_finer_than_cents_is_left_as_it_is() -> None:
    effect = replace(an_issue(), amount=Decimal("8.505"))
    item = stored_item(values_of(an_entry(effect)) | {"pk": effect.effect_id, "revision": 1})

    assert entry_of(restored_item(item)).effect.amount == Decimal("8.505")
