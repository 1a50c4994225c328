"""No secret leaves Secrets Manager but through `valueFrom`, and nobody may read another's."""

import json
from collections.abc import Iterator

import pulumi_aws as aws
import pulumi_random as random
import pytest

from offline.engine import monitor
from offline.engine.answers import Answers
from offline.engine.recording import Recording, Resource
from tests.program.variants import BROUGHT, KEY_ARN, PLANS, SECRET_ARN, variant
from tests.support.program import (
    ROOT,
    apps,
    containers,
    environment,
    plan,
    plan_afresh,
    secret_arns,
    secrets,
    service,
    statements,
    texts,
)

KMS_KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
OTHER_KEY = "arn:aws:kms:us-east-1:123456789012:key/89abcdef-89ab-cdef-0123-456789abcdef"
KEY_OF = {  # secret: its key, as DescribeSecret tells it, and its ARN
    SECRET_ARN: (KMS_KEY.split("/")[1], KMS_KEY),
    KEY_ARN: ("arn:aws:kms:us-east-1:123456789012:alias/team", OTHER_KEY),
}


def canaries(recording: Recording) -> dict[str, str]:
    """Every generated value, by the name of its resource: all different, each long enough to be no coincidence."""
    found = {password.name: str(password.outputs["result"]) for password in recording.of_type(random.RandomPassword)}
    assert len(set(found.values())) == len(found) > 0
    assert min(map(len, found.values())) >= 32
    return found


def exposed(resource: Resource, values: set[str]) -> Iterator[str]:
    """Where a registration holds one of the values outside a secret."""
    for path, text in texts(resource.inputs):
        inside = any(
            path == secret or path.startswith((f"{secret}.", f"{secret}[")) for secret in resource.secret_paths
        )
        if not inside and any(value in text for value in values):
            yield f"{resource}: input {path}"
    for path, text in texts(resource.outputs):
        if path.replace("[", ".").split(".")[0] in resource.secret_outputs | resource.secret_inputs:
            continue
        if any(value in text for value in values):
            yield f"{resource}: output {path}"
    for path, text in texts(resource.registered_outputs or {}):
        if any(value in text for value in values):
            yield f"{resource}: component output {path}"


@pytest.mark.parametrize("name", PLANS)
def test_no_generated_secret_is_registered_unwrapped(name: str) -> None:
    recording = PLANS[name]()
    values = set(canaries(recording).values())
    assert [place for resource in recording.resources for place in exposed(resource, values)] == []


@pytest.mark.parametrize("name", PLANS)
def test_no_generated_secret_is_exported_logged_or_put_in_a_container(name: str) -> None:
    recording = PLANS[name]()
    seen = [text for _, text in texts(recording.outputs)] + [message for _, message in recording.log]
    seen += [json.dumps(containers(recording, app)) for app in apps(recording)]
    assert [value for value in canaries(recording).values() if any(value in text for text in seen)] == []


@pytest.mark.parametrize("name", PLANS)
def test_every_generated_secret_is_kept_once_and_encrypted_with_the_stacks_key(name: str) -> None:
    recording = PLANS[name]()
    bodies = [str(version.inputs["secretString"]) for version in recording.of_type(aws.secretsmanager.SecretVersion)]
    key = recording.one(aws.kms.Key).outputs["arn"]
    assert {secret.inputs["kmsKeyId"] for secret in recording.of_type(aws.secretsmanager.Secret)} == {key}
    assert all(
        "secretString" in version.secret_inputs for version in recording.of_type(aws.secretsmanager.SecretVersion)
    )
    for canary in canaries(recording).values():
        assert sum(canary in body for body in bodies) == 1


def test_the_gateways_key_has_upstreams_shape_and_both_services_read_it() -> None:
    recording = plan()
    version = recording.one(aws.secretsmanager.SecretVersion, "secrets-gateway-api-key-version")
    key = canaries(recording)["secrets-gateway-api-key-value"]
    assert json.loads(version.inputs["secretString"]) == {"api_key": key}
    read = {secrets(recording, "gateway")["API_KEY"]}
    read |= {secrets(recording, "webui")[name] for name in ("OPENAI_API_KEY", "RAG_OPENAI_API_KEY")}
    assert read == {f"{recording.outputs['BedrockApiKeySecretArn']}:api_key::"}


def test_the_caches_url_is_a_secret_as_a_whole() -> None:
    recording = plan()
    url = recording.one(aws.secretsmanager.SecretVersion, "data-tier-cache-url-version").inputs["secretString"]
    token = canaries(recording)["data-tier-cache-token-value"]
    endpoint = recording.one(aws.elasticache.ReplicationGroup).outputs["primaryEndpointAddress"]
    assert url == f"rediss://:{token}@{endpoint}:6379/0"
    assert "REDIS_URL" in secrets(recording, "webui")
    assert "REDIS_URL" not in environment(recording, "webui")


