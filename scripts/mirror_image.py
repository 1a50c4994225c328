"""Copy a public image into ECR as it is, for both processors, and print what a stack's file then names.

The copy has the digest of the original. Exit status 1 when something is missing, Docker fails or AWS refuses.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aws_rules import image_reference
from aws_rules.image_reference import ImageReference
from offline.stack_files import project_name
from problems import Problem, Set
from problems.command import CommandError, command, leave, require
from problems.telling import make_command
from scripts import docker_build, push_image, stack_file
from scripts.docker_build import PLATFORMS

HOW = "make mirror-image IMAGE=ghcr.io/open-webui/open-webui:v0.12.4"
OPEN_WEBUI = "open-webui/open-webui"


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Copy, and print the copy's address."""
    parser = argparse.ArgumentParser(prog="python -m scripts.mirror_image", description=__doc__)
    parser.add_argument("--image", required=True, help="image with tag, digest or both")
    parser.add_argument("--name", help="ECR repository, created when missing (default: named as the original)")
    parser.add_argument("--stack", default="dev", help="its config names region and profile")
    options = parser.parse_args(arguments)
    if rule := image_reference.problem(options.image):
        raise CommandError(f"IMAGE {rule}: {HOW}")
    image = image_reference.parse(options.image)
    ecr = push_image.ecr_client(root, options.stack)
    require([*([ecr] if isinstance(ecr, Problem) else []), *docker_build.find_missing_client()])
    if image is not None:
        copy = mirrored(ecr, options.image, image, options.name or image.repository)
        print(f"\nIn a stack's file:\n  image: {copy}")
        if image.repository == OPEN_WEBUI:
            print(f"  {make_command(Set(('webui', 'image'), copy), options.stack, project_name(root))}")
    return 0


def mirrored(ecr: Any, text: str, image: ImageReference, name: str) -> str:
    """Copy the image under its tag, and give the copy's address by digest."""
    manifest = inspected(text)
    digest = str(manifest["digest"])
    address = push_image.ensure_repository(ecr, name)
    tag = image.tag or digest.removeprefix("sha256:")
    if push_image.digest_of(ecr, name, tag) != digest:
        docker_build.login(*push_image.registry(ecr))
        source = f"{text.partition('@')[0]}@{digest}"
        subprocess.run(["docker", "buildx", "imagetools", "create", "--tag", f"{address}:{tag}", source], check=True)
        if (copied := push_image.digest_of(ecr, name, tag)) != digest:
            raise CommandError(f"{address}:{tag} has the digest {copied}, not {digest}: it is another image")
    return f"{address}:{tag}@{digest}"


def inspected(text: str) -> dict[str, Any]:
    """What the image's registry says of it; what is missing for one of the processors is told."""
    command = ["docker", "buildx", "imagetools", "inspect", text, "--format", "{{json .Manifest}}"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise CommandError(f"{text} cannot be read: {asked.stderr.strip()}")
    manifest: dict[str, Any] = json.loads(asked.stdout)
    parts = [part.get("platform", {}) for part in manifest.get("manifests", [])]
    there = {f"{part.get('os')}/{part.get('architecture')}" for part in parts}
    for architecture, platform in PLATFORMS.items():
        if platform not in there:
            print(f"{text} is not built for {architecture}, or does not say so.", file=sys.stderr)
    return manifest


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
