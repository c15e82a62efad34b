"""A synthesised app as tests ask about it: across stacks, with references resolved to names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of one template. `name` is the same from whichever stack it is referred to."""

    stack: str
    logical_id: str
    definition: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.stack}.{self.logical_id}"

    @property
    def kind(self) -> str:
        return str(self.definition["Type"])

    @property
    def properties(self) -> Mapping[str, Any]:
        return dict(self.definition.get("Properties", {}))


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One action that a role may do on one resource, as resolved text."""

    action: str
    resource: str


@dataclass(frozen=True)
class Assembly:
    """A folder that `app.synth()` wrote."""

    folder: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        return dict(json.loads((self.folder / "manifest.json").read_text()))

    @cached_property
    def templates(self) -> Mapping[str, Mapping[str, Any]]:
        return {
            path.name.removesuffix(".template.json"): json.loads(path.read_text())
            for path in sorted(self.folder.glob("*.template.json"))
        }

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        return tuple(
            Resource(stack=stack, logical_id=logical_id, definition=definition)
            for stack, template in self.templates.items()
            for logical_id, definition in template.get("Resources", {}).items()
        )

    @cached_property
    def _exports(self) -> Mapping[str, str]:
        return {
            str(output["Export"]["Name"]): self.resolved(stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def of_kind(self, kind: str) -> tuple[Resource, ...]:
        return tuple(resource for resource in self.resources if resource.kind == kind)

    def functions(self) -> Mapping[str, Resource]:
        """By the name of their folder."""
        return {
            resource.properties["Handler"].split(".")[1]: resource
            for resource in self.of_kind("AWS::Lambda::Function")
        }

    def resolved(self, stack: str, value: object) -> str:
        """A reference as `stack.logical id` or `stack.logical id.attribute`; text as it is."""
        match value:
            case str() as text:
                return text
            case {"Ref": str() as target}:
                return target if target.startswith("AWS::") else f"{stack}.{target}"
            case {"Fn::GetAtt": [str() as target, str() as attribute]}:
                return f"{stack}.{target}.{attribute}"
            case {"Fn::ImportValue": str() as name}:
                return self._exports[name]
            case {"Fn::Join": [str() as separator, list() as parts]}:
                return separator.join(self.resolved(stack, part) for part in parts)
            case _:
                raise ValueError(f"a reference of a kind that tests do not know: {value}")

    def reference(self, resource: Resource, path: str) -> str:
        """The resolved value of one property; dots lead into it."""
        value: Any = resource.properties
        for name in path.split("."):
            value = value[name]
        return self.resolved(resource.stack, value)

    def policies_of(self, role: str) -> tuple[Resource, ...]:
        return tuple(
            policy
            for policy in self.of_kind("AWS::IAM::ManagedPolicy")
            if role in {self.resolved(policy.stack, each) for each in policy.properties["Roles"]}
        )

    def role_of(self, function: Resource) -> str:
        return self.reference(function, "Role").removesuffix(".Arn")

    def grants_of(self, function: Resource) -> frozenset[Grant]:
        """What a function's role may do."""
        return self.grants_of_role(self.role_of(function))

    def grants_of_role(self, role: str) -> frozenset[Grant]:
        """What a role may do, from all its policies."""
        return frozenset(
            Grant(action=action, resource=self.resolved(policy.stack, resource))
            for policy in self.policies_of(role)
            for statement in statements_of(policy)
            for action in _listed(statement["Action"])
            for resource in _listed(statement["Resource"])
        )

    def reports(self) -> tuple[Mapping[str, Any], ...]:
        """What the rule packs said at synthesis."""
        report = json.loads((self.folder / "validation-report.json").read_text())
        return tuple(report["pluginReports"])


def statements_of(policy: Resource) -> Iterator[Mapping[str, Any]]:
    yield from policy.properties["PolicyDocument"]["Statement"]


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a policy's own JSON
    return value if isinstance(value, list) else [value]
