"""Secrets that the stack generates, or that somebody brought, and that nobody but their reader sees."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from components.app_secrets import AppSecrets
from components.support.secret_values import SecretReference, keep_secret, look_up_secret
from offline.engine import record
from offline.engine.answers import Answers
from offline.engine.recording import Recording
from tests.support.component_args import BROUGHT_SECRET, BROUGHT_SECRET_ARN, KEEPING, KEY_ARN, SECRETS
from tests.support.component_recording import FACTS
from tests.support.component_variants import recorded


def export_reference(reference: SecretReference) -> None:
    pulumi.export("value_from", reference.value_from)
    pulumi.export("secret_arn", reference.secret_arn)
    pulumi.export("version_id", reference.version_id)
    pulumi.export("kms_key_arn", reference.kms_key_arn)


@cache
def generated() -> Recording:
    return recorded("secrets all generated")


def kept(value: str, json_key: str | None) -> Recording:
    def program() -> None:
        owner = pulumi.ComponentResource("test:index:Owner", "owner")
        export_reference(keep_secret("owner", value, description="d", keeping=KEEPING, parent=owner, json_key=json_key))

    return record(program, aws=FACTS)


def looked_up(value_from: str) -> dict[str, Any]:
    return record(lambda: export_reference(look_up_secret(value_from)), aws=FACTS).outputs


def test_each_secret_holds_its_own_value_encrypted_with_the_stacks_key() -> None:
    for role in ("webui-secret-key", "admin-password"):
        value = generated().one(random.RandomPassword, f"secrets-{role}-value").outputs["result"]
        version = generated().one(aws.secretsmanager.SecretVersion, f"secrets-{role}-version")
        assert version.inputs["secretString"] == value
        assert version.inputs["secretId"] == generated().one(aws.secretsmanager.Secret, f"secrets-{role}-secret").id
    assert {secret.inputs["kmsKeyId"] for secret in generated().of_type(aws.secretsmanager.Secret)} == {KEY_ARN}


def test_the_gateways_key_is_the_json_document_that_upstream_reads() -> None:
    value = generated().one(random.RandomPassword, "secrets-gateway-api-key-value").outputs["result"]
    version = generated().one(aws.secretsmanager.SecretVersion, "secrets-gateway-api-key-version")
    assert json.loads(version.inputs["secretString"]) == {"api_key": value}


def test_a_key_that_is_brought_is_handed_on_and_none_is_generated() -> None:
    references: list[SecretReference] = []

    def program() -> None:
        references.append(AppSecrets("secrets", replace(SECRETS, gateway_api_key=BROUGHT_SECRET)).gateway_api_key)

    recording = record(program, aws=FACTS)
    assert references == [BROUGHT_SECRET]
    assert [r.name for r in recording.resources if "gateway" in r.name] == []


def test_a_container_reads_one_key_of_a_json_secret_or_the_whole_of_a_plain_one() -> None:
    plain, document = kept("v", None), kept("v", "token")
    arn = document.outputs["secret_arn"]
    assert document.outputs["value_from"] == f"{arn}:token::"
    assert json.loads(document.one(aws.secretsmanager.SecretVersion).inputs["secretString"]) == {"token": "v"}
    assert plain.outputs["value_from"] == plain.outputs["secret_arn"]
    assert plain.outputs["kms_key_arn"] == KEY_ARN


def test_a_plain_value_is_wrapped_before_it_reaches_the_engine() -> None:
    assert kept("typed by hand", None).one(aws.secretsmanager.SecretVersion).secret_inputs >= {"secretString"}


def test_what_reads_a_secret_waits_for_its_version() -> None:
    def program() -> None:
        owner = pulumi.ComponentResource("test:index:Owner", "owner")
        reference = keep_secret("owner", "v", description="d", keeping=KEEPING, parent=owner)
        aws.ssm.Parameter("reader", type="String", value=reference.version_id)

    recording = record(program, aws=FACTS)
    assert recording.one(aws.secretsmanager.SecretVersion).urn in recording.one(aws.ssm.Parameter).dependencies


@pytest.mark.parametrize("value_from", [BROUGHT_SECRET_ARN, f"{BROUGHT_SECRET_ARN}:api_key::"])
def test_a_brought_secret_is_described_by_its_arn_without_the_json_key(value_from: str) -> None:
    found = looked_up(value_from)
    assert found["value_from"] == value_from
    assert found["secret_arn"] == BROUGHT_SECRET_ARN
    assert found["version_id"] not in ("", "none")


def test_the_value_of_a_brought_secret_is_never_read() -> None:
    tokens = [i.token for i in record(lambda: (look_up_secret(BROUGHT_SECRET_ARN), None)[1], aws=FACTS).invokes]
    assert tokens == [
        "aws:secretsmanager/getSecret:getSecret",
        "aws:secretsmanager/getSecretVersions:getSecretVersions",
    ]


def test_a_secret_under_the_key_of_aws_needs_no_key_of_its_own() -> None:
    assert looked_up(BROUGHT_SECRET_ARN).get("kms_key_arn") is None


@pytest.mark.parametrize("named", [KEY_ARN, KEY_ARN.rpartition("/")[2]])
def test_a_brought_secret_names_its_key_by_arn_however_aws_does(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    described = Answers._secret
    monkeypatch.setattr(Answers, "_secret", lambda self, args: {**described(self, args), "kmsKeyId": named})
    assert looked_up(BROUGHT_SECRET_ARN)["kms_key_arn"] == KEY_ARN


def test_a_secret_that_is_not_there_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(**_asked: object) -> None:
        raise RuntimeError("invoke of getSecret failed: ResourceNotFoundException")

    monkeypatch.setattr(aws.secretsmanager, "get_secret", missing)
    with pytest.raises(pulumi.RunError, match=rf"{BROUGHT_SECRET_ARN}: .*NotFound.*create the secret, or allow"):
        looked_up(f"{BROUGHT_SECRET_ARN}:api_key::")
