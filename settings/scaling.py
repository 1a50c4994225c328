"""How many tasks a service runs and when: the `scaling` and `spot` maps of an app."""

from typing import Annotated

from pydantic import Field

from aws_rules import schedules
from settings.types import Check, Section, at_least, between

Tasks = Annotated[int, between(0, 5000, "ECS runs at most 5,000 tasks in a service", example=1)]
MostTasks = Annotated[
    int,
    between(0, 5000, "ECS runs at most 5,000 tasks in a service", example=1),
    at_least(1, "Application Auto Scaling MaxCapacity"),
]
Percent = Annotated[int, between(1, 100, "percent of what the tasks reserve", example=70)]


class ScheduleSettings(Section):
    """A scheduled action of Application Auto Scaling: from then on, other limits of the task count."""

    name: Annotated[str, Check(schedules.name_problem, "office-hours")] = Field(
        description="Name of the schedule, unique within the service."
    )
    cron: Annotated[str, Check(schedules.expression_problem, "cron(0 8 ? * MON-FRI *)")] = Field(
        description="When: cron(minutes hours day-of-month month day-of-week year), rate(...) or at(...)."
    )
    timezone: Annotated[str, Check(schedules.timezone_problem, "Europe/Berlin")] = Field(
        default="UTC", description="IANA time zone in which the expression is read (default UTC)."
    )
    min: Tasks = Field(description="Fewest tasks from then on.")
    max: Tasks = Field(description="Most tasks from then on.")


class ScalingSettings(Section):
    """Limits of the task count and what makes Application Auto Scaling move it."""

    min: Tasks = Field(default=1, description="Fewest tasks (default 1).")
    max: MostTasks = Field(default=1, description="Most tasks (default 1).")
    cpu_target: Percent = Field(default=70, description="Average CPU, in percent, to hold (default 70).")
    memory_target: Percent | None = Field(
        default=None, description="Average memory, in percent, to hold (default: memory does not scale)."
    )
    requests_per_task: Annotated[int, at_least(1, "ALBRequestCountPerTarget", example=20)] | None = Field(
        default=None, description="Requests per task and minute to hold (default: see the app)."
    )
    schedules: tuple[ScheduleSettings, ...] = Field(
        default=(), description="Scheduled changes of min and max (default none)."
    )

    @property
    def most_tasks(self) -> int:
        """The most tasks that run at any time: the highest `max`, schedules included."""
        return max((self.max, *(schedule.max for schedule in self.schedules)))


class WebuiScaling(ScalingSettings):
    """Scaling of Open WebUI: 1 to 5 tasks unless said otherwise."""

    max: MostTasks = Field(default=5, description="Most tasks (default 5); more than 1 needs the database.")


class GatewayScaling(ScalingSettings):
    """Scaling of the Bedrock gateway: 1 to 3 tasks unless said otherwise."""

    max: MostTasks = Field(default=3, description="Most tasks (default 3).")


class SpotSettings(Section):
    """Share of the tasks that run on Fargate Spot; the rest runs on Fargate."""

    weight: Annotated[int, between(0, 1000, "capacity provider weight", example=1)] = Field(
        default=1, description="Tasks on FARGATE_SPOT for each task on FARGATE (default 1)."
    )
    base: Annotated[int, between(0, 100_000, "capacity provider base", example=1)] = Field(
        default=1, description="Tasks that always run on FARGATE before Spot is used (default 1)."
    )
