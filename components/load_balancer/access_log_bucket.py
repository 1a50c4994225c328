"""The bucket for the load balancer's access logs."""

import pulumi

from aws_rules import iam
from components.support.location import Location
from components.support.private_bucket import make_private_bucket

KEPT_DAYS = 365


def make_access_log_bucket(
    name: str, location: Location, *, protect: bool, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """A private, TLS-only, expiring bucket that Elastic Load Balancing may write to.

    Returns its name once the policy stands, because a load balancer that cannot write a test object is refused.
    Encryption is SSE-S3: Elastic Load Balancing does not support KMS keys for access logs.
    """

    def writers(bucket_arn: pulumi.Output[str]) -> iam.Statement:
        """The form that the ALB user guide documents ("Access logs"): the account in the path limits who may write.

        `aws:SourceArn` is not sent with the test object that the load balancer writes first: a condition on it refuses
        it.
        """
        own_logs = pulumi.Output.concat(bucket_arn, f"/AWSLogs/{location.account_id}/*")
        delivery = iam.service("logdelivery.elasticloadbalancing.amazonaws.com")
        return iam.allow("LoadBalancersWriteLogs", "s3:PutObject", own_logs, principal=delivery)

    return make_private_bucket(
        name,
        sse={"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}},
        expiration={"days": KEPT_DAYS},
        noncurrent_days=1,
        force_destroy=not protect,
        protect=protect,
        parent=parent,
        writers=writers,
    ).name
