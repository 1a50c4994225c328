"""Parts that the config names: looked up, refused when they cannot serve, and used in place of the stack's own."""

from typing import Any

import pulumi_aws as aws
import pytest

from offline.engine import AwsFacts
from tests.program.test_lookups import refused
from tests.program.variants import IN_ECR
from tests.settings.samples import valid
from tests.support.program import Config, apps, plan, secrets, service, statements

ROOTS = "arn:aws:ssm:us-east-1:123456789012:parameter/company/roots"
KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"keyManager": "AWS"}, "must be a customer-managed key"),
        ({"keySpec": "HMAC_256"}, "must be a symmetric key for encryption, and is of HMAC_256"),
        ({"enabled": False, "keyState": "PendingDeletion"}, "must be enabled, and is PendingDeletion"),
    ],
)
def test_a_key_that_cannot_encrypt_what_the_stack_keeps_is_refused(facts: dict[str, Any], rule: str) -> None:
    (problem,) = refused(valid(kmsKeyArn=KEY), AwsFacts(others={KEY: facts}))
    assert problem.startswith(f"kmsKeyArn: read {KEY}; {rule}")


def test_nothing_is_encrypted_with_a_key_of_the_stacks_own_beside_a_given_one() -> None:
    recording = plan({"kmsKeyArn": KEY})
    assert recording.of_type(aws.kms.Key) == recording.of_type(aws.kms.Alias) == []
    own = plan().one(aws.kms.Key).outputs["arn"]
    for before in plan().resources:
        for name, value in before.inputs.items():
            if value == own:
                (after,) = [one for one in recording.resources if one.urn == before.urn]
                assert after.inputs[name] == KEY, f"{after} {name}"


def test_a_topic_of_another_account_is_taken_at_its_word() -> None:
    arn = "arn:aws:sns:us-east-1:210987654321:alarms"
    recording = plan({"alarms": {"topicArn": arn}})
    assert {tuple(alarm.inputs["alarmActions"]) for alarm in recording.of_type(aws.cloudwatch.MetricAlarm)} == {(arn,)}
    assert [invoke for invoke in recording.invokes if invoke.token.endswith(":getTopic")] == []


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"type": "SecureString"}, "must be a parameter of the type String, and is a SecureString"),
        ({"insecureValue": "hello"}, "must hold certificates in PEM form"),
    ],
)
def test_a_parameter_that_holds_no_certificates_is_refused(facts: dict[str, Any], rule: str) -> None:
    (problem,) = refused(valid(rootCertificates=ROOTS), AwsFacts(others={ROOTS: facts}))
    assert problem.startswith(f"rootCertificates: read {ROOTS}; {rule}")


def test_certificates_in_a_parameter_are_read_by_ecs_alone_and_roll_the_tasks() -> None:
    config: Config = {
        "rootCertificates": ROOTS,
        "network": {"natGateways": "none", "endpoints": True},
        "webui": {"image": IN_ECR},
        "gateway": {"image": IN_ECR},
    }
    recording = plan(config)
    for app in apps(recording):
        assert secrets(recording, app, "certificates") == {"ROOT_CERTIFICATES": ROOTS}
        assert statements(recording, f"{app}-execution-policy")["ReadParameters"]["Resource"] == [ROOTS]
        assert "ReadParameters" not in statements(recording, f"{app}-task-policy")
        assert "1" in service(recording, app).inputs["triggers"].values()
    endpoints = {one.name for one in recording.of_type(aws.ec2.VpcEndpoint)}
    assert "network-ssm" in endpoints
    assert "network-ssm" not in {one.name for one in plan({**config, "rootCertificates": None}).resources}
