"""AWS as commands and the program ask it besides the Pulumi provider: patient clients, and what a refusal says."""

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


def message(error: Exception) -> str:
    """What one of AWS_ERRORS says, without the rest of a page that a proxy sent."""
    return str(error).partition("\n")[0][:LONGEST_MESSAGE]
