"""What is missing is told at once, with its remedy, and nothing is run."""

import shutil

import pytest
from botocore.parsers import ResponseParserError

from scripts import stack
from tests.scripts.standins import DIGEST, REGISTRY, Aws, Machine, listening

PUSH_GATEWAY = "make push-image SRC=<checkout of aws-samples/bedrock-access-gateway> NAME=bedrock-proxy-api-ecs"
ENCRYPTED = "encryptionsalt: v1:made-up\nconfig: {aws:region: eu-west-1}\n"


class Told:
    """Runs a command for the dev stack; tells what it said on standard error."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def __call__(self, command: str, config: str = "", *, blocked: bool = False) -> str:
        if config:
            self.machine.write_stack(config)
        before = len(self.machine.commands)
        ended = self.machine.run(stack.main, command, "--stack", "dev", "--yes", status=1 if blocked else 0)
        assert (len(self.machine.commands) == before) is blocked
        return ended.err

    def blocked(self, command: str, config: str = "") -> str:
        """What is said of a command that runs nothing."""
        return self(command, config, blocked=True)


@pytest.fixture
def told(machine: Machine) -> Told:
    machine.install_pulumi()
    machine.keep_state()
    return Told(machine)


def gateway(line: str) -> str:
    return f"config:\n  aws:region: eu-west-1\n  webui-bedrock:gateway:\n    {line}\n"


def test_everything_missing_is_told_at_once_and_nothing_is_run(told: Told) -> None:
    (told.machine.bin / "pulumi").unlink()
    shutil.rmtree(told.machine.state)
    (told.machine.project / "Pulumi.dev.yaml").rename(told.machine.project / "Pulumi.prod.yaml")
    error = told.blocked("up")
    assert [line.strip() for line in error.splitlines() if "missing:" in line] == [
        "missing: the stack's config Pulumi.dev.yaml (there are: prod)",
        "missing: the Pulumi CLI, and curl to install it",
        "missing: the AWS region",
        "missing: AWS credentials that work: Unable to locate credentials",
    ]
    assert error.count("\n      ") >= 4, "each with its remedy"
    assert "cp Pulumi.prod.yaml Pulumi.dev.yaml" in error
    assert not told.machine.state.exists()


def test_the_region_may_come_from_the_environment_or_from_pulumi_yaml(told: Told, aws: Aws) -> None:
    assert "missing: the AWS region" in told.blocked("refresh", "config: {}")
    told.machine.setenv(AWS_REGION="eu-west-1")
    assert told("refresh") == ""
    told.machine.patch.delenv("AWS_REGION")
    project = told.machine.project / "Pulumi.yaml"
    project.write_text(project.read_text() + "config:\n  aws:region: {value: eu-west-1}\n")
    assert told("refresh") == ""


def test_a_region_that_is_none_is_told_before_anybody_looks_for_it(told: Told) -> None:
    error = told.blocked("up", "config: {aws:region: us-esat-1}")
    assert 'aws:region, or else AWS_REGION: read "us-esat-1"; must be a region of AWS' in error
    assert "`aws:region: us-east-1` below `config` in Pulumi.dev.yaml" in error
    assert "AWS credentials" not in error


@pytest.mark.parametrize(
    ("command", "config", "missing"),
    [
        (
            "up",
            "config: {aws:profile: nobody}",
            "the AWS profile: The config profile (nobody) could not be found",
        ),
        ("destroy", "config: {aws:region: eu-west-1, webui-bedrock:protect: true}", "the release of dev's protection"),
        ("up", gateway("build: {context: ./gateway}"), "docker, to build gateway"),
        (
            "up",
            gateway(f'image: "{REGISTRY}/tools:v2"') + "    architecture: x86_64\n",
            f"the image of gateway: {REGISTRY}/tools:v2\n"
            "      Push it: make push-image SRC=<checkout> NAME=tools TAG=v2 ARCH=x86_64\n",
        ),
        (
            "up",
            gateway(f"image: {REGISTRY}/tools:v1").replace("webui-bedrock:", ""),
            "the image of gateway",  # a key without a namespace is the project's, as Pulumi reads it
        ),
        (
            "up",
            f'config:\n  aws:region: eu-west-1\n  webui-bedrock:services: {{docs: {{image: "{REGISTRY}/docs:v1"}}}}\n',
            "the image of services.docs",
        ),
    ],
)
def test_a_config_that_lacks_something_is_told_with_it(
    told: Told, aws: Aws, command: str, config: str, missing: str
) -> None:
    assert f"missing: {missing}" in told.blocked(command, config)


def test_the_way_to_destroy_protected_data_is_told(told: Told, aws: Aws) -> None:
    error = told.blocked("destroy", "config: {aws:region: eu-west-1, webui-bedrock:protect: true}")
    assert "Set `webui-bedrock:protect: false` in Pulumi.dev.yaml, `make up STACK=dev`" in error


def test_credentials_of_the_stacks_own_config_are_not_judged_here(told: Told) -> None:
    assert told("preview", "config: {aws:region: eu-west-1, aws:assumeRoles: [{roleArn: made-up}]}") == ""


def test_reading_outputs_needs_no_aws(told: Told) -> None:
    assert told("outputs") == ""


@pytest.mark.parametrize("images", [{}, {"bedrock-proxy-api-ecs": {"v1"}}], ids=["no repository", "no tag"])
def test_without_its_gateway_image_a_deployment_is_refused_and_a_preview_says_so(
    told: Told, aws: Aws, images: dict[str, set[str]]
) -> None:
    aws.images = images
    error = told.blocked("up")
    assert f"missing: the image of gateway: {REGISTRY}/bedrock-proxy-api-ecs:latest" in error
    assert f"Push it: {PUSH_GATEWAY}\n" in error
    assert "note: the image of gateway" in told("preview")


def test_an_image_that_is_in_ecr_is_looked_up_by_tag_or_digest_and_not_missing(told: Told, aws: Aws) -> None:
    assert told("up") == ""
    aws.images = {"tools": {DIGEST}}
    assert told("up", gateway(f"image: {REGISTRY}/tools@{DIGEST}")) == ""
    assert aws.called("DescribeImages") == [
        {"repositoryName": "bedrock-proxy-api-ecs", "imageIds": [{"imageTag": "latest"}]},
        {"repositoryName": "tools", "imageIds": [{"imageDigest": DIGEST}]},
    ]


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


def test_an_image_that_is_built_needs_docker_and_no_look_up(told: Told, aws: Aws) -> None:
    told.machine.install("docker")
    assert told("up", gateway("build: {context: ./gateway}")) == ""
    assert aws.called("DescribeImages") == []


def test_secrets_of_another_machines_passphrase_are_told_before_pulumi_refuses_them(told: Told, aws: Aws) -> None:
    (told.machine.state / "passphrase").unlink()
    assert "missing: the passphrase that Pulumi.dev.yaml was encrypted with" in told.blocked("preview", ENCRYPTED)
    told.machine.keep_state()
    assert told("preview") == ""


def test_a_shared_state_needs_a_shared_passphrase_or_a_key(told: Told, aws: Aws) -> None:
    told.machine.setenv(PULUMI_BACKEND_URL="s3://state")
    error = told.blocked("preview")
    assert "missing: a passphrase for the secrets of this stack in s3://state" in error
    assert "SECRETS_PROVIDER=awskms://alias/<name>" in error
    told.machine.setenv(PULUMI_CONFIG_PASSPHRASE="")
    assert told("preview") == "", "an empty one is one"
    told.machine.setenv(CI="true")
    assert "missing: a passphrase for the secrets" in told.blocked("up"), "GitHub gives an empty one for one not set"
    assert told("preview", "secretsprovider: awskms://alias/x\nconfig: {aws:region: eu-west-1}\n") == ""


def test_pulumi_cloud_needs_no_passphrase(told: Told, aws: Aws) -> None:
    told.machine.setenv(PULUMI_BACKEND_URL="https://api.pulumi.com")
    assert told("preview") == ""


def test_a_file_that_is_not_yaml_is_named(told: Told) -> None:
    assert told.blocked("preview", "config: [").startswith("error: Pulumi.dev.yaml:1:10: not valid YAML: ")


def test_expired_credentials_are_told_with_awss_own_code(told: Told, aws: Aws) -> None:
    aws.refused["GetCallerIdentity"] = "ExpiredToken"
    assert "ExpiredToken" in told.blocked("preview")


def test_an_aws_that_is_not_reached_is_not_told_as_wrong_credentials(told: Told) -> None:
    told.machine.sign_in()
    told.machine.setenv(AWS_ENDPOINT_URL="http://127.0.0.1:1")
    error = told.blocked("up")
    assert "missing: an answer from AWS: Could not connect to the endpoint URL" in error
    assert "credentials" not in error


def test_a_proxys_page_instead_of_an_answer_is_cut_to_its_first_line(told: Told, aws: Aws) -> None:
    def answer(**_: object) -> None:
        raise ResponseParserError("no XML\n<html>")

    with listening("after-call.sts.GetCallerIdentity", answer):
        error = told.blocked("up")
    assert "missing: an answer from AWS: no XML\n" in error
    assert "<html>" not in error
