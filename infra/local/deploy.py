"""A synthesised CDK app onto the engine: assets, then stacks in dependency order.

The same assembly goes to AWS with the CDK's own command line; here it takes a second, because
nothing but boto3 is between the templates and the engine.
"""

import io
import json
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local.errors import DeploymentError
from infra.local.progress import Progress
from infra.local.settings import BoxSettings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_s3 import S3Client

    from infra.local.aws import EngineClients

Outputs = dict[str, dict[str, str]]

_BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_BOOTSTRAP_VERSION = "30"
_POLL_SECONDS = 0.05
_STACK_SECONDS = 120.0
_UPLOADS_AT_ONCE = 4
_CAPABILITIES: "tuple[CapabilityType, ...]" = ("CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_OUTPUT_PREFIX = "Output"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file or folder that a template refers to, and where it expects it."""

    source: Path
    is_folder: bool
    bucket: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StackArtifact:
    """A stack of the assembly."""

    name: str
    template: Path
    template_key: str  # bucket/key: templates are assets too, and may exceed what a request holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """What synthesis made: assets, and stacks with those they depend on first."""

    assets: tuple[Asset, ...]
    stacks: tuple[StackArtifact, ...]


def read_assembly(folder: Path, settings: BoxSettings) -> Assembly:
    """Read the manifest of a synthesised app."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    artifacts: Mapping[str, Any] = manifest["artifacts"]
    assets = {
        (asset.bucket, asset.key): asset
        for artifact in artifacts.values()
        if artifact["type"] == "cdk:asset-manifest"
        for asset in _assets(folder, artifact["properties"]["file"], settings)
    }
    stacks = tuple(_stack(folder, name, artifacts[name], settings) for name in _in_order(artifacts))
    return Assembly(assets=tuple(assets.values()), stacks=stacks)


def deploy(assembly: Assembly, clients: "EngineClients", progress: Progress) -> Outputs:
    """Put the assembly into the engine; what is there already unchanged is left alone.

    Returns:
        The outputs of every stack, without the prefix that sets their names apart from constructs.

    Raises:
        DeploymentError: a stack was refused; the message has the engine's reasons.
    """
    clients.ssm.put_parameter(
        Name=_BOOTSTRAP_PARAMETER, Value=_BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )
    with progress.step("Upload code"):
        _upload(assembly.assets, clients.s3)
    outputs: Outputs = {}
    for stack in assembly.stacks:
        with progress.step(f"Deploy {stack.name}"):
            outputs[stack.name] = _deploy_stack(stack, clients)
    return outputs


def stack_statuses(clients: "EngineClients") -> dict[str, str]:
    """Every stack of the engine and how it is."""
    stacks = clients.cloudformation.describe_stacks()["Stacks"]
    return {stack["StackName"]: stack["StackStatus"] for stack in stacks}


def outputs_of(description: "StackTypeDef") -> dict[str, str]:
    """A stack's own outputs by their plain names; what CDK exports between stacks is left out."""
    return {
        output["OutputKey"].removeprefix(_OUTPUT_PREFIX): output["OutputValue"]
        for output in description.get("Outputs", [])
        if output["OutputKey"].startswith(_OUTPUT_PREFIX)
    }


def _assets(folder: Path, manifest_file: str, settings: BoxSettings) -> Iterator[Asset]:
    manifest = json.loads((folder / manifest_file).read_text(encoding="utf-8"))
    for file in manifest["files"].values():
        for destination in file["destinations"].values():
            yield Asset(
                source=folder / file["source"]["path"],
                is_folder=file["source"]["packaging"] == "zip",
                bucket=_without_placeholders(destination["bucketName"], settings),
                key=_without_placeholders(destination["objectKey"], settings),
            )


def _stack(
    folder: Path, name: str, artifact: Mapping[str, Any], settings: BoxSettings
) -> StackArtifact:
    properties = artifact["properties"]
    return StackArtifact(
        name=properties.get("stackName", name),
        template=folder / properties["templateFile"],
        template_key=_without_placeholders(
            properties["stackTemplateAssetObjectUrl"], settings
        ).removeprefix("s3://"),
    )


def _in_order(artifacts: Mapping[str, Any]) -> Sequence[str]:
    """Names of stacks, those that others depend on first."""
    order: list[str] = []

    def visit(name: str) -> None:
        artifact = artifacts.get(name)
        if artifact is None or artifact["type"] != "aws:cloudformation:stack" or name in order:
            return
        for dependency in artifact.get("dependencies", []):
            visit(dependency)
        order.append(name)

    for name in artifacts:
        visit(name)
    return order


def _without_placeholders(text: str, settings: BoxSettings) -> str:
    return (
        text.replace("${AWS::AccountId}", settings.account)
        .replace("${AWS::Region}", settings.region)
        .replace("${AWS::Partition}", "aws")
    )


def _upload(assets: Sequence[Asset], s3: "S3Client") -> None:
    present: dict[str, set[str]] = {}
    for bucket in {asset.bucket for asset in assets}:
        s3.create_bucket(Bucket=bucket)  # again is fine in the engine's region
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        present[bucket] = {item["Key"] for page in pages for item in page.get("Contents", [])}
    missing = [
        asset for asset in assets if asset.key not in present[asset.bucket]
    ]  # keys are hashes
    with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
        for _ in pool.map(lambda asset: _upload_one(asset, s3), missing):
            pass


def _upload_one(asset: Asset, s3: "S3Client") -> None:
    body = _zipped(asset.source) if asset.is_folder else asset.source.read_bytes()
    s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=body)


