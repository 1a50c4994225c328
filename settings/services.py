"""What a further service may say, and who calls it by its private name."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from aws_rules import containers, load_balancers
from settings.apps import AppSettings
from settings.types import Check, Port, Section, Words


class VolumeSettings(Section):
    """A directory of the shared file system in the container."""

    path: Annotated[str, Check(containers.mount_path_problem, "/data")] = Field(
        description="Absolute path in the container."
    )


class ServiceSettings(AppSettings):
    """Any further service; one that has no `paths` and no `hosts` and is not `internal` is a background worker."""

    port: Port | None = Field(
        default=None, description="TCP port of the container; needed with paths, hosts or internal (default none)."
    )
    paths: tuple[str, ...] = Field(default=(), description="Path patterns of its listener rule (default none).")
    hosts: tuple[Annotated[str, AfterValidator(str.lower)], ...] = Field(
        default=(), description="Host names of its listener rule (default none)."
    )
    health_path: Annotated[str, Check(load_balancers.health_path_problem, "/health")] = Field(
        default="/", description="Path of the load balancer's health check (default /)."
    )
    volume: VolumeSettings | None = Field(
        default=None, description="Directory of the shared file system (default none)."
    )
    internal: bool = Field(
        default=False,
        description="Give it a private name, http://<name>:<port>, that its `clients` alone reach (default false).",
    )
    clients: tuple[str, ...] = Field(
        default=("webui",),
        description="Who calls an internal service: webui, gateway or names of services (default webui).",
    )
    health_command: Words = Field(
        default=(),
        description="Command in the container that ends with 0 while it is healthy (default: none is run).",
    )
    entry_point: Words = Field(
        default=(), description="Entry point instead of the image's; takes `command` (default: the image's)."
    )
    command: Words = Field(
        default=(), description="Command and arguments instead of the image's (default: the image's)."
    )
    user: Annotated[str, Check(containers.user_problem, "1000:1000")] | None = Field(
        default=None, description="User that the container runs as, not root (default: the image's)."
    )
    readonly_root_filesystem: bool = Field(
        default=True, description="Mount the container's root file system read-only (default true)."
    )

    @property
    def routed(self) -> bool:
        """Whether the load balancer sends requests to it."""
        return bool(self.paths or self.hosts)

    @property
    def called(self) -> bool:
        """Whether anybody sends requests to it; if not, it is a background worker."""
        return self.routed or self.internal


@dataclass(frozen=True, kw_only=True)
class PrivateName:
    """A name that only other tasks of the stack know and reach, by Service Connect."""

    port: int
    clients: tuple[str, ...]
    """The apps that call it."""
