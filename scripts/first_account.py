"""Open WebUI's first administrator, as the task definition that the stack registered last names it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health.deployed import Deployed
from problems.command import CommandError

WEBUI = "webui"
PASSWORD = "WEBUI_ADMIN_PASSWORD"  # noqa: S105  (a variable's name)


@dataclass(frozen=True, kw_only=True)
class FirstAccount:
    """Where Open WebUI answers, who its first administrator is, and where the password is kept."""

    url: str
    email: str
    password_from: str
    """As ECS reads it: a secret's ARN, perhaps with `:json-key:stage:version`."""


def find_first_account(deployed: Deployed) -> FirstAccount:
    """Read the revision that should run. Raises one of AWS_ERRORS."""
    container = _container(deployed, deployed.task_definitions[WEBUI])
    variables = {each["name"]: each["value"] for each in container.get("environment", ())}
    secrets = {each["name"]: each["valueFrom"] for each in container.get("secrets", ())}
    return FirstAccount(
        url=variables["WEBUI_URL"], email=variables["WEBUI_ADMIN_EMAIL"], password_from=secrets[PASSWORD]
    )


def accepted_origins(deployed: Deployed, task_definition: str) -> list[str]:
    """Whose WebSockets a task of this revision takes. Raises one of AWS_ERRORS."""
    for variable in _container(deployed, task_definition).get("environment", ()):
        if variable["name"] == "CORS_ALLOW_ORIGIN":
            return str(variable["value"]).split(";")
    return ["*"]


def password_command(deployed: Deployed, account: FirstAccount) -> str:
    """The command that prints the password, or the JSON that it is in."""
    arn = ":".join(account.password_from.split(":")[:7])
    place = f"--region {deployed.aws.session.region_name} --secret-id {arn}"
    return f"aws secretsmanager get-secret-value {place} --query SecretString --output text"


def read_password(deployed: Deployed, account: FirstAccount) -> str:
    """The password that the first administrator had when Open WebUI first started. Raises one of AWS_ERRORS."""
    *arn, key, stage, version = [*account.password_from.split(":"), "", "", ""][:10]
    place = {"SecretId": ":".join(arn), "VersionStage": stage, "VersionId": version}
    found = deployed.aws.client("secretsmanager").get_secret_value(**{name: it for name, it in place.items() if it})
    text = str(found["SecretString"])
    if not key:
        return text
    values = json.loads(text)
    if key not in values:
        raise CommandError(f"The secret {place['SecretId']} has no key {key}.")
    return str(values[key])


def _container(deployed: Deployed, task_definition: str) -> Mapping[str, Any]:
    return next(one for one in deployed.containers(task_definition) if one["name"] == WEBUI)
