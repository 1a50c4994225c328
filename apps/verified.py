"""The check of `make verify` as a part of the program (`verifyServices`), for those who call plain `pulumi up`."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from apps.aws_session import deploys, open_aws
from apps.shared import SharedParts
from components.ecs_app_service import EcsAppService
from health.deployed import Deployed
from health.verdicts import Judgement, judge, lines, watch
from settings import StackSettings

WAIT = 1800
"""Seconds that a deployment may take, as in `make up`."""

Names = dict[str, pulumi.Output[str]]


def verified(settings: StackSettings, shared: SharedParts, services: Mapping[str, EcsAppService]) -> Any:
    """The services' names, handed out when all of them run; at once unless `verifyServices` asks for the check.

    What the program waits for is not done until it has run, also when Pulumi had nothing to change.
    """
    names: Names = {app: service.service_name for app, service in services.items()}
    if not settings.verify_services or not deploys():
        return names

    async def check(known: dict[str, Any]) -> dict[str, str]:
        aws = open_aws(shared.facts.location.region)
        deployed = Deployed(stack=pulumi.get_stack(), project=pulumi.get_project(), aws=aws, **known)
        await asyncio.to_thread(require_running, deployed, time.sleep)
        return dict(deployed.service_names)

    return pulumi.Output.all(
        cluster=shared.cluster.cluster_name,
        log_group=shared.cluster.log_group_name,
        service_names=names,
        task_definitions={app: service.task_definition_arn for app, service in services.items()},
        secret_versions={app: service.secret_versions for app, service in services.items()},
    ).apply(check)


def require_running(deployed: Deployed, sleep: Callable[[float], None]) -> None:
    """Wait for what is under way. Raises `pulumi.RunError` with the reasons when a service does not run."""
    apps = list(deployed.service_names)
    verdicts = watch(deployed, apps, WAIT, sleep, pulumi.log.info)
    if judge(verdicts) is not Judgement.RUNS:
        raise pulumi.RunError("\n".join(["not everything runs that was deployed:", *lines(deployed, verdicts)]))
