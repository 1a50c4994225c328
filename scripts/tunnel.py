"""Open WebUI's port in a running task, on a port of this machine: by Session Manager, through ECS Exec."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from health.deployed import Deployed
from problems import Problem
from problems.command import CommandError, missing, require
from scripts.exec_task import ExecTask, find_exec_task
from scripts.first_account import WEBUI

WEBUI_PORT = 8080
"""Where Open WebUI listens in its container."""

OPENS = 30
"""Seconds in which a session opens; it takes two or three."""

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


def missing_tools(names: Sequence[str] = tuple(TOOLS)) -> Iterator[Problem]:
    """What of the AWS CLI and its plugin is not there, or too old."""
    for name in names:
        if not shutil.which(name):
            yield TOOLS[name]
        elif name == "aws" and (told := _aws_version()).startswith(b"aws-cli/1."):
            yield replace(TOOLS[name], rule=f"version 2 of the AWS CLI: this one is {told.split()[0].decode()}")


def place(deployed: Deployed) -> list[str]:
    """The AWS CLI's options for the stack's region and profile."""
    profile = deployed.aws.session.profile_name
    return ["--region", deployed.aws.session.region_name, *(["--profile", profile] if profile != "default" else [])]


def forwarding(deployed: Deployed, task: ExecTask, port: int) -> list[str]:
    """The command that forwards a local port to Open WebUI's until it is ended."""
    ports = {"portNumber": [str(WEBUI_PORT)], "localPortNumber": [str(port)]}
    document = ["--document-name", "AWS-StartPortForwardingSession", "--parameters", json.dumps(ports)]
    return ["aws", "ssm", "start-session", "--target", task.target, *document, *place(deployed)]


@contextmanager
def tunnel(deployed: Deployed) -> Iterator[str]:
    """Open WebUI's address on this machine while the block runs. Raises MissingError, CommandError, AWS_ERRORS."""
    require(missing_tools())
    task = find_exec_task(deployed, WEBUI)
    port = _free_port()
    with tempfile.TemporaryFile() as told:
        # A group of its own: the plugin is a child of the CLI, and both have to end.
        command = forwarding(deployed, task, port)
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            if not _opens(process, port):
                told.seek(0)
                raise CommandError(f"The session to {task.target} did not open:\n{told.read().decode().strip()}")
            yield f"http://localhost:{port}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _aws_version() -> bytes:
    # Version 1 on old interpreters tells it on the standard error.
    done = subprocess.run(["aws", "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _opens(process: "subprocess.Popen[bytes]", port: int) -> bool:
    deadline = time.monotonic() + OPENS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.1)
    return False
