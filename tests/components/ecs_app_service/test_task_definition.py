"""Task definitions in the form that ECS takes and hands back."""

import json
from dataclasses import replace
from typing import Any

import pulumi_aws as aws
import pytest

from components.ecs_app_service import EcsAppService
from components.ecs_app_service.args import EcsAppServiceArgs
from offline.engine.recording import Recording
from tests.support.component_args import BROUGHT_SECRET_ARN, SERVICE, WORKER
from tests.support.component_recording import record_one
from tests.support.component_variants import recorded
from tests.support.ecs_requests import create_service, problems, register_task_definition

both = pytest.mark.parametrize("variant", ["worker", "service with everything"])


def containers(recording: Recording) -> list[dict[str, Any]]:
    found = json.loads(recording.one(aws.ecs.TaskDefinition).inputs["containerDefinitions"])
    assert isinstance(found, list)
    return found


def app_of(args: EcsAppServiceArgs) -> dict[str, Any]:
    return containers(record_one(EcsAppService, "app", args))[-1]


def nulls(value: Any) -> int:
    if isinstance(value, dict):
        return sum(nulls(item) for item in value.values())
    if isinstance(value, list):
        return sum(nulls(item) for item in value)
    return int(value is None)


@both
def test_ecs_would_accept_the_task_definition_and_the_service(variant: str) -> None:
    recording = recorded(variant)
    definition = register_task_definition(recording.one(aws.ecs.TaskDefinition))
    assert problems("RegisterTaskDefinition", definition) == []
    assert problems("CreateService", create_service(recording.one(aws.ecs.Service))) == []


@both
def test_the_container_json_is_sorted_compact_and_without_nulls(variant: str) -> None:
    text = recorded(variant).one(aws.ecs.TaskDefinition).inputs["containerDefinitions"]
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert nulls(json.loads(text)) == 0


@both
def test_planning_twice_gives_the_same_bytes(variant: str) -> None:
    args = {"worker": WORKER, "service with everything": SERVICE}[variant]
    again = record_one(EcsAppService, recorded(variant).one(aws.ecs.TaskDefinition).name.removesuffix("-task"), args)
    assert again.one(aws.ecs.TaskDefinition).inputs == recorded(variant).one(aws.ecs.TaskDefinition).inputs


def test_the_order_in_which_things_are_written_does_not_matter() -> None:
    app = SERVICE.app
    assert list(app.environment) != sorted(app.environment)
    sorted_already = replace(
        app,
        environment=dict(sorted(app.environment.items())),
        secrets=dict(sorted(app.secrets.items())),
        mounts=dict(sorted(app.mounts.items())),
    )
    assert app_of(replace(SERVICE, app=sorted_already)) == containers(recorded("service with everything"))[-1]


def test_environment_secrets_and_mounts_are_sorted_by_name() -> None:
    app = containers(recorded("service with everything"))[-1]
    assert app["environment"] == [{"name": "ALPHA", "value": "a"}, {"name": "ZONE", "value": "z"}]
    assert app["secrets"] == [
        {"name": "API_KEY", "valueFrom": f"{BROUGHT_SECRET_ARN}:api_key::"},
        {"name": "TOKEN", "valueFrom": f"{BROUGHT_SECRET_ARN}:token::"},
    ]
    assert app["mountPoints"] == [
        {"sourceVolume": "files", "containerPath": "/data", "readOnly": False},
        {"sourceVolume": "scratch", "containerPath": "/tmp", "readOnly": False},
    ]


@both
def test_what_ecs_would_fill_in_is_spelt_out(variant: str) -> None:
    spelt_out = {"cpu", "environment", "essential", "mountPoints", "portMappings", "secrets"}
    spelt_out |= {"systemControls", "volumesFrom", "privileged", "readonlyRootFilesystem", "stopTimeout"}
    assert [c["name"] for c in containers(recorded(variant)) if not spelt_out <= set(c)] == []


def test_only_the_app_container_listens() -> None:
    found = {
        container["name"]: container["portMappings"] for container in containers(recorded("service with everything"))
    }
    assert found == {
        "migrate": [],
        "proxy": [],
        "app": [{"name": "app", "containerPort": 8080, "hostPort": 8080, "protocol": "tcp", "appProtocol": "http"}],
    }
    assert containers(recorded("worker"))[-1]["portMappings"] == []


def test_the_app_starts_after_its_init_containers() -> None:
    found = {container["name"]: container for container in containers(recorded("service with everything"))}
    assert found["migrate"]["essential"] is False
    assert {"containerName": "migrate", "condition": "SUCCESS"} in found["app"]["dependsOn"]
    assert found["app"]["essential"] is True


def test_every_container_logs_below_the_services_own_prefix() -> None:
    for container in containers(recorded("service with everything")):
        assert container["logConfiguration"] == {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/stack",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "app",
            },
        }


def test_exec_makes_only_the_container_that_people_work_in_writable() -> None:
    found = containers(recorded("service with everything"))
    assert {container["name"]: container["readonlyRootFilesystem"] for container in found} == {
        "migrate": True,
        "proxy": True,
        "app": False,
    }


@both
def test_no_container_is_privileged_and_each_reaps_its_children(variant: str) -> None:
    assert {c["privileged"] for c in containers(recorded(variant))} == {False}
    assert {c["linuxParameters"]["initProcessEnabled"] for c in containers(recorded(variant))} == {True}
