"""Into a deployed stack from this machine: open the WebUI on a local port, follow logs, a shell in a container.

Exit status: that of the AWS CLI, 1 when something is missing. Ctrl-C is the usual way to end, and no failure.
"""

import argparse
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from health.deployed import Deployed
from problems import Problem
from problems.command import command, hand_over, leave, missing, require
from scripts import first_account, stack_file, terminal, tunnel
from scripts.deployed import read_deployed, require_app
from scripts.exec_task import find_exec_task
from scripts.first_account import WEBUI, FirstAccount, find_first_account
from scripts.tunnel import TOOLS, WEBUI_PORT
from scripts.webui_api import WebuiApi

LAST_PORT = 65535

INTERRUPTED = {-signal.SIGINT, 128 + signal.SIGINT}


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Check what the command needs, then hand over to the AWS CLI."""
    options = parse(arguments)
    if options.command == "open":
        return _open(options, root)
    require(tunnel.missing_tools(["aws"] if options.command == "logs" else [*TOOLS]))
    deployed = read_deployed(options.command, options.stack, root)
    require_app(deployed, options.app)
    return _hand_over((_logs if options.command == "logs" else _shell)(deployed, options))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.session", description=__doc__)
    parser.add_argument("command", choices=("open", "logs", "shell"))
    parser.add_argument("--stack", required=True)
    parser.add_argument("--app", default=WEBUI, help="logs, shell: webui, gateway or a name from `services`")
    parser.add_argument("--port", type=int, help=f"open: forward this local port ({WEBUI_PORT}) in any case")
    parser.add_argument("--since", default="1h", help="logs: how far back (10m, 1h, 2d)")
    return parser.parse_args(arguments)


def _open(options: argparse.Namespace, root: Path) -> int:
    """Say where Open WebUI is and who may sign in first; forward a port where its own address is out of reach."""
    if options.port is not None:
        require([*tunnel.missing_tools(), *_port(options.port)])
    deployed = read_deployed(options.command, options.stack, root)
    account = find_first_account(deployed)
    if options.port is None and WebuiApi(account.url).is_reached():
        _announce(deployed, account, account.url)
        return 0
    port = WEBUI_PORT if options.port is None else options.port
    require([*tunnel.missing_tools(), *_port(port)])
    task = find_exec_task(deployed, WEBUI)
    origin = f"http://localhost:{port}"
    _announce(deployed, account, f"{origin}    (Ctrl-C ends it)")
    accepted = first_account.accepted_origins(deployed, task.task_definition)
    if not {origin, "*"} & set(accepted):
        note = missing(
            f"Open WebUI refuses live updates from {origin}: answers show after a reload only",
            f"Its CORS_ALLOW_ORIGIN is {', '.join(accepted)}: choose the PORT of one on localhost, if it has any.",
            blocks=False,
        )
        require([note])
    return _hand_over(tunnel.forwarding(deployed, task, port))


def _announce(deployed: Deployed, account: FirstAccount, address: str) -> None:
    print(f"Open WebUI: {address}")
    print(f"The first administrator: {account.email}")
    sys.stdout.flush()
    if terminal.confirm("Show the password here?"):
        terminal.show(f"Password: {first_account.read_password(deployed, account)}")
    else:
        print(f"The password: {first_account.password_command(deployed, account)}", flush=True)


def _port(port: int) -> Iterator[Problem]:
    if not 1 <= port <= LAST_PORT:
        yield missing(f"local port {port}: ports are 1 to {LAST_PORT}", "Choose another: PORT=8081")
        return
    with socket.socket() as probe:
        # As the plugin does; otherwise a port that was in use a minute ago would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            yield missing(f"local port {port}: {error.strerror}", "Choose another: PORT=8081")


def _logs(deployed: Deployed, options: argparse.Namespace) -> list[str]:
    # The slash: `web` is not `webui`.
    prefix = ["--log-stream-name-prefix", f"{options.app}/"]
    follow = [*prefix, "--since", options.since, "--follow"]
    return ["aws", "logs", "tail", deployed.log_group, *follow, *tunnel.place(deployed)]


def _shell(deployed: Deployed, options: argparse.Namespace) -> list[str]:
    task = find_exec_task(deployed, options.app)
    here = ["--cluster", task.cluster, "--task", task.task_id, "--container", task.container]
    shell = [*here, "--interactive", "--command", "/bin/sh"]
    return ["aws", "ecs", "execute-command", *shell, *tunnel.place(deployed)]


def _hand_over(words: Sequence[str]) -> int:
    status = hand_over(words)
    return 0 if status in INTERRUPTED else status


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
