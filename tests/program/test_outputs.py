"""What other stacks, scripts and people read from the stack."""

import json
import shlex

import pulumi_aws as aws
import pytest

from offline.engine.recording import Recording
from tests.program.variants import PLANS, named, variant
from tests.support import aws_cli
from tests.support.program import apps, plan, service

OF_THE_TEMPLATE = {
    "BedrockApiKeySecretArn",
    "BedrockGatewayRepositoryURI",
    "ECSClusterName",
    "ECSServiceName",
    "EFSFileSystemDNS",
    "EFSFileSystemId",
    "GatewayServiceName",
    "LoadBalancerDNS",
    "LoadBalancerURL",
    "OpenWebUIRepositoryURI",
    "WebUIServiceName",
}
NEW = {
    "DashboardURL",
    "LogGroupName",
    "SecretVersions",
    "ServiceNames",
    "TaskDefinitions",
    "TroubleshootingCommands",
    "UploadsBucket",
    "SignInRedirectURI",
    "ScimTokenSecretArn",
    "UserPoolId",
}
EXPORTS = {
    "alb-dns": "LoadBalancerDNS",
    "alb-url": "LoadBalancerURL",
    "bedrock-api-key-secret-arn": "BedrockApiKeySecretArn",
    "ecs-cluster": "ECSClusterName",
    "ecs-service": "ECSServiceName",
    "efs-dns-name": "EFSFileSystemDNS",
    "efs-filesystem-id": "EFSFileSystemId",
    "gateway-repo-uri": "BedrockGatewayRepositoryURI",
    "gateway-service": "GatewayServiceName",
    "webui-repo-uri": "OpenWebUIRepositoryURI",
    "webui-service": "WebUIServiceName",
}


@pytest.mark.parametrize("name", PLANS)
def test_every_name_of_the_contract_is_exported_and_no_other(name: str) -> None:
    assert PLANS[name]().outputs.keys() == OF_THE_TEMPLATE | NEW


@pytest.mark.parametrize("name", PLANS)
def test_outputs_are_what_the_resources_say(name: str) -> None:
    recording = PLANS[name]()
    outputs = recording.outputs
    balancer = recording.one(aws.lb.LoadBalancer).outputs
    file_system = recording.one(aws.efs.FileSystem)
    names = {app: service(recording, app).inputs["name"] for app in apps(recording)}
    assert outputs["LoadBalancerDNS"] == balancer["dnsName"]
    assert outputs["ECSClusterName"] == recording.one(aws.ecs.Cluster).inputs["name"]
    assert outputs["ServiceNames"] == names
    assert outputs["WebUIServiceName"] == outputs["ECSServiceName"] == names["webui"]
    assert outputs["GatewayServiceName"] == names.get("gateway", "")
    assert (outputs["EFSFileSystemId"], outputs["EFSFileSystemDNS"]) == (file_system.id, file_system.outputs["dnsName"])
    assert outputs["LogGroupName"] == f"/ecs/{recording.config['webui-bedrock:namePrefix']}"


def test_the_seeds_values_come_out_of_dev() -> None:
    outputs = plan().outputs
    assert outputs["ECSClusterName"] == "webui-bedrock-cluster"
    assert outputs["LoadBalancerURL"] == f"http://{outputs['LoadBalancerDNS']}"
    assert outputs["OpenWebUIRepositoryURI"] == "ghcr.io/open-webui/open-webui"
    assert (
        outputs["BedrockGatewayRepositoryURI"] == "123456789012.dkr.ecr.us-east-1.amazonaws.com/bedrock-proxy-api-ecs"
    )
    key = plan().one(aws.secretsmanager.Secret, "secrets-gateway-api-key-secret")
    assert outputs["BedrockApiKeySecretArn"] == key.outputs["arn"]


@pytest.mark.parametrize("name", named("HTTPS with a domain", "internet-facing"))
def test_with_a_domain_the_url_is_the_domains(name: str) -> None:
    assert PLANS[name]().outputs["LoadBalancerURL"] == "https://chat.example.com"


def test_outputs_are_no_secrets_and_known_by_name_in_a_preview() -> None:
    assert plan().secret_outputs == frozenset()
    assert plan(preview=True).outputs.keys() == plan().outputs.keys()
    # The names that people type are the program's choice, so a preview shows them.
    assert plan(preview=True).config == plan().config


def commands(recording: Recording) -> dict[str, list[str]]:
    return {name: shlex.split(text) for name, text in recording.outputs["TroubleshootingCommands"].items()}


def options(words: list[str]) -> dict[str, list[str]]:
    """Option to the words after it."""
    found: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            found[word] = []
        else:
            found[next(reversed(found))].append(word)
    return found


@pytest.mark.parametrize("name", PLANS)
def test_every_command_runs_as_printed(name: str) -> None:
    for title, words in commands(PLANS[name]()).items():
        assert words[0] == "aws", title
        assert aws_cli.faults(" ".join(words)) == [], title
        # `aws logs tail` has a flag, and takes its log group as it stands: the test of logs below pins both.
        assert words[1] == "logs" or all(len(values) == 1 for values in options(words[3:]).values()), title


@pytest.mark.parametrize("name", named("as the seed", "a third service", "no gateway"))
def test_each_service_has_its_status_and_its_logs(name: str) -> None:
    recording = PLANS[name]()
    found = recording.outputs["TroubleshootingCommands"]
    for app in apps(recording):
        cluster, service_name = recording.outputs["ECSClusterName"], recording.outputs["ServiceNames"][app]
        assert f"--cluster {cluster} --services {service_name}" in found[f"{app}Status"]
        tail = f"--follow --log-stream-name-prefix {app} {recording.outputs['LogGroupName']}"
        assert found[f"{app}Logs"].endswith(tail)


def test_commands_name_the_stacks_region() -> None:
    recording = variant("other region").plan()
    assert {words[words.index("--region") + 1] for words in commands(recording).values()} == {"eu-central-1"}


def test_the_old_exports_are_published_on_request_with_the_outputs_values() -> None:
    recording = variant("old exports").plan()
    stack = recording.one(aws.cloudformation.Stack)
    template = json.loads(stack.inputs["templateBody"])
    exports = {value["Export"]["Name"]: value["Value"] for value in template["Outputs"].values()}
    assert exports == {f"webui-bedrock-{name}": recording.outputs[output] for name, output in EXPORTS.items()}
    assert all(exports.values())
    assert template["Resources"]


def test_without_the_request_there_is_no_cloudformation_stack() -> None:
    assert plan().of_type(aws.cloudformation.Stack) == []
