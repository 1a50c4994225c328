"""This machine's way into AWS: session, region and account, as the Pulumi AWS provider would find them."""

import os
from collections.abc import Collection

import boto3
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError
from botocore.parsers import ResponseParserError

from health import aws
from health.aws import AWS_ERRORS, CLIENT_CONFIG, message
from problems import Problem
from problems.command import MissingError, lacking, missing
from scripts.stack_file import StackFile

UNREACHABLE = (NoConnectionError, HTTPClientError, ResponseParserError)
"""Those of AWS_ERRORS that say nothing of the credentials: AWS was not reached."""

NO_CREDENTIALS = "Sign in (`aws sso login`, `aws configure`), or set AWS_PROFILE to a profile of yours."
NO_REGION = missing("the AWS region", "Set AWS_REGION, or in the stack: `aws:region: eu-central-1`.")


def open_session(config: StackFile, region: str | None = None) -> boto3.Session:
    """Open a session with the stack's profile, roles and region, else the environment's; the region may be None.

    Raises one of AWS_ERRORS when the profile does not exist or a role may not be assumed.
    """
    # boto3 reads AWS_DEFAULT_REGION only; the provider reads AWS_REGION first.
    region = region or config.region or os.environ.get("AWS_REGION")
    return aws.open_session(config.of_provider, region)


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


def sign_in_problem(error: Exception) -> Problem:
    """Tell why nobody is signed in, by one of AWS_ERRORS."""
    text = message(error)
    if isinstance(error, UNREACHABLE):
        return missing(f"an answer from AWS: {text}", "Look at the network: proxy, VPN, HTTPS_PROXY, AWS_ENDPOINT_URL.")
    return missing(f"AWS credentials that work: {text}", NO_CREDENTIALS)
