"""A recorded stack as a Terraform plan in JSON (`terraform show -json`), which scanners of Terraform can read.

Pulumi's AWS provider is made from Terraform's, so that types and arguments differ in their spelling only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from offline.engine.recording import UNKNOWN, Recording, Resource

SENSITIVE: Final = "(sensitive value)"

_TYPES: Final = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "aws_default_security_group",
    "aws:ec2/flowLog:FlowLog": "aws_flow_log",
    "aws:ec2/securityGroup:SecurityGroup": "aws_security_group",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "aws_vpc_endpoint",
    "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
    "aws:rds/subnetGroup:SubnetGroup": "aws_db_subnet_group",
    "aws:servicediscovery/httpNamespace:HttpNamespace": "aws_service_discovery_http_namespace",
}
"""Where Terraform's name is not `aws_<service>_<resource>`."""

_ARGUMENTS: Final = {
    ("aws_cloudwatch_metric_alarm", "name"): "alarm_name",
    ("aws_sns_topic_subscription", "topic"): "topic_arn",
}
"""Arguments that Pulumi calls otherwise."""

_MAPS: Final = frozenset({"tags", "dimensions", "triggers"})
"""Objects with keys of the user's own; any other object is a block, which a plan writes as a list of one."""

_PLURAL_BLOCKS: Final = frozenset({"redactedFields"})
"""Lists of blocks that Terraform calls by a plural too; for all others Pulumi made the plural from a singular."""

_VPC: Final = "awsx:ec2:Vpc"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One resource of the plan."""

    type: str
    name: str
    values: dict[str, Any]
    references: dict[str, list[str]]
    """Argument -> addresses of the resources whose attributes went into it."""

    @property
    def address(self) -> str:
        """As Terraform names it: `aws_lb.load-balancer-alb`."""
        return f"{self.type}.{self.name}"


def terraform_plan(recording: Recording) -> dict[str, Any]:
    """The plan that creates all AWS resources of the recording; secret values are left out."""
    planned = list(_planned(recording))
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [_with_values(resource) for resource in planned]}},
        "resource_changes": [_change(resource) for resource in planned],
        "configuration": {"root_module": {"resources": [_configuration(resource) for resource in planned]}},
    }


def terraform_type(token: str) -> str:
    """`aws_ecs_service` for `aws:ecs/service:Service`."""
    service, _, resource = token.split(":")[1].partition("/")
    return _TYPES.get(token, f"aws_{service}_{snake_case(resource)}")


def snake_case(name: str) -> str:
    """Terraform's spelling of a Pulumi property: `kms_key_id` for `kmsKeyId`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _planned(recording: Recording) -> Iterator[Planned]:
    addresses = {resource.urn: _address(resource) for resource in recording.resources if _is_aws(resource)}
    for resource in recording.resources:
        if resource.type == _VPC:
            yield from _vpc(resource)
        elif resource.urn in addresses:
            yield _resource(resource, addresses)


def _is_aws(resource: Resource) -> bool:
    return resource.type == _VPC or (resource.type.startswith("aws:") and not resource.read)


def _address(resource: Resource) -> str:
    type_ = "aws_vpc" if resource.type == _VPC else terraform_type(resource.type)
    return f"{type_}.{resource.name}"


def _resource(resource: Resource, addresses: Mapping[str, str]) -> Planned:
    type_ = terraform_type(resource.type)
    names = {name: _ARGUMENTS.get((type_, name), _argument(name, value)) for name, value in resource.inputs.items()}
    return Planned(
        type=type_,
        name=resource.name,
        values={
            names[name]: SENSITIVE if name in resource.secret_inputs else _value(name, value)
            for name, value in resource.inputs.items()
            if value is not UNKNOWN
        },
        references={
            names[name]: _references(addresses[urn] for urn in urns if urn in addresses)
            for name, urns in resource.property_dependencies.items()
            if name in names and any(urn in addresses for urn in urns)
        },
    )


def _vpc(vpc: Resource) -> Iterator[Planned]:
    """What awsx makes of `awsx:ec2:Vpc`, as far as its arguments tell: the VPC and its subnets."""
    inputs = vpc.inputs
    values = {snake_case(name): inputs[name] for name in ("cidrBlock", "enableDnsHostnames", "enableDnsSupport")}
    yield Planned(type="aws_vpc", name=vpc.name, values=values, references={})
    for spec in inputs["subnetSpecs"]:
        for zone, block in zip(inputs["availabilityZoneNames"], spec["cidrBlocks"], strict=True):
            yield Planned(
                type="aws_subnet",
                name=f"{vpc.name}-{spec['type'].lower()}-{zone}",
                # awsx assigns public addresses in public subnets, and offers no way to say otherwise.
                values={
                    "availability_zone": zone,
                    "cidr_block": block,
                    "map_public_ip_on_launch": spec["type"] == "Public",
                },
                references={"vpc_id": _references([f"aws_vpc.{vpc.name}"])},
            )


def _argument(name: str, value: object) -> str:
    if name in _PLURAL_BLOCKS or not _is_list_of_blocks(value):
        return snake_case(name)
    return re.sub(r"(?<=[^s])s$", "", re.sub(r"ies$", "y", snake_case(name)))


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        if name in _MAPS:
            return {key: item for key, item in value.items() if item is not UNKNOWN}
        return [_block(value)]
    if isinstance(value, list):
        return [_block(item) if isinstance(item, Mapping) else item for item in value if item is not UNKNOWN]
    return value


def _block(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_argument(name, value): _value(name, value) for name, value in values.items() if value is not UNKNOWN}


def _is_list_of_blocks(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _references(addresses: Iterable[str]) -> list[str]:
    """An attribute, then the resource itself, as Terraform lists them."""
    return [reference for address in sorted(addresses) for reference in (f"{address}.id", address)]


def _head(resource: Planned) -> dict[str, Any]:
    return {"address": resource.address, "mode": "managed", "type": resource.type, "name": resource.name}


def _with_values(resource: Planned) -> dict[str, Any]:
    provider = "registry.terraform.io/hashicorp/aws"
    return _head(resource) | {"provider_name": provider, "schema_version": 0, "values": resource.values}


def _change(resource: Planned) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": resource.values, "after_unknown": {}}
    return _head(resource) | {"change": change}


def _configuration(resource: Planned) -> dict[str, Any]:
    expressions = {name: {"references": references} for name, references in resource.references.items()}
    return _head(resource) | {"provider_config_key": "aws", "expressions": expressions}
