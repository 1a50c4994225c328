"""This machine's way into AWS: session, region and account, as the Pulumi AWS provider would find them."""

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from problems import Problem
from problems.command import MissingError, lacking, missing
from scripts.stack_file import StackFile

AWS_ERRORS = (BotoCoreError, ClientError, ResponseParserError)
"""What a call can raise: no or refused credentials, no network, an error answer, a proxy's page instead of one."""

UNREACHABLE = (NoConnectionError, HTTPClientError, ResponseParserError)
"""Those of AWS_ERRORS that say nothing of the credentials: AWS was not reached."""

LONGEST_MESSAGE = 300

NO_CREDENTIALS = "Sign in (`aws sso login`, `aws configure`), or set AWS_PROFILE to a profile of yours."
NO_REGION = missing("the AWS region", "Set AWS_REGION, or in the stack: `aws:region: eu-central-1`.")

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


def open_session(config: StackFile) -> boto3.Session:
    """Open a session with the stack's profile and region, else the environment's; the region may be None.

    Raises one of AWS_ERRORS when the profile does not exist.
    """
    # boto3 reads AWS_DEFAULT_REGION only; the provider reads AWS_REGION first.
    region = config.region or os.environ.get("AWS_REGION")
    return boto3.Session(profile_name=config.values.get("aws:profile"), region_name=region)


def account_id(session: boto3.Session) -> str:
    """Ask AWS whose credentials these are. Raises one of AWS_ERRORS."""
    sts = session.client("sts", region_name=session.region_name or "us-east-1", config=CLIENT_CONFIG)
    return str(sts.get_caller_identity()["Account"])


def sign_in(config: StackFile, accounts: Collection[str] = ()) -> tuple[boto3.Session, str]:
    """Open a session and give its account, one of `accounts` when there are any. Raises MissingError."""
    try:
        session = open_session(config)
        account = account_id(session)
    except AWS_ERRORS as error:
        raise MissingError(sign_in_problem(error)) from error
    if accounts and account not in accounts:
        wanted = f"credentials for account {', '.join(accounts)}: these are for {account}"
        raise lacking(wanted, "Set AWS_PROFILE to the other one.")
    return session, account


def message(error: Exception) -> str:
    """What one of AWS_ERRORS says, without the rest of a page that a proxy sent."""
    return str(error).partition("\n")[0][:LONGEST_MESSAGE]


def sign_in_problem(error: Exception) -> Problem:
    """Tell why nobody is signed in, by one of AWS_ERRORS."""
    text = message(error)
    if isinstance(error, UNREACHABLE):
        return missing(f"an answer from AWS: {text}", "Look at the network: proxy, VPN, HTTPS_PROXY, AWS_ENDPOINT_URL.")
    return missing(f"AWS credentials that work: {text}", NO_CREDENTIALS)
