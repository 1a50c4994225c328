"""One key that rotates, and that nobody outside the account can use."""

from dataclasses import replace

import pulumi_aws as aws

from components.encryption_key import key_policy
from tests.support.component_args import LOCATION, LONGEST_PREFIX
from tests.support.component_recording import policy
from tests.support.component_variants import recorded


def test_the_alias_names_the_stack() -> None:
    alias = recorded("key").one(aws.kms.Alias).inputs
    assert alias["name"] == f"alias/{LONGEST_PREFIX}"
    assert alias["targetKeyId"] == recorded("key").one(aws.kms.Key).outputs["keyId"]


def test_iam_of_the_account_administers_the_key() -> None:
    statement = policy(recorded("key").one(aws.kms.Key))["AccountAdministersKey"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert statement["Action"] == "kms:*"


def test_every_other_statement_is_bound_to_this_account() -> None:
    statements = policy(recorded("key").one(aws.kms.Key))
    conditions = {sid: str(s.get("Condition")) for sid, s in statements.items() if sid != "AccountAdministersKey"}
    assert conditions
    assert [sid for sid, condition in conditions.items() if LOCATION.account_id not in condition] == []


def test_aws_services_may_use_the_key_but_not_administer_it() -> None:
    services = [s for s in policy(recorded("key").one(aws.kms.Key)).values() if "Service" in s["Principal"]]
    assert {s["Principal"]["Service"] for s in services} == {"logs.eu-west-1.amazonaws.com", "cloudwatch.amazonaws.com"}
    allowed = {action for s in services for action in s["Action"]}
    assert allowed == {
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    }


def test_cloudwatch_logs_encrypts_log_groups_of_this_account_only() -> None:
    condition = policy(recorded("key").one(aws.kms.Key))["CloudWatchLogs"]["Condition"]
    arn = "arn:aws:logs:eu-west-1:123456789012:log-group:*"
    assert condition == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}}


def test_nobody_but_the_account_and_two_services_is_named() -> None:
    principals = [s["Principal"] for s in policy(recorded("key").one(aws.kms.Key)).values()]
    assert "*" not in principals
    assert {"AWS": "*"} not in principals


def test_another_partition_has_its_own_arns() -> None:
    document = str(key_policy(replace(LOCATION, partition="aws-us-gov", region="us-gov-west-1")))
    assert "arn:aws-us-gov:iam::123456789012:root" in document
    assert "arn:aws:" not in document
