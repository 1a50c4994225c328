"""A folder with a Dockerfile becomes an image in ECR that a stack can name."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts import push_image
from tests import deployer_policy
from tests.scripts.standins import DIGEST, REGISTRY, Aws, Machine, Outcome

BUILDER = """
case "$*" in
    "buildx inspect"*) echo "Platforms: linux/amd64, linux/arm64" ;;
    login*) cat > "$HOME/password" ;;
esac
"""


@pytest.fixture
def docker(machine: Machine, aws: Aws) -> Machine:
    """A machine with Docker; what it builds with --push is in ECR afterwards."""
    machine.install("docker", body=BUILDER)
    aws.pushed = lambda: {call[call.index("--tag") + 1] for call in machine.calls if "--tag" in call}
    return machine


@pytest.fixture
def source(machine: Machine) -> Path:
    """A folder to build, not under git."""
    folder = machine.home / "a checkout"
    folder.mkdir()
    (folder / "Dockerfile").touch()
    return folder


def commit(folder: Path) -> str:
    """Put the folder under git; give the commit's name."""
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout[:12]


def push(machine: Machine, source: Path, *options: str, name: str = "tools", status: int = 0) -> Outcome:
    return machine.run(push_image.main, "--src", str(source), "--name", name, *options, status=status)


def build_call(machine: Machine) -> list[str]:
    return next(call for call in machine.calls if call[:3] == ["docker", "buildx", "build"])


def built_tag(machine: Machine) -> str:
    return build_call(machine)[build_call(machine).index("--tag") + 1].rpartition(":")[2]


def test_everything_missing_is_told_at_once_and_nothing_is_built(machine: Machine) -> None:
    ended = push(machine, machine.home / "nowhere", status=1)
    missing = [line.strip() for line in ended.err.splitlines() if "missing:" in line]
    assert missing == [
        f"missing: the folder {machine.home / 'nowhere'}",
        "missing: AWS credentials that work: Unable to locate credentials",
        "missing: docker",
    ]


def test_a_push_of_nothing_says_how_it_is_called(machine: Machine) -> None:
    ended = machine.run(push_image.main, "--src", "", "--name", "", status=1)
    assert "make push-image SRC=<checkout> NAME=<ECR repository>" in ended.err


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('[ "$2" != version ]', "missing: docker buildx"),
        ('[ "$2" != inspect ]', "missing: a Docker daemon that answers"),
        ("echo 'Platforms: linux/amd64'", "missing: a builder for linux/arm64"),
    ],
)
def test_what_docker_lacks_is_told_before_anything_is_created(
    machine: Machine, aws: Aws, source: Path, body: str, told: str
) -> None:
    machine.install("docker", body=body)
    ended = push(machine, source, status=1)
    assert told in ended.err
    assert aws.called("CreateRepository") == []


def test_a_missing_repository_is_created_scanned_and_immutable_but_for_latest(
    docker: Machine, aws: Aws, source: Path
) -> None:
    push(docker, source)
    assert aws.called("CreateRepository") == [
        {
            "repositoryName": "tools",
            "imageScanningConfiguration": {"scanOnPush": True},
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "latest"}],
        }
    ]


def test_the_policies_for_deployers_allow_every_call(docker: Machine, aws: Aws, source: Path) -> None:
    push(docker, source)
    services = {"GetCallerIdentity": "sts"}
    asked = {(services.get(operation, "ecr"), operation) for operation, _ in aws.requests}
    assert {operation for service, operation in asked if not deployer_policy.allows(service, operation)} == {
        "GetCallerIdentity"  # which takes no right
    }


def test_a_repository_that_exists_is_left_as_it_is(docker: Machine, aws: Aws, source: Path) -> None:
    push(docker, source, name="bedrock-proxy-api-ecs")
    assert aws.called("CreateRepository") == []


def test_the_image_is_built_for_arm64_and_pushed_under_its_own_tag(docker: Machine, source: Path) -> None:
    push(docker, source, "--tag", "v1")
    assert build_call(docker)[3:] == [
        *("--platform", "linux/arm64", "--provenance=false", "--sbom=false", "--push"),
        *("--tag", f"{REGISTRY}/tools:v1", "--file", str(source / "Dockerfile"), str(source)),
    ]


def test_x86_64_is_dockers_amd64(docker: Machine, source: Path) -> None:
    push(docker, source, "--arch", "x86_64")
    assert "linux/amd64" in build_call(docker)
    assert built_tag(docker).endswith("-x86_64")


