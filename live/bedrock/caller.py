"""Amazon Bedrock itself, called as the person who runs `make try BEDROCK=aws`."""

import boto3

from live import TryError


def variables() -> dict[str, str]:
    """The person's credentials as a container's variables: as they are now, so for as long as they are valid."""
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise TryError("BEDROCK=aws calls Bedrock as you, and there are no AWS credentials. Sign in: aws sso login")
    now = credentials.get_frozen_credentials()
    found = {
        "AWS_ACCESS_KEY_ID": now.access_key,
        "AWS_SECRET_ACCESS_KEY": now.secret_key,
        "AWS_SESSION_TOKEN": now.token,
    }
    return {name: str(value) for name, value in found.items() if value}
