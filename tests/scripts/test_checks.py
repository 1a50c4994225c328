"""What is missing is told at once, with its remedy, and nothing is run."""

import shutil

import pytest
from botocore.parsers import ResponseParserError

from scripts import stack
from tests.scripts.deployed_stack import listening
from tests.scripts.standins import DIGEST, REGISTRY, Aws, Machine

PUSH_GATEWAY = "make push-image SRC=<checkout of aws-samples/bedrock-access-gateway> NAME=bedrock-proxy-api-ecs"


@pytest.fixture
def told(machine: Machine, capsys: pytest.CaptureFixture[str]) -> "Told":
    machine.install_pulumi()
    machine.keep_state()
    return Told(machine, capsys)


class Told:
    """Runs a command for the dev stack and gives what it said on standard error."""

    def __init__(self, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
        self.machine, self.capsys, self.status = machine, capsys, -1

    def __call__(self, command: str, config: str | None = None) -> str:
        if config is not None:
            self.machine.write_stack(config)
        self.status = stack.main([command, "--stack", "dev", "--yes"], self.machine.project)
        return self.capsys.readouterr().err

    def is_blocked(self) -> bool:
        return self.status == 1 and self.machine.commands == []


def gateway(line: str) -> str:
    return f"config:\n  aws:region: eu-west-1\n  webui-bedrock:gateway:\n    {line}\n"


def test_everything_missing_is_told_at_once_and_nothing_is_run(told: Told) -> None:
    (told.machine.bin / "pulumi").unlink()
    shutil.rmtree(told.machine.project / ".pulumi-state")
    (told.machine.project / "Pulumi.dev.yaml").rename(told.machine.project / "Pulumi.prod.yaml")
    error = told("up")
    assert told.is_blocked()
    assert [line.strip() for line in error.splitlines() if "missing:" in line] == [
        "missing: the stack's config Pulumi.dev.yaml (there are: prod)",
        "missing: the Pulumi CLI, and curl to install it",
        "missing: the AWS region",
        "missing: AWS credentials that work: Unable to locate credentials",
    ]
    assert error.count("\n      ") >= 4, "each with its remedy"
    assert not (told.machine.project / ".pulumi-state").exists()


def test_the_region_may_come_from_the_environment_or_from_pulumi_yaml(
    told: Told, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "missing: the AWS region" in told("refresh", "config: {}")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert told("refresh") == ""
    monkeypatch.delenv("AWS_REGION")
    project = told.machine.project / "Pulumi.yaml"
    project.write_text(project.read_text() + "config:\n  aws:region: {value: eu-west-1}\n")
    assert told("refresh") == ""


def test_a_profile_that_does_not_exist_is_told(told: Told, aws: Aws) -> None:
    error = told("up", "config: {aws:profile: nobody}")
    assert told.is_blocked()
    assert "missing: the AWS profile: The config profile (nobody) could not be found" in error


def test_expired_credentials_are_told_with_awss_own_code(told: Told, aws: Aws) -> None:
    aws.refused["GetCallerIdentity"] = "ExpiredToken"
    assert "ExpiredToken" in told("preview")
    assert told.is_blocked()


def test_credentials_of_the_stacks_own_config_are_not_judged_here(told: Told) -> None:
    config = "config: {aws:region: eu-west-1, aws:assumeRoles: [{roleArn: made-up}]}"
    assert told("preview", config) == ""
    assert told.status == 0


def test_reading_outputs_needs_no_aws(told: Told) -> None:
    assert told("outputs") == ""
    assert told.status == 0


def test_an_image_that_is_in_ecr_is_not_missing(told: Told, aws: Aws) -> None:
    assert told("up") == ""
    assert aws.called("DescribeImages") == [
        {"repositoryName": "bedrock-proxy-api-ecs", "imageIds": [{"imageTag": "latest"}]}
    ]


@pytest.mark.parametrize("images", [{}, {"bedrock-proxy-api-ecs": {"v1"}}], ids=["no repository", "no tag"])
def test_a_deployment_without_its_gateway_image_is_refused_with_the_line_that_pushes_it(
    told: Told, aws: Aws, images: dict[str, set[str]]
) -> None:
    aws.images = images
    error = told("up")
    assert told.is_blocked()
    assert f"missing: the image of gateway: {REGISTRY}/bedrock-proxy-api-ecs:latest" in error
    assert f"Push it: {PUSH_GATEWAY}\n" in error


def test_a_key_without_namespace_is_the_projects_as_pulumi_reads_it(told: Told, aws: Aws) -> None:
    aws.images = {}
    assert "missing: the image of gateway" in told(
        "up", gateway(f"image: {REGISTRY}/tools:v1").replace("webui-bedrock:", "")
    )


def test_a_preview_without_the_image_goes_on_and_says_so(told: Told, aws: Aws) -> None:
    aws.images = {}
    assert "note: the image of gateway" in told("preview")
    assert told.status == 0


def test_the_line_that_pushes_names_tag_and_architecture(told: Told, aws: Aws) -> None:
    config = gateway(f'image: "{REGISTRY}/tools:v2"') + "    architecture: x86_64\n"
    assert "make push-image SRC=<checkout> NAME=tools TAG=v2 ARCH=x86_64\n" in told("up", config)


def test_an_image_by_digest_is_looked_up_by_digest(told: Told, aws: Aws) -> None:
    aws.images = {"tools": {DIGEST}}
    assert told("up", gateway(f"image: {REGISTRY}/tools@{DIGEST}")) == ""
    assert aws.called("DescribeImages")[0]["imageIds"] == [{"imageDigest": DIGEST}]


def test_the_image_of_a_service_is_looked_up_like_the_gateways(told: Told, aws: Aws) -> None:
    service = f'services: {{docs: {{image: "{REGISTRY}/docs:v1"}}}}'
    error = told("up", f"config:\n  aws:region: eu-west-1\n  webui-bedrock:{service}\n")
    assert "missing: the image of services.docs" in error


@pytest.mark.parametrize(
    "config",
    [
        gateway("image: ghcr.io/someone/gateway:v1"),
        gateway("image: 999999999999.dkr.ecr.eu-west-1.amazonaws.com/gateway:v1"),
        gateway(f"enabled: false\n    image: {REGISTRY}/gateway:v1"),
        gateway("models: ['*']"),
    ],
    ids=["not ECR", "another account", "gateway off", "no image"],
)
def test_an_image_that_is_not_this_accounts_is_not_looked_up(told: Told, aws: Aws, config: str) -> None:
    assert told("up", config) == ""
    assert aws.called("DescribeImages") == []


def test_rights_that_lack_for_the_look_up_are_no_obstacle(told: Told, aws: Aws) -> None:
    aws.refused["DescribeImages"] = "AccessDeniedException"
    error = told("up")
    assert "note: could not look for the image of gateway" in error
    assert "AccessDeniedException" in error
    assert told.status == 0


def test_an_image_that_is_built_needs_docker_and_no_look_up(told: Told, aws: Aws) -> None:
    config = gateway("build: {context: ./gateway}")
    assert "missing: docker, to build gateway" in told("up", config)
    assert told.is_blocked()
    told.machine.install("docker")
    assert told("up", config) == ""


def test_protected_data_is_not_destroyed_and_the_way_to_do_it_is_told(told: Told, aws: Aws) -> None:
    error = told("destroy", "config: {aws:region: eu-west-1, webui-bedrock:protect: true}")
    assert told.is_blocked()
    assert "Set `webui-bedrock:protect: false` in Pulumi.dev.yaml, `make up STACK=dev`" in error


def test_secrets_of_another_machines_passphrase_are_told_before_pulumi_refuses_them(told: Told, aws: Aws) -> None:
    (told.machine.project / ".pulumi-state/passphrase").unlink()
    error = told("preview", "encryptionsalt: v1:made-up\nconfig: {aws:region: eu-west-1}\n")
    assert told.is_blocked()
    assert "missing: the passphrase that Pulumi.dev.yaml was encrypted with" in error
    told.machine.keep_state()
    assert told("preview") == ""


def test_a_shared_state_needs_a_shared_passphrase_or_a_key(
    told: Told, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    error = told("preview")
    assert told.is_blocked()
    assert "missing: a passphrase for the secrets of this stack in s3://state" in error
    assert "SECRETS_PROVIDER=awskms://alias/<name>" in error
    config = "secretsprovider: awskms://alias/x\nconfig: {aws:region: eu-west-1}\n"
    assert told("preview", config) == ""


def test_pulumi_cloud_needs_no_passphrase(told: Told, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    assert told("preview") == ""


def test_a_file_that_is_not_yaml_is_named(told: Told) -> None:
    assert told("preview", "config: [").startswith("error: Pulumi.dev.yaml is not valid YAML: ")
    assert told.is_blocked()


def test_an_aws_that_is_not_reached_is_not_told_as_wrong_credentials(
    told: Told, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    error = told("up")
    assert told.is_blocked()
    assert "missing: an answer from AWS: Could not connect to the endpoint URL" in error
    assert "credentials" not in error


def test_a_proxys_page_instead_of_an_answer_is_cut_to_its_first_line(told: Told, aws: Aws) -> None:
    with listening("after-call.sts.GetCallerIdentity", lambda **_: raise_(ResponseParserError("no XML\n<html>"))):
        error = told("up")
    assert told.is_blocked()
    assert "missing: an answer from AWS: no XML\n" in error
    assert "<html>" not in error


def test_a_passphrase_that_ci_was_not_given_is_missing(told: Told, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    assert told("up") == ""
    monkeypatch.setenv("CI", "true")
    assert "missing: a passphrase for the secrets of this stack in s3://state" in told("up")


def test_another_file_than_the_missing_one_is_offered_for_copying(told: Told, aws: Aws) -> None:
    (told.machine.project / "Pulumi.dev.yaml").rename(told.machine.project / "Pulumi.prod.yaml")
    assert "cp Pulumi.prod.yaml Pulumi.dev.yaml" in told("up")


def raise_(error: Exception) -> None:
    raise error
