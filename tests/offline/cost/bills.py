"""Bills of small programs, and a service to be billed."""

import json
from collections.abc import Callable

import pulumi_aws as aws

from offline.cost import Estimate, Line, estimate
from offline.engine import AwsFacts, record
from tests.offline.sample import scale

HOURS = 730
ARM_TASK = (1 * 0.03238 + 4 * 0.00356) * HOURS
"""What one task of `service` costs in a month: one vCPU and 4 GB on ARM64, 34.03 dollars."""

Strategy = aws.ecs.ServiceCapacityProviderStrategyArgs
ON_DEMAND = (Strategy(capacity_provider="FARGATE", weight=1),)


def bill(program: Callable[[], object], region: str = "us-east-1", *, preview: bool = False) -> Estimate:
    """What the program's resources cost there."""
    return estimate(record(program, aws=AwsFacts(region=region), preview=preview))


def line(costs: Estimate, part: str) -> Line:
    return next(line for line in costs.lines if line.part == part)


def in_cents(costs: Line) -> tuple[float, float, float]:
    return round(costs.at_min, 2), round(costs.at_max, 2), round(costs.with_spot, 2)


def service(*, strategies: tuple[Strategy, ...] = ON_DEMAND, scaled: bool = True, schedule: bool = False) -> None:
    """1 to 5 tasks of 1 vCPU and 4 GB on ARM64; 3 to 8 with the schedule, 2 without scaling."""
    task = aws.ecs.TaskDefinition(
        "task",
        family="web",
        cpu="1024",
        memory="4096",
        runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(cpu_architecture="ARM64"),
        container_definitions=json.dumps(
            [{"name": "web", "image": "web:1"}, {"name": "migrate", "image": "web:1", "essential": False}]
        ),
    )
    running = aws.ecs.Service(
        "service", name="web", task_definition=task.arn, desired_count=2, capacity_provider_strategies=list(strategies)
    )
    if scaled:
        scale(running, schedule=schedule)
