"""What one offline run of a program asked the Pulumi engine for."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, TypeAlias, TypeVar

import pulumi
from pulumi.type_token import get_type_token

from offline.engine.aws_facts import AwsFacts
from offline.engine.protobuf import UNKNOWN, Json, UnknownValue, top_level

__all__ = ["UNKNOWN", "Invoke", "Recording", "Resource", "ResourceKind", "UnknownValue", "short_type"]

STACK_TYPE: Final = "pulumi:pulumi:Stack"

ResourceKind: TypeAlias = str | type[pulumi.Resource]
"""A provider's class, such as `aws.rds.Cluster`, or a type token where the class has none or is slow to load."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One registered (or, with `read`, looked-up) resource, as the engine was asked for it."""

    urn: str
    id: str
    """Physical id; empty for components and, in a preview, for what does not exist yet."""
    type: str
    name: str
    custom: bool
    remote: bool
    """True for a component that a plugin expands (`awsx:ec2:Vpc`): its children are not seen offline."""
    parent: str | None
    """URN of the parent component; None directly under the stack."""
    inputs: dict[str, Any]
    """Plain values in Pulumi's camelCase; secrets are unwrapped and unknowns are `UNKNOWN`."""
    secret_paths: frozenset[str]
    """Where the inputs hold a secret, e.g. `secretString` or `environment[0].value`."""
    outputs: dict[str, Any]
    """What the offline provider answered; in a preview only the inputs and automatic names."""
    secret_outputs: frozenset[str]
    dependencies: frozenset[str]
    property_dependencies: dict[str, frozenset[str]]
    protect: bool | None = None
    retain_on_delete: bool | None = None
    delete_before_replace: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    replacement_trigger: Json = None
    """Another value than the last one replaces the resource; None replaces nothing."""
    aliases: tuple[dict[str, Any], ...] = ()
    """Each `{"urn": ..}` or the given parts: name, type, stack, project, parentUrn, noParent."""
    custom_timeouts: dict[str, str] = field(default_factory=dict)
    import_id: str | None = None
    provider: str | None = None
    read: bool = False
    source: str = ""
    """`file:line` of the constructor call, when the SDK knows it."""
    registered_outputs: dict[str, Any] | None = None
    """What a component passed to `register_outputs`; None when it never did."""

    @property
    def secret_inputs(self) -> frozenset[str]:
        """Names of the top-level inputs that hold a secret anywhere."""
        return top_level(self.secret_paths)

    @property
    def is_provided(self) -> bool:
        """Whether a provider makes it, in contrast to a component of the program itself."""
        return self.custom or self.remote

    @property
    def short_type(self) -> str:
        """The type as a Python program writes it: `ecs.Service`, `awsx.ec2.Vpc`."""
        return short_type(self.type)

    def uses(self, other: "Resource", property_: str) -> bool:
        """Whether an output of `other` went into a property; known in a preview too."""
        return other.urn in self.property_dependencies.get(property_, frozenset())

    def __str__(self) -> str:
        return f"{self.type} '{self.name}' ({self.source or 'unknown source'})"


@dataclass(frozen=True, kw_only=True)
class Invoke:
    """One provider function the program called, and the answer it got."""

    token: str
    args: dict[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Everything one run registered, asked, logged and exported."""

    project: str
    stack: str
    preview: bool
    config: dict[str, str]
    aws: AwsFacts
    """The AWS that the run pretended to find."""
    resources: list[Resource]
    """Ordered by URN, because the order of registration differs from run to run; without the stack itself."""
    outputs: dict[str, Any]
    """Stack outputs, secrets unwrapped."""
    secret_outputs: frozenset[str]
    invokes: list[Invoke]
    log: list[tuple[str, str]]
    """(severity, message) of `pulumi.log`; severity is info, warning or error."""
    assumptions: list[str]
    """What had to be made up because only AWS knows it."""

    def of_type(self, kind: ResourceKind) -> list[Resource]:
        """All resources of one type."""
        return self._by_type.get(_token(kind), []).copy()

    def one(self, kind: ResourceKind, name: str | None = None) -> Resource:
        """The only resource of a type (and logical name); LookupError when there are none or several."""
        of_type = self.of_type(kind)
        named = [resource for resource in of_type if name is None or resource.name == name]
        if len(named) != 1:
            sought = _token(kind) if name is None else f"{_token(kind)} named '{name}'"
            names = ", ".join(sorted(resource.name for resource in of_type)) or "none"
            raise LookupError(f"expected one {sought}, found {len(named)}; of this type there are: {names}")
        return named[0]

    def used_by(self, resource: Resource, property_: str, kind: ResourceKind) -> list[Resource]:
        """The resources of one type whose outputs went into a property."""
        return [other for other in self.of_type(kind) if resource.uses(other, property_)]

    def users_of(self, resource: Resource, property_: str, kind: ResourceKind) -> list[Resource]:
        """The resources of one type that have an output of `resource` in a property."""
        return [other for other in self.of_type(kind) if other.uses(resource, property_)]

    def dependents_of(self, resource: Resource, kind: ResourceKind) -> list[Resource]:
        """The resources of one type that wait for `resource`, by `depends_on` or by any of its outputs."""
        return [other for other in self.of_type(kind) if resource.urn in other.dependencies]

    def children(self, urn: str | None) -> list[Resource]:
        """Direct children of a component; of the stack for None."""
        return self._by_parent.get(urn, []).copy()

    def component(self, urn: str) -> Resource | None:
        """The component that the resource `urn` belongs to; None directly under the stack."""
        parent = self.by_urn(urn).parent
        return None if parent is None else self.by_urn(parent)

    def component_name(self, urn: str) -> str:
        """Name of the component that the resource `urn` belongs to; empty directly under the stack."""
        component = self.component(urn)
        return component.name if component else ""

    def by_urn(self, urn: str) -> Resource:
        """The resource with this URN; LookupError when it was never registered."""
        if urn not in self._by_urn:
            raise LookupError(f"no resource has the URN {urn}")
        return self._by_urn[urn]

    @cached_property
    def _by_urn(self) -> dict[str, Resource]:
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        return _grouped(self.resources, attrgetter("type"))

    @cached_property
    def _by_parent(self) -> dict[str | None, list[Resource]]:
        return _grouped(self.resources, attrgetter("parent"))

    @property
    def warnings(self) -> list[str]:
        """Messages of `pulumi.log.warn`."""
        return [message for severity, message in self.log if severity == "warning"]


def urn_of(stack: str, project: str, parent: str | None, type_: str, name: str) -> str:
    """As the engine makes it: with the types of all ancestors but the stack, joined by `$`."""
    ancestors = parent.split("::")[2] if parent else STACK_TYPE
    qualified = type_ if ancestors == STACK_TYPE else f"{ancestors}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def short_type(token: str) -> str:
    """A type token as a Python program writes it: `ecs.Service`, `awsx.ec2.Vpc`."""
    package, module, class_ = token.split(":")
    return ".".join(word for word in (package, module.split("/")[0], class_) if word not in ("aws", "index"))


def _token(kind: ResourceKind) -> str:
    return kind if isinstance(kind, str) else str(get_type_token(kind))


_Key = TypeVar("_Key", bound=Hashable)


def _grouped(resources: Iterable[Resource], key: Callable[[Resource], _Key]) -> dict[_Key, list[Resource]]:
    groups: dict[_Key, list[Resource]] = {}
    for resource in resources:
        groups.setdefault(key(resource), []).append(resource)
    return groups
