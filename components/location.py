"""Where the stack lives: the account, region and partition that ARNs are built from."""

from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Location:
    """The AWS account and region of the default provider, known before any resource is registered."""

    account_id: str
    region: str
    partition: str

    @classmethod
    def look_up(cls) -> "Location":
        """Ask the default AWS provider who and where it is."""
        return cls(
            account_id=aws.get_caller_identity().account_id,
            region=aws.get_region().region,
            partition=aws.get_partition().partition,
        )

    def arn(self, service: str, resource: str) -> str:
        """The ARN of `resource` in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"
