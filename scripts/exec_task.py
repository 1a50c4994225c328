"""A running task whose containers ECS Exec can reach: the way into a network that has no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health.deployed import Deployed
from problems import Set
from problems.command import lacking
from problems.telling import make_command

AGENT = "ExecuteCommandAgent"


@dataclass(frozen=True, kw_only=True)
class ExecTask:
    """A task and its app container."""

    cluster: str
    task_id: str
    container: str
    runtime_id: str
    task_definition: str

    @property
    def target(self) -> str:
        """What Session Manager calls the container."""
        return f"ecs:{self.cluster}_{self.task_id}_{self.runtime_id}"


def find_exec_task(deployed: Deployed, app: str) -> ExecTask:
    """The newest task of an app that a session can be opened to. Raises MissingError, or one of AWS_ERRORS."""
    tasks = [task for task in deployed.tasks(app, "RUNNING") if task["lastStatus"] == "RUNNING"]
    if not tasks:
        raise lacking(f"a running task of {app}", f"See why there is none: make verify STACK={deployed.stack}")
    if not any(task.get("enableExecuteCommand") for task in tasks):
        raise lacking(f"ECS Exec, which is off for {app}", _exec_on(deployed, app))
    reachable = [task for task in tasks if _agent_status(task, app) == "RUNNING"]
    if not reachable:
        statuses = ", ".join(sorted({_agent_status(task, app) for task in tasks}))
        raise lacking(
            f"the ECS Exec agent of {app} (it is {statuses})",
            "It starts some seconds after its container: try again. When it stays away, the task does not reach\n"
            "Systems Manager (ssmmessages), or started before `exec` was turned on: make up replaces it.",
        )
    task = max(reachable, key=lambda task: str(task.get("startedAt", "")))
    return ExecTask(
        cluster=deployed.cluster,
        task_id=task["taskArn"].rpartition("/")[2],
        container=app,
        runtime_id=_container(task, app)["runtimeId"],
        task_definition=task["taskDefinitionArn"],
    )


def _container(task: Mapping[str, Any], app: str) -> Mapping[str, Any]:
    return next((container for container in task["containers"] if container["name"] == app), {})


def _agent_status(task: Mapping[str, Any], app: str) -> str:
    agents = _container(task, app).get("managedAgents", [])
    return next((str(agent["lastStatus"]) for agent in agents if agent["name"] == AGENT), "absent")


def _exec_on(deployed: Deployed, app: str) -> str:
    path = (app, "exec") if app in {"webui", "gateway"} else ("services", app, "exec")
    turn_on = make_command(Set(path, True), deployed.stack, deployed.project)
    return f"{turn_on}\nmake up STACK={deployed.stack}    (replaces the tasks)"
