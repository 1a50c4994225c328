"""What must be in place before the Pulumi CLI is called: everything missing is found in one go."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3

from health.aws import AWS_ERRORS, CLIENT_CONFIG
from offline import stack_files
from problems import Problem
from problems.aws_region import region_problem
from problems.command import missing
from scripts.aws_access import NO_CREDENTIALS, NO_REGION, account_id, open_session, sign_in_problem
from scripts.backend import Backend
from scripts.pulumi_cli import find_cli
from scripts.stack_file import StackFile

GATEWAY_REPOSITORY = "bedrock-proxy-api-ecs"
"""The gateway's repository in ECR, as the push script of aws-samples/bedrock-access-gateway names it."""

ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<repository>[^:@]+)"
    r"(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True)
class Situation:
    """What the checks look at."""

    command: str
    config: StackFile
    backend: Backend
    new_secrets_provider: str | None = None
    """The key service for the secrets of a stack that is to be created."""
    extra: Sequence[str] = ()
    """What is passed on to the Pulumi CLI."""

    @property
    def deploys(self) -> bool:
        """Whether the command runs the program."""
        return self.command in {"preview", "up"}

    @property
    def creates(self) -> bool:
        """Whether the command makes the stack when there is none."""
        return self.deploys or (self.command == "pulumi" and self.extra[:1] in (["import"], ["config"]))

    @property
    def needs_passphrase(self) -> bool:
        """Whether the CLI would ask for a passphrase: secrets are encrypted with one, and none is given."""
        passphrases = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & os.environ.keys()
        if os.environ.get("CI") == "true":
            # GitHub gives an empty one for a secret that nobody has set.
            passphrases = {name for name in passphrases if os.environ[name]}
        by_key = self.config.secrets_provider or (self.new_secrets_provider and not self.config.encrypted)
        return not (passphrases or by_key or self.backend.keeps_secrets)


def find_missing(situation: Situation) -> Iterator[Problem]:
    """Give everything that the command needs and that is not there."""
    yield from _stack_file(situation.config)
    yield from _state(situation)
    yield from _cli()
    yield from _passphrase(situation)
    if situation.command == "destroy":
        yield from _protection(situation.config)
    if situation.command in {"preview", "up", "refresh", "destroy"}:
        yield from _aws(situation)
    if situation.deploys:
        yield from _docker(situation.config)


def _stack_file(config: StackFile) -> Iterator[Problem]:
    if not config.file.is_file():
        others = stack_files.stacks(config.root)
        copy = f", or copy one: cp Pulumi.{others[0]}.yaml {config.file.name}" if others else ""
        yield missing(
            f"the stack's config {config.file.name} (there are: {', '.join(others) or 'none yet'})",
            f"Name one of them with STACK=..{copy}",
        )
    for doubt in config.doubts:
        yield missing(doubt, "Correct the file, or leave it so if that is meant.", blocks=False)


def _state(situation: Situation) -> Iterator[Problem]:
    """A command for a stack that exists makes no state: it would leave an empty one behind."""
    folder = situation.backend.folder
    if folder and not folder.is_dir() and not situation.creates and situation.command != "pulumi":
        yield missing(
            f"the state of stack {situation.config.stack}: there is no {folder}",
            f"Deploy it (make up STACK={situation.config.stack}), or set PULUMI_BACKEND_URL to where its state is.",
        )


def _cli() -> Iterator[Problem]:
    if not find_cli() and not shutil.which("curl"):
        yield missing(
            "the Pulumi CLI, and curl to install it",
            "Install either one: https://www.pulumi.com/docs/install/",
        )


def _passphrase(situation: Situation) -> Iterator[Problem]:
    config, backend = situation.config, situation.backend
    if not situation.needs_passphrase:
        return
    if not backend.passphrase_file:
        yield missing(
            f"a passphrase for the secrets of this stack in {backend.url}",
            "Set PULUMI_CONFIG_PASSPHRASE (or _FILE), the same for everybody who works with the stack;\n"
            "or create the stack with a KMS key instead: SECRETS_PROVIDER=awskms://alias/<name>",
        )
    elif config.encrypted and not backend.passphrase_file.is_file():
        yield missing(
            f"the passphrase that {config.file.name} was encrypted with",
            f"Put it into {backend.passphrase_file}, or set PULUMI_CONFIG_PASSPHRASE.\n"
            "For a state of your own instead, delete the file's `encryptionsalt` line and `secure:` values.",
        )


def _protection(config: StackFile) -> Iterator[Problem]:
    if str(config.get("protect")).lower() == "true":
        yield missing(
            f"the release of {config.stack}'s protection: `protect: true` keeps its data and load balancer",
            f"Set `{config.project}:protect: false` in {config.file.name}, `make up STACK={config.stack}`,\n"
            "then destroy. The data is gone with it: take what you need first.",
        )


def _docker(config: StackFile) -> Iterator[Problem]:
    builds = [path for path, app in config.apps() if app.get("build")]
    if builds and not shutil.which("docker"):
        yield missing(
            f"docker, to build {', '.join(builds)}",
            "Install Docker with buildx, or set `image` instead of `build`.",
        )


def _aws(situation: Situation) -> Iterator[Problem]:
    try:
        session = open_session(situation.config)
    except AWS_ERRORS as error:
        if not situation.config.brings_credentials:  # which the provider judges
            yield missing(f"the AWS profile: {error}", NO_CREDENTIALS)
        return
    if not session.region_name:
        yield NO_REGION
    elif unknown := region_problem(session.region_name, situation.config.file.name):
        yield unknown
        return
    if situation.config.brings_credentials:
        return
    try:
        account = account_id(session)
    except AWS_ERRORS as error:
        yield sign_in_problem(error)
        return
    if situation.deploys and session.region_name:
        yield from _images(situation, session, account)


def _images(situation: Situation, session: boto3.Session, account: str) -> Iterator[Problem]:
    for path, app in situation.config.apps():
        image = str(app.get("image") or "").replace("{account}", account)
        image = image.replace("{region}", session.region_name)
        match = ECR_IMAGE.fullmatch(image)
        # Another account's repository need not be readable from here: the tasks' role is what counts.
        if not match or match["account"] != account:
            continue
        ecr = session.client("ecr", region_name=match["region"], config=CLIENT_CONFIG)
        digest, tag = match["digest"], match["tag"] or "latest"
        image_id = {"imageDigest": digest} if digest else {"imageTag": tag}
        try:
            ecr.describe_images(repositoryName=match["repository"], imageIds=[image_id])
        except (ecr.exceptions.RepositoryNotFoundException, ecr.exceptions.ImageNotFoundException):
            remedy = _push_line(match, app)
            # A preview does not pull the image; tasks of a deployment would fail to start until it is there.
            yield missing(f"the image of {path}: {image}", remedy, blocks=situation.command == "up")
        except AWS_ERRORS as error:
            yield missing(f"could not look for the image of {path}", str(error), blocks=False)


def _push_line(image: re.Match[str], app: Mapping[str, Any]) -> str:
    repository, tag = image["repository"], image["tag"]
    upstream = " of aws-samples/bedrock-access-gateway" if repository == GATEWAY_REPOSITORY else ""
    options = [f"TAG={tag}"] if tag and tag != "latest" else []
    if app.get("architecture") == "x86_64":
        options.append("ARCH=x86_64")
    return "Push it: " + " ".join([f"make push-image SRC=<checkout{upstream}> NAME={repository}", *options])
