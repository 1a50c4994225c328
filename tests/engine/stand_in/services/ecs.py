"""ECS: what a service may be given, and when services, clusters and capacity providers may go."""

from typing import Any

from tests.engine.stand_in.account import backend, services, vpc_of_group, vpc_of_subnet
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, effect, refuse, rule
from tests.engine.stand_in.services.elbv2 import balancers_of

MOST_OF_REBALANCING = 100
_described_draining: dict[str, int] = {}


def service_named(params: Params) -> Any:
    """moto's service that the parameters name, or None."""
    cluster, name = params.get("cluster", "default"), params.get("service") or params.get("serviceName", "")
    return backend("ecs").services.get(f"{cluster.split('/')[-1]}:{name.split('/')[-1]}")


@rule(
    "ecs",
    "CreateService",
    source="api DeleteService: an ACTIVE or DRAINING name is an error; seen hashicorp/terraform-provider-aws#2283, "
    "hashicorp/terraform#9397",
)
def name_is_free(params: Params) -> None:
    status = getattr(service_named(params), "status", None)
    if status == "DRAINING":
        refuse("InvalidParameterException", "Unable to Start a service that is still Draining.")
    if status == "ACTIVE":
        refuse("InvalidParameterException", "Creation of service was not idempotent.")


@rule("ecs", "UpdateService", source="api UpdateService: ServiceNotFoundException, ServiceNotActiveException")
def service_is_active(params: Params) -> None:
    service = service_named(params)
    if service is None:
        refuse("ServiceNotFoundException", "Service not found.")
    if service.status != "ACTIVE":
        refuse("ServiceNotActiveException", "Service was not ACTIVE.")


@rule(
    "ecs",
    "CreateService",
    "UpdateService",
    source="guide Service load balancing: first the load balancer, then the service",
)
def target_group_has_a_balancer(params: Params) -> None:
    for target in (balancer.get("targetGroupArn") for balancer in params.get("loadBalancers", [])):
        if target and not balancers_of(target):
            told = "does not have an associated load balancer"
            refuse("InvalidParameterException", f"The target group with targetGroupArn {target} {told}.")


@rule(
    "ecs",
    "CreateService",
    "UpdateService",
    source="seen aws/copilot-cli#4011, aws-cloudformation/cloudformation-coverage-roadmap#1313: as the service is",
)
def grace_period_has_a_balancer(params: Params) -> None:
    old = service_named(params)
    running = old is not None and old.status == "ACTIVE"
    balancers = old.load_balancers if running else params.get("loadBalancers")
    if KNOBS.grace and params.get("healthCheckGracePeriodSeconds") is not None and not balancers:
        told = "Health check grace period is only valid for services configured to use load balancers"
        refuse("InvalidParameterException", told)


@rule("ecs", "CreateService", "UpdateService", source="guide Availability Zone rebalancing: maximumPercent above 100")
def rebalancing_has_room(params: Params) -> None:
    most = params.get("deploymentConfiguration", {}).get("maximumPercent", 200)
    if params.get("availabilityZoneRebalancing") == "ENABLED" and most <= MOST_OF_REBALANCING:
        refuse("InvalidParameterException", "AvailabilityZoneRebalancing requires maximumPercent above 100")


@rule(
    "ecs",
    "CreateService",
    "UpdateService",
    source="guide Deployment alarms: they must exist when the deployment starts",
)
def alarms_exist(params: Params) -> None:
    named = params.get("deploymentConfiguration", {}).get("alarms", {}).get("alarmNames", [])
    if lost := sorted(set(named) - set(backend("cloudwatch").alarms)):
        refuse("InvalidParameterException", f"The following alarms do not exist: {', '.join(lost)}")


@rule(
    "ecs",
    "CreateService",
    "UpdateService",
    source="api AwsVpcConfiguration: subnets and groups must be from the same VPC",
)
def network_is_one_vpc(params: Params) -> None:
    network = params.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    vpcs = {*map(vpc_of_subnet, network.get("subnets", [])), *map(vpc_of_group, network.get("securityGroups", []))}
    if len(vpcs - {None}) > 1:
        refuse("InvalidParameterException", "Security groups and subnets must belong to the same VPC")


@rule("ecs", "CreateService", "UpdateService", source="api NamespaceNotFoundException")
def namespace_exists(params: Params) -> None:
    connect = params.get("serviceConnectConfiguration", {})
    known = {name for n in backend("servicediscovery").namespaces.values() for name in (n.arn, n.name)}
    if connect.get("enabled") and connect.get("namespace") not in known:
        refuse("NamespaceNotFoundException", f"The namespace {connect.get('namespace')} was not found")


@rule("ecs", "DeleteCluster", source="api ClusterContainsServicesException")
def cluster_is_empty(params: Params) -> None:
    name = params["cluster"].split("/")[-1]
    if used := [service.name for service in services() if service.cluster_name == name]:
        told = f"The Cluster cannot be deleted while Services are active. ({', '.join(used)})"
        refuse("ClusterContainsServicesException", told)


@rule("ecs", "PutClusterCapacityProviders", source="api PutClusterCapacityProviders: ResourceInUseException")
def capacity_provider_is_unused(params: Params) -> None:
    name = params["cluster"].split("/")[-1]
    used = {
        item["capacityProvider"]
        for service in services()
        if service.cluster_name == name
        for item in getattr(service, "capacity_provider_strategy", None) or []
    }
    if lost := sorted(used - set(params["capacityProviders"])):
        refuse("ResourceInUseException", f"The specified capacity provider is in use: {', '.join(lost)}")


@effect("ecs", "DeleteService")
def drain(params: Params) -> None:
    """Keep a deleted service DRAINING for a while."""
    service = service_named(params)
    service.status, service.running_count, service.desired_count = "DRAINING", 0, 0
    _described_draining[service.arn] = 0


@effect("ecs", "DescribeServices")
def drained(_: Params) -> None:
    """End the draining of what has been described often enough."""
    for service in backend("ecs").services.values():
        if service.status == "DRAINING":
            _described_draining[service.arn] += 1
            if _described_draining[service.arn] >= KNOBS.draining_calls:
                service.status = "INACTIVE"
