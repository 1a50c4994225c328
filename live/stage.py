"""Starts the recorded tasks and what they need, in the order in which AWS would have it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi_aws as aws

from live import LOOPBACK, ROOT, TryError, load_balancer, programs, servers, substitutions
from live.bedrock.models import models_of, profiles_of
from live.installation import Checkout, Installation
from live.processes import Processes, answers, free_port, is_free
from live.programs import Program
from live.slots import Slot
from live.stack import Container, secret_values, secrets_for, tasks_of
from live.substitutions import Addresses, Ports, Substitution
from offline.engine.recording import Recording
from offline.plan.reach import edges_of
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

    There are `tasks` tasks of Open WebUI, one of each other app that has a program here, and slots for as many that
    replace them. Bedrock is a stand-in, or `in_aws`. `others` are further programs, by the name of a service or, for
    a sidecar, `app/container`; under an app's name one replaces that app's own.
    """

    def __init__(
        self,
        recording: Recording,
        there: Installation,
        data: Path,
        port: int,
        *,
        gateway: Checkout | Installation | None = None,
        tasks: int = 1,
        in_aws: bool = False,
        others: Mapping[str, Program] | None = None,
    ) -> None:
        self.there, self.data, self.count, self.gateway, self.in_aws = there, data, tasks, gateway, in_aws
        self.tasks = tasks_of(recording)
        self.processes = Processes(data / "logs")
        self._recording = recording
        self._listeners = {listener: free_port() for listener in load_balancer.listener_ports(recording)}
        self._listeners[max(self._listeners)] = port
        self._running: dict[Slot, list[subprocess.Popen[bytes]]] = {}
        self._database, self._cache, self._bedrock = free_port(), free_port(), free_port()
        self._url = f"http://localhost:{port}"
        role = programs.role(self.bedrock_url, in_aws=in_aws) if GATEWAY in self.tasks else {}
        self.programs = {
            WEBUI: programs.webui(there, data),
            GATEWAY: programs.gateway(gateway, data, role),
            **(others or {}),
        }
        self.slots = {
            app: [Slot(app=app, number=n, port=free_port()) for n in range(1, 1 + 2 * (tasks if app == WEBUI else 1))]
            for app in self.tasks
            if app in self.programs
        }
        ports = {app: [slot.port for slot in slots] for app, slots in self.slots.items()}
        self.load_balancer = load_balancer.LoadBalancer(recording, self._listeners, ports, data)

    @property
    def bedrock_url(self) -> str:
        """Where the stand-in for Bedrock is."""
        return f"http://{LOOPBACK}:{self._bedrock}"

    @property
    def takes_documents(self) -> bool:
        """Whether uploads work: without PostgreSQL vectors are kept in Chroma, which the slim packages leave out."""
        return "DATABASE_HOST" in self.tasks[WEBUI].main.environment

    @property
    def left_out(self) -> list[str]:
        """What the stack has and this machine does not run: images that are no packages."""
        services = [app for app in self.tasks if app not in self.slots]
        others = [
            f"{app}'s {c.name}" for app in self.slots for c in self.tasks[app].containers if not self._program(app, c)
        ]
        return sorted(services + others)

    def _program(self, app: str, container: Container) -> Program | None:
        """What runs a container; nothing for a sidecar of another image without a program of its own."""
        is_own = container.image == self.tasks[app].main.image
        return self.programs.get(f"{app}/{container.name}") or (self.programs[app] if is_own else None)

    def start(self, tell: Callable[[str], None]) -> Account:
        """Start everything and return once Open WebUI answers through the load balancer."""
        for server in self.start_data():
            tell(f"{server} runs")
        self.load_balancer.start(self.there, self.processes)
        if GATEWAY in self.tasks and not self.in_aws:
            self.start_bedrock(models_of(self.tasks[GATEWAY]))
        for app in self.slots:
            if app != WEBUI:
                self.start_task(app, 1, tell)
        with ThreadPoolExecutor(self.count) as starting:  # at once, as ECS does
            started = [starting.submit(self.start_task, WEBUI, 1 + n, tell) for n in range(self.count)]
        for task in started:
            task.result()
        public = f"http://{LOOPBACK}:{self._listeners[max(self._listeners)]}/health"
        self.processes.wait_until("load-balancer", lambda: answers(public), seconds=60)
        variables = self.variables(WEBUI, self.tasks[WEBUI].main, recorded=True)
        return Account(url=self._url, email=variables["WEBUI_ADMIN_EMAIL"], password=variables["WEBUI_ADMIN_PASSWORD"])

    def start_data(self) -> Iterator[str]:
        """Start the database and the cache, as far as the stack has them and they do not run."""
        variables = self.variables(WEBUI, self.tasks[WEBUI].main, recorded=True)
        if "DATABASE_HOST" in variables and "DATABASE_PASSWORD" not in variables:
            raise TryError(
                "database.authentication: iam takes Open WebUI's standard image: the slim packages, which run here, "
                "know passwords only. Try the stack with password"
            )
        if "DATABASE_HOST" in variables and not self.processes.runs("postgresql"):
            servers.start_postgresql(self.there, self.processes, self.data / "postgresql", self._database, variables)
            yield "PostgreSQL"
        if "REDIS_URL" in variables and not self.processes.runs("valkey"):
            servers.start_valkey(self.there, self.processes, self.data, self._cache, variables["REDIS_URL"])
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
            service_connect=dict(self._service_connect(app)),
        )
        here = Addresses(
            public_url=self._url,
            balancer_url=f"http://{LOOPBACK}:{self._listeners[min(self._listeners)]}",
            service_connect={},
        )
        slot = self.slots[app][number - 1]
        return substitutions.table(app, recorded, here, self._ports_of(slot), self._folders(slot))

    def _service_connect(self, app: str) -> Iterator[tuple[str, str]]:
        """The private names that the app's security group lets it call; the others lead nowhere, as in AWS."""
        services = {service.app: service for service in services_of(self._recording)}
        open_ways = {(edge.target, edge.port) for edge in edges_of(self._recording) if edge.source == services[app].urn}
        for name, service in services.items():
            for alias in service.service_connect:
                if name in self.slots and (service.urn, int(alias.rpartition(":")[2])) in open_ways:
                    yield alias, f"{LOOPBACK}:{self.slots[name][0].port}"

    def _ports_of(self, slot: Slot) -> Ports:
        return Ports(app=slot.port, database=self._database, cache=self._cache)

    def _folders(self, slot: Slot) -> Mapping[str, Path]:
        """Mount point -> folder: of the file system, and of the task's scratch volumes."""
        certificates = self.data / "certificates" / f"{slot.app}-{slot.number}"
        return {
            "/webui": self.data / "files",
            "/scratch": self.data / "scratch" / str(slot.number),
            "/certificates": certificates,
        }

    def start_bedrock(self, models: Sequence[str]) -> None:
        """Start the stand-in for Bedrock as a region that has these models and inference profiles."""
        settings = {
            "models": models,
            "profiles": profiles_of(self.tasks[GATEWAY]),
            "account": self._recording.aws.account_id,
            "statements": self.tasks[GATEWAY].statements,
        }
        file = self.data / "bedrock.json"
        file.write_text(json.dumps(settings))
        command = [sys.executable, "-m", "live.bedrock.server", str(self._bedrock), str(file)]
        self.processes.start("bedrock", command, {"PATH": os.defpath}, ROOT)
        self.processes.wait_until("bedrock", lambda: answers(f"http://{LOOPBACK}:{self._bedrock}/health"), seconds=30)

    def start_task(
        self, app: str, number: int, tell: Callable[[str], None], changed: Mapping[str, str] | None = None
    ) -> None:
        """Run a task in a slot, with some variables `changed`, and return once it is healthy and registered."""
        slot, task = self.slots[app][number - 1], self.tasks[app]
        for folder in self._folders(slot).values():
            folder.mkdir(parents=True, exist_ok=True)
        running = self._running[slot] = []
        for container in task.containers:
            if (program := self._program(app, container)) is None:
                continue
            process = self._start_container(slot, container, program, changed or {})
            running.append(process)
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
        self.processes.wait_until(slot.named(task.main.name), lambda: self._is_healthy(slot), _START)
        self.load_balancer.register(slot.port)
        tell(f"{slot.named(app)} is healthy")

    def stop_task(self, app: str, number: int) -> int:
        """Stop a task as ECS does: no new requests, then SIGTERM, and the time that the definition gives it."""
        slot, main = self.slots[app][number - 1], self.tasks[app].main
        self.load_balancer.deregister(slot.port)
        processes = self._running.pop(slot)
        for process in processes:
            process.terminate()
        return self.processes.latest(slot.named(main.name)).wait(main.stop_timeout)

    def _start_container(
        self, slot: Slot, container: Container, program: Program, changed: Mapping[str, str]
    ) -> "subprocess.Popen[bytes]":
        program.folder.mkdir(exist_ok=True)
        recorded = container.command if container.runs_to_its_end or not program.command else program.command
        command = substitutions.command(recorded, container.port, self._ports_of(slot), self._folders(slot))
        variables = {**self.variables(slot.app, container, slot.number), **program.variables, **changed}
        environment = {**variables, "PATH": program.path, "LANG": "C.UTF-8"}
        return self.processes.start(slot.named(container.name), command, environment, program.folder)

    def _is_healthy(self, slot: Slot) -> bool:
        """By the container's own check; without one, or with one that only its image can run, when it listens."""
        main = self.tasks[slot.app].main
        environment = {"PATH": f"{self.there.bin}:{os.defpath}"}
        if not main.health_check or not shutil.which(main.health_check[0], path=environment["PATH"]):
            return not is_free(slot.port)
        check = substitutions.command(main.health_check, main.port, self._ports_of(slot), {})
        return subprocess.run(check, env=environment, capture_output=True, check=False).returncode == 0
