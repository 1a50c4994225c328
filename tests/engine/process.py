"""The stand-in of AWS as a process: started, forked with its state, told what to do, asked what it holds."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

REGION: Final = "us-east-1"
CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up", "AWS_REGION": REGION}
_ROOT: Final = Path(__file__).parents[2]
_PORTS: Final = range(5630, 5700)
"""Below the ports that Linux gives to clients, so that no provider's connection takes one between choice and use."""
_START_SECONDS: Final = 60


@dataclass(frozen=True)
class StandIn:
    """A server that answers for AWS at `url`, with state of its own."""

    url: str
    pid: int
    process: "subprocess.Popen[bytes] | None" = None
    """The child of this process; a fork is a child of the server that it was forked from."""

    @staticmethod
    def start(log: Path, **settings: str) -> "StandIn":
        """A server with an empty account; what it prints goes to `log`. `settings` are moto's, in its environment."""
        port = _free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment |= CREDENTIALS | settings
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.engine.stand_in", str(port)],
                cwd=_ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        stand_in = StandIn(f"http://127.0.0.1:{port}", process.pid, process)
        stand_in._await(lambda: process.poll() is None, log)
        return stand_in

    def fork(self) -> "StandIn":
        """Another server with the same state; from now on each goes its own way."""
        port = _free_port()
        pid = self.control("fork", port=port)["pid"]
        forked = StandIn(f"http://127.0.0.1:{port}", pid)
        forked._await(lambda: True, None)
        return forked

    def control(self, command: str, **values: object) -> dict[str, Any]:
        """Give one of the orders that `tests/engine/stand_in/control.py` tells of."""
        body = json.dumps({"cmd": command, **values}).encode()
        request = urllib.request.Request(f"{self.url}/_strict", data=body, method="POST")  # noqa: S310  # http
        with urllib.request.urlopen(request, timeout=_START_SECONDS) as answer:  # noqa: S310
            reply: dict[str, Any] = json.load(answer)
        return reply

    def inventory(self) -> set[tuple[str, str]]:
        """Kind and name of everything in the account."""
        kinds = self.control("inventory")["inventory"]
        return {(kind, name) for kind, names in kinds.items() for name in names}

    def changes(self, since: int = 0) -> set[tuple[str, str]]:
        """What was asked that changes something, from that entry of the log on: service as in IAM, and operation."""
        names = {"elbv2": "elasticloadbalancing", "efs": "elasticfilesystem"}
        log = self.control("log", since=since)["log"]
        return {(names.get(entry["service"], entry["service"]), entry["action"]) for entry in log}

    def refusals(self) -> list[str]:
        """What was asked of AWS and refused by one of its rules."""
        log = self.control("log")["log"]
        return [f"{entry['action']}: {entry['out']}" for entry in log if entry["rule"] not in (None, "answer")]

    def client(self, service: str, config: Config | None = None) -> Any:
        """A client of the account."""
        return _session().client(service, endpoint_url=self.url, config=config)

    def stop(self) -> None:
        """End the server."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        if self.process:
            self.process.wait()

    def _await(self, alive: Callable[[], bool], log: Path | None) -> None:
        deadline = time.monotonic() + _START_SECONDS
        port = int(self.url.rpartition(":")[2])
        while alive() and time.monotonic() < deadline:
            if _answers(port):
                return
            time.sleep(0.1)
        told = log.read_text()[-2000:] if log else ""
        raise TimeoutError(f"the stand-in of AWS did not start on {self.url}: {told}")


@cache
def _session() -> Any:
    """One for all, since it reads the services' models once."""
    keys = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
    return boto3.Session(*keys, region_name=REGION)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    # By chance, so that two runs of the tests on one machine hardly ever choose the same one at the same time.
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no free port among {_PORTS.start} to {_PORTS.stop - 1}")
