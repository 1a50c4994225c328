"""AWS as commands and the program ask it besides the Pulumi provider: patient clients, and what a refusal says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

AWS_ERRORS = (BotoCoreError, ClientError, ResponseParserError)
"""What a call can raise: no or refused credentials, no network, an error answer, a proxy's page instead of one."""

LONGEST_MESSAGE = 300

# A check must answer soon, also behind a proxy that swallows packets.
CLIENT_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2})

PATIENT = CLIENT_CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 5}))
"""Throttled calls are worth more patience than a check before a deployment has."""


@dataclass(frozen=True)
class Aws:
    """An account in one region, with one patient client for each service."""

    session: boto3.Session
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """The one client of a service; it tries again when AWS throttles it."""
        if service not in self.clients:
            self.clients[service] = self.session.client(service, config=PATIENT)
        return self.clients[service]


def open_session(provider: Mapping[str, Any], region: str | None) -> boto3.Session:
    """Sign in as Pulumi's AWS provider does by its configuration (`profile`, `accessKey`, `assumeRoles`, ...).

    Raises one of AWS_ERRORS when the profile does not exist or a role may not be assumed.
    """
    session = boto3.Session(
        provider.get("accessKey"),
        provider.get("secretKey"),
        provider.get("token"),
        profile_name=provider.get("profile"),
        region_name=region,
    )
    for role in [provider.get("assumeRole"), *(provider.get("assumeRoles") or [])]:
        if role and role.get("roleArn"):
            session = _assume(session, role)
    return session


def _assume(session: boto3.Session, role: Mapping[str, Any]) -> boto3.Session:
    sts = session.client("sts", region_name=session.region_name or "us-east-1", config=CLIENT_CONFIG)
    known_by = {"ExternalId": role["externalId"]} if role.get("externalId") else {}
    name = role.get("sessionName", "webui-bedrock")
    found = sts.assume_role(RoleArn=role["roleArn"], RoleSessionName=name, **known_by)["Credentials"]
    return boto3.Session(
        found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"], region_name=session.region_name
    )


def message(error: Exception) -> str:
    """What one of AWS_ERRORS says, without the rest of a page that a proxy sent."""
    return str(error).partition("\n")[0][:LONGEST_MESSAGE]
