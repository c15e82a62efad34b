"""Stock facts in DynamoDB: each under its place, and under its id what it says.

The second is written first: an id leads to one content for ever, whatever place a later copy names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.attributes import Item, restored_item, stored, stored_item
from shared.aws.batches import queried_items, read_items, write_items
from shared.aws.refusals import deliver_again_if_throttled, is_failed_condition, item_in_the_way
from shared.canonical.stock import Opening, StockCause, StockFact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPENING = " opening"  # no code of an item begins with a blank
LINE = "line#"
CONTENT, RETRACTED = "content", "retracted"  # what is known of a line by its id


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoStockStore:
    """Implements the StockStore port."""

    client: DynamoDBClient
    table: str

    def record(self, facts: Sequence[StockFact]) -> Sequence[StockFact]:
        """Keep each under its id for ever; returns those whose id has another content."""
        standing = {fact: self._standing(fact) for fact in facts}
        others = [each for each in facts if not _is_hash_of(each, standing[each])]
        ours = [each for each in standing if each not in others]
        back = [each for each in ours if each.retracts]
        there = [each for each in ours if not each.retracts and _is_where(each, standing[each])]
        items = {each.fact_id: each for each in (*self._kept(there), *self._taking_back(back))}
        write_items(self.client, self.table, [_fact_item(each) for each in items.values()])
        return others

    def known(self, ids: Collection[str]) -> set[str]:
        """Those of these lines that are kept."""
        return set(self._of_lines(list(ids), CONTENT))

    def open_place(self, opening: Opening) -> bool:
        """Begin to follow a place with its opening facts; False if that was done before.

        The facts come first: whoever finds the place opened finds what it held.
        """
        if self.opening(opening.tenant, opening.place) is not None:
            return False
        write_items(self.client, self.table, [_fact_item(fact) for fact in opening.facts])
        key = _opening_key(opening.tenant, opening.place)
        said = {"since": opening.since, "taken_at": opening.taken_at, "attempt": opening.attempt}
        return self._put_new(key | stored_item(said)) is None

    def opening(self, tenant: str, place: str) -> Opening | None:
        """Since when a place is followed, without its facts; None if it is not."""
        found = self._get(_opening_key(tenant, place))
        if not found:
            return None
        said = restored_item(found)
        return Opening(
            tenant=tenant,
            place=place,
            since=said["since"],
            taken_at=said["taken_at"],
            attempt=said["attempt"],
        )

    def of_place(self, tenant: str, place: str, item: str = "") -> Iterator[StockFact]:
        """The facts of a place, of all items or of one, read consistently."""
        condition, values = "pk = :place", {":place": stored(_partition(tenant, place))}
        if item:
            condition += " AND begins_with(sk, :item)"
            values[":item"] = stored(f"{item}#")
        items = queried_items(
            self.client,
            self.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        for found in map(restored_item, items):  # a code may have a # of its own
            if found["sk"] != OPENING and item in ("", found["item"]):
                yield _fact_of(found, tenant, place)

    def _standing(self, fact: StockFact) -> Mapping[str, Any]:
        """What stands under the fact's id from now on: its own content, or what came first.

        The same line mapped elsewhere by later rules stays where it is.
        """
        content = _content_of(fact)
        return self._put_new(content) or content

    def _kept(self, facts: Sequence[StockFact]) -> Iterator[StockFact]:
        """The facts, and what took them back before they came.

        Whoever takes one back leaves word first and looks for it then, and here it is the other way
        round: one of the two sees the other.
        """
        words = self._of_lines([fact.fact_id for fact in facts], RETRACTED)
        for fact in facts:
            yield fact
            if word := words.get(fact.fact_id):
                yield replace(fact, fact_id=word["by"], retracts=fact.fact_id)

    def _taking_back(self, facts: Sequence[StockFact]) -> Iterator[StockFact]:
        """What takes others back stands beside them, wherever today's rules map it to."""
        for fact in facts:
            self._put_new(_line_key(fact.retracts, RETRACTED) | {"by": stored(fact.fact_id)})
        contents = self._of_lines([fact.retracts for fact in facts], CONTENT)
        for fact in facts:
            if content := contents.get(fact.retracts):
                _, place, item = content["where"]
                yield replace(fact, place=place, item=item)

    def _of_lines(self, ids: Sequence[str], kind: str) -> dict[str, Mapping[str, Any]]:
        """What is known of these lines, by their ids; read consistently."""
        keys = [_line_key(each, kind) for each in dict.fromkeys(ids)]
        found = map(restored_item, read_items(self.client, self.table, keys))
        return {item["pk"].removeprefix(LINE): item for item in found}

    def _get(self, key: Item) -> Mapping[str, Any]:
        with deliver_again_if_throttled(self.table):
            answer = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        return answer.get("Item", {})

    def _put_new(self, item: Item) -> Mapping[str, Any] | None:
        """Put an item where none is; else what is in its way."""
        try:
            with deliver_again_if_throttled(self.table):
                self.client.put_item(
                    TableName=self.table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if is_failed_condition(error):
                return item_in_the_way(error)
            raise
        return None


def _partition(tenant: str, place: str) -> str:
    return f"{tenant}#{place}"


def _content_of(fact: StockFact) -> Item:
    said = {"hash": fact.content_hash, "where": [fact.tenant, fact.place, fact.item]}
    return _line_key(fact.fact_id, CONTENT) | stored_item(said)


def _is_hash_of(fact: StockFact, content: Mapping[str, Any]) -> bool:
    return bool(content.get("hash") == _content_of(fact).get("hash"))


def _is_where(fact: StockFact, content: Mapping[str, Any]) -> bool:
    return bool(content["where"] == _content_of(fact)["where"])


def _line_key(fact_id: str, kind: str) -> Item:
    return stored_item({"pk": f"{LINE}{fact_id}", "sk": kind})


def _opening_key(tenant: str, place: str) -> Item:
    return stored_item({"pk": _partition(tenant, place), "sk": OPENING})


def _fact_item(fact: StockFact) -> Item:
    return stored_item(
        {
            "pk": _partition(fact.tenant, fact.place),
            "sk": f"{fact.item}#{fact.fact_id}",
            "item": fact.item,
            "id": fact.fact_id,
            "at": fact.at,
            "cause": fact.cause.value,
            "quantity": fact.quantity,
            "lot": fact.lot,
            "all_lots": fact.covers_all_lots or None,
            "document": fact.document_id,
            "hash": fact.content_hash,
            "retracts": fact.retracts,
            "booked": fact.is_booked or None,
        }
    )


def _fact_of(item: Mapping[str, Any], tenant: str, place: str) -> StockFact:
    return StockFact(
        fact_id=item["id"],
        tenant=tenant,
        place=place,
        item=item["item"],
        at=item.get("at", ""),
        cause=StockCause(item["cause"]),
        quantity=item["quantity"],
        lot=item.get("lot", ""),
        covers_all_lots="all_lots" in item,
        document_id=item.get("document", ""),
        content_hash=item.get("hash", ""),
        retracts=item.get("retracts", ""),
        is_booked="booked" in item,
    )