def test_the_registrys_password_is_no_argument(docker: Machine, source: Path) -> None:
    push(docker, source)
    login = ["docker", "login", "--username", "AWS", "--password-stdin", REGISTRY]
    assert docker.calls.index(login) < docker.calls.index(build_call(docker))
    assert (docker.home / "password").read_text() == "the-password"
    assert "the-password" not in docker.record.read_text()


def test_latest_becomes_the_pushed_image_so_that_dev_can_use_it_as_it_stands(
    docker: Machine, aws: Aws, source: Path
) -> None:
    push(docker, source, "--tag", "v1")
    assert aws.called("BatchGetImage")[0]["imageIds"] == [{"imageTag": "v1"}]
    assert aws.called("PutImage")[0]["imageTag"] == "latest"
    aws.refused["PutImage"] = "ImageAlreadyExistsException"
    push(docker, source, "--tag", "v1")  # latest is that image already


def test_a_repository_of_immutable_tags_alone_keeps_its_latest(docker: Machine, aws: Aws, source: Path) -> None:
    aws.refused["PutImage"] = "ImageTagAlreadyExistsException"
    ended = push(docker, source)
    assert "latest stays where it is" in ended.out


def test_the_address_by_digest_and_the_line_that_pins_it_are_printed(docker: Machine, source: Path) -> None:
    ended = push(docker, source)
    image = f"{REGISTRY}/tools@{DIGEST}"
    line = f"make pulumi STACK=dev ARGS='config set --plaintext --path webui-bedrock:gateway.image {image}'"
    assert line in ended.out


@pytest.mark.parametrize(
    ("files", "options", "dockerfile", "context"),
    [
        (["src/Dockerfile", "src/Dockerfile_ecs"], [], "src/Dockerfile_ecs", "src"),
        (["Dockerfile", "Dockerfile_ecs"], [], "Dockerfile_ecs", "."),
        (["src/Dockerfile"], [], "src/Dockerfile", "src"),
        (["Dockerfile", "docker/Dockerfile"], ["--dockerfile", "docker/Dockerfile"], "docker/Dockerfile", "."),
    ],
    ids=["the gateway's checkout", "its src folder", "plain", "given"],
)
def test_the_dockerfile_for_ecs_is_found_or_given_and_its_folder_or_the_whole_is_the_context(
    docker: Machine, source: Path, files: list[str], options: list[str], dockerfile: str, context: str
) -> None:
    (source / "Dockerfile").unlink()
    for file in files:
        (source / file).parent.mkdir(exist_ok=True)
        (source / file).touch()
    push(docker, source, *options)
    assert build_call(docker)[-2:] == [str(source / dockerfile), str(source / context)]


@pytest.mark.parametrize("options", [[], ["--dockerfile", "Dockerfile_x"]])
def test_a_folder_without_the_dockerfile_is_refused(docker: Machine, source: Path, options: list[str]) -> None:
    (source / "Dockerfile").unlink()
    ended = push(docker, source, *options, status=1)
    assert "DOCKERFILE=" in ended.err


@pytest.mark.parametrize(
    ("committed", "changed", "tag"),
    [(True, False, "COMMIT-arm64"), (True, True, "COMMIT-TIME-arm64"), (False, False, "TIME-arm64")],
)
def test_the_tag_is_the_commit_the_time_of_what_has_none_and_the_architecture(
    docker: Machine, source: Path, committed: bool, changed: bool, tag: str
) -> None:
    name = commit(source) if committed else ""
    if changed:
        (source / "change").touch()
    push(docker, source)
    assert re.fullmatch(tag.replace("COMMIT", name).replace("TIME", r"\d{8}T\d{6}Z"), built_tag(docker))


def test_a_commit_that_is_in_ecr_is_not_built_twice(docker: Machine, aws: Aws, source: Path) -> None:
    aws.images["tools"] = {f"{commit(source)}-arm64"}
    push(docker, source)
    assert not any("build" in call for call in docker.calls)
    assert aws.called("PutImage"), "latest is moved all the same"
    push(docker, source, "--tag", next(iter(aws.images["tools"])))
    assert build_call(docker), "a given tag is built anew"


def test_a_build_that_fails_leaves_latest_and_ends_with_status_1(docker: Machine, aws: Aws, source: Path) -> None:
    docker.install("docker", body=BUILDER + '[ "$2" != build ] || exit 9')
    ended = push(docker, source, status=1)
    assert "`docker buildx build` ended with status 9\n" in ended.err
    assert aws.called("PutImage") == []