@pytest.mark.parametrize("name", PLANS)
def test_a_name_is_either_a_variable_or_a_secret(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        for container in containers(recording, app):
            assert environment(recording, app, container).keys().isdisjoint(secrets(recording, app, container))


@pytest.mark.parametrize("name", PLANS)
def test_an_execution_role_reads_exactly_the_secrets_of_its_own_containers(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        granted = statements(recording, f"{app}-execution-policy").get("ReadSecrets", {"Resource": []})
        assert sorted(granted["Resource"]) == sorted(secret_arns(recording, app)), app


@pytest.mark.parametrize("name", PLANS)
def test_no_task_role_reads_secrets(name: str) -> None:
    recording = PLANS[name]()
    for policy in recording.of_type(aws.iam.RolePolicy):
        if policy.name.endswith("-task-policy"):
            assert "secretsmanager:" not in policy.inputs["policy"]


@pytest.mark.parametrize("name", PLANS)
def test_new_secret_versions_roll_the_tasks_that_read_them(name: str) -> None:
    recording = PLANS[name]()
    for app in apps(recording):
        read = {pair for one in containers(recording, app) for pair in secrets(recording, app, one)}
        inputs = service(recording, app).inputs
        assert {name for name in inputs.get("triggers", {}) if not name.startswith("calls-")} == read
        assert all(inputs.get("triggers", {}).values())
        assert inputs["forceNewDeployment"] is True


def test_a_secret_that_the_user_brings_is_read_by_key_and_granted_by_arn() -> None:
    recording = variant("secrets of the user").plan()
    webui, gateway = secrets(recording, "webui"), secrets(recording, "gateway")
    assert webui["TAVILY_API_KEY"] == f"{SECRET_ARN}:tavily::"
    assert webui["OAUTH_CLIENT_SECRET"] == f"{SECRET_ARN}:client::"
    assert webui["OPENAI_API_KEY"] == gateway["API_KEY"] == f"{KEY_ARN}:api_key::"
    granted = statements(recording, "webui-execution-policy")["ReadSecrets"]["Resource"]
    assert granted.count(SECRET_ARN) == granted.count(KEY_ARN) == 1
    assert recording.outputs["BedrockApiKeySecretArn"] == KEY_ARN
    assert "secrets-gateway-api-key-secret" not in {
        secret.name for secret in recording.of_type(aws.secretsmanager.Secret)
    }


def test_the_values_of_brought_secrets_are_never_asked_for() -> None:
    tokens = {invoke.token for invoke in variant("secrets of the user").plan().invokes}
    assert "aws:secretsmanager/getSecret:getSecret" in tokens
    assert "aws:secretsmanager/getSecretVersion:getSecretVersion" not in tokens


class WithKeys(Answers):
    """An account in which the user's secrets have keys of their own, told as they were given."""

    def answer(self, token: str, args: dict[str, object]) -> dict[str, object]:
        reply = super().answer(token, args)
        if token == "aws:secretsmanager/getSecret:getSecret":
            return {**reply, "kmsKeyId": KEY_OF[str(args["arn"])][0]}
        if token == "aws:kms/getKey:getKey":
            return {**reply, "arn": dict(KEY_OF.values()).get(str(args["keyId"]), reply["arn"])}
        return reply


def decryptable(recording: Recording, app: str) -> dict[str, list[str]]:
    statement = statements(recording, f"{app}-execution-policy")["Decrypt"]
    return {"keys": sorted(statement["Resource"]), "via": [statement["Condition"]["StringEquals"]["kms:ViaService"]]}


def test_a_brought_secret_is_decrypted_with_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    # DescribeSecret tells the key as it was given; IAM takes neither an alias nor a bare ID as a resource.
    monkeypatch.setattr(monitor, "Answers", WithKeys)
    recording = plan_afresh(BROUGHT)
    stacks_key = recording.one(aws.kms.Key).outputs["arn"]
    via = ["secretsmanager.us-east-1.amazonaws.com"]
    assert decryptable(recording, "webui") == {"keys": sorted([stacks_key, KMS_KEY, OTHER_KEY]), "via": via}
    assert decryptable(recording, "gateway") == {"keys": [OTHER_KEY], "via": via}


def test_aws_own_key_needs_no_grant() -> None:
    assert "Decrypt" not in statements(variant("secrets of the user").plan(), "gateway-execution-policy")


def test_no_checked_in_config_holds_an_encrypted_or_plain_secret() -> None:
    for path in ROOT.glob("Pulumi*.yaml"):
        text = path.read_text()
        assert not [word for word in ("secure:", "encryptionsalt", "encryptedkey") if word in text], path.name
