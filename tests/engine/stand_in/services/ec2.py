"""EC2: texts, and what may go only when nothing uses it any more."""

import re
from collections.abc import Iterator
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from tests.engine.stand_in.account import (
    backend,
    endpoints,
    load_balancers,
    nat_gateways,
    security_groups,
    users_of_group,
    users_of_subnet,
    vpc_of_group,
)
from tests.engine.stand_in.rules import Params, refuse, rule

TEXT = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")
TEXT_TOLD = "strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"

# moto keeps the description of a rule for a CIDR or a group with that CIDR or group, and tells none.
SecurityGroupRule.description = property(
    lambda rule: rule.ip_range.get("Description") or rule.source_group.get("Description")
)


@rule("ec2", "CreateSecurityGroup", source="api CreateSecurityGroupRequest.Description, .GroupName")
def group_has_valid_texts(params: Params) -> None:
    if not TEXT.fullmatch(params["Description"]):
        refuse("InvalidParameterValue", f"Invalid security group description. Valid descriptions are {TEXT_TOLD}")
    name = params["GroupName"]
    if name.lower().startswith("sg-"):
        refuse(
            "InvalidParameterValue", f"Invalid value '{name}' for groupName. Group names may not be in the format sg-*"
        )
    if not TEXT.fullmatch(name):
        refuse("InvalidParameterValue", f"Value ({name}) for parameter GroupName is invalid. Valid are {TEXT_TOLD}")


@rule(
    "ec2",
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    source="api IpRange.Description, UserIdGroupPair.Description; guide VPC peering: the only way to another's group",
)
def rules_are_valid(params: Params) -> None:
    for permission in params.get("IpPermissions", []):
        groups = permission.get("UserIdGroupPairs", [])
        for described in [*permission.get("IpRanges", []), *permission.get("Ipv6Ranges", []), *groups]:
            _check_description(described)
        for group in groups:
            if vpc_of_group(group["GroupId"]) not in (None, vpc_of_group(params["GroupId"])):
                refuse("InvalidGroup.NotFound", "You have specified two resources that belong to different networks.")


@rule("ec2", "ModifySecurityGroupRules", source="api SecurityGroupRuleRequest.Description")
def changed_rules_are_valid(params: Params) -> None:
    for changed in params["SecurityGroupRules"]:
        _check_description(changed["SecurityGroupRule"])


def _check_description(described: dict[str, str]) -> None:
    if not TEXT.fullmatch(described.get("Description", "")):
        refuse("InvalidParameterValue", f"Invalid rule description. Valid descriptions are {TEXT_TOLD}")


@rule(
    "ec2",
    "DeleteSecurityGroup",
    source="api DeleteSecurityGroup: associated with an instance or network interface, or referenced by another group",
)
def group_is_free(params: Params) -> None:
    group_id = params.get("GroupId", "")
    naming = (group.id for group in security_groups() if group.id != group_id and group_id in _groups_named_by(group))
    _refuse_while_used(f"resource {group_id} has a dependent object", [*users_of_group(group_id), *naming])


def _groups_named_by(group: Any) -> Iterator[str]:
    for allowed in [*group.ingress_rules, *group.egress_rules]:
        if allowed.source_group:
            yield allowed.source_group.get("GroupId")


@rule("ec2", "DeleteSubnet", source="guide Delete a subnet: no network interface may be left in it")
def subnet_is_free(params: Params) -> None:
    subnet = params["SubnetId"]
    _refuse_while_used(f"The subnet '{subnet}' has dependencies and cannot be deleted.", users_of_subnet(subnet))


@rule("ec2", "DeleteVpc", source="api DeleteVpc: you must detach or delete all gateways and resources of the VPC")
def vpc_is_free(params: Params) -> None:
    vpc, state = params["VpcId"], backend("ec2")
    left = [
        *(group.id for group in state.groups.get(vpc, {}).values() if group.name != "default"),
        *(gateway.id for gateway in state.internet_gateways.values() if gateway.vpc and gateway.vpc.id == vpc),
        *(endpoint.id for endpoint in endpoints() if endpoint.vpc_id == vpc),
        *(gateway.id for gateway in nat_gateways() if gateway.vpc_id == vpc),
    ]
    _refuse_while_used(f"The vpc '{vpc}' has dependencies and cannot be deleted.", left)


@rule(
    "ec2",
    "DetachInternetGateway",
    source="api DetachInternetGateway: nothing with an Elastic IP address; guide: nor a public load balancer",
)
def gateway_is_free(params: Params) -> None:
    vpc = params["VpcId"]
    used = [
        *(gateway.id for gateway in nat_gateways() if gateway.vpc_id == vpc),
        *(b.name for b in load_balancers() if b.vpc_id == vpc and b.scheme == "internet-facing"),
    ]
    _refuse_while_used(f"Network {vpc} has some mapped public address(es). Please unmap those before detaching.", used)


def _refuse_while_used(message: str, users: Any) -> None:
    if named := sorted({str(user) for user in users}):
        refuse("DependencyViolation", f"{message} ({', '.join(named)})")


@rule(
    "ec2", "CreateVpcEndpoint", source="guide Gateway endpoints: a route table has one route to a service's prefix list"
)
def route_to_service_is_free(params: Params) -> None:
    for endpoint in _endpoints_like(params):
        if set(params.get("RouteTableIds", [])) & set(endpoint.route_table_ids or []):
            refuse(
                "RouteAlreadyExists", f"route table already has a route to the prefix list of {params['ServiceName']}"
            )


@rule("ec2", "CreateVpcEndpoint", source="guide Interface endpoints: one private DNS name a VPC and service")
def private_name_is_free(params: Params) -> None:
    if params.get("PrivateDnsEnabled") and any(
        str(e.private_dns_enabled).lower() == "true" for e in _endpoints_like(params)
    ):
        conflict = f"there is already a conflicting DNS domain for {params['ServiceName']} in the VPC {params['VpcId']}"
        refuse("InvalidParameter", f"private-dns-enabled cannot be set because {conflict}")


def _endpoints_like(params: Params) -> list[Any]:
    return [e for e in endpoints() if (e.vpc_id, e.service_name) == (params["VpcId"], params["ServiceName"])]


@rule("ec2", "CreateNatGateway", source="api CreateNatGatewayRequest.AllocationId: you must first disassociate it")
def address_is_free(params: Params) -> None:
    address = params.get("AllocationId")
    if address and address in _addresses_in_use():
        refuse("Resource.AlreadyAssociated", f"Elastic IP address [{address}] is already associated")


@rule("ec2", "ReleaseAddress", source="api ReleaseAddress: disassociate first, or InvalidIPAddress.InUse")
def address_is_released_by_all(params: Params) -> None:
    if params.get("AllocationId") in _addresses_in_use():
        refuse("InvalidIPAddress.InUse", f"Address {params['AllocationId']} is in use.")


def _addresses_in_use() -> set[str]:
    return {address.get("allocationId") for gateway in nat_gateways() for address in gateway.address_set}
