"""Starts the recorded tasks and what they need, in the order in which AWS would have it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi_aws as aws

from live import LOOPBACK, ROOT, load_balancer, servers, substitutions
from live.bedrock import caller
from live.bedrock.models import models_of
from live.bedrock.permissions import CREDENTIALS
from live.installation import Checkout, Installation, vocabulary
from live.processes import Processes, answers, free_port
from live.slots import Slot
from live.stack import Container, secret_values, secrets_for, tasks_of
from live.substitutions import Addresses, Ports, Substitution
from offline.engine.recording import Recording
from offline.services import services_of

WEBUI: Final = "webui"
GATEWAY: Final = "gateway"

_MIGRATION: Final = 600
"""Seconds for a container that runs to its end."""

_START: Final = 300
"""Seconds until a container is healthy, as the recorded health check's start period."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The first administrator."""

    url: str
    email: str
    password: str


class Stage:
    """One stack's applications on this machine; `data` is kept from run to run, but for logs and scratch.

    There are `tasks` tasks of Open WebUI, and slots for as many that replace them. Bedrock is a stand-in, or `in_aws`.
    """

    def __init__(
        self,
        recording: Recording,
        data: Path,
        port: int,
        gateway: Checkout | None = None,
        tasks: int = 1,
        *,
        in_aws: bool = False,
    ) -> None:
        self.data = data
        self.count = tasks
        self.gateway = gateway
        self.in_aws = in_aws
        self.tasks = tasks_of(recording)
        self.processes = Processes(data / "logs")
        self._recording = recording
        self._listeners = {listener: free_port() for listener in load_balancer.listener_ports(recording)}
        self._listeners[max(self._listeners)] = port
        self.load_balancer = load_balancer.LoadBalancer(recording, self._listeners, data)
        self.slots = {
            app: [Slot(app=app, number=number, port=free_port()) for number in range(1, 1 + slots)]
            for app, slots in ((WEBUI, 2 * tasks), (GATEWAY, 1))
            if app in self.tasks
        }
        self._running: dict[Slot, subprocess.Popen[bytes]] = {}
        self._database, self._cache, self._bedrock = free_port(), free_port(), free_port()
        self._url = f"http://localhost:{port}"

    @property
    def takes_documents(self) -> bool:
        """Whether uploads work: without PostgreSQL vectors are kept in Chroma, which the slim packages leave out."""
        return "DATABASE_HOST" in self.tasks[WEBUI].main.environment

    @property
    def left_out(self) -> list[str]:
        """What the stack has and this machine does not run: images that are no packages."""
        services = [app for app in self.tasks if app not in self.slots]
        others = [
            f"{app}'s {c.name}" for app in self.slots for c in self.tasks[app].containers if self._is_other(app, c)
        ]
        return sorted(services + others)

    def _is_other(self, app: str, container: Container) -> bool:
        return container.image != self.tasks[app].main.image

    def start(self, there: Installation, tell: Callable[[str], None]) -> Account:
        """Start everything and return once Open WebUI answers through the load balancer."""
        for server in self.start_data(there):
            tell(f"{server} runs")
        self.load_balancer.start(there, self.processes)
        if GATEWAY in self.tasks:
            if not self.in_aws:
                self.start_bedrock(models_of(self.tasks[GATEWAY]))
            self.start_task(there, GATEWAY, 1, tell)
        with ThreadPoolExecutor(self.count) as starting:  # at once, as ECS does
            started = [starting.submit(self.start_task, there, WEBUI, 1 + n, tell) for n in range(self.count)]
        for task in started:
            task.result()
        public = f"http://{LOOPBACK}:{self._listeners[max(self._listeners)]}/health"
        self.processes.wait_until("load-balancer", lambda: answers(public), seconds=60)
        variables = self.variables(WEBUI, self.tasks[WEBUI].main, recorded=True)
        return Account(url=self._url, email=variables["WEBUI_ADMIN_EMAIL"], password=variables["WEBUI_ADMIN_PASSWORD"])

    def start_data(self, there: Installation) -> Iterator[str]:
        """Start the database and the cache, as far as the stack has them and they do not run."""
        variables = self.variables(WEBUI, self.tasks[WEBUI].main, recorded=True)
        if "DATABASE_HOST" in variables and not self.processes.runs("postgresql"):
            servers.start_postgresql(there, self.processes, self.data / "postgresql", self._database, variables)
            yield "PostgreSQL"
        if "REDIS_URL" in variables and not self.processes.runs("valkey"):
            servers.start_valkey(there, self.processes, self.data, self._cache, variables["REDIS_URL"])
            yield "Valkey"

    def variables(self, app: str, container: Container, number: int = 1, *, recorded: bool = False) -> dict[str, str]:
        """A container's environment with its secrets, as recorded or as this machine needs it."""
        secrets = secrets_for(self.tasks[app], container, secret_values(self._recording), os.environ)
        variables = {**container.environment, **secrets}
        return variables if recorded else substitutions.environment(variables, self.substitutions(app, number))

    def substitutions(self, app: str, number: int = 1) -> tuple[Substitution, ...]:
        """What changes in the containers of an app's task."""
        recorded = Addresses(
            public_url=str(self._recording.outputs["LoadBalancerURL"]),
            balancer_url=f"http://{self._recording.of_type(aws.lb.LoadBalancer)[-1].outputs['dnsName']}",
            service_connect=dict(self._service_connect()),
        )
        here = Addresses(
            public_url=self._url,
            balancer_url=f"http://{LOOPBACK}:{self._listeners[min(self._listeners)]}",
            service_connect={},
        )
        slot = self.slots[app][number - 1]
        return substitutions.table(app, recorded, here, self._ports_of(slot), self._folders(slot))

    def _service_connect(self) -> Iterator[tuple[str, str]]:
        for service in services_of(self._recording):
            for name in service.service_connect:
                if service.app in self.slots:
                    yield f"http://{name}", f"http://{LOOPBACK}:{self.slots[service.app][0].port}"

    def _ports_of(self, slot: Slot) -> Ports:
        return Ports(app=slot.port, database=self._database, cache=self._cache)

    def _folders(self, slot: Slot) -> Mapping[str, Path]:
        """Mount point -> folder: of the file system, and of the task's scratch volume."""
        return {"/webui": self.data / "files", "/scratch": self.data / "scratch" / str(slot.number)}

    def start_bedrock(self, models: Sequence[str]) -> None:
        """Start the stand-in for Bedrock as a region that has these models and inference profiles."""
        settings = {
            "models": models,
            "account": self._recording.aws.account_id,
            "region": self._recording.aws.region,
            "statements": self.tasks[GATEWAY].statements,
        }
        file = self.data / "bedrock.json"
        file.write_text(json.dumps(settings))
        command = [sys.executable, "-m", "live.bedrock.server", str(self._bedrock), str(file)]
        self.processes.start("bedrock", command, {"PATH": os.defpath}, ROOT)
        self.processes.wait_until("bedrock", lambda: answers(f"http://{LOOPBACK}:{self._bedrock}/health"), seconds=30)

    def start_task(
        self,
        there: Installation,
        app: str,
        number: int,
        tell: Callable[[str], None],
        changed: Mapping[str, str] | None = None,
    ) -> None:
        """Run a task in a slot, with some variables `changed`, and return once it is healthy and registered."""
        slot, task = self.slots[app][number - 1], self.tasks[app]
        for folder in self._folders(slot).values():
            folder.mkdir(parents=True, exist_ok=True)
        for container in task.containers:
            if self._is_other(app, container):
                continue
            self._running[slot] = process = self._start_container(there, slot, container, changed or {})
            if not container.runs_to_its_end:
                continue
            name = slot.named(container.name)
            try:
                code = process.wait(_MIGRATION)
            except subprocess.TimeoutExpired:
                raise self.processes.failed(name, f"has not ended after {_MIGRATION} s") from None
            if code:
                raise self.processes.failed(name, f"ended with {code}")
            tell(f"{slot.named(app)}: container {container.name} has done its work")
        self.processes.wait_until(slot.named(task.main.name), lambda: self._is_healthy(there, slot), _START)
        self.load_balancer.register(app, slot.port)
        tell(f"{slot.named(app)} is healthy")

    def stop_task(self, app: str, number: int) -> int:
        """Stop a task as ECS does: no new requests, then SIGTERM, and the time that the definition gives it."""
        slot = self.slots[app][number - 1]
        self.load_balancer.deregister(app, slot.port)
        process = self._running.pop(slot)
        process.terminate()
        return process.wait(self.tasks[app].main.stop_timeout)

    def _start_container(
        self, there: Installation, slot: Slot, container: Container, changed: Mapping[str, str]
    ) -> "subprocess.Popen[bytes]":
        command = self._command(slot, container)
        environment = {**self._environment(there, slot, container), **changed}
        return self.processes.start(slot.named(container.name), command, environment, self._working_folder(slot.app))

    def _command(self, slot: Slot, container: Container) -> tuple[str, ...]:
        if slot.app == GATEWAY and not self.gateway:
            return (sys.executable, "-m", "live.gateway")
        return substitutions.command(container.command, container.port, self._ports_of(slot), self._folders(slot))

    def _environment(self, there: Installation, slot: Slot, container: Container) -> dict[str, str]:
        more = self._role() if slot.app == GATEWAY else {}
        if slot.app == GATEWAY and self.gateway:
            there = self.gateway.installation
            more["TIKTOKEN_CACHE_DIR"] = str(vocabulary(there))
        path = f"{there.bin}:{os.environ.get('PATH', os.defpath)}"
        variables = self.variables(slot.app, container, slot.number)
        return {**variables, **more, "PATH": path, "LANG": "C.UTF-8"}

    def _role(self) -> dict[str, str]:
        """Where Bedrock is, and the credentials of the task role; in AWS the caller's, who is not that role."""
        if self.in_aws:
            return caller.variables()
        bedrock = f"http://{LOOPBACK}:{self._bedrock}"
        return {
            "AWS_ENDPOINT_URL_BEDROCK": bedrock,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock,
            "AWS_ACCESS_KEY_ID": CREDENTIALS.access_key,
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS.secret_key,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _working_folder(self, app: str) -> Path:
        if app == GATEWAY:
            return self.gateway.source / "src" if self.gateway else ROOT
        folder = self.data / "backend"
        folder.mkdir(exist_ok=True)
        return folder

    def _is_healthy(self, there: Installation, slot: Slot) -> bool:
        main = self.tasks[slot.app].main
        check = substitutions.command(main.health_check, main.port, self._ports_of(slot), {})
        environment = {"PATH": f"{there.bin}:{os.defpath}"}
        return subprocess.run(check, env=environment, capture_output=True, check=False).returncode == 0
