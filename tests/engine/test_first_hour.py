"""A newcomer with README alone gets into a chat and back: every command runs, and shows what README says."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from live.bedrock.permissions import CREDENTIALS
from live.bedrock.server import Bedrock
from scripts.webui_api import WebuiApi
from tests import deployer_policy
from tests.engine import first_hour, terminal, tools
from tests.engine.given_account import ACCOUNT_ID
from tests.engine.machinery import Machinery
from tests.engine.stage import Stage
from tests.engine.terminal import CTRL_C, Answer
from tests.engine.test_life import REMAINS
from tests.live.test_stand_ins import served
from tests.scripts.webui_stand_in import webui_stand_in

MODELS: Final = ("amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0")
REPOSITORY: Final = "bedrock-proxy-api-ecs"
INTERRUPTED: Final = -signal.SIGINT
"""make ends itself by the signal of Ctrl-C."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """How a command of README is run."""

    status: int = 0
    first: int = 3
    last: int = 2
    """How many of the lines that are printed README shows: those of the beginning, those of the end."""
    dialogue: tuple[tuple[str, str], ...] = ()
    """What the newcomer types at which question; `sign in` is more than typing."""
    not_run: str = ""
    """Why something else happens in its place."""


STEPS: Final = {
    "aws sso login": Step(not_run="the stand-in of AWS takes any credentials"),
    "make models CHECK=1 STACK=dev": Step(),
    "git clone https://github.com/aws-samples/bedrock-access-gateway ../bedrock-access-gateway": Step(
        not_run="tests use no network: a repository with an empty Dockerfile stands in its place"
    ),
    f"make push-image SRC=../bedrock-access-gateway NAME={REPOSITORY}": Step(),
    "make preview STACK=dev": Step(),
    "make up STACK=dev": Step(first=1, last=4, dialogue=(("Do you want to perform this update?", "yes\r"),)),
    "make open STACK=dev": Step(
        status=INTERRUPTED,
        first=4,
        last=0,
        dialogue=(("Show the password here? [y/N] ", "y\r"), ("Waiting for connections...", "sign in")),
    ),
    "make destroy STACK=dev": Step(
        first=2, last=3, dialogue=(("Type the stack's name to go on: ", "dev\r"), ("perform this destroy?", "yes\r"))
    ),
    'make pulumi STACK=dev ARGS="stack rm dev"': Step(dialogue=(("confirm", "dev\r"),)),
}


def test_the_commands_of_readme_are_those_that_run() -> None:
    runs = first_hour.commands(first_hour.section())
    assert [*runs.items()] == [(command, not step.not_run) for command, step in STEPS.items()]


@dataclass(frozen=True)
class Newcomer:
    """Somebody with README, an account, and the tools that README names."""

    stage: Stage
    environment: dict[str, str]
    webui: Any
    screens: dict[str, list[str]] = field(default_factory=dict)

    def follow(self, command: str, step: Step) -> None:
        """Run a command as it is printed, and see that it ends well."""
        answers = [(question, self._answer(typed)) for question, typed in step.dialogue]
        words = command.replace("make ", "make --assume-old=.venv/.installed ", 1)
        status, screen = terminal.run(words, answers, self.stage.project, self.environment)
        assert status == step.status, "\n".join([command, *screen])
        self.screens[command] = first_hour.excerpt(screen, step.first, step.last)

    def _answer(self, typed: str) -> Answer:
        return self._sign_in if typed == "sign in" else lambda _: typed

    def _sign_in(self, shown: str) -> str:
        """Open WebUI's server has the account that ECS gives its task; a browser signs in with what is shown."""
        self.webui.add(**task_account(self.stage), role="admin")
        there = dict(re.findall(r"(Open WebUI|administrator|Password): (\S+)", shown))
        WebuiApi(there["Open WebUI"]).sign_in(there["administrator"], there["Password"])
        return CTRL_C


def task_account(stage: Stage) -> dict[str, str]:
    """The first administrator, as the variables of Open WebUI's task have it."""
    definition = stage.aws.client("ecs").describe_task_definition(taskDefinition="webui-bedrock-webui-service")
    containers = definition["taskDefinition"]["containerDefinitions"]
    webui = next(one for one in containers if one["name"] == "webui")
    email = next(one["value"] for one in webui["environment"] if one["name"] == "WEBUI_ADMIN_EMAIL")
    source = next(one["valueFrom"] for one in webui["secrets"] if one["name"] == "WEBUI_ADMIN_PASSWORD")
    secret = stage.aws.client("secretsmanager").get_secret_value(SecretId=":".join(source.split(":")[:7]))
    return {"email": email, "password": secret["SecretString"]}


@contextmanager
def newcomer(machinery: Machinery, folder: Path) -> Iterator[Newcomer]:
    """An account without the gateway's image, a project without a state, a checkout of the gateway."""
    stage = machinery.empty("dev", folder / "stage")
    (stage.project / "Pulumi.dev.yaml").unlink()
    stage.configure(machinery.configs["dev"])
    stage.aws.client("ecr").delete_repository(repositoryName=REPOSITORY, force=True)
    check_out(stage.folder / "bedrock-access-gateway")
    tools.install(folder / "bin")
    rights = json.loads(deployer_policy.documents()["apps"])["Statement"]
    bedrock = Bedrock(models=MODELS, account=ACCOUNT_ID, statements=rights)
    with served(bedrock.respond) as models, webui_stand_in() as webui:
        environment = stage.environment() | {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "AWS_ACCESS_KEY_ID": CREDENTIALS.access_key,
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS.secret_key,
            "AWS_ENDPOINT_URL_BEDROCK": models,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": models,
            "WEBUI_IN_TASK": webui.url,
        }
        for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"):
            del environment[name]
        yield Newcomer(stage, environment, webui)


def check_out(folder: Path) -> None:
    """A repository with the Dockerfile where upstream has it."""
    (folder / "src").mkdir(parents=True)
    (folder / "src/Dockerfile_ecs").touch()
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], check=True)


@pytest.mark.engine
def test_a_newcomer_gets_to_a_chat_and_back_with_readme_alone(machinery: Machinery, tmp_path: Path) -> None:
    with newcomer(machinery, tmp_path) as person:
        before = person.stage.aws.inventory()
        for command, step in STEPS.items():
            if not step.not_run:
                person.follow(command, step)
        left = person.stage.aws.inventory() - before
    assert {kind for kind, _ in left} <= REMAINS, left
    if os.environ.get("SEEN") == "1":
        first_hour.write(person.screens)
    shown = {command: first_hour.comparable(lines) for command, lines in person.screens.items()}
    told = {command: first_hour.comparable(lines) for command, lines in first_hour.seen(first_hour.section()).items()}
    assert shown == told, 'deliberate? then SEEN=1 make engine ARGS="-k newcomer" writes README anew'
