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
from pathlib import Path

from scripts import stack_config
from scripts.aws_access import AWS_ERRORS
from scripts.deployed import Deployed, DeployedError, read_deployed
from scripts.exec_task import ExecTask, find_exec_task
from scripts.findings import Finding, report

WEBUI = "webui"
WEBUI_PORT = 8080
"""Where Open WebUI listens in its container."""

LAST_PORT = 65535

INTERRUPTED = {-signal.SIGINT, 128 + signal.SIGINT}

TOOLS = {
    "aws": Finding(
        "the AWS CLI",
        "Install version 2: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    ),
    "session-manager-plugin": Finding(
        "the Session Manager plugin of the AWS CLI",
        "Install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/"
        "session-manager-working-with-install-plugin.html",
    ),
}


class MissingError(Exception):
    """Something that the command needs is not there."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*(finding.what for finding in findings))
        self.findings = findings


def main(arguments: Sequence[str], root: Path = stack_config.ROOT) -> int:
    """Check what the command needs, then hand over to the AWS CLI."""
    options = parse(arguments)
    try:
        _require(_tools(options.command), _port(options))
        deployed = read_deployed(options.command, options.stack, root)
        _require(_app(deployed, options.app))
        return _run(_command(deployed, options))
    except stack_config.ConfigFileError as error:
        print(error, file=sys.stderr)
    except (DeployedError, MissingError) as error:
        report(options.command, error.findings)
    except AWS_ERRORS as error:
        print(f"AWS refused: {error}", file=sys.stderr)
    return 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts.session", description=__doc__)
    parser.add_argument("command", choices=("open", "logs", "shell"))
    parser.add_argument("--stack", required=True)
    parser.add_argument("--app", default=WEBUI, help="logs, shell: webui, gateway or a name from `services`")
    parser.add_argument("--port", type=int, default=WEBUI_PORT, help="open: local port")
    parser.add_argument("--since", default="1h", help="logs: how far back (10m, 1h, 2d)")
    return parser.parse_args(arguments)


def _require(*findings: Iterator[Finding]) -> None:
    """Raise MissingError with everything that is missing."""
    missing = [finding for some in findings for finding in some]
    if missing:
        raise MissingError(*missing)


def _tools(command: str) -> Iterator[Finding]:
    needed = ["aws"] if command == "logs" else list(TOOLS)
    yield from (TOOLS[name] for name in needed if not shutil.which(name))


def _port(options: argparse.Namespace) -> Iterator[Finding]:
    if options.command != "open":
        return
    if not 1 <= options.port <= LAST_PORT:
        yield Finding(f"local port {options.port}: ports are 1 to {LAST_PORT}", "Choose another: PORT=8081")
        return
    with socket.socket() as probe:
        # As the plugin does; otherwise a port that was in use a minute ago would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", options.port))
        except OSError as error:
            yield Finding(f"local port {options.port}: {error.strerror}", "Choose another: PORT=8081")


def _app(deployed: Deployed, app: str) -> Iterator[Finding]:
    if app not in deployed.service_names:
        yield Finding(f"an app {app} in {deployed.stack}", f"There are: {', '.join(sorted(deployed.service_names))}")


def _command(deployed: Deployed, options: argparse.Namespace) -> list[str]:
    profile = deployed.session.profile_name
    where = ["--region", deployed.session.region_name, *(["--profile", profile] if profile != "default" else [])]
    if options.command == "logs":
        # The slash: `web` is not `webui`.
        prefix = ["--log-stream-name-prefix", f"{options.app}/"]
        return ["aws", "logs", "tail", deployed.log_group, *prefix, "--since", options.since, "--follow", *where]
    app = options.app if options.command == "shell" else WEBUI
    task = find_exec_task(deployed, app)
    if isinstance(task, Finding):
        raise MissingError(task)
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
        note = Finding(
            f"Open WebUI refuses live updates from {origin}: answers show after a reload only",
            f"Its CORS_ALLOW_ORIGIN is {', '.join(accepted)}: choose the PORT of one on localhost, if it has any.",
            blocks=False,
        )
        report("open", [note])
    sys.stdout.flush()


def _accepted_origins(deployed: Deployed, task: ExecTask) -> list[str]:
    """Whose WebSockets the running task takes."""
    definition = deployed.client("ecs").describe_task_definition(taskDefinition=task.task_definition)
    containers = definition["taskDefinition"]["containerDefinitions"]
    variables = next(container.get("environment", []) for container in containers if container["name"] == WEBUI)
    found = {variable["name"]: variable["value"] for variable in variables}
    return str(found.get("CORS_ALLOW_ORIGIN", "*")).split(";")


def _run(command: Sequence[str]) -> int:
    """Hand over to the AWS CLI, which decides what Ctrl-C means: in a shell it belongs to the container."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        status = subprocess.run(command, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
    return 0 if status in INTERRUPTED else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
