"""Build the image of a folder with a Dockerfile and push it to ECR, under a tag of its own and as `latest`.

Exit status 1 when something is missing, Docker fails or AWS refuses.
"""

import argparse
import base64
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from health.aws import CLIENT_CONFIG
from offline.stack_files import project_name
from problems import Problem, Set
from problems.command import CommandError, MissingError, command, leave, require
from problems.telling import make_command
from scripts import docker_build, stack_file
from scripts.aws_access import NO_REGION, sign_in
from scripts.docker_build import PLATFORMS, Build

MOVING_TAG = "latest"
"""Pulumi.dev.yaml names the gateway's image by this tag, as upstream's push script leaves it in ECR."""


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Build, push, and print the image's address."""
    parser = argparse.ArgumentParser(prog="python -m scripts.push_image", description=__doc__)
    parser.add_argument("--src", required=True, help="folder to build")
    parser.add_argument("--name", required=True, help="ECR repository, created when missing")
    parser.add_argument("--tag", help="default: the folder's git commit and the architecture")
    parser.add_argument("--dockerfile", help="path inside the folder, which is then the build context")
    parser.add_argument("--arch", choices=PLATFORMS, default="arm64")
    parser.add_argument("--stack", default="dev", help="its config names region and profile")
    options = parser.parse_args(arguments)
    if not options.src or not options.name:
        raise CommandError("Say what to push: make push-image SRC=<checkout> NAME=<ECR repository>")
    build = docker_build.find_build(Path(options.src), options.dockerfile, options.arch)
    ecr = ecr_client(root, options.stack)
    unusable = [part for part in (build, ecr) if isinstance(part, Problem)]
    require([*unusable, *docker_build.find_missing(options.arch)])
    if isinstance(build, Build):
        _push(ecr, build, options, project_name(root))
    return 0


def ecr_client(root: Path, stack: str) -> Any:
    """Give an ECR client, or the Problem that keeps from one."""
    try:
        session, _ = sign_in(stack_file.read(root, stack))
    except MissingError as error:
        return error.problems[0]
    return session.client("ecr", config=CLIENT_CONFIG) if session.region_name else NO_REGION


def _push(ecr: Any, build: Build, options: argparse.Namespace, project: str) -> None:
    tag = options.tag or docker_build.tag_of(Path(options.src), options.arch)
    address = ensure_repository(ecr, options.name)
    # A commit's tag stands for its content; a tag that the user gave may be meant to be built anew.
    if not options.tag and digest_of(ecr, options.name, tag):
        print(f"{address}:{tag} is there already: nothing to build.")
    else:
        docker_build.login(*registry(ecr))
        build.push(f"{address}:{tag}")
    _move_latest(ecr, options.name, tag)
    image = f"{address}@{digest_of(ecr, options.name, tag)}"
    print(f"\n{address}:{tag} is\n  {image}")
    print("To pin it in a stack, here for the gateway:")
    print(f"  {make_command(Set(('gateway', 'image'), image), options.stack, project)}")


def ensure_repository(ecr: Any, name: str) -> str:
    """Give the repository's address; one that exists is left as it is."""
    try:
        repository = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    except ecr.exceptions.RepositoryNotFoundException:
        # What a tag names never changes, so that a deployment can be repeated; only `latest` moves.
        repository = ecr.create_repository(
            repositoryName=name,
            imageScanningConfiguration={"scanOnPush": True},
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": MOVING_TAG}],
        )["repository"]
        print(f"Created the ECR repository {name}.")
    return str(repository["repositoryUri"])


def registry(ecr: Any) -> tuple[str, str]:
    """Give the registry's host and a password that holds for 12 hours."""
    login = ecr.get_authorization_token()["authorizationData"][0]
    password = base64.b64decode(login["authorizationToken"]).decode().removeprefix("AWS:")
    return str(login["proxyEndpoint"]).removeprefix("https://"), password


def digest_of(ecr: Any, name: str, tag: str) -> str | None:
    """Give the digest of what a tag names; None when nothing has it."""
    try:
        images = ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])["imageDetails"]
    except ecr.exceptions.ImageNotFoundException:
        return None
    return str(images[0]["imageDigest"])


def _move_latest(ecr: Any, name: str, tag: str) -> None:
    image = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": tag}])["images"][0]
    try:
        ecr.put_image(
            repositoryName=name,
            imageManifest=image["imageManifest"],
            imageManifestMediaType=image["imageManifestMediaType"],
            imageTag=MOVING_TAG,
        )
    except ecr.exceptions.ImageAlreadyExistsException:
        return  # `latest` is this image already.
    except ecr.exceptions.ImageTagAlreadyExistsException:
        print(f"{MOVING_TAG} stays where it is: every tag of {name} is immutable.")


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
