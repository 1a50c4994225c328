"""Whether one ECS service runs what the stack registered for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from health.deployed import Deployed

Description = Mapping[str, Any]
"""A service as DescribeServices gives it."""

DEPLOYING = {"PENDING", "IN_PROGRESS", "STOP_REQUESTED"}
"""A service deployment's states that will change by themselves, perhaps for the better."""

ROLLING_BACK = {"ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"}

DIMENSION = "ecs:service:DesiredCount"


@dataclass(frozen=True)
class Fault:
    """One difference between what runs and what the stack registered."""

    text: str
    passes: bool = False
    """Whether it may be gone in a few minutes, because a deployment is under way."""
    of_tasks: bool = True
    """Whether tasks that stopped may tell why."""


def short(task_definition: str) -> str:
    """`family:revision` of a task definition's ARN."""
    return task_definition.rpartition("/")[2]


def find_faults(deployed: Deployed, app: str, service: Description) -> Iterator[Fault]:
    """Compare deployment, tasks, targets, scaling and secrets of an active service."""
    of_deployment = list(_deployment(deployed, app, service))
    yield from of_deployment
    # Tasks come and go while a deployment is under way.
    under_way = any(fault.passes for fault in of_deployment)
    yield from _tasks(service, under_way)
    yield from _targets(deployed, service, under_way)
    yield from _scaling(deployed, service)
    yield from _secrets(deployed, app, service)


def summary(service: Description) -> str:
    """What a healthy service runs, in half a line."""
    failed = sum(deployment.get("failedTasks", 0) for deployment in service["deployments"])
    note = f" ({failed} failed while it was rolled out)" if failed else ""
    return f"{service['runningCount']} of {service['desiredCount']} tasks run {short(service['taskDefinition'])}{note}"


def _deployment(deployed: Deployed, app: str, service: Description) -> Iterator[Fault]:
    primary = _primary(service)
    newest = _newest_deployment(deployed, service)
    status, state = newest.get("status", "SUCCESSFUL"), primary.get("rolloutState", "COMPLETED")
    running, registered = primary["taskDefinition"], deployed.task_definitions[app]
    if running != registered:
        yield Fault(f"it runs {short(running)}, the stack registered {short(registered)}")
    failed = primary.get("failedTasks", 0)
    if status in ROLLING_BACK:
        yield Fault(f"its deployment failed and is rolled back: {newest.get('statusReason')}")
        yield Fault(f"the way back is in progress, {failed} tasks failed so far", passes=True)
    elif state == "IN_PROGRESS" or status in DEPLOYING:
        yield Fault(f"its deployment is in progress, {failed} tasks failed so far", passes=True)
    elif state == "FAILED":
        yield Fault(f"its deployment failed: {primary.get('rolloutStateReason')}")
    elif status != "SUCCESSFUL":
        yield Fault(f"its last deployment ended as {status}: {newest.get('statusReason')}")


def _primary(service: Description) -> Mapping[str, Any]:
    return next(deployment for deployment in service["deployments"] if deployment["status"] == "PRIMARY")


def _newest_deployment(deployed: Deployed, service: Description) -> Mapping[str, Any]:
    """The last of the service's deployments, also one that was rolled back; ECS forgets them after a while.

    Without it a deployment of the same revision (for a new secret) that was rolled back would go unseen.
    """
    ecs = deployed.aws.client("ecs")
    deployments: list[Mapping[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        page = ecs.list_service_deployments(cluster=deployed.cluster, service=service["serviceName"], **more)
        deployments += page["serviceDeployments"]
        if not page.get("nextToken"):
            return max(deployments, key=lambda deployment: deployment["createdAt"], default={})
        more = {"nextToken": page["nextToken"]}


def _tasks(service: Description, under_way: bool) -> Iterator[Fault]:
    running, desired = service["runningCount"], service["desiredCount"]
    if running != desired:
        pending = service["pendingCount"]
        # Tasks that are starting or, in a scale-in, stopping.
        yield Fault(f"{running} of {desired} tasks run, {pending} are starting", passes=under_way or bool(pending))


def _targets(deployed: Deployed, service: Description, under_way: bool) -> Iterator[Fault]:
    balancing = deployed.aws.client("elbv2")
    for target_group in service.get("loadBalancers", []):
        health = balancing.describe_target_health(TargetGroupArn=target_group["targetGroupArn"])
        states = [target["TargetHealth"] for target in health["TargetHealthDescriptions"]]
        healthy = sum(state["State"] == "healthy" for state in states)
        if healthy >= service["runningCount"]:
            continue
        others = [state for state in states if state["State"] != "healthy"]
        why = "; ".join(f"{state['State']}: {state.get('Description', state.get('Reason'))}" for state in others)
        yield Fault(
            f"{healthy} healthy targets for {service['runningCount']} tasks ({why or 'none is registered'})",
            passes=under_way or any(state["State"] == "initial" for state in others),
        )


def _scaling(deployed: Deployed, service: Description) -> Iterator[Fault]:
    resource = f"service/{deployed.cluster}/{service['serviceName']}"
    targets = deployed.aws.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=[resource], ScalableDimension=DIMENSION
    )["ScalableTargets"]
    if not targets:
        yield Fault(f"{resource} is no scalable target: nothing scales it", of_tasks=False)
        return
    least, most, desired = targets[0]["MinCapacity"], targets[0]["MaxCapacity"], service["desiredCount"]
    if not least <= desired <= most:
        yield Fault(f"desired are {desired} tasks, scaling allows {least} to {most}", of_tasks=False)
    suspended = sorted(name for name, is_on in targets[0].get("SuspendedState", {}).items() if is_on)
    if suspended:
        yield Fault(f"scaling is suspended: {', '.join(suspended)}", of_tasks=False)


def _secrets(deployed: Deployed, app: str, service: Description) -> Iterator[Fault]:
    """Tasks read secrets when they start, so that a later value needs new tasks; `make redeploy` starts some too."""
    deployed_at = _primary(service).get("createdAt")
    containers = deployed.containers(deployed.task_definitions[app])
    secrets = [secret for container in containers for secret in container.get("secrets", [])]
    manager = deployed.aws.client("secretsmanager")
    for arn, names in _by_secret(secrets).items():
        started_for = {deployed.secret_versions[app].get(name) for name in names} - {None}
        secret = manager.describe_secret(SecretId=arn)
        stages = secret.get("VersionIdsToStages", {})
        current = next((version for version, labels in stages.items() if "AWSCURRENT" in labels), None)
        changed_at = secret.get("LastChangedDate")
        is_later = deployed_at is None or changed_at is None or changed_at > deployed_at
        if started_for and started_for != {current} and is_later:
            yield Fault(
                f"{', '.join(names)}: the secret has another value since the tasks were started for it; "
                'what to do: "A secret changed" in docs/operations.md',
                of_tasks=False,
            )


def _by_secret(secrets: Iterable[Mapping[str, str]]) -> Mapping[str, list[str]]:
    """The variables of each Secrets Manager secret; `valueFrom` may end in `:json-key:stage:version`."""
    by_arn: dict[str, list[str]] = {}
    for secret in secrets:
        arn = ":".join(secret["valueFrom"].split(":")[:7])
        names = by_arn.setdefault(arn, [])
        if ":secretsmanager:" in arn and secret["name"] not in names:
            names.append(secret["name"])
    return {arn: sorted(names) for arn, names in by_arn.items() if names}
