"""A stack that runs Open WebUI 0.12.4 in moto, releases around it, and a deployment that goes as a test says."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

import pytest

from health.before_upgrade import take_snapshot
from scripts import rollback, upgrade, webui_version
from scripts.open_webui_release import Release, known
from scripts.stack_file import StackFile
from tests.scripts.deployed_stack import CLUSTER, SERVICES, TASK, Body, Stack, answer, deployed, run_service
from tests.scripts.standins import DIGEST, Machine, Outcome
from tests.support.program import plan

NAME: Final = "ghcr.io/open-webui/open-webui"
OLD, NEW = f"{NAME}:v0.12.4", f"{NAME}:v0.13.0@{DIGEST}"
CLUSTER_OF_DATA: Final = "demo-0a1b2c"
FILE: Final = f"""config:
  aws:region: eu-west-1
  webui-bedrock:namePrefix: demo
  webui-bedrock:webui:
    image: {OLD} # as tried in spring
"""
FIRST = known()
MIGRATES = Release(version="0.13.0", variables=FIRST.variables, paths=FIRST.paths, migrations=frozenset({"a_new_one"}))
KEEPS = Release(version="0.13.0", variables=FIRST.variables, paths=FIRST.paths)

Step = Callable[["World"], int]
"""What a `make up` does, and its exit status."""


@dataclass
class World:
    """The account, the stack's file, and what each `make up` is to do."""

    stack: Stack
    steps: list[Step] = field(default_factory=list)
    tasks: list[Body] = field(default_factory=list)
    """Of Open WebUI, as ECS describes them."""
    asked: list[bool] = field(default_factory=list)
    """For each `make up`, whether it was told yes."""

    @property
    def text(self) -> str:
        return (self.stack.machine.project / "Pulumi.dev.yaml").read_text()

    @property
    def image(self) -> str:
        return str(re.findall(r"image: (\S+)", self.text)[0])

    def register(self) -> str:
        """What the program does first: a revision with the file's image."""
        container = {"name": "webui", "image": self.image, "memory": 512}
        ecs = self.stack.client("ecs")
        made = ecs.register_task_definition(family=SERVICES["webui"], containerDefinitions=[container])
        self.stack.task_definitions["webui"] = str(made["taskDefinition"]["taskDefinitionArn"])
        self.stack.publish()
        return self.stack.task_definitions["webui"]

    def deploy(self) -> None:
        """Register, and let the service run it."""
        revision = self.register()
        self.stack.client("ecs").update_service(cluster=CLUSTER, service=SERVICES["webui"], taskDefinition=revision)

    def snapshot(self) -> None:
        """What the program's hook does before the service changes."""
        take_snapshot(webui_version.read_images("dev", self.stack.machine.project).deployed.aws, CLUSTER_OF_DATA, OLD)

    def has_migrated(self) -> None:
        """A task of the registered revision migrated, and then failed."""
        ended = [{"name": "migrate", "exitCode": 0}, {"name": "webui", "exitCode": 1}]
        there = {"taskArn": TASK, "taskDefinitionArn": self.stack.task_definitions["webui"], "stoppedReason": "-"}
        self.tasks.append({**there, "containers": ended})

    @property
    def runs(self) -> str:
        return webui_version.read_images("dev", self.stack.machine.project).runs


def up(world: World) -> int:
    """A `make up` that ends well."""
    if world.image != OLD:
        world.snapshot()
    world.deploy()
    return 0


@pytest.fixture
def world(machine: Machine) -> Iterator[World]:
    machine.setenv(MOTO_ECS_SERVICE_RUNNING="1")
    machine.patch.setattr("moto.rds.models.RDSBackend.create_auto_cluster_snapshot", lambda *_: None)
    with deployed(machine) as stack, ExitStack() as answers:
        world = World(stack)
        machine.write_stack(FILE)
        answers.enter_context(answer("ecs.ListServiceDeployments", {"serviceDeployments": []}))
        answers.enter_context(answer("ecs.ListTasks", {"taskArns": [TASK]}))
        answers.enter_context(answer("ecs.DescribeTasks", {"tasks": world.tasks}))
        login = {"MasterUsername": "webui_admin", "MasterUserPassword": "made-up-word"}
        stack.client("rds").create_db_cluster(DBClusterIdentifier=CLUSTER_OF_DATA, Engine="aurora-postgresql", **login)
        world.register()
        run_service(stack, "webui")
        patch(machine, world)
        yield world


def patch(machine: Machine, world: World) -> None:
    """In place of PyPI, registries, the Pulumi CLI and this machine's own try."""

    def write(config: StackFile, **values: str) -> None:
        text = world.text.replace(world.image, values["webui_image"])
        snapshot = values.get("database_snapshotIdentifier")
        more = f"  webui-bedrock:database: {{snapshotIdentifier: {snapshot}}}\n" if snapshot else ""
        config.file.write_text(text + more)

    def deploy(_: StackFile, *, yes: bool, preview: bool = True) -> int:
        world.asked.append(not yes and preview)
        return (world.steps.pop(0) if world.steps else up)(world)

    machine.patch.setattr(webui_version, "write", write)
    machine.patch.setattr(webui_version, "deploy", deploy)
    machine.patch.setattr(upgrade, "record_stack", lambda *_: plan())
    machine.patch.setattr(upgrade, "digest_of", lambda *_: DIGEST)
    machine.patch.setattr(upgrade, "_try", lambda *_: None)
    releases(machine, MIGRATES)


def releases(machine: Machine, new: Release) -> None:
    """What PyPI has as 0.13.0."""
    for module in (upgrade, rollback):
        machine.patch.setattr(module, "download", lambda version: new if version == "0.13.0" else FIRST)


Run = Callable[..., Outcome]


@pytest.fixture
def run(machine: Machine, world: World) -> Run:
    """`make upgrade VERSION=v0.13.0`."""
    del world

    def call(*words: str, version: str = "v0.13.0", status: int = 0) -> Outcome:
        return machine.run(upgrade.main, "--stack", "dev", "--version", version, *words, status=status)

    return call


@pytest.fixture
def back(machine: Machine, world: World) -> Run:
    """`make rollback`."""
    del world
    return lambda *words, status=0: machine.run(rollback.main, "--stack", "dev", *words, status=status)
