"""Claims and their outcomes as conditional writes: the same rules as shared/effects/claims.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared.aws.attributes import Value, stored
from shared.aws.effect_items import ABSENT, due_shard, values_of, values_of_effect
from shared.canonical.claim import Claim
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.effects.claims import kept_outcome
from shared.effects.rank import DISPROVED_BY_DONE

Update = dict[str, Any]
EMPTY: tuple[Value, ...] = (None, "", (), [])


def claiming(claim: Claim) -> Update:
    """Allowed as `may_claim` says; what is owed stays owed. `prior` is the state it finds."""
    changes: dict[str, Value] = {
        **values_of_effect(claim.effect),
        "state": EffectState.SENT.value,
        "owner": claim.owner,
        "quiet_until": claim.quiet_until,
        "recorded_at": claim.at.isoformat(),
    }
    update = _setting(
        changes,
        first="#prior = if_not_exists(#state, :absent), ",
        counted=("revision", "fence", "attempts", "undecided"),
    )
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    names["#prior"] = "prior"
    values[":absent"] = stored(ABSENT)
    values[":free"] = stored(EffectState.FREE.value)
    values[":now"] = stored(int(claim.at.timestamp()))
    condition = (
        "attribute_not_exists(pk) OR (#hash = :hash AND"
        " (#state = :free OR (#state = :state AND #quiet_until < :now)))"
    )
    return update | {
        "ConditionExpression": condition,
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def concluding(outcome: LedgerEntry) -> Update:
    """Allowed as `may_conclude` says."""
    update = _setting(values_of(kept_outcome(outcome)), counted=("revision",))
    update["ExpressionAttributeValues"] |= {
        ":sent": stored(EffectState.SENT.value),
        ":my_fence": stored(outcome.fence),
        ":me": stored(outcome.owner),
    }
    condition = "#state = :sent AND #fence = :my_fence AND #owner = :me"
    if outcome.state is EffectState.DONE:
        disproved = {f":{state.value}": stored(state.value) for state in DISPROVED_BY_DONE}
        update["ExpressionAttributeValues"] |= disproved
        condition = f"({condition}) OR #state IN ({', '.join(disproved)})"
    return update | {"ConditionExpression": condition}


def amending(entry: LedgerEntry) -> Update:
    """Written only over the revision it names, or where nothing is."""
    update = _setting(values_of(entry), counted=("revision",))
    if not entry.revision:
        return update | {"ConditionExpression": "attribute_not_exists(pk)"}
    update["ExpressionAttributeValues"][":known"] = stored(entry.revision)
    return update | {"ConditionExpression": "#revision = :known"}


def creating(entry: LedgerEntry) -> Update:
    """Written only where nothing is."""
    return amending(replace(entry, revision=0))


def owing(entry: LedgerEntry) -> Update:
    """A moment for what is not settled and has none."""
    assert entry.next_at is not None  # noqa: S101 - the caller's whole purpose
    quiet = ", quiet_until = if_not_exists(quiet_until, :quiet)"
    values = {
        ":next_at": stored(entry.next_at),
        ":shard": stored(due_shard(entry.effect.effect_id)),
        ":one": stored(1),
        ":free": stored(EffectState.FREE.value),
        ":sent": stored(EffectState.SENT.value),
    }
    is_sent = entry.state is EffectState.SENT
    if is_sent:
        values[":quiet"] = stored(entry.quiet_until)
    return {
        "UpdateExpression": "SET next_at = if_not_exists(next_at, :next_at), due_shard = :shard"
        f"{quiet if is_sent else ''} ADD revision :one",
        "ConditionExpression": "#state IN (:free, :sent)",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": values,
    }


def _setting(changes: Mapping[str, Value], *, counted: tuple[str, ...], first: str = "") -> Update:
    """What is given is set, what is empty is removed, and what is counted grows by one."""
    kept = {name: value for name, value in changes.items() if value not in EMPTY}
    removed = [f"#{name}" for name in changes if name not in kept]
    expression = f"SET {first}{', '.join(f'#{name} = :{name}' for name in kept)}"
    if removed:
        expression += f" REMOVE {', '.join(removed)}"
    added = ", ".join(f"#{name} :one" for name in counted)
    return {
        "UpdateExpression": f"{expression} ADD {added}",
        "ExpressionAttributeNames": {f"#{name}": name for name in (*changes, *counted)},
        "ExpressionAttributeValues": {":one": stored(1)}
        | {f":{name}": stored(value) for name, value in kept.items()},
    }
