"""A ledger and a journal that hold much already: real items, copied under other ids.

What the box wrote for effects that came through the edge is read back and written again as often as
wanted: the same attributes, entries and index keys in the same sizes, only the names differ.
Nobody is told of copies: the mapping that follows the ledger's stream is made anew behind them, so
this is for a box that is reset afterwards (`ledgerward reset`); its journal does not verify.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any
from uuid import uuid4

from shared.aws.attributes import Item
from shared.aws.batches import chunked, queried_items, read_items, write_items
from shared.canonical.effect import Effect
from shared.cli.deployment import Deployment
from tests.benchmarks.posting import reference_of

CHUNK, AT_ONCE = 250, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """All that stands of one effect: items as JSON text, and the names in them that are its own."""

    ledger: str
    journal: str  # a list
    effect: str
    names: tuple[str, ...]

    def copied(self, number: int, run: str) -> tuple[Any, list[Any]]:
        """The same under other names: the ledger's item, and the journal's."""
        mark = f"{run}-{number}"
        ledger, journal = self.ledger, self.journal
        for name in self.names:
            other = f"{name}-{mark}"
            ledger, journal = ledger.replace(name, other), journal.replace(name, other)
        other = sha256(mark.encode()).hexdigest()  # an id is hex
        ledger, journal = ledger.replace(self.effect, other), journal.replace(self.effect, other)
        return json.loads(ledger), json.loads(journal)


@dataclass(frozen=True)
class Prefill:
    """The tables of a deployment."""

    deployment: Deployment

    def effects(self) -> int:
        """How many items the ledger has."""
        return self._count("EffectsTable")

    def journal_items(self) -> int:
        """How many items the journal has: entries and keys."""
        return self._count("JournalTable")

    def ledger_items(self, effect_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """What the ledger's table holds of these effects."""
        keys: list[Item] = [{"pk": {"S": effect_id}} for effect_id in effect_ids]
        table = self.deployment.output("EffectsTable")
        return [*read_items(self.deployment.clients.dynamodb, table, keys)]

    def fill_up_to(self, effects: int, samples: Sequence[Effect]) -> int:
        """Copy until the ledger has so many; how many were added."""
        owed = effects - self.effects()
        if owed <= 0:
            return 0
        originals = [self._original(sample) for sample in samples]
        with self._untold(), ThreadPoolExecutor(AT_ONCE) as writers:
            run = uuid4().hex[:6]
            chunks = [*chunked(range(owed), CHUNK)]
            list(writers.map(lambda chunk: self._write(originals, chunk, run), chunks))
        return owed

    def _write(self, originals: Sequence[Original], numbers: Sequence[int], run: str) -> None:
        copies = [originals[each % len(originals)].copied(each, run) for each in numbers]
        client = self.deployment.clients.dynamodb
        write_items(client, self.deployment.output("EffectsTable"), [each for each, _ in copies])
        journal = [*chain.from_iterable(items for _, items in copies)]
        write_items(client, self.deployment.output("JournalTable"), journal)

    def _original(self, effect: Effect) -> Original:
        (ledger,) = self.ledger_items([effect.effect_id])
        facts = [entry.fact for entry in self.deployment.journal.read(effect.document_id)]
        keys = dict.fromkeys(key for fact in facts for key in fact.keys)
        index = [{"pk": {"S": f"key#{key}"}, "sk": {"S": effect.document_id}} for key in keys]
        own = {
            effect.document_id,
            effect.correlation_id,
            reference_of(effect),
            *map(_value, keys),
        }
        return Original(
            ledger=json.dumps(ledger),
            journal=json.dumps([*self._document_items(effect.document_id), *index]),
            effect=effect.effect_id,
            names=tuple(sorted(own)),
        )

    def _document_items(self, document_id: str) -> Iterator[Mapping[str, Any]]:
        """Entries."""
        return queried_items(
            self.deployment.clients.dynamodb,
            self.deployment.output("JournalTable"),
            KeyConditionExpression="pk = :document",
            ExpressionAttributeValues={":document": {"S": f"document#{document_id}"}},
        )

    @contextmanager
    def _untold(self) -> Iterator[None]:
        """What is written meanwhile is passed over by the mapping that follows the ledger."""
        functions = self.deployment.clients.functions
        name = self.deployment.output("PublishOutcomeFunctionName")
        (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        functions.delete_event_source_mapping(UUID=mapping["UUID"])
        try:
            yield
        finally:
            functions.create_event_source_mapping(
                FunctionName=name,
                StartingPosition="LATEST",
                EventSourceArn=mapping["EventSourceArn"],
                BatchSize=mapping["BatchSize"],
                BisectBatchOnFunctionError=mapping["BisectBatchOnFunctionError"],
                MaximumRetryAttempts=mapping["MaximumRetryAttempts"],
                FunctionResponseTypes=mapping["FunctionResponseTypes"],
                DestinationConfig=mapping["DestinationConfig"],
            )

    def _count(self, table: str) -> int:
        described = self.deployment.clients.dynamodb.describe_table(
            TableName=self.deployment.output(table)
        )
        return described["Table"]["ItemCount"]


def _value(key: str) -> str:
    return key.partition(":")[2]
