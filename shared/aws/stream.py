"""The effect ledger's stream: one write of one effect, as it was and as it is."""

from collections.abc import Mapping
from typing import Any

from shared.aws.attributes import restored_item
from shared.aws.effect_items import NO_EFFECTS, entry_of
from shared.workflow.publish_outcome import LedgerChange


def changes_of(record: Mapping[str, Any]) -> tuple[LedgerChange, ...]:
    """What a DynamoDB stream record tells of an effect: nothing if it is about a breaker or a head.

    Raises:
        ValueError: an item was removed, which nothing of ours does: a person must look.
    """
    images = record["dynamodb"]
    key = images["Keys"]["pk"]["S"]
    if key.startswith(NO_EFFECTS):
        return ()
    if "NewImage" not in images:
        raise ValueError(f"the ledger's item {key} was removed")
    before = images.get("OldImage")
    change = LedgerChange(
        before=entry_of(restored_item(before)) if before else None,
        after=entry_of(restored_item(images["NewImage"])),
    )
    return (change,)
