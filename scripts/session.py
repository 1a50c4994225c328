"""Into a deployed stack from this machine: open the WebUI on a local port, follow logs, a shell in a container.

Exit status: that of the AWS CLI, 1 when something is missing. Ctrl-C is the usual way to end, and no failure.
"""

import argparse
import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from problems import Problem
from problems.command import command, hand_over, leave, missing, require
from scripts import stack_file
from scripts.deployed import Deployed, read_deployed, require_app
from scripts.exec_task import ExecTask, find_exec_task

WEBUI = "webui"
WEBUI_PORT = 8080
"""Where Open WebUI listens in its container."""

LAST_PORT = 65535

INTERRUPTED = {-signal.SIGINT, 128 + signal.SIGINT}

TOOLS = {
    "aws": missing(
        "the AWS CLI",
        "Install version 2: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    ),
    "session-manager-plugin": missing(
        "the Session Manager plugin of the AWS CLI",
        "Install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/"
        "session-manager-working-with-install-plugin.html",
    ),
}


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Check what the command needs, then hand over to the AWS CLI."""
    options = parse(arguments)
    require([*_tools(options.command), *_port(options)])
    deployed = read_deployed(options.command, options.stack, root)
    require_app(deployed, options.app)
    status = hand_over(_command(deployed, options))
    return 0 if status in INTERRUPTED else status


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.session", description=__doc__)
    parser.add_argument("command", choices=("open", "logs", "shell"))
    parser.add_argument("--stack", required=True)
    parser.add_argument("--app", default=WEBUI, help="logs, shell: webui, gateway or a name from `services`")
    parser.add_argument("--port", type=int, default=WEBUI_PORT, help="open: local port")
    parser.add_argument("--since", default="1h", help="logs: how far back (10m, 1h, 2d)")
    return parser.parse_args(arguments)


def _tools(command: str) -> Iterator[Problem]:
    needed = ["aws"] if command == "logs" else list(TOOLS)
    for name in needed:
        if not shutil.which(name):
            yield TOOLS[name]
        elif name == "aws" and (told := _aws_version()).startswith(b"aws-cli/1."):
            yield replace(TOOLS[name], rule=f"version 2 of the AWS CLI: this one is {told.split()[0].decode()}")


def _aws_version() -> bytes:
    # Version 1 on old interpreters tells it on the standard error.
    done = subprocess.run(["aws", "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout


def _port(options: argparse.Namespace) -> Iterator[Problem]:
    if options.command != "open":
        return
    if not 1 <= options.port <= LAST_PORT:
        yield missing(f"local port {options.port}: ports are 1 to {LAST_PORT}", "Choose another: PORT=8081")
        return
    with socket.socket() as probe:
        # As the plugin does; otherwise a port that was in use a minute ago would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", options.port))
        except OSError as error:
            yield missing(f"local port {options.port}: {error.strerror}", "Choose another: PORT=8081")


def _command(deployed: Deployed, options: argparse.Namespace) -> list[str]:
    profile = deployed.aws.session.profile_name
    where = ["--region", deployed.aws.session.region_name, *(["--profile", profile] if profile != "default" else [])]
    if options.command == "logs":
        # The slash: `web` is not `webui`.
        prefix = ["--log-stream-name-prefix", f"{options.app}/"]
        return ["aws", "logs", "tail", deployed.log_group, *prefix, "--since", options.since, "--follow", *where]
    app = options.app if options.command == "shell" else WEBUI
    task = find_exec_task(deployed, app)
    if options.command == "shell":
        here = ["--cluster", task.cluster, "--task", task.task_id, "--container", task.container]
        return ["aws", "ecs", "execute-command", *here, "--interactive", "--command", "/bin/sh", *where]
    _announce(deployed, task, options.port)
    ports = {"portNumber": [str(WEBUI_PORT)], "localPortNumber": [str(options.port)]}
    document = ["--document-name", "AWS-StartPortForwardingSession", "--parameters", json.dumps(ports)]
    return ["aws", "ssm", "start-session", "--target", task.target, *document, *where]


def _announce(deployed: Deployed, task: ExecTask, port: int) -> None:
    origin = f"http://localhost:{port}"
    print(f"Open WebUI: {origin}    (Ctrl-C ends it)")
    print(f"The first administrator's password: {deployed.commands['adminPassword']}")
    accepted = _accepted_origins(deployed, task)
    if not {origin, "*"} & set(accepted):
        note = missing(
            f"Open WebUI refuses live updates from {origin}: answers show after a reload only",
            f"Its CORS_ALLOW_ORIGIN is {', '.join(accepted)}: choose the PORT of one on localhost, if it has any.",
            blocks=False,
        )
        require([note])
    sys.stdout.flush()


def _accepted_origins(deployed: Deployed, task: ExecTask) -> list[str]:
    """Whose WebSockets the running task takes."""
    containers = deployed.containers(task.task_definition)
    variables = next(container.get("environment", []) for container in containers if container["name"] == WEBUI)
    values = {variable["name"]: variable["value"] for variable in variables}
    return str(values.get("CORS_ALLOW_ORIGIN", "*")).split(";")


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
