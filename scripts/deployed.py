"""What a deployed stack says of itself (its outputs), and the AWS session in which to look at it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from scripts import backend, stack_config
from scripts.aws_access import AWS_ERRORS, CLIENT_CONFIG, account_id, open_session, sign_in_problem
from scripts.checks import Situation, find_missing
from scripts.findings import Finding
from scripts.pulumi_cli import InstallError
from scripts.pulumi_stack import PulumiError, StackNotFoundError, open_stack

TASK_DEFINITION = re.compile(r"arn:[^:]+:ecs:(?P<region>[^:]+):(?P<account>\d{12}):task-definition/.+:\d+")

OUTPUTS = (
    "TaskDefinitions",
    "ECSClusterName",
    "LogGroupName",
    "ServiceNames",
    "SecretVersions",
    "TroubleshootingCommands",
)

RETRIES = {"mode": "standard", "total_max_attempts": 5}
"""Throttled calls are worth more patience than a check before a deployment has."""


class DeployedError(Exception):
    """The stack cannot be looked at; `findings` say what is missing."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.what for finding in findings))
        self.findings = findings


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A deployed stack: what its program registered last, and where."""

    stack: str
    session: boto3.Session
    """With the stack's region and profile."""
    cluster: str
    log_group: str
    service_names: Mapping[str, str]
    """ECS service by app (`webui`, `gateway`, ...)."""
    task_definitions: Mapping[str, str]
    """Registered revision by app: the ARN of what should run."""
    secret_versions: Mapping[str, str]
    """Secrets Manager version by the secret's ARN: what the tasks were last started for."""
    commands: Mapping[str, str]
    """The stack's troubleshooting commands."""
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """The one client of a service; it tries again when AWS throttles it."""
        if service not in self.clients:
            self.clients[service] = self.session.client(service, config=CLIENT_CONFIG.merge(Config(retries=RETRIES)))
        return self.clients[service]


def read_deployed(command: str, stack: str, root: Path) -> Deployed:
    """Read the outputs with the Pulumi CLI and sign in to their account. Raises DeployedError, ConfigFileError."""
    config = stack_config.read(root, stack)
    situation = Situation(command, config, backend.choose(root, os.environ))
    missing = list(find_missing(situation))
    if missing:
        raise DeployedError(*missing)
    outputs = _outputs(situation)
    registered = outputs.get("TaskDefinitions", {})
    place = TASK_DEFINITION.fullmatch(next(iter(registered.values()), ""))
    absent = [name for name in OUTPUTS if name not in outputs]
    if absent or not place:
        raise DeployedError(
            Finding(
                f"outputs of stack {stack} ({', '.join(absent or OUTPUTS)}): not deployed, or by an older program",
                f"Deploy it: make up STACK={stack}",
            )
        )
    return Deployed(
        stack=stack,
        session=_sign_in(config, place["account"], place["region"]),
        cluster=outputs["ECSClusterName"],
        log_group=outputs["LogGroupName"],
        service_names=outputs["ServiceNames"],
        task_definitions=registered,
        secret_versions=outputs["SecretVersions"],
        commands=outputs["TroubleshootingCommands"],
    )


def _outputs(situation: Situation) -> Mapping[str, Any]:
    stack = situation.config.stack
    try:
        found = open_stack(situation).read("stack", "output", "--json")
    except InstallError as error:
        raise DeployedError(Finding("the Pulumi CLI", str(error))) from error
    except (PulumiError, StackNotFoundError) as error:
        why = f": {error}" if isinstance(error, PulumiError) else ", which is not there"
        raise DeployedError(
            Finding(
                f"the outputs of stack {stack} in {situation.backend.url}{why}",
                f"Deploy it (make up STACK={stack}), or set PULUMI_BACKEND_URL to where its state is.",
            )
        ) from error
    return found if isinstance(found, Mapping) else {}


def _sign_in(config: stack_config.StackConfig, account: str, region: str) -> boto3.Session:
    """A session that sees the stack: the same account, the region that the stack was deployed in."""
    try:
        session = open_session(config)
        signed_in = account_id(session)
    except AWS_ERRORS as error:
        raise DeployedError(sign_in_problem(error)) from error
    if signed_in != account:
        raise DeployedError(
            Finding(
                f"credentials for account {account}: these are for {signed_in}", "Set AWS_PROFILE to the other one."
            )
        )
    return boto3.Session(profile_name=config.values.get("aws:profile"), region_name=region)
