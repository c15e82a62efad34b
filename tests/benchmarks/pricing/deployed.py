"""What `prod` deploys, read from its synthesised templates: what prices depend on."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.node import packaged_node
from tests.benchmarks.pricing.assumptions import USUAL_SAMPLING, Sampling
from tests.benchmarks.pricing.units import Index
from tests.infra.assembly import Assembly, Resource

ROOT = Path(__file__).resolve().parents[3]
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
DEFAULT_REUSE_SECONDS = 300  # of a queue's data key, where the template says nothing


@dataclass(frozen=True)
class Deployed:
    """The `prod` templates, asked in the words of this benchmark."""

    assembly: Assembly

    @cached_property
    def batch_sizes(self) -> Mapping[str, int]:
        """The batch that each function takes from the one source on a transaction's path."""
        names = {resource.name: name for name, resource in self.assembly.functions().items()}
        return {
            names[self.assembly.reference(mapping, "FunctionName")]: int(
                mapping.properties["BatchSize"]
            )
            for mapping in self.assembly.of_kind("AWS::Lambda::EventSourceMapping")
        }

    def function(self, name: str) -> Mapping[str, Any]:
        """A function's properties."""
        return self.assembly.functions()[name].properties

    def function_name(self, name: str) -> str:
        """As long as CloudFormation makes it: the stack, the logical id and 12 characters."""
        resource = self.assembly.functions()[name]
        return f"{resource.stack}-{resource.logical_id}-AbCdEfGhIjKl"[:64]

    def writes_each_run_down(self, name: str) -> bool:
        """Whether a function's log has Lambda's own lines around each run that went well."""
        logging = self.function(name).get("LoggingConfig", {})
        return bool(logging.get("SystemLogLevel", "INFO") in ("INFO", "DEBUG"))

    def traces_by_itself(self, name: str) -> bool:
        """Whether a function begins traces, and not only goes on with its sender's."""
        return bool(self.function(name)["TracingConfig"]["Mode"] == "Active")

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Any]]:
        """The definition of each table, under the short name that it has here."""
        return {_short(table): table.properties for table in self._all("AWS::DynamoDB::Table")}

    @cached_property
    def indexes(self) -> Mapping[str, Sequence[Index]]:
        """The indexes of each table; those that do not carry whole items are not priced."""
        found: dict[str, Sequence[Index]] = {}
        for name, table in self.tables.items():
            indexes = table.get("GlobalSecondaryIndexes", ())
            if any(each["Projection"] != {"ProjectionType": "ALL"} for each in indexes):
                raise ValueError(f"{name} has an index that is priced otherwise")
            found[name] = [
                Index(
                    name=each["IndexName"],
                    keys=tuple(part["AttributeName"] for part in each["KeySchema"]),
                )
                for each in indexes
            ]
        return found

    def key_reuse_seconds(self, queue: str) -> int:
        """How long SQS uses one data key for a queue's messages."""
        [found] = [each for each in self._all("AWS::SQS::Queue") if _purpose(each) == queue]
        return int(found.properties.get("KmsDataKeyReusePeriodSeconds", DEFAULT_REUSE_SECONDS))

    @property
    def raw_bucket(self) -> Mapping[str, Any]:
        """The raw archive's properties."""
        [found] = [each for each in self._all("AWS::S3::Bucket") if _purpose(each) == "RawBucket"]
        return found.properties

    @property
    def raw_has_bucket_key(self) -> bool:
        """Whether S3 asks KMS now and then instead of for each object."""
        [rule] = self.raw_bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        return bool(rule.get("BucketKeyEnabled", False))

    @property
    def raw_is_replicated(self) -> bool:
        """Whether each object is copied elsewhere."""
        return "ReplicationConfiguration" in self.raw_bucket

    @property
    def token_seconds(self) -> int:
        """How long a client's token is valid."""
        [client] = self._all("AWS::Cognito::UserPoolClient")
        unit = client.properties.get("TokenValidityUnits", {}).get("AccessToken", "hours")
        return int(client.properties["AccessTokenValidity"]) * _SECONDS[unit]

    @property
    def stage(self) -> Mapping[str, Any]:
        """The API's stage."""
        [found] = self._all("AWS::ApiGateway::Stage")
        return found.properties

    @property
    def writes_each_request_down(self) -> bool:
        """Whether the API's execution log has lines for requests that went well."""
        return bool(self.stage["MethodSettings"][0]["LoggingLevel"] == "INFO")

    @property
    def firewall_writes_each_request_down(self) -> bool:
        """Whether the firewall's log has what it let through."""
        [found] = self._all("AWS::WAFv2::LoggingConfiguration")
        return bool(found.properties.get("LoggingFilter", {}).get("DefaultBehavior") != "DROP")

    @property
    def edge_sampling(self) -> Sampling:
        """Which of the API's requests are traced, each with its function."""
        rules = [each.properties["SamplingRule"] for each in self._all("AWS::XRay::SamplingRule")]
        if not rules:
            return USUAL_SAMPLING
        [rule] = rules
        return Sampling(
            first_of_a_second=Decimal(rule["ReservoirSize"]), share=Decimal(str(rule["FixedRate"]))
        )

    def _all(self, kind: str) -> tuple[Resource, ...]:
        return self.assembly.of_kind(kind)


def synthesised_prod() -> Deployed:
    """Synthesise `prod` in a process of its own, with an empty layer of dependencies."""
    with TemporaryDirectory() as scratch:
        folder, layer = Path(scratch) / "out", Path(scratch) / "layer"
        layer.mkdir()
        (layer / "EMPTY").touch()
        command = [sys.executable, "-m", "infra.app", "--environment", "prod"]
        command += ["--outdir", str(folder), "--dependencies", str(layer)]
        subprocess.run(  # noqa: S603 - our own app
            command,
            cwd=ROOT,
            env=os.environ | {"JSII_NODE": str(packaged_node())},
            check=True,
            capture_output=True,
        )
        assembly = Assembly(folder)
        _ = assembly.resources  # read before the folder goes
        return Deployed(assembly)


def _purpose(resource: Resource) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", resource.logical_id)


def _short(table: Resource) -> str:
    """`MasterDataTable` is `master-data`."""
    words = re.findall("[A-Z][a-z]+", _purpose(table).removesuffix("Table"))
    return "-".join(words).lower()
