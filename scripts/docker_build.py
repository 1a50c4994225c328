"""Docker's part of push-image: which Dockerfile, which tag, whether Docker can build it, and the build."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from problems import Problem
from problems.command import missing

PLATFORMS = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}
"""Architecture, as the stack's config names it -> Docker's platform."""

DOCKERFILES = ("Dockerfile_ecs", "src/Dockerfile_ecs", "Dockerfile", "src/Dockerfile")
"""Looked for in this order. The gateway's checkout holds src/Dockerfile_ecs beside one that is for Lambda."""


@dataclass(frozen=True)
class Build:
    """What is built."""

    dockerfile: Path
    context: Path
    architecture: str

    def push(self, address: str) -> None:
        """Build and push. Raises CalledProcessError when Docker fails."""
        command = ["docker", "buildx", "build", "--platform", PLATFORMS[self.architecture]]
        # Without provenance the tag names the image itself, not an index with an attestation beside it.
        command += ["--provenance=false", "--sbom=false", "--push", "--tag", address]
        subprocess.run([*command, "--file", self.dockerfile, self.context], check=True)


def find_build(source: Path, dockerfile: str | None, architecture: str) -> Build | Problem:
    """Find what to build in a folder, or say why there is nothing."""
    if not source.is_dir():
        return missing(f"the folder {source}", "Give an existing one: SRC=<checkout>")
    if dockerfile:
        build = Build(source / dockerfile, source, architecture)
        return build if build.dockerfile.is_file() else missing(str(build.dockerfile), "Correct DOCKERFILE=")
    for candidate in DOCKERFILES:
        file = source / candidate
        if file.is_file():
            return Build(file, file.parent, architecture)
    names = ", ".join(DOCKERFILES)
    return missing(f"a Dockerfile in {source}", f"Name it with DOCKERFILE=; looked for {names}")


def tag_of(source: Path, architecture: str) -> str:
    """Name the content of a folder: its git commit (and the time when it has changes) and the architecture."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    # A folder that git ignores lies in somebody else's repository: that commit says nothing about it.
    if not shutil.which("git") or not _git(source, "ls-files"):
        return f"{now}-{architecture}"
    commit = _git(source, "rev-parse", "--short=12", "HEAD")
    if _git(source, "status", "--porcelain", "."):
        return f"{commit}-{now}-{architecture}"
    return f"{commit}-{architecture}"


def find_missing_client() -> Iterator[Problem]:
    """Give what is missing to copy an image, which takes no daemon."""
    if not shutil.which("docker"):
        yield missing("docker", "Install Docker with its buildx plugin.")
    elif _docker("buildx", "version") is None:
        yield missing("docker buildx", "Install Docker's buildx plugin; Debian's package is docker-buildx.")


def find_missing(architecture: str) -> Iterator[Problem]:
    """Give what Docker lacks to build for the architecture."""
    if client := [*find_missing_client()]:
        yield from client
        return
    builder = _docker("buildx", "inspect", "--bootstrap")
    platform = PLATFORMS[architecture]
    if builder is None:
        yield missing("a Docker daemon that answers", "Start it; `docker buildx inspect` shows what is wrong.")
    elif "Platforms:" in builder and platform not in builder:
        yield missing(
            f"a builder for {platform}",
            f"Let Docker emulate it: docker run --privileged --rm tonistiigi/binfmt --install {platform[6:]}",
        )


def login(registry: str, password: str) -> None:
    """Sign Docker in to a registry. Raises CalledProcessError when it is refused."""
    command = ["docker", "login", "--username", "AWS", "--password-stdin", registry]
    subprocess.run(command, check=True, input=password.encode(), stdout=subprocess.DEVNULL)


def _docker(*words: str) -> str | None:
    result = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    return result.stdout if result.returncode == 0 else None


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
