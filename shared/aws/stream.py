"""The effect ledger's stream: one write of one effect, as it was and as it is."""

from collections.abc import Mapping
from typing import Any

from shared.aws.attributes import restored_item
from shared.aws.effect_items import entry_of
from shared.workflow.publish_outcome import LedgerChange


def change_of(record: Mapping[str, Any]) -> LedgerChange:
    """What a DynamoDB stream record tells.

    Raises:
        ValueError: an item was removed, which nothing of ours does: a person must look.
    """
    images = record["dynamodb"]
    if "NewImage" not in images:
        raise ValueError(f"the ledger's item {images['Keys']['pk']['S']} was removed")
    before = images.get("OldImage")
    return LedgerChange(
        before=entry_of(restored_item(before)) if before else None,
        after=entry_of(restored_item(images["NewImage"])),
    )
