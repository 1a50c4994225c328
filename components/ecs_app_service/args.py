"""What `EcsAppService` is told: small parts that are the same for every application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi

from aws_rules import cidrs
from components.cluster import Placement
from components.ecs_app_service.route import Route
from components.support.connections import Connection
from components.support.secret_values import SecretReference


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """A Fargate task size: one of the pairs that RegisterTaskDefinition accepts."""

    cpu: int
    """CPU units; 1024 is one vCPU."""
    memory: int
    """MiB."""
    architecture: str
    """`ARM64` or `X86_64`."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A scheduled action of Application Auto Scaling."""

    name: str
    cron: str
    """The whole expression: `cron(...)`, `at(...)` or `rate(...)`."""
    timezone: str
    min: int
    max: int


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """How many tasks run, and what decides it."""

    min: int
    max: int
    cpu_target: int
    """Percent of the task's CPU."""
    memory_target: int | None = None
    """Percent of the task's memory."""
    requests_per_task: int | None = None
    """Requests per minute and task (ALBRequestCountPerTarget)."""
    schedules: Sequence[Schedule] = ()
    scale_in_cooldown: int = 300
    """Seconds."""
    scale_out_cooldown: int = 60
    """Seconds."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Tasks on Fargate Spot: a share of `weight` against 1 on demand, after `base` tasks on demand."""

    weight: int
    base: int


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """The target group's check; a path that answers 200 without asking other systems."""

    path: str
    interval: int = 15
    """Seconds, 5 to 300, longer than the timeout."""
    timeout: int = 5
    """Seconds, 2 to 120."""
    unhealthy_threshold: int = 5
    grace_period: int = 60
    """Seconds after a task's start in which ECS ignores failing checks."""


@dataclass(frozen=True, kw_only=True)
class Routing:
    """How the load balancer reaches the service."""

    port: int
    """Where the app container listens."""
    load_balancer_arn_suffix: pulumi.Input[str]
    load_balancer_scheme: str
    """Or the ARN of one that is given: another load balancer takes a target group of its own."""
    """`internal` or `internet-facing`."""
    rules: Sequence[Route]
    health_check: HealthCheck
    deregistration_delay: int = 60
    """Seconds that a stopping task may finish its requests in, 0 to 3600."""


ALL_TASKS = 100
"""Percent of the desired count."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How ECS replaces tasks; the defaults start the new ones before stopping the old."""

    minimum_healthy_percent: int = 100
    maximum_percent: int = 200

    @property
    def overlaps(self) -> bool:
        """Whether there is room for a task beside those that it replaces."""
        return self.maximum_percent > ALL_TASKS


@dataclass(frozen=True, kw_only=True)
class DeploymentAlarm:
    """The alarm on 5xx answers that also rolls a running deployment back."""

    name: str
    topic_arn: pulumi.Input[str]


STOP_THEN_START = Rollout(minimum_healthy_percent=0, maximum_percent=ALL_TASKS)
"""Never two versions at once: for applications that must not share their data with another version."""


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A volume of the task: an EFS access point, or without one scratch space that dies with the task."""

    name: str
    file_system_id: pulumi.Input[str] | None = None
    """Known once every mount target stands, so that no task starts before it can mount."""
    file_system_arn: pulumi.Input[str] | None = None
    access_point_id: pulumi.Input[str] | None = None
    access_point_arn: pulumi.Input[str] | None = None
    connection: Connection | None = None


@dataclass(frozen=True, kw_only=True)
class Egress:
    """A TCP port that the tasks may open connections to outside of the stack's own parts."""

    port: int
    addresses: str
    """An IPv4 or IPv6 range, or the id of a prefix list (`pl-...`)."""


HTTPS_OUT = Egress(port=443, addresses=cidrs.EVERYWHERE)
"""To AWS's APIs, image registries and what applications call."""


@dataclass(frozen=True, kw_only=True)
class ContainerHealthCheck:
    """ECS's own check; it ignores a HEALTHCHECK of the image."""

    command: Sequence[str]
    interval: int = 30
    timeout: int = 5
    retries: int = 3
    start_period: int = 60
    """Seconds, 0 to 300."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of the task definition."""

    name: str
    image: pulumi.Input[str]
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    secrets: Mapping[str, SecretReference] = field(default_factory=dict)
    command: Sequence[str] | None = None
    entry_point: Sequence[str] | None = None
    working_directory: str | None = None
    user: str | None = None
    readonly_root_filesystem: bool = True
    mounts: Mapping[str, str] = field(default_factory=dict)
    """Volume name to path in the container."""
    health_check: ContainerHealthCheck | None = None
    depends_on: Mapping[str, Literal["SUCCESS", "HEALTHY"]] = field(default_factory=dict)
    """Container name to what it must have come to: have run, or be up."""
    essential: bool = True
    stop_timeout: int = 120
    """Seconds between SIGTERM and SIGKILL, at most 120 on Fargate."""


@dataclass(frozen=True, kw_only=True)
class EcsAppServiceArgs:
    """Everything about one service; nothing of it is particular to an application."""

    placement: Placement
    service_name: str
    """The ECS service's name; its task definitions belong to a family of the same name."""
    app: Container
    """The container that takes the requests; the awslogs stream prefix is its name."""
    port: int | None = None
    """Where the app container listens, if it does."""
    init_containers: Sequence[Container] = ()
    """Containers that run to completion before the app; `app.depends_on` says which it waits for."""
    sidecars: Sequence[Container] = ()
    """Containers that run beside the app; `app.depends_on` says which it waits for."""
    sizing: Sizing
    scaling: Scaling
    rollout: Rollout = field(default_factory=Rollout)
    deployment_alarm: DeploymentAlarm | None = None
    """Made when the load balancer, which counts the answers, reaches the service."""
    spot: Spot | None = None
    routing: Routing | None = None
    volumes: Sequence[Volume] = ()
    connections: Sequence[Connection] = ()
    egress: Sequence[Egress] = (HTTPS_OUT,)
    """Each once. Without port 443 no task starts: ECS pulls its image and reads its secrets from the task's network."""
    task_statements: Sequence[Mapping[str, Any]] = ()
    """IAM statements of the task role, beyond mounting volumes and ECS Exec."""
    policies: Sequence[str] = ()
    """ARNs of managed policies that the task role has, each once."""
    given_statements: Sequence[Mapping[str, Any]] = ()
    """IAM statements of the task role from outside, in a policy of their own: their IDs may be those of the others."""
    image_repository_arn: pulumi.Input[str] | None = None
    """The private ECR repository of the images, if they come from one."""
    sidecar_repository_arns: Sequence[str] = ()
    """The private ECR repositories of the sidecars' images."""
    exec_enabled: bool = False
    """Whether `aws ecs execute-command` works; it needs a writable root file system."""
    service_connect_server: bool = False
    """Whether others reach the service as `<app.name>:<port>` in the cluster's namespace."""
    service_connect_http: bool = True
    """Whether they speak HTTP with it, whose requests Service Connect counts; if not, any protocol over TCP."""
    service_connect_calls: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Names that the service calls in the namespace, each with the ECS service that has it: a task knows the names that
    exist when it starts, so that the service waits for those and is deployed anew for another."""

    @property
    def containers(self) -> list[Container]:
        """All of them, in the order of the task definition."""
        return [*self.init_containers, *self.sidecars, self.app]
