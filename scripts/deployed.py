"""What a stack registered last, read from its state: outputs are missing after a first `make up` that failed."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from health.aws import Aws
from health.deployed import Deployed
from problems.command import lacking, require
from scripts import backend, stack_file
from scripts.aws_access import open_session, sign_in
from scripts.checks import Situation, find_missing
from scripts.exported_state import ExportedState, StateResource
from scripts.pulumi_stack import PulumiError, open_stack

APP = "webui-bedrock:compute:EcsAppService"
CLUSTER = "aws:ecs/cluster:Cluster"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"

ARN = re.compile(r"arn:[^:]+:ecs:(?P<region>[^:]+):(?P<account>\d{12}):task-definition/(?P<family>.+):\d+")


def read_deployed(command: str, stack: str, root: Path) -> Deployed:
    """Read the state with the Pulumi CLI and sign in to its account. Raises CommandError."""
    deployed = find_deployed(command, stack, root)
    if deployed is None:
        raise lacking(
            f"an app in stack {stack}: no task definition was registered", f"Deploy it: make up STACK={stack}"
        )
    return deployed


def find_deployed(command: str, stack: str, root: Path) -> Deployed | None:
    """As `read_deployed`; None when nothing was deployed that could run."""
    config = stack_file.read(root, stack)
    situation = Situation(command, config, backend.choose(root, os.environ))
    require(find_missing(situation))
    state = _state(situation)
    definitions = registered(state)
    place = ARN.fullmatch(next(iter(definitions.values()), ""))
    if not place:
        return None
    sign_in(config, [place["account"]])
    services = dict(_of_apps(state, SERVICE))
    return Deployed(
        stack=stack,
        project=config.project,
        # The stack may have been deployed in another region than the config names by now.
        aws=Aws(open_session(config, place["region"])),
        cluster=named(state, CLUSTER),
        log_group=named(state, LOG_GROUP, "/ecs/"),
        # A family is called as its service, which a run that failed may not have made.
        service_names={app: ARN.sub(r"\g<family>", arn) for app, arn in definitions.items()},
        task_definitions=definitions,
        secret_versions={app: _versions(services.get(app)) for app in definitions},
    )


def require_app(deployed: Deployed, app: str) -> None:
    """Raise MissingError when the stack has no such app."""
    if app not in deployed.service_names:
        raise lacking(f"an app {app} in {deployed.stack}", f"There are: {', '.join(sorted(deployed.service_names))}")


def registered(state: ExportedState) -> dict[str, str]:
    """The ARN of each app's revision that was registered last."""
    definitions = _of_apps(state, TASK_DEFINITION)
    return {app: str(found.outputs["arn"]) for app, found in definitions if found.outputs.get("arn")}


def _of_apps(state: ExportedState, kind: str) -> Iterator[tuple[str, StateResource]]:
    """Give the app and its resource of a type, for every app that has one."""
    apps = {resource.urn: resource.name for resource in state.resources() if resource.type == APP}
    for resource in state.resources():
        if resource.type == kind and resource.entry.get("parent") in apps:
            yield apps[resource.entry["parent"]], resource


def named(state: ExportedState, kind: str, beginning: str = "") -> str:
    """The name of the first resource of a type whose name begins so."""
    names = (str(resource.inputs.get("name")) for resource in state.resources() if resource.type == kind)
    return next((name for name in names if name.startswith(beginning)), "")


def _versions(service: StateResource | None) -> Mapping[str, str]:
    """Its triggers: a variable and the version of its secret each."""
    return dict(service.inputs.get("triggers") or {}) if service else {}


def _state(situation: Situation) -> ExportedState:
    stack = situation.config.stack
    try:
        return ExportedState(open_stack(situation).read("stack", "export"))
    except PulumiError as error:
        why = ", which is not there" if error.means_not_found else f": {error}"
        raise lacking(
            f"the state of stack {stack} in {situation.backend.url}{why}",
            f"Deploy it (make up STACK={stack}), or set PULUMI_BACKEND_URL to where its state is.",
        ) from error
