"""A bucket that takes the load balancer's logs and shows them to nobody."""

import pulumi_aws as aws

from tests.support.component_args import LOCATION
from tests.support.component_recording import depends_on, policy
from tests.support.component_variants import recorded


def test_public_access_is_blocked_in_all_four_ways_before_the_policy_is_set() -> None:
    recording = recorded("load balancer")
    block = recording.one(aws.s3.BucketPublicAccessBlock).inputs
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [block[switch] for switch in switches] == [True, True, True, True]
    assert "load-balancer-logs-private" in depends_on(recording, recording.one(aws.s3.BucketPolicy))


def test_only_this_accounts_load_balancers_write_and_only_below_its_own_prefix() -> None:
    recording = recorded("load balancer")
    arn = recording.one(aws.s3.Bucket).outputs["arn"]
    statements = policy(recording.one(aws.s3.BucketPolicy))
    write = statements.pop("LoadBalancersWriteLogs")
    assert write["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert write["Action"] == "s3:PutObject"
    assert write["Resource"] == f"{arn}/AWSLogs/{LOCATION.account_id}/*"
    # Elastic Load Balancing writes its test object without aws:SourceArn: a condition on it refuses the load balancer.
    assert "Condition" not in write
    assert {statement["Effect"] for statement in statements.values()} == {"Deny"}


def test_nobody_reads_or_writes_without_tls() -> None:
    recording = recorded("load balancer")
    arn = recording.one(aws.s3.Bucket).outputs["arn"]
    deny = policy(recording.one(aws.s3.BucketPolicy))["TlsOnly"]
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "s3:*")
    assert deny["Resource"] == [arn, f"{arn}/*"]
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
