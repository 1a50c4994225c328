"""What keeps a CloudFormation stack from being taken over, and when AWS's answer means: it is not there."""

from botocore.exceptions import ClientError

from scripts.findings import Finding

ABSENT = ("NotFound", "NoSuchEntity", "DoesNotExist", "INACTIVE")
"""Parts of the error codes by which AWS says that there is no such thing; every service has its own."""


class TakeOverError(Exception):
    """The stack cannot be taken over as it is; `findings` say why and what to do."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.what for finding in findings))
        self.findings = findings


def means_absent(error: ClientError) -> bool:
    """Whether the thing that was asked for does not exist (any more)."""
    details = error.response["Error"]
    # ECS has no code of its own for a missing task definition.
    return any(word in details["Code"] for word in ABSENT) or "Unable to describe task definition" in details["Message"]
