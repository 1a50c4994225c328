"""Application Load Balancers: one a target group, one VPC for life, and a bucket that takes their logs."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.engine.stand_in.account import (
    ACCOUNT,
    backend,
    load_balancers,
    services,
    vpc_of_group,
    vpc_of_subnet,
    zone_of_subnet,
)
from tests.engine.stand_in.rules import Params, answers, effect, refuse, rule

LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
LEAST_ZONES = 2
NAME = re.compile(r"(?!internal-)(?=.{1,32}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


def balancers_of(target_group: str) -> list[Any]:
    """The load balancers that have a listener or rule that forwards to the target group."""
    return [b for b in load_balancers() if target_group in _targets_of_balancer(b)]


def _targets_of_balancer(balancer: Any) -> set[str]:
    of_rules = [r.actions for listener in balancer.listeners.values() for r in listener.rules.values()]
    actions = [*(listener.default_actions for listener in balancer.listeners.values()), *of_rules]
    return {target for of_one in actions for target in _targets(action.data for action in of_one)}


def _targets(actions: Iterable[dict[str, Any]]) -> Iterator[str]:
    for action in actions:
        if action["Type"] == "forward":
            weighted = action.get("ForwardConfig", {}).get("TargetGroups", [])
            yield from {action.get("TargetGroupArn"), *(group["TargetGroupArn"] for group in weighted)} - {None}


def _balancer_of_listener(arn: str) -> Any:
    return next((b for b in load_balancers() if arn in b.listeners), None)


def _check_targets(actions: Iterable[dict[str, Any]], balancer: Any) -> None:
    for target in _targets(actions):
        if others := [other.name for other in balancers_of(target) if other is not balancer]:
            told = "The following target groups cannot be associated with more than one load balancer"
            refuse("TargetGroupAssociationLimit", f"{told}: {target} ({', '.join(others)})")
        group = backend("elbv2").target_groups.get(target)
        if group and group.vpc_id and group.vpc_id != balancer.vpc_id:
            told = "The following target groups are not in the VPC of the load balancer"
            refuse("InvalidConfigurationRequest", f"{told}: {target}")


@rule(
    "elbv2",
    "CreateRule",
    source="api TargetGroupAssociationLimitException; guide Quotas: one load balancer a target group",
)
def rule_has_free_targets(params: Params) -> None:
    if balancer := _balancer_of_listener(params["ListenerArn"]):
        _check_targets(params["Actions"], balancer)


@rule("elbv2", "ModifyRule", source="api ModifyRule: TargetGroupAssociationLimitException")
def changed_rule_has_free_targets(params: Params) -> None:
    for balancer in load_balancers():
        if any(params["RuleArn"] in listener.rules for listener in balancer.listeners.values()):
            _check_targets(params.get("Actions", []), balancer)


@rule("elbv2", "CreateListener", source="api DuplicateListenerException, TargetGroupAssociationLimitException")
def listener_has_a_free_port_and_free_targets(params: Params) -> None:
    if balancer := backend("elbv2").load_balancers.get(params["LoadBalancerArn"]):
        if any(str(listener.port) == str(params.get("Port")) for listener in balancer.listeners.values()):
            refuse(
                "DuplicateListener", f"A listener already exists on this port for this load balancer '{balancer.arn}'"
            )
        _check_targets(params["DefaultActions"], balancer)


@rule("elbv2", "ModifyListener", source="api ModifyListener: TargetGroupAssociationLimitException")
def changed_listener_has_free_targets(params: Params) -> None:
    if balancer := _balancer_of_listener(params["ListenerArn"]):
        _check_targets(params.get("DefaultActions", []), balancer)


@rule(
    "elbv2",
    "CreateListener",
    "ModifyListener",
    source="api CertificateNotFoundException; seen hashicorp/terraform-provider-aws#26245, #41789: not yet issued",
)
def certificate_is_issued(params: Params) -> None:
    for arn in (certificate["CertificateArn"] for certificate in params.get("Certificates", [])):
        if ":acm:" not in arn:
            continue
        certificate = backend("acm")._certificates.get(arn)
        if certificate is None:
            refuse("CertificateNotFound", f"Certificate '{arn}' not found")
        if certificate.status != "ISSUED":
            needs = "must have a fully-qualified domain name, a supported signature, and a supported key size"
            refuse("UnsupportedCertificate", f"The certificate '{arn}' {needs}.")


@rule("elbv2", "DeleteLoadBalancer", source="api DeleteLoadBalancer: not while deletion protection is enabled")
def balancer_is_not_protected(params: Params) -> None:
    balancer = backend("elbv2").load_balancers.get(params["LoadBalancerArn"])
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        told = "cannot be deleted because deletion protection is enabled"
        refuse("OperationNotPermitted", f"Load balancer '{balancer.arn}' {told}")


@rule("elbv2", "CreateLoadBalancer", "CreateTargetGroup", source="api CreateLoadBalancerInput.Name")
def name_is_valid(params: Params) -> None:
    if not NAME.fullmatch(params["Name"]):
        told = "can have 32 letters, digits and hyphens at most, none of them at an end, and not begin with internal-"
        refuse("ValidationError", f"The name '{params['Name']}' {told}")


@rule("elbv2", "CreateLoadBalancer", source="api CreateLoadBalancerInput.Subnets: at least two Availability Zones")
def balancer_has_two_zones(params: Params) -> None:
    if len({zone_of_subnet(subnet) for subnet in params.get("Subnets", [])}) < LEAST_ZONES:
        refuse("ValidationError", "At least two subnets in two different Availability Zones must be specified")


@rule("elbv2", "CreateLoadBalancer", source="api InvalidSubnetException: the VPC has no internet gateway")
def facing_the_internet_takes_a_gateway(params: Params) -> None:
    vpc = vpc_of_subnet(params["Subnets"][0])
    gateways = backend("ec2").internet_gateways.values()
    if params.get("Scheme") != "internal" and not any(g.vpc and g.vpc.id == vpc for g in gateways):
        refuse("InvalidSubnet", f"VPC {vpc} has no internet gateway")


@rule(
    "elbv2",
    "SetSubnets",
    source="api SetSubnets: InvalidConfigurationRequestException; guide: a load balancer stays in its VPC",
)
def subnets_are_of_its_vpc(params: Params) -> None:
    balancer = backend("elbv2").load_balancers.get(params["LoadBalancerArn"])
    if balancer and any(vpc_of_subnet(subnet) != balancer.vpc_id for subnet in params.get("Subnets", [])):
        refuse("InvalidConfigurationRequest", f"The subnets must belong to the VPC '{balancer.vpc_id}'")


@rule("elbv2", "SetSecurityGroups", source="api SetSecurityGroups: InvalidConfigurationRequestException")
def groups_are_of_its_vpc(params: Params) -> None:
    balancer = backend("elbv2").load_balancers.get(params["LoadBalancerArn"])
    if balancer and any(vpc_of_group(group) not in (None, balancer.vpc_id) for group in params["SecurityGroups"]):
        refuse("InvalidConfigurationRequest", "One or more security groups are invalid")


@rule(
    "elbv2",
    "ModifyLoadBalancerAttributes",
    source="guide Enable access logs: its policy has no aws:SourceArn; without that key ArnLike is false; "
    "seen kubernetes-sigs/aws-load-balancer-controller#1956",
)
def bucket_takes_the_logs(params: Params) -> None:
    wanted = {attribute["Key"]: attribute.get("Value") for attribute in params["Attributes"]}
    if str(wanted.get("access_logs.s3.enabled")).lower() != "true":
        return
    name = str(wanted.get("access_logs.s3.bucket"))
    bucket = backend("s3").buckets.get(name)
    if bucket is None or not _lets_elb_write(bucket.policy):
        refuse("InvalidConfigurationRequest", f"Access Denied for bucket: {name}. Please check S3bucket permission")
    backend("s3").put_object(name, f"AWSLogs/{ACCOUNT}/ELBAccessLogTestFile", b"Enable AccessLog for ELB")


def _lets_elb_write(policy: bytes | str | None) -> bool:
    return any(
        statement["Effect"] == "Allow"
        and LOG_DELIVERY in str(statement.get("Principal"))
        and "s3:PutObject" in statement["Action"]
        and "aws:SourceArn" not in str(statement.get("Condition"))
        for statement in json.loads(policy or "{}").get("Statement", [])
    )


@answers("elbv2", "DescribeTargetHealth")
def health_of_targets(params: Params) -> dict[str, Any]:
    """Say that the running tasks of a service are healthy targets; moto registers none."""
    attached = [
        (balancer.get("containerPort", 80), service.running_count)
        for service in services()
        for balancer in service.load_balancers or []
        if balancer.get("targetGroupArn") == params["TargetGroupArn"]
    ]
    return {
        "TargetHealthDescriptions": [
            {"Target": {"Id": f"10.0.0.{10 + number}", "Port": port}, "TargetHealth": {"State": "healthy"}}
            for port, count in attached
            for number in range(count)
        ]
    }


CONDITIONS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
"""By field: the newer form of the conditions that AWS tells of in both forms, however they were given."""


@effect("elbv2", "CreateRule", "ModifyRule")
def conditions_have_both_forms(_params: Params) -> None:
    for balancer in load_balancers():
        for listener in balancer.listeners.values():
            for one in listener.rules.values():
                for condition in one.conditions or ():
                    if (form := CONDITIONS.get(condition["Field"])) and "Values" in condition:
                        condition.setdefault(form, {"Values": condition["Values"]})
