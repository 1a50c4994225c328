"""Where the stack lives: the account, region and partition that ARNs are built from."""

from dataclasses import dataclass

import pulumi_aws as aws

from components.support.lookup import look_up


@dataclass(frozen=True, kw_only=True)
class Location:
    """The AWS account and region of the default provider, known before any resource is registered."""

    account_id: str
    region: str
    partition: str

    @classmethod
    def look_up(cls) -> "Location":
        """Ask the default AWS provider who and where it is."""
        remedy = "sign in to AWS (aws sso login, AWS_PROFILE or access keys) and set aws:region"
        return cls(
            account_id=look_up("AWS account", lambda: aws.get_caller_identity().account_id, remedy=remedy),
            region=look_up("AWS region", lambda: aws.get_region().region, remedy=remedy),
            partition=look_up("AWS partition", lambda: aws.get_partition().partition, remedy=remedy),
        )

    def arn(self, service: str, resource: str) -> str:
        """The ARN of `resource` in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"
