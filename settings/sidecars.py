"""What runs beside an application in each of its tasks: `sidecars` of an app, and the collector of `telemetry`."""

from typing import Annotated

from pydantic import Field

from aws_rules import containers
from settings.types import Check, Image, SecretOrKeyArn, Section, Words

COLLECTOR = "telemetry"
"""The collector's container, for whose name no sidecar is called."""

COLLECTOR_IMAGE = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.1"


class SidecarSettings(Section):
    """A container beside the application: it shares the task's size, and is reached at localhost."""

    image: Image = Field(description="Container image with tag or digest; may hold {account} and {region}.")
    env: dict[str, str] = Field(default_factory=dict, description="Environment variables; no secrets (default none).")
    secrets: dict[str, SecretOrKeyArn] = Field(
        default_factory=dict, description="Environment variables from Secrets Manager: name to ARN (default none)."
    )
    entry_point: Words = Field(default=(), description="Entry point instead of the image's (default: the image's).")
    command: Words = Field(
        default=(), description="Command and arguments instead of the image's (default: the image's)."
    )
    health_command: Words = Field(
        default=(), description="Command that ends with 0 when it is up; the app starts after that (default none)."
    )
    user: Annotated[str, Check(containers.user_problem, "1000:1000")] | None = Field(
        default=None, description="User that the container runs as, not root (default: the image's)."
    )
    readonly_root_filesystem: bool = Field(
        default=True, description="Mount the container's root file system read-only (default true)."
    )
    essential: bool = Field(default=False, description="Whether the task stops when it ends (default false).")


class TelemetrySettings(Section):
    """OpenTelemetry: a collector beside the applications sends what they tell to X-Ray and CloudWatch."""

    traces: bool = Field(default=False, description="Send traces to X-Ray (default false).")
    metrics: bool = Field(default=False, description="Send metrics to CloudWatch (default false).")
    logs: bool = Field(default=False, description="Send OpenTelemetry's log records too (default false).")
    services: tuple[str, ...] = Field(
        default=("webui",), description="Services that get a collector: webui, gateway or others (default webui)."
    )
    image: Image = Field(
        default=COLLECTOR_IMAGE, description=f"AWS Distro for OpenTelemetry's collector (default {COLLECTOR_IMAGE})."
    )

    @property
    def on(self) -> bool:
        """Whether anything is collected."""
        return self.traces or self.metrics or self.logs
