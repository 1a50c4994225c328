"""What ECS is asked to run is what ECS accepts, and asking twice changes nothing."""

import json
import re

import pulumi_aws as aws
import pytest

from containers.webui_application import ANSWERS_END, REQUESTS_END, SAVING
from offline.engine.recording import Recording
from tests.program.variants import PLANS, variant
from tests.support.ecs_requests import create_service, problems, register_task_definition
from tests.support.program import (
    Json,
    apps,
    containers,
    plan,
    plan_afresh,
    service,
    task_definition,
)

MAY_BE_ROOT = {"scratch", "certificates-volume"}
"""Fargate mounts an empty volume as root's; this container opens it for the application, holds no secret and ends."""

MOST_BYTES = 64 * 1024  # RegisterTaskDefinition


def every_container(recording: Recording) -> list[Json]:
    return [container for app in apps(recording) for container in containers(recording, app).values()]


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(holds_null(item) for item in value.values())
    return value is None or (isinstance(value, list) and any(map(holds_null, value)))


@pytest.mark.parametrize("name", PLANS)
def test_ecs_accepts_every_task_definition(name: str) -> None:
    for definition in PLANS[name]().of_type(aws.ecs.TaskDefinition):
        assert problems("RegisterTaskDefinition", register_task_definition(definition)) == [], definition.name