def _zipped(folder: Path) -> bytes:
    """The folder as an archive whose bytes depend on names and contents only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(path.relative_to(folder)), _ZIP_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _deploy_stack(stack: StackArtifact, clients: "EngineClients") -> dict[str, str]:
    present = describe_stack(stack.name, clients)
    if present is not None and _must_be_made_anew(present["StackStatus"]):
        clients.cloudformation.delete_stack(StackName=stack.name)
        _wait(stack.name, clients)
        present = None
    if present is not None and _has_template(stack, clients):
        return outputs_of(present)
    try:
        _put(stack, clients, is_new=present is None)
        settled = _wait(stack.name, clients)
    except KeyboardInterrupt:
        _wait(stack.name, clients)  # half a stack must not be saved
        raise
    if settled is None or not _is_complete(settled["StackStatus"]):
        raise DeploymentError(_reasons(stack.name, clients))
    return outputs_of(settled)


def describe_stack(name: str, clients: "EngineClients") -> "StackTypeDef | None":
    """The stack as the engine has it, or none."""
    try:
        return clients.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError:
        return None  # this is how CloudFormation says that it does not exist


def _put(stack: StackArtifact, clients: "EngineClients", *, is_new: bool) -> None:
    cloudformation = clients.cloudformation
    put = cloudformation.create_stack if is_new else cloudformation.update_stack
    url = f"{cloudformation.meta.endpoint_url}/{stack.template_key}"
    try:
        put(StackName=stack.name, TemplateURL=url, Capabilities=list(_CAPABILITIES))
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        if "No updates" not in message:
            raise DeploymentError(f"{stack.name} was refused: {message}") from error


def _wait(name: str, clients: "EngineClients") -> "StackTypeDef | None":
    deadline = time.monotonic() + _STACK_SECONDS
    while time.monotonic() < deadline:
        stack = describe_stack(name, clients)
        if stack is None or not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        time.sleep(_POLL_SECONDS)
    raise DeploymentError(f"{name} was not done within {_STACK_SECONDS:g} s")


def _has_template(stack: StackArtifact, clients: "EngineClients") -> bool:
    present: object = clients.cloudformation.get_template(StackName=stack.name)["TemplateBody"]
    document = json.loads(present) if isinstance(present, str) else present
    return bool(document == json.loads(stack.template.read_text(encoding="utf-8")))


def _is_complete(status: str) -> bool:
    return status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def _must_be_made_anew(status: str) -> bool:
    """A stack whose creation failed can only be deleted."""
    return status in {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}


def _reasons(name: str, clients: "EngineClients") -> str:
    events = clients.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    lines = [
        f"  {event.get('LogicalResourceId')} ({event.get('ResourceType')}): "
        f"{event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event.get("ResourceStatus", "").endswith("FAILED")
    ]
    return "\n".join([f"{name} could not be deployed:", *(lines or ["  no reason given"])])
