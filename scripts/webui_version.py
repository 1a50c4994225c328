"""Which image of Open WebUI a stack names, has registered and runs, and what is done to change it."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aws_rules import image_reference
from health.before_upgrade import IMAGE_TAG, image_of
from health.deployed import Deployed
from problems.command import CommandError, lacking
from scripts import stack
from scripts.deployed import read_deployed
from scripts.stack_file import StackFile
from settings.apps import WEBUI_IMAGE

WEBUI = "webui"
NEW, OLD, UNCLEAR = 0, 1, 2
"""Exit statuses: what was asked for runs, what ran before runs, neither or nobody can tell."""

_NUMBER = re.compile(r"\d+\.\d+\.\d+")
_REVISIONS = 30
"""How far back the image before is looked for."""


@dataclass(frozen=True, kw_only=True)
class Images:
    """Open WebUI's image as the stack registered it, and as its service runs."""

    deployed: Deployed
    registered: str
    runs: str


def read_images(stack_name: str, root: Path) -> Images:
    """Ask state and AWS. Raises CommandError and one of AWS_ERRORS."""
    deployed = read_deployed("upgrade", stack_name, root)
    names = {"cluster": deployed.cluster, "services": [deployed.service_names[WEBUI]]}
    services = deployed.aws.client("ecs").describe_services(**names)["services"]
    if not services:
        raise lacking(f"Open WebUI's service in {deployed.cluster}", f"See: make verify STACK={stack_name}")
    registered = image_of(deployed.aws, deployed.task_definitions[WEBUI], WEBUI)
    return Images(
        deployed=deployed,
        registered=registered,
        runs=image_of(deployed.aws, services[0]["taskDefinition"], WEBUI),
    )


def version_in(image: str) -> str:
    """`0.12.4` of an image with such a tag. Raises CommandError for others."""
    tag = image.partition("@")[0].rpartition(":")[2]
    found = _NUMBER.search(tag)
    if not found or "/" in tag:
        raise CommandError(f"webui.image is {image}: its tag names no version of Open WebUI; change it by hand.")
    return found[0]


def older(one: str, other: str) -> bool:
    """Whether a version precedes another."""
    first, second = (tuple(map(int, version.split("."))) for version in (one, other))
    return first < second


def configured_image(config: StackFile) -> str:
    """What the stack's file says, with its placeholders. Raises MissingError for an image that the stack builds."""
    webui = config.get(WEBUI) or {}
    if webui.get("build"):
        raise lacking("an image in webui.image: this stack builds its own", "Change the version in its Dockerfile.")
    return str(webui.get("image") or WEBUI_IMAGE)


def with_version(image: str, version: str) -> str:
    """The reference with another version in its tag, and without its digest."""
    name, _, tag = image.partition("@")[0].rpartition(":")
    version_in(image)
    return f"{name}:{_NUMBER.sub(version, tag)}"


def filled_in(image: str, deployed: Deployed) -> str:
    """The reference with the stack's account and region in its placeholders."""
    _, partition, _, region, account, *_ = deployed.task_definitions[WEBUI].split(":")
    return image_reference.filled_in(image, account, region, partition)


def image_before(images: Images) -> str:
    """The newest image of an older version that was registered. Raises MissingError when there is none."""
    ecs = images.deployed.aws.client("ecs")
    family = images.deployed.service_names[WEBUI]
    listed = ecs.list_task_definitions(familyPrefix=family, sort="DESC", maxResults=_REVISIONS)["taskDefinitionArns"]
    for revision in listed:
        image = image_of(images.deployed.aws, revision, WEBUI)
        if _NUMBER.search(image) and older(version_in(image), version_in(images.registered)):
            return image
    raise lacking(f"an older version than {version_in(images.registered)}", "ECS has no revision of one any more.")


def snapshot_of(deployed: Deployed, prefix: str, image: str) -> str | None:
    """The newest snapshot of the stack's database that belongs to an image."""
    pages = deployed.aws.client("rds").get_paginator("describe_db_cluster_snapshots").paginate(SnapshotType="manual")
    own = re.compile(rf"{re.escape(prefix)}-[0-9a-f]{{6}}")
    found = [
        snapshot
        for page in pages
        for snapshot in page["DBClusterSnapshots"]
        if own.fullmatch(snapshot["DBClusterIdentifier"])
        and {"Key": IMAGE_TAG, "Value": image} in snapshot.get("TagList", [])
        and snapshot["Status"] == "available"
    ]
    newest = max(found, key=lambda snapshot: snapshot["SnapshotCreateTime"], default=None)
    return str(newest["DBClusterSnapshotIdentifier"]) if newest else None


def write(config: StackFile, **values: str) -> None:
    """Change keys of the stack's file by the Pulumi CLI, which keeps its comments. Raises CommandError."""
    for key, value in values.items():
        path = f"{config.project}:{key.replace('_', '.')}"
        words = ["pulumi", "--stack", config.stack, "--", "config", "set", "--plaintext", "--path", path, value]
        if stack.main(words, config.root):
            raise CommandError(f"{path} could not be set in {config.file.name}.")


def deploy(config: StackFile, *, yes: bool, preview: bool = True) -> int:
    """`make up`: it shows what changes and asks, unless it is told yes."""
    words = ["up", "--stack", config.stack, *(["--yes"] if yes else [])]
    return stack.main([*words, "--", *([] if preview else ["--skip-preview"])], config.root)


def migrated(images: Images, before: Images) -> Iterator[str]:
    """The tasks of a revision newer than `before` whose migration has begun, and may have changed the database."""
    deployed = images.deployed
    if deployed.task_definitions[WEBUI] == before.deployed.task_definitions[WEBUI]:
        return  # Its tasks have migrated long ago.
    for status in ("RUNNING", "STOPPED"):
        for task in deployed.tasks(WEBUI, status):
            migrations = [one for one in task.get("containers", ()) if one["name"] == "migrate"]
            begun = any("exitCode" in one or one.get("lastStatus") == "RUNNING" for one in migrations)
            if task["taskDefinitionArn"] == deployed.task_definitions[WEBUI] and begun:
                yield str(task["taskArn"]).rpartition("/")[2]


def say(text: str) -> None:
    """Progress, which is no answer."""
    print(text, file=sys.stderr, flush=True)
