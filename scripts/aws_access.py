"""This machine's way into AWS: session, region and account, as the Pulumi AWS provider would find them."""

import os

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from scripts.findings import NO_CREDENTIALS, Finding
from scripts.stack_config import StackConfig

AWS_ERRORS = (BotoCoreError, ClientError, ResponseParserError)
"""What a call can raise: no or refused credentials, no network, an error answer, a proxy's page instead of one."""

UNREACHABLE = (NoConnectionError, HTTPClientError, ResponseParserError)
"""Those of AWS_ERRORS that say nothing of the credentials: AWS was not reached."""

LONGEST_MESSAGE = 300

# A check must answer soon, also behind a proxy that swallows packets.
CLIENT_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2})


def open_session(config: StackConfig) -> boto3.Session:
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


def message(error: Exception) -> str:
    """What one of AWS_ERRORS says, without the rest of a page that a proxy sent."""
    return str(error).partition("\n")[0][:LONGEST_MESSAGE]


def sign_in_problem(error: Exception) -> Finding:
    """Tell why nobody is signed in, by one of AWS_ERRORS."""
    text = message(error)
    if isinstance(error, UNREACHABLE):
        return Finding(f"an answer from AWS: {text}", "Look at the network: proxy, VPN, HTTPS_PROXY, AWS_ENDPOINT_URL.")
    return Finding(f"AWS credentials that work: {text}", NO_CREDENTIALS)