@pytest.mark.parametrize("name", PLANS)
def test_ecs_accepts_every_service(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        assert problems("CreateService", create_service(service(recording, app))) == [], app


def test_the_model_refuses_what_ecs_would() -> None:
    request = register_task_definition(task_definition(plan(), "webui"))
    request["containerDefinitions"][0] |= {"stopTimeout": "120", "colour": "red"}
    request["networkMode"] = "nat"
    assert len(problems("RegisterTaskDefinition", request)) == 3


@pytest.mark.parametrize("name", PLANS)
def test_container_json_is_canonical(name: str) -> None:
    for definition in PLANS[name]().of_type(aws.ecs.TaskDefinition):
        text = definition.inputs["containerDefinitions"]
        assert text == canonical(json.loads(text))
        assert not holds_null(json.loads(text))
        # All of the request, roughly: ECS counts the container definitions above all.
        assert len(text.encode()) < MOST_BYTES


@pytest.mark.parametrize("name", PLANS)
def test_what_ecs_would_sort_or_fill_in_is_sorted_and_filled_in(name: str) -> None:
    # AWS compares the definition that it stored with the next one: what it adds would look like a change.
    for container in every_container(PLANS[name]()):
        for key, order in (("environment", "name"), ("secrets", "name"), ("mountPoints", "sourceVolume")):
            values = [item[order] for item in container[key]]
            assert values == sorted(set(values)), (container["name"], key)
        assert {"cpu", "essential", "portMappings", "systemControls", "volumesFrom"} <= container.keys()
        assert all(mapping["hostPort"] == mapping["containerPort"] for mapping in container["portMappings"])


def test_planning_twice_gives_the_same_bytes() -> None:
    one = variant("host and files")
    first, second = (
        {found.urn: json.dumps(found.inputs) for found in recording.resources}
        for recording in (one.plan(), plan_afresh(one.overrides, aws=one.aws))
    )
    assert first == second


@pytest.mark.parametrize("name", PLANS)
def test_containers_wait_for_containers_of_their_task_that_can_fulfil_the_condition(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        there = containers(recording, app)
        before = list(there)
        for container in there.values():
            for wanted in container.get("dependsOn", []):
                awaited = there[wanted["containerName"]]
                assert before.index(awaited["name"]) < before.index(container["name"])
                if wanted["condition"] == "SUCCESS":
                    # ECS refuses to wait for the end of a container whose end stops the task.
                    assert awaited["essential"] is False
                if wanted["condition"] == "HEALTHY":
                    assert "healthCheck" in awaited


@pytest.mark.parametrize("name", PLANS)
def test_one_container_of_a_task_is_essential_and_it_takes_the_requests(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        assert [one["name"] for one in containers(recording, app).values() if one["essential"]] == [app]
        for target in service(recording, app).inputs.get("loadBalancers", []):
            ports = [mapping["containerPort"] for mapping in containers(recording, app)[app]["portMappings"]]
            assert (target["containerName"], [target["containerPort"]]) == (app, ports)


def test_the_application_waits_for_scratch_space_and_migration() -> None:
    waits = {name: found.get("dependsOn") for name, found in containers(plan(), "webui").items()}
    done = {"condition": "SUCCESS"}
    assert waits == {
        "scratch": None,
        "migrate": [{"containerName": "scratch", **done}],
        "webui": [{"containerName": "migrate", **done}, {"containerName": "scratch", **done}],
    }


@pytest.mark.parametrize("name", PLANS)
def test_no_container_is_root_but_the_one_that_opens_the_scratch_volume(name: str) -> None:
    recording = PLANS[name]()
    for app in {"webui", "gateway"} & set(apps(recording)):
        for container in containers(recording, app).values():
            root = container.get("user", "root").split(":")[0] in {"0", "root"}
            assert root is (container["name"] in MAY_BE_ROOT), container["name"]
            assert container["privileged"] is False
            if root:
                assert (container["secrets"], container["environment"]) == ([], [])


@pytest.mark.parametrize("name", PLANS)
def test_the_root_file_system_is_read_only_unless_exec_writes_to_it(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        by_exec = service(recording, app).inputs["enableExecuteCommand"]
        writable = {one for one, found in containers(recording, app).items() if not found["readonlyRootFilesystem"]}
        assert writable == ({app} if by_exec else set())


@pytest.mark.parametrize("name", PLANS)
def test_every_mount_has_its_volume_and_every_volume_its_mount(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        declared = {volume["name"] for volume in task_definition(recording, app).inputs.get("volumes", [])}
        found = containers(recording, app).values()
        assert {point["sourceVolume"] for one in found for point in one["mountPoints"]} == declared


@pytest.mark.parametrize("app", ["webui", "gateway"])
def test_the_two_applications_tell_ecs_whether_they_are_well(app: str) -> None:
    container = containers(plan(), app)[app]
    (port,) = (mapping["containerPort"] for mapping in container["portMappings"])
    assert f"http://127.0.0.1:{port}/health" in container["healthCheck"]["command"][-1]
    assert container["stopTimeout"] == 120


def test_a_task_of_open_webui_may_take_as_long_to_start_as_a_migration() -> None:
    """A task that waits for another's migration passes no check until then; ECS takes no start period above 300."""
    program = containers(plan(), "webui")["migrate"]["command"][-1]
    (patience,) = re.findall(r'"MIGRATION_WAIT_SECONDS", "(\d+)"', program)
    assert service(plan(), "webui").inputs["healthCheckGracePeriodSeconds"] >= int(patience)
    assert containers(plan(), "webui")["webui"]["healthCheck"]["startPeriod"] == 300


def test_answers_may_end_before_their_task_does() -> None:
    """The gateway's longest stream takes five minutes; Open WebUI's task waits as it may, so few stop, and late."""
    assert ANSWERS_END + SAVING < REQUESTS_END < containers(plan(), "webui")["webui"]["stopTimeout"]
    group = plan().one(aws.lb.TargetGroup, "gateway-tg").inputs
    assert group["deregistrationDelay"] >= 300
    policies = plan().of_type(aws.appautoscaling.Policy)
    found = {one.name: one.inputs["targetTrackingScalingPolicyConfiguration"]["scaleInCooldown"] for one in policies}
    assert found["webui-scale-on-cpu"] >= 600 > found["gateway-scale-on-cpu"]


def test_the_gateways_checks_are_patient_with_a_busy_worker() -> None:
    check = containers(plan(), "gateway")["gateway"]["healthCheck"]
    assert (check["timeout"], check["retries"]) == (30, 5)
    group = plan().one(aws.lb.TargetGroup, "gateway-tg").inputs["healthCheck"]
    assert (group["timeout"], group["unhealthyThreshold"]) == (30, 5)
    assert group["interval"] > group["timeout"]
