"""What a deployed stack says of itself (its outputs), and the AWS session in which to look at it."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from problems.command import lacking, require
from scripts import backend, stack_file
from scripts.aws_access import Aws, sign_in
from scripts.checks import Situation, find_missing
from scripts.pulumi_stack import PulumiError, open_stack

TASK_DEFINITION = re.compile(r"arn:[^:]+:ecs:(?P<region>[^:]+):(?P<account>\d{12}):task-definition/.+:\d+")

OUTPUTS = (
    "TaskDefinitions",
    "ECSClusterName",
    "LogGroupName",
    "ServiceNames",
    "SecretVersions",
    "TroubleshootingCommands",
)


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A deployed stack: what its program registered last, and where."""

    stack: str
    project: str
    """The project's name: the namespace of its configuration."""
    aws: Aws
    """With the stack's region and profile."""
    cluster: str
    log_group: str
    service_names: Mapping[str, str]
    """ECS service by app (`webui`, `gateway`, ...)."""
    task_definitions: Mapping[str, str]
    """Registered revision by app: the ARN of what should run."""
    secret_versions: Mapping[str, str]
    """Secrets Manager version by the secret's ARN: what the tasks were last started for."""
    commands: Mapping[str, str]
    """The stack's troubleshooting commands."""

    def tasks(self, app: str, status: str) -> Sequence[Mapping[str, Any]]:
        """At most 100 tasks of an app that are to be RUNNING or STOPPED. Raises one of AWS_ERRORS."""
        ecs, service = self.aws.client("ecs"), self.service_names[app]
        arns = ecs.list_tasks(cluster=self.cluster, serviceName=service, desiredStatus=status)["taskArns"]
        if not arns:
            return ()
        tasks: Sequence[Mapping[str, Any]] = ecs.describe_tasks(cluster=self.cluster, tasks=arns[:100])["tasks"]
        return tasks

    def containers(self, task_definition: str) -> Sequence[Mapping[str, Any]]:
        """The containers of a revision. Raises one of AWS_ERRORS."""
        described = self.aws.client("ecs").describe_task_definition(taskDefinition=task_definition)
        containers: Sequence[Mapping[str, Any]] = described["taskDefinition"]["containerDefinitions"]
        return containers


def read_deployed(command: str, stack: str, root: Path) -> Deployed:
    """Read the outputs with the Pulumi CLI and sign in to their account. Raises CommandError."""
    config = stack_file.read(root, stack)
    situation = Situation(command, config, backend.choose(root, os.environ))
    require(find_missing(situation))
    outputs = _outputs(situation)
    registered = outputs.get("TaskDefinitions", {})
    place = TASK_DEFINITION.fullmatch(next(iter(registered.values()), ""))
    absent = [name for name in OUTPUTS if name not in outputs]
    if absent or not place:
        raise lacking(
            f"outputs of stack {stack} ({', '.join(absent or OUTPUTS)}): not deployed, or by an older program",
            f"Deploy it: make up STACK={stack}",
        )
    sign_in(config, [place["account"]])
    # The stack may have been deployed in another region than the config names by now.
    session = boto3.Session(profile_name=config.values.get("aws:profile"), region_name=place["region"])
    return Deployed(
        stack=stack,
        project=config.project,
        aws=Aws(session),
        cluster=outputs["ECSClusterName"],
        log_group=outputs["LogGroupName"],
        service_names=outputs["ServiceNames"],
        task_definitions=registered,
        secret_versions=outputs["SecretVersions"],
        commands=outputs["TroubleshootingCommands"],
    )


def require_app(deployed: Deployed, app: str) -> None:
    """Raise MissingError when the stack has no such app."""
    if app not in deployed.service_names:
        raise lacking(f"an app {app} in {deployed.stack}", f"There are: {', '.join(sorted(deployed.service_names))}")


def _outputs(situation: Situation) -> Mapping[str, Any]:
    stack = situation.config.stack
    try:
        outputs = open_stack(situation).read("stack", "output", "--json")
    except PulumiError as error:
        why = ", which is not there" if error.means_not_found else f": {error}"
        raise lacking(
            f"the outputs of stack {stack} in {situation.backend.url}{why}",
            f"Deploy it (make up STACK={stack}), or set PULUMI_BACKEND_URL to where its state is.",
        ) from error
    return outputs if isinstance(outputs, Mapping) else {}
