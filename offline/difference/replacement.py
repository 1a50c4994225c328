"""What the provider does with a changed property: nothing, change in place, or replace the resource.

The rows are in replacement.yaml; what depends on the values stands here.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from offline.engine.protobuf import Json
from offline.engine.recording import Resource
from offline.engine.shapes import AUTO, SHAPES

Condition: TypeAlias = Callable[[Json, Json], bool]
"""Of a property's value before and after; None where it has none."""

TABLE: Final = Path(__file__).with_name("replacement.yaml")


def _comes_or_goes(old: Json, new: Json) -> bool:
    return bool(old) != bool(new)


def _goes_back(old: Json, new: Json) -> bool:
    """To an older version."""
    return _numbers(new) < _numbers(old)


def _numbers(version: Json) -> list[int]:
    return [int(part) for part in str(version).split(".") if part.isdigit()]


_SOURCES: Final[Mapping[str, Condition]] = dict.fromkeys(
    ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"), _comes_or_goes
)
FORCES_WHEN: Final[Mapping[str, Mapping[str, Condition]]] = {
    # Another strategy is taken by a new deployment (`forceNewDeployment`); to or from none it is not.
    "aws:ecs/service:Service": {"capacityProviderStrategies": _comes_or_goes},
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "engine": lambda old, new: (old, new) == ("valkey", "redis"),
        "engineVersion": _goes_back,
    },
    # One kind of source in place of another; a value of the same kind changes in place.
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _SOURCES,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _SOURCES,
}
"""Properties of which some changes replace the resource, by type."""

NO_CHANGE_WHEN: Final[Mapping[str, Mapping[str, Condition]]] = {
    # A restored cluster stays when its snapshot is no longer named.
    "aws:rds/cluster:Cluster": {"snapshotIdentifier": lambda _old, new: not new},
}
"""Differences that the provider suppresses, by type and property."""

RENEWS_OUTPUTS: Final = frozenset({"awsx:ecr:Image"})
"""Types whose outputs are others after a change in place: an image that is built anew has another digest."""


def forces_replacement(type_: str, property_: str, old: Json, new: Json) -> bool:
    """Whether another value of a top-level property makes the provider replace the resource."""
    if when := FORCES_WHEN.get(type_, {}).get(property_):
        return when(old, new)
    row = _table().get(type_, ())
    return property_ not in row["all but"] if isinstance(row, dict) else property_ in row


@cache
def _table() -> dict[str, list[str] | dict[str, list[str]]]:
    """Properties whose change replaces the resource, by type; or under `all but` those whose change does not."""
    table: dict[str, list[str] | dict[str, list[str]]] = yaml.safe_load(TABLE.read_text())
    return table


def is_suppressed(type_: str, property_: str, old: Json, new: Json) -> bool:
    """Whether the provider takes another value of a top-level property for no change."""
    when = NO_CHANGE_WHEN.get(type_, {}).get(property_)
    return when is not None and when(old, new)


def is_deleted_first(resource: Resource) -> bool:
    """Whether its replacement is made after its deletion.

    That is what the option says, else whether the program gives it a fixed name, which AWS takes once only
    (pulumi-terraform-bridge, `nameRequiresDeleteBeforeReplace`).
    """
    if resource.delete_before_replace is not None:
        return resource.delete_before_replace
    shape = SHAPES.get(resource.type, {})
    named = [key for key, template in shape.items() if template == AUTO and "revision" not in shape]
    return resource.type.startswith("aws:") and any(resource.inputs.get(key) is not None for key in named)
