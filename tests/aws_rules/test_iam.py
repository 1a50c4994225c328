"""Policy documents are valid, in a fixed order, and name "*" only where no ARN exists."""

import json
import re
from collections.abc import Iterator

from aws_rules import bedrock, guardrails, iam
from policy.policies.iam import UNAVOIDABLE

OUTPUT = object()


def every_statement() -> Iterator[iam.Statement]:
    yield iam.read_secrets(["arn:aws:secretsmanager:eu-west-1:1:secret:a-AbCdEf"])
    yield iam.decrypt(["arn:aws:kms:eu-west-1:1:key/k"], "secretsmanager.eu-west-1.amazonaws.com")
    yield iam.write_logs("arn:aws:logs:eu-west-1:1:log-group:/ecs/x:log-stream:webui/*")
    yield from iam.pull_images(["arn:aws:ecr:eu-west-1:1:repository/r"])
    yield iam.mount_efs("arn:aws:elasticfilesystem:eu-west-1:1:file-system/f", "arn:ap")
    yield from iam.exec_channel("arn:group", "arn:group:*", "arn:key")
    yield iam.send_traces()
    yield bedrock.list_models()
    yield bedrock.assume("arn:aws:iam::210987654321:role/bedrock-caller")
    yield guardrails.apply("aws", "eu-west-1", "123456789012", "gr1a2b3c4d5e")
    yield from bedrock.statements("aws", "eu-west-1", "123456789012", ())
    yield bedrock.by_mantle("aws", "eu-west-1", "123456789012", ("qwen.qwen3-32b",))


def test_a_star_resource_stands_only_where_the_policy_pack_knows_no_narrower_one() -> None:
    starred = {str(statement["Sid"]) for statement in every_statement() if statement["Resource"] == ["*"]}
    assert starred == UNAVOIDABLE.keys()


def test_no_action_is_a_wildcard() -> None:
    assert "*" not in "".join(str(statement["Action"]) for statement in every_statement())


def test_statement_ids_are_distinct_and_of_letters_and_digits() -> None:
    # IAM user guide, policy element Sid
    sids = [str(statement["Sid"]) for statement in every_statement()]
    assert len(sids) == len(set(sids))
    assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


def test_a_document_is_json_of_the_current_policy_version() -> None:
    document = iam.document(*every_statement())
    assert document["Version"] == "2012-10-17"
    assert json.loads(json.dumps(document)) == document


def test_the_order_of_statements_actions_and_resources_is_the_order_given() -> None:
    statement = iam.allow("S", ["b:B", "a:A"], ["r2", "r1"])
    assert statement == {"Sid": "S", "Effect": "Allow", "Action": ["b:B", "a:A"], "Resource": ["r2", "r1"]}


def test_an_empty_condition_is_left_out() -> None:
    assert "Condition" not in iam.allow("S", ["a:A"], ["r"], {})


def test_a_denial_denies() -> None:
    statement = iam.deny("S", ["a:A"], ["r"], {"Bool": {"aws:SecureTransport": "false"}})
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_outputs_pass_through_untouched() -> None:
    assert iam.read_secrets([OUTPUT])["Resource"] == [OUTPUT]
    assert iam.mount_efs(OUTPUT, OUTPUT)["Condition"] == {"StringEquals": {"elasticfilesystem:AccessPointArn": OUTPUT}}


def test_only_this_accounts_tasks_may_assume_a_role() -> None:
    pattern = "arn:aws:ecs:eu-west-1:123456789012:*"
    assert iam.assume_role("ecs-tasks.amazonaws.com", "123456789012", pattern)["Statement"] == [
        {
            "Sid": "AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": ["sts:AssumeRole"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "123456789012"},
                "ArnLike": {"aws:SourceArn": pattern},
            },
        }
    ]


def test_a_role_without_source_arn_still_checks_the_account() -> None:
    document = iam.assume_role("vpc-flow-logs.amazonaws.com", "123456789012")
    assert "aws:SourceAccount" in json.dumps(document)
    assert "ArnLike" not in json.dumps(document)


def test_aws_backup_takes_a_role_without_a_condition_that_it_does_not_meet() -> None:
    assert "Condition" not in json.dumps(iam.assume_role("backup.amazonaws.com", "123456789012"))


def test_a_public_image_needs_no_permission() -> None:
    assert iam.pull_images([None]) == []


def test_an_image_is_pulled_from_its_own_repository_only() -> None:
    login, pull = iam.pull_images(["arn:repository", None, "arn:repository"])
    assert login["Action"] == ["ecr:GetAuthorizationToken"]
    assert pull["Resource"] == ["arn:repository"]


def test_a_key_decrypts_only_through_the_service_named() -> None:
    statement = iam.decrypt(["arn:key"], "secretsmanager.eu-west-1.amazonaws.com")
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}}


def test_a_task_mounts_and_writes_but_is_never_root() -> None:
    assert iam.mount_efs("arn:fs", "arn:ap")["Action"] == [
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
    ]


def test_exec_opens_both_channels_of_session_manager() -> None:
    assert iam.exec_channel("arn:group", "arn:group:*", "arn:key")[0]["Action"] == [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]
