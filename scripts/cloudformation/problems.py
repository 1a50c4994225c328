"""When AWS's answer means: it is not there."""

from botocore.exceptions import ClientError

ABSENT = ("NotFound", "NoSuchEntity", "DoesNotExist", "INACTIVE")
"""Parts of the error codes by which AWS says that there is no such thing; every service has its own."""


def means_absent(error: ClientError) -> bool:
    """Whether the thing that was asked for does not exist (any more)."""
    details = error.response["Error"]
    # ECS has no code of its own for a missing task definition.
    return any(word in details["Code"] for word in ABSENT) or "Unable to describe task definition" in details["Message"]
