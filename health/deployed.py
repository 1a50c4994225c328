"""What a stack registered last, and the AWS account in which to look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from health.aws import Aws


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The services of a stack as its program registered them last, and where."""

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
    secret_versions: Mapping[str, Mapping[str, str]]
    """By app and variable, the version in Secrets Manager that the tasks were last started for."""

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
