"""A run's calls, and what AWS does by itself, as rows of a bill for a million transactions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from shared.aws.journal import ENTRY
from tests.benchmarks.pricing import assumptions as stated
from tests.benchmarks.pricing import prices
from tests.benchmarks.pricing.deployed import Deployed
from tests.benchmarks.pricing.meter import Call
from tests.benchmarks.pricing.path import Invocation, Run
from tests.benchmarks.pricing.prices import Price
from tests.benchmarks.pricing.units import READ_UNIT_BYTES, Item, units_of_query
from tests.contract.item_sizes import item_size

GB = Decimal(1_000_000_000)  # somewhat dearer than in AWS's own, of 2**30 bytes
STORED_BESIDE_BYTES = 100  # DynamoDB's own, for each item and index entry
REPLICAS = "copies elsewhere"
EFFECT_PATH = "effects queue to outcome write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that is paid. `basis` says where the count is from, `part` which sum it is in."""

    service: str
    what: str
    each: Decimal
    price: Price
    basis: str
    part: str = "beside it"

    @property
    def usd(self) -> Decimal:
        """Of a million transactions."""
        return self.price.of_a_million(self.each)


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A run at a rate, priced."""

    run: Run
    shared_reads: Decimal  # what a worker reads once a minute for all of its transactions
    deployed: Deployed
    rate: Decimal
    rows: tuple[Row, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self._rows()))

    @property
    def effect_path_usd(self) -> Decimal:
        """From the effects queue to the outcome's write."""
        return sum((row.usd for row in self.rows if row.part == EFFECT_PATH), Decimal(0))

    @property
    def all_in_usd(self) -> Decimal:
        """Everything that a transaction adds; what stands still costs apart."""
        return sum((row.usd for row in self.rows), Decimal(0))

    @property
    def replicas_usd(self) -> Decimal:
        """The raw archive's copy elsewhere: the half of its price that `raw_replica` decides."""
        return sum((row.usd for row in self.rows if row.what == REPLICAS), Decimal(0))

    def billed_ms(self, function: str) -> Decimal:
        """What Lambda bills for one transaction in a function, by the stated durations."""
        return self._each(sum(map(self._billed_ms, self._of(function)), Decimal(0)))

    def measured_ms(self, function: str) -> Decimal:
        """CPU here, on a whole core, for one transaction: no sockets, and no AWS."""
        seconds = sum(each.cpu_seconds for each in self._of(function))
        return self._each(Decimal(round(seconds * 1_000_000))) / 1000

    def kept_bytes(self) -> dict[str, Decimal]:
        """What a transaction leaves behind, to be paid by the month: tables with their indexes."""
        stored: defaultdict[str, int] = defaultdict(int)
        for call in self.run.calls:
            for item in call.written:
                indexes = self.deployed.indexes[call.resource]
                places = 1 + sum(index.place_of(item) is not None for index in indexes)
                stored["tables"] += places * (item_size(item) + STORED_BESIDE_BYTES)
            stored["raw"] += call.payload_bytes if call.service == "s3" else 0
        return {name: self._each(Decimal(size)) for name, size in stored.items()}

    def _rows(self) -> Iterator[Row]:
        yield from self._edge()
        yield from self._functions()
        yield from self._tables()
        yield from self._queues()
        yield from self._archive_and_events()
        yield from self._by_time()
        yield from self._logs()

    def _edge(self) -> Iterator[Row]:
        said = [each.answer_bytes for each in self._of("receive_message")]
        answered = self._each(Decimal(sum(said))) + stated.ANSWER_HEADER_BYTES
        requests = self._each(Decimal(len(said)))
        yield _row("API Gateway", "REST requests", requests, prices.REST_REQUEST, "recorded")
        yield _row("WAF", "requests looked at", requests, prices.FIREWALL_REQUEST, "recorded")
        yield _row("transfer", "answers to senders", answered / GB, prices.OUT_GB, "recorded")

    def _functions(self) -> Iterator[Row]:
        for function in stated.CPU:
            runs = self._each(Decimal(len(self._of(function))))
            gb = Decimal(self.deployed.function(function)["MemorySize"]) / 1024
            seconds = self.billed_ms(function) / 1000
            part = EFFECT_PATH if function == "post_effect" else "beside it"
            arm = self.deployed.function(function)["Architectures"] == ["arm64"]
            price = prices.LAMBDA_ARM if arm else prices.LAMBDA_X86
            yield _row("Lambda", function, runs, prices.LAMBDA_REQUEST, "recorded", part)
            yield _row("Lambda", function, gb * seconds, price, "stated ms", part)
        out = self._each(Decimal(self.run.erp_bytes)) / GB
        yield _row("transfer", "posts to the ERP", out, prices.OUT_GB, "recorded", EFFECT_PATH)

    def _tables(self) -> Iterator[Row]:
        writes: Counter[tuple[str, str]] = Counter()
        reads: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for call in self.run.calls:
            writes[call.function, call.resource] += call.write_units
            for index, units in call.index_units.items():
                writes[call.function, f"{call.resource}, {index}"] += units
            reads[call.function, call.resource] += call.read_units
        for (function, table), units in writes.items():
            if units:
                yield self._table_row(function, table, Decimal(units), prices.DYNAMODB_WRITE)
        for (function, table), read in reads.items():
            if read:
                yield self._table_row(function, table, read, prices.DYNAMODB_READ)
        sealed = self._each(self._sealing_units())
        yield _row("DynamoDB", "seal_journal: journal", sealed, prices.DYNAMODB_READ, "recorded")

    def _sealing_units(self) -> Decimal:
        """Pages of the list by their sum, at half; each chain by itself, whenever it is listed."""
        chains: defaultdict[str, list[Item]] = defaultdict(list)
        for call in self.run.calls:
            for item in _entries(call):
                chains[item["pk"]["S"]].append(item)
        units = Decimal(0)
        for chain in chains.values():
            listed = [item_size(item) for item in chain if "seal_shard" in item]
            units += Decimal(sum(listed)) / READ_UNIT_BYTES / 2
            units += len(listed) * units_of_query(chain, is_consistent=True)
        return units

    def _table_row(self, function: str, table: str, units: Decimal, price: Price) -> Row:
        part = EFFECT_PATH if function == "post_effect" else "beside it"
        what = f"{function}: {table}"
        return _row("DynamoDB", what, self._each(units), price, "recorded", part)

    def _queues(self) -> Iterator[Row]:
        for queue, consumer in (("documents", "map_document"), ("effects", "post_effect")):
            sent = [call.requests for call in self._calls("sqs") if call.resource == queue]
            part = EFFECT_PATH if queue == "effects" else "beside it"
            took = sum(-(-each.records // stated.SQS_AT_ONCE) for each in self._of(consumer))
            sends = self._each(Decimal(sum(sent)))
            taken = self._each(Decimal(2 * took))
            yield _row("SQS", f"{queue}: send", sends, prices.SQS_REQUEST, "recorded")
            what = f"{queue}: receive, delete"
            yield _row("SQS", what, taken, prices.SQS_REQUEST, "batches", part)

    def _archive_and_events(self) -> Iterator[Row]:
        puts = self._each(Decimal(sum(call.requests for call in self._calls("s3"))))
        events = self._each(Decimal(sum(call.requests for call in self._calls("events"))))
        yield _row("S3", "raw objects", puts, prices.S3_PUT, "recorded")
        if self.deployed.raw_is_replicated:
            size = self._each(Decimal(sum(call.payload_bytes for call in self._calls("s3"))))
            yield _row("S3", REPLICAS, puts, prices.S3_PUT, "template")
            yield _row("transfer", REPLICAS, size / GB, prices.OTHER_REGION_GB, "recorded")
        yield _row("EventBridge", "outcome events", events, prices.EVENT, "recorded")

    def _by_time(self) -> Iterator[Row]:
        path, beside = self._key_requests()
        yield _row("KMS", "of post_effect", path, prices.KMS_REQUEST, "keys by time", EFFECT_PATH)
        yield _row("KMS", "of all others", beside, prices.KMS_REQUEST, "keys by time")
        asked = self._every(stated.SECRET_KEPT_SECONDS) * 2  # by two workers
        yield _row(
            "Secrets Manager", "the ERP's key", asked, prices.SECRET_REQUEST, "by time", EFFECT_PATH
        )
        tokens = self._every(self.deployed.token_seconds) * stated.CLIENTS
        yield _row("Cognito", "tokens", tokens, prices.TOKEN, "by time")
        again = self._every(stated.MASTER_DATA_KEPT_SECONDS) * self.shared_reads
        yield _row("DynamoDB", "shared records, again", again, prices.DYNAMODB_READ, "by time")
        edge = self._traces("receive_message", self.deployed.edge_sampling)
        yield _row("X-Ray", "API and receive_message", edge, prices.TRACE, "template")
        for source in ("map_document", "post_effect", "publish_outcome"):
            yield _row("X-Ray", source, self._traces_of(source, edge), prices.TRACE, "template")

    def _traces_of(self, consumer: str, edge: Decimal) -> Decimal:
        """Those it begins, or at most one for each transaction that the edge traced.

        The messages of a batch belong to different traces, so that none of them goes on: a new one
        is linked to them.
        """
        if self.deployed.traces_by_itself(consumer):
            return self._traces(consumer, stated.USUAL_SAMPLING)
        return Decimal(0) if consumer in stated.ON_A_STREAM else edge

    def _traces(self, function: str, sampling: stated.Sampling) -> Decimal:
        runs = self._each(Decimal(len(self._of(function))))
        return runs * sampling.traced(runs * self.rate)

    def _key_requests(self) -> tuple[Decimal, Decimal]:
        """Requests to KMS for one transaction: those of the effect path, and all others."""
        tables = {
            (call.function, call.resource) for call in self.run.calls if call.service == "dynamodb"
        }
        posts = {pair for pair in tables if pair[0] == "post_effect"}
        kept, reuse = stated.KEY_KEPT_SECONDS, self.deployed.key_reuse_seconds
        path = self._every(kept) * len(posts) + self._every(reuse("EffectsMainQueue"))
        others = len(tables) - len(posts) + 1  # the stream
        others += len(stated.CPU) + 3  # log groups: of functions, of the API's two, of the firewall
        if self.deployed.raw_has_bucket_key:
            others += 1 + 2 * self.deployed.raw_is_replicated
        beside = self._every(kept) * others
        if not self.deployed.raw_has_bucket_key:
            beside += 1 + 2 * self.deployed.raw_is_replicated
        sends = 2 * self._every(reuse("EffectsMainQueue"))
        return path, beside + sends + 3 * self._every(reuse("DocumentsMainQueue"))

    def _logs(self) -> Iterator[Row]:
        for function in stated.CPU:
            lines = [line for each in self._of(function) for line in each.logged]
            if self.deployed.writes_each_run_down(function):
                lines += [*stated.PLATFORM_LINES] * len(self._of(function))
            size = self._each(Decimal(_logged_bytes(lines)))
            yield _row("CloudWatch", function, size / GB, prices.LOG_GB, "recorded")
        access = [stated.access_line(self.deployed.stage["AccessLogSetting"]["Format"])]
        yield _log_row("API, access", access)
        if self.deployed.writes_each_request_down:
            yield _log_row("API, execution", stated.EXECUTION_LINES)
        if self.deployed.firewall_writes_each_request_down:
            yield _log_row("firewall", [stated.FIREWALL_LINE])

    def _billed_ms(self, invocation: Invocation) -> Decimal:
        """CPU on this function's share of a vCPU, and the waits of its own calls."""
        function = invocation.function
        work = stated.CPU[function]
        cpu = work.invocation_ms + work.record_ms * invocation.records
        share = Decimal(self.deployed.function(function)["MemorySize"]) / stated.MB_OF_A_VCPU
        calls = [call for call in self.run.calls if call.function == function]
        waits = sum((_wait_ms(call, invocation.records) for call in calls), Decimal(0))
        waited = waits * invocation.records / sum(each.records for each in self._of(function))
        if function == "post_effect":
            waited += stated.ERP_CALL_MS + stated.ERP_DOCUMENT_MS * invocation.records
        return cpu / share + waited

    def _of(self, function: str) -> list[Invocation]:
        return [each for each in self.run.invocations if each.function == function]

    def _calls(self, service: str) -> list[Call]:
        return [call for call in self.run.calls if call.service == service]

    def _each(self, count: Decimal) -> Decimal:
        return count / self.run.transactions

    def _every(self, seconds: int) -> Decimal:
        """What happens once in so many seconds, for one transaction."""
        return 1 / (self.rate * seconds)


def _wait_ms(call: Call, records: int) -> Decimal:
    at_once = min(stated.AT_ONCE.get(call.name, 1), records)
    return stated.WAIT_MS.get(call.service, Decimal(0)) / at_once


def _entries(call: Call) -> Iterator[Item]:
    return (item for item in call.written if item.get("sk", {}).get("S", "").startswith(ENTRY))


def _logged_bytes(lines: Iterable[str]) -> int:
    return sum(len(line.encode()) + stated.LOG_EVENT_BYTES for line in lines)


def _log_row(what: str, lines: Iterable[str]) -> Row:
    return _row("CloudWatch", what, _logged_bytes(lines) / GB, prices.LOG_GB, "stated lines")


def _row(
    service: str, what: str, each: Decimal, price: Price, basis: str, part: str = "beside it"
) -> Row:
    return Row(service=service, what=what, each=each, price=price, basis=basis, part=part)
