"""A public image becomes one in ECR with the same digest."""

import json

import pytest

from scripts import mirror_image
from tests.scripts.standins import DIGEST, REGISTRY, Aws, Machine

SOURCE = "ghcr.io/open-webui/open-webui:v0.12.4"
BOTH = [{"platform": {"os": "linux", "architecture": one}} for one in ("amd64", "arm64")]


def docker(machine: Machine, manifest: object) -> None:
    """Docker with the registry's answer; what it copies is in ECR afterwards."""
    answer = json.dumps(manifest)
    machine.install(
        "docker",
        body=f"""case "$*" in
        *"imagetools inspect"*) echo '{answer}' ;;
        login*) cat > "$HOME/password" ;;
    esac""",
    )


@pytest.fixture
def copies(machine: Machine, aws: Aws) -> Machine:
    docker(machine, {"digest": DIGEST, "manifests": BOTH})
    aws.pushed = lambda: {call[call.index("--tag") + 1] for call in machine.calls if "--tag" in call}
    return machine


def test_an_image_is_copied_by_digest_under_its_tag_and_the_stacks_line_is_printed(copies: Machine) -> None:
    ended = copies.run(mirror_image.main, "--image", SOURCE)
    copy = f"{REGISTRY}/open-webui/open-webui:v0.12.4"
    assert ["docker", "buildx", "imagetools", "create", "--tag", copy, f"{SOURCE}@{DIGEST}"] in copies.calls
    assert f"image: {copy}@{DIGEST}" in ended.out
    assert "webui.image" in ended.out
    assert ended.err == ""


def test_a_second_time_nothing_is_copied(copies: Machine) -> None:
    copies.run(mirror_image.main, "--image", SOURCE)
    calls = len([call for call in copies.calls if "create" in call])
    copies.run(mirror_image.main, "--image", SOURCE)
    assert len([call for call in copies.calls if "create" in call]) == calls == 1


def test_a_copy_of_another_digest_is_told(machine: Machine, aws: Aws) -> None:
    docker(machine, {"digest": "sha256:" + "b" * 64, "manifests": BOTH})
    aws.pushed = lambda: {call[call.index("--tag") + 1] for call in machine.calls if "--tag" in call}
    ended = machine.run(mirror_image.main, "--image", SOURCE, "--name", "mine", status=1)
    assert "it is another image" in ended.err


def test_a_processor_that_the_image_is_not_for_is_told(machine: Machine, aws: Aws) -> None:
    docker(machine, {"digest": DIGEST, "manifests": BOTH[:1]})
    aws.pushed = lambda: {call[call.index("--tag") + 1] for call in machine.calls if "--tag" in call}
    assert "not built for arm64" in machine.run(mirror_image.main, "--image", SOURCE).err


@pytest.mark.parametrize("image", ["", "open-webui", "https://ghcr.io/open-webui"])
def test_what_is_no_image_says_how_it_is_called(machine: Machine, image: str) -> None:
    assert "make mirror-image IMAGE=" in machine.run(mirror_image.main, "--image", image, status=1).err


def test_everything_missing_is_told_at_once(machine: Machine) -> None:
    ended = machine.run(mirror_image.main, "--image", SOURCE, status=1)
    assert "missing: AWS credentials" in ended.err
    assert "missing: docker" in ended.err
