"""What an ECS task may do, and how a service replaces its tasks."""

from collections.abc import Iterator
from typing import Any, Final

from aws_rules.secret_names import in_plain_text, is_secret_value

from .model import JudgedResource, Stack, advisory, as_list, is_set, is_true, json_of, look, mandatory

TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE: Final = "aws:ecs/service:Service"
_ROOT: Final = frozenset({"0", "root"})


def containers(resource: JudgedResource) -> list[dict[str, Any]]:
    """The container definitions of a task definition; none when they are not known yet."""
    return [item for item in as_list(json_of(resource.get("containerDefinitions"))) if isinstance(item, dict)]


@mandatory(
    "plain-text-secret",
    "Secrets reach containers as valueFrom only (ECS.8): put them into Secrets Manager and name the ARN",
    TASK_DEFINITION,
)
def plain_text_secrets(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Whoever may describe a task definition reads its variables, commands and health checks."""
    for container in containers(resource):
        for variable in as_list(container.get("environment")):
            name, value = str(variable.get("name", "")), str(variable.get("value", ""))
            if in_plain_text(name, value):
                yield f"container {container.get('name')}: {name} is plain text"
        commands = [container.get("command"), container.get("entryPoint"), look(container, "healthCheck", "command")]
        for word in (word for command in commands for word in as_list(command)):
            if is_secret_value(str(word)):
                yield f"container {container.get('name')}: a command holds a secret"


@mandatory(
    "container-privilege",
    "Containers have no privileges on their host (ECS.3, ECS.4, ECS.17): remove them",
    TASK_DEFINITION,
)
def privileges(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Containers share nothing with their host."""
    for mode, allowed in (("networkMode", "awsvpc"), ("pidMode", "task"), ("ipcMode", "task")):
        value = resource.get(mode)
        if isinstance(value, str) and value != allowed:
            yield f"{mode} is {value}"
    if any(volume.get("hostPath") for volume in resource.items("volumes")):
        yield "a folder of the host is mounted"
    for container in containers(resource):
        if container.get("privileged"):
            yield f"container {container.get('name')} is privileged"
        if look(container, "linuxParameters", "capabilities", "add"):
            yield f"container {container.get('name')} has added capabilities"


@mandatory("container-root", "Applications do not run as root (ECS.20): name another user", TASK_DEFINITION)
def runs_as_root(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Only a container that prepares volumes may be root: it ends before the application starts, and knows nothing."""
    for container in containers(resource):
        user = str(container.get("user") or "")
        if user.partition(":")[0] in _ROOT and not _prepares_volumes(container, _files_of(resource)):
            yield f"container {container.get('name')} runs as root"


@advisory(
    "container-user", "A task definition names its users (ECS.20): set user, even if the image does", TASK_DEFINITION
)
def no_user(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """The image decides who a container runs as, unless the definition does."""
    for container in containers(resource):
        if not container.get("user"):
            yield f"container {container.get('name')} names no user"


@advisory(
    "read-only-root",
    "Root file systems are read-only (ECS.5): mount volumes where the application writes, and keep exec off",
    TASK_DEFINITION,
)
def writable_root(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """A program cannot change what it was started from."""
    for container in containers(resource):
        if not container.get("readonlyRootFilesystem"):
            yield f"container {container.get('name')} has a writable root file system"


@mandatory("container-logs", "Every container logs (ECS.9): give it a logConfiguration", TASK_DEFINITION)
def logs(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """What every container says is kept."""
    for container in containers(resource):
        if not look(container, "logConfiguration", "logDriver"):
            yield f"container {container.get('name')} has no log driver"


@mandatory(
    "file-system-access",
    "EFS is mounted by TLS, through an access point, with IAM (ECS.18): use SharedFileSystem.volume_for",
    TASK_DEFINITION,
)
def file_systems(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Files travel by TLS, and IAM decides who sees which folder."""
    for volume in resource.items("volumes"):
        if not is_set(look(volume, "efsVolumeConfiguration")):
            continue
        if (encryption := look(volume, "efsVolumeConfiguration", "transitEncryption")) != "ENABLED":
            yield f"volume {volume.get('name')}: transitEncryption is not {'set' if encryption is None else 'ENABLED'}"
        access = look(volume, "efsVolumeConfiguration", "authorizationConfig")
        if look(access, "iam") != "ENABLED" or not is_set(look(access, "accessPointId")):
            yield f"volume {volume.get('name')}: no access point with IAM"


@mandatory(
    "circuit-breaker",
    "A failing deployment is rolled back: enable the deployment circuit breaker with rollback",
    SERVICE,
)
def rollback(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """A deployment whose tasks do not start ends, and leaves the version before it."""
    for part in ("enable", "rollback"):
        if not is_true(resource.get("deploymentCircuitBreaker", part)):
            yield f"deploymentCircuitBreaker.{part} is not true"


def _files_of(resource: JudgedResource) -> set[str]:
    """Names of the volumes that outlive the task."""
    return {str(v.get("name")) for v in resource.items("volumes") if is_set(look(v, "efsVolumeConfiguration"))}


def _prepares_volumes(container: dict[str, Any], files: set[str]) -> bool:
    mounted = {str(point.get("sourceVolume")) for point in as_list(container.get("mountPoints"))}
    knows = any(container.get(part) for part in ("environment", "secrets", "portMappings"))
    return container.get("essential") is False and not knows and not mounted & files
