"""`make open`, `make logs` and `make shell` call the AWS CLI with the running task, or say what is missing."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts import session
from tests.scripts.deployed_stack import (
    CLUSTER,
    LOG_GROUP,
    NOW,
    REGION,
    TASK,
    TASK_ID,
    Body,
    Run,
    Stack,
    answer,
    deployed,
)
from tests.scripts.standins import Machine

RUNTIME_ID = f"{TASK_ID}-1234567890"
TASK_TARGET = f"ecs:{CLUSTER}_{TASK_ID}_{RUNTIME_ID}"


@pytest.fixture(scope="module")
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def stack(machine: Machine) -> Iterator[Stack]:
    """A deployed stack, and a machine with everything that the commands need."""
    machine.install("aws", "session-manager-plugin")
    with deployed(machine) as stack:
        yield stack


@pytest.fixture
def run(machine: Machine) -> Run:
    """Run a command for dev."""
    return lambda *words, status=0: machine.run(session.main, words[0], "--stack", "dev", *words[1:], status=status)


def task(stack: Stack, app: str, **changes: object) -> Body:
    agent = {"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}
    running = {
        "taskArn": TASK,
        "taskDefinitionArn": stack.task_definitions[app],
        "lastStatus": "RUNNING",
        "startedAt": NOW,
        "enableExecuteCommand": True,
        "containers": [
            {"name": "migrate", "runtimeId": "not-this-one"},
            {"name": app, "runtimeId": RUNTIME_ID, "managedAgents": [agent]},
        ],
    }
    return running | changes


@contextmanager
def running(*tasks: Body) -> Iterator[None]:
    """Let ECS say that these tasks are running."""
    arns = [task["taskArn"] for task in tasks]
    with answer("ecs.ListTasks", {"taskArns": arns}), answer("ecs.DescribeTasks", {"tasks": list(tasks)}):
        yield


def aws_calls(stack: Stack) -> list[list[str]]:
    """Those that do something."""
    return [call for call in stack.machine.calls if call[0] == "aws" and call != ["aws", "--version"]]


def test_open_forwards_a_local_port_to_the_webui_and_prints_its_address(stack: Stack, run: Run, free_port: int) -> None:
    with running(task(stack, "webui")):
        ended = run("open", "--port", str(free_port))
    assert f"Open WebUI: http://localhost:{free_port}" in ended.out
    assert "password: aws secretsmanager get-secret-value --region eu-west-1 " in ended.out
    assert ":secret:password-" in ended.out
    (call,) = aws_calls(stack)
    assert call[:5] == ["aws", "ssm", "start-session", "--target", TASK_TARGET]
    assert call[5:8] == ["--document-name", "AWS-StartPortForwardingSession", "--parameters"]
    assert json.loads(call[8]) == {"portNumber": ["8080"], "localPortNumber": [str(free_port)]}
    assert call[9:] == ["--region", REGION]


@pytest.mark.parametrize(
    ("origins", "refused"), [("*", False), ("http://chat;http://localhost:{}", False), ("x", True)]
)
def test_open_says_when_the_webui_refuses_live_updates_from_the_local_address(
    stack: Stack, run: Run, free_port: int, origins: str, refused: bool
) -> None:
    environment = [{"name": "CORS_ALLOW_ORIGIN", "value": origins.format(free_port)}]
    containers = [{"name": "webui", "image": "an-image", "memory": 512, "environment": environment}]
    definition = stack.client("ecs").register_task_definition(family="webui", containerDefinitions=containers)
    arn = definition["taskDefinition"]["taskDefinitionArn"]
    with running(task(stack, "webui", taskDefinitionArn=arn)):
        ended = run("open", "--port", str(free_port))
    assert ("refuses live updates" in ended.err) is refused


def test_shell_runs_in_the_app_container_of_a_running_task(stack: Stack, run: Run) -> None:
    with running(task(stack, "gateway")):
        run("shell", "--app", "gateway")
    target = ["--cluster", CLUSTER, "--task", TASK_ID, "--container", "gateway"]
    command = ["aws", "ecs", "execute-command", *target, "--interactive", "--command", "/bin/sh", "--region", REGION]
    assert aws_calls(stack) == [command]


def test_version_1_of_the_aws_cli_is_told_before_it_is_called(stack: Stack, run: Run) -> None:
    stack.machine.install("aws", body="echo aws-cli/1.44.1 Python/3.12.3 Linux/6.8 >&2")
    ended = run("logs", status=1)
    assert (
        "missing: version 2 of the AWS CLI: this one is aws-cli/1.44.1\n      Install version 2: https://" in ended.err
    )
    assert aws_calls(stack) == []
    stack.machine.install("aws", body="echo aws-cli/2.31.1 Python/3.13.7 Linux/6.8")
    run("logs")


def test_logs_follow_the_streams_of_one_app_only(stack: Stack, run: Run) -> None:
    run("logs", "--app", "webui", "--since", "2d")
    prefix = ["--log-stream-name-prefix", "webui/"]
    command = ["aws", "logs", "tail", LOG_GROUP, *prefix, "--since", "2d", "--follow", "--region", REGION]
    assert aws_calls(stack) == [command]


def test_the_profile_that_found_the_stack_is_passed_on(stack: Stack, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = stack.machine.home / "credentials"
    credentials.write_text("[work]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_PROFILE", "work")
    run("logs")
    assert aws_calls(stack)[0][-2:] == ["--profile", "work"]


def test_the_newest_of_several_tasks_is_taken(stack: Stack, run: Run) -> None:
    older = task(stack, "webui", taskArn=TASK.replace("0123", "9999"), startedAt=NOW.replace(year=2025))
    with running(older, task(stack, "webui")):
        run("shell")
    assert TASK_ID in aws_calls(stack)[0]


def test_every_missing_tool_is_named_before_anything_is_asked(stack: Stack, run: Run, free_port: int) -> None:
    for tool in ("aws", "session-manager-plugin"):
        (stack.machine.bin / tool).unlink()
    ended = run("open", "--port", str(free_port), status=1)
    assert "missing: the AWS CLI" in ended.err
    assert "missing: the Session Manager plugin" in ended.err
    assert stack.machine.calls == []


def test_logs_need_no_plugin(stack: Stack, run: Run) -> None:
    (stack.machine.bin / "session-manager-plugin").unlink()
    run("logs")


def test_a_taken_port_is_named(stack: Stack, run: Run) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        ended = run("open", "--port", str(port), status=1)
    assert f"missing: local port {port}: Address already in use\n      Choose another: PORT=8081" in ended.err


def with_agent(*statuses: str) -> Body:
    agents = [{"name": "ExecuteCommandAgent", "lastStatus": status} for status in statuses]
    return {"containers": [{"name": "webui", "runtimeId": RUNTIME_ID, "managedAgents": agents}]}


@pytest.mark.parametrize(
    ("words", "changes", "told"),
    [
        ("open --port 0", {}, "local port 0: ports are 1 to 65535"),
        ("open --port 65536", {}, "local port 65536: ports are 1 to 65535"),
        ("logs --app wbui", {}, "an app wbui in dev\n      There are: docs, gateway, webui"),
        (
            "shell",
            {"lastStatus": "PENDING"},
            "a running task of webui\n      See why there is none: make verify STACK=dev",
        ),
        (
            "shell --app gateway",
            {"enableExecuteCommand": False},
            "ECS Exec, which is off for gateway\n"
            "      make pulumi STACK=dev ARGS='config set --plaintext --path webui-bedrock:gateway.exec true'",
        ),
        (
            "shell --app docs",
            {"enableExecuteCommand": False},
            "ECS Exec, which is off for docs\n"
            "      make pulumi STACK=dev ARGS='config set --plaintext --path webui-bedrock:services.docs.exec true'",
        ),
        ("shell", with_agent(), "the ECS Exec agent of webui (it is absent)"),
        ("shell", with_agent("PENDING"), "the ECS Exec agent of webui (it is PENDING)"),
        ("shell", with_agent("STOPPED"), "the ECS Exec agent of webui (it is STOPPED)"),
    ],
)
def test_what_is_missing_is_told_with_its_remedy_and_nothing_is_opened(
    stack: Stack, run: Run, words: str, changes: Body, told: str
) -> None:
    stack.task_definitions["docs"] = stack.task_definitions["webui"].replace("demo-webui-service", "demo-docs-service")
    stack.publish()
    with running(task(stack, "webui", **changes)):
        ended = run(*words.split(), status=1)
    assert f"missing: {told}" in ended.err
    assert aws_calls(stack) == []


def test_the_aws_clis_status_is_passed_on_but_for_ctrl_c(stack: Stack, run: Run) -> None:
    stack.machine.install("aws", body="exit 254")
    run("logs", status=254)
    stack.machine.install("aws", body="exit 130")
    run("logs")


def test_ctrl_c_ends_the_aws_cli_and_nothing_else(stack: Stack, run: Run) -> None:
    before = signal.getsignal(signal.SIGINT)
    # As a terminal does: to the child and to this process.
    stack.machine.install("aws", body="[ $1 = --version ] || { kill -INT $PPID; kill -INT $$; exit 3; }")
    run("logs")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_stack_that_is_not_deployed_is_told(stack: Stack, run: Run) -> None:
    stack.task_definitions.clear()
    stack.publish()
    ended = run("logs", status=1)
    assert "nothing was run; something is needed first\n  missing: an app in stack dev" in ended.err


def test_the_logs_of_a_first_deployment_that_failed_can_be_read(stack: Stack, run: Run) -> None:
    stack.publish(services=False)
    run("logs", "--app", "gateway")
    assert "--log-stream-name-prefix gateway/" in " ".join(aws_calls(stack)[-1])
