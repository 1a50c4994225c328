"""What an application may say: the `webui`, `gateway` and `services` maps."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from aws_rules import arns
from aws_rules.cidrs import EVERYWHERE
from settings import formats
from settings.egress import ANYWHERE_BY_HTTPS, HTTPS_PORT, EgressSettings
from settings.people import DefaultRole, LdapSettings, PermissionSettings
from settings.rights import PolicyArn, StatementSettings
from settings.scaling import ScalingSettings, SpotSettings, WebuiScaling
from settings.sidecars import SidecarSettings
from settings.sign_in import CognitoSettings, OidcSettings, SsoSettings
from settings.storage import BucketSettings, Storage
from settings.types import Check, Image, SecretOrKeyArn, Section

WEBUI_IMAGE = "ghcr.io/open-webui/open-webui:v0.12.4"

SecretArn = Annotated[str, Check(arns.secret_problem, arns.EXAMPLE_ARN)]


class Architecture(StrEnum):
    """Processor of the tasks; the image must have been built for it."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


class BuildSettings(Section):
    """An image that the stack builds itself."""

    context: Annotated[str, Check(formats.text_problem, "./gateway")] = Field(
        description="Folder that is built, relative to the project."
    )
    dockerfile: Annotated[str, Check(formats.text_problem, "Dockerfile")] = Field(
        default="Dockerfile", description="Dockerfile, relative to the context (default Dockerfile)."
    )


class AppSettings(Section):
    """What every ECS service has in common."""

    image: Image | None = Field(
        default=None, description="Container image with tag or digest; may hold {account} and {region}."
    )
    build: BuildSettings | None = Field(
        default=None, description="Folder from which the image is built; instead of `image`."
    )
    cpu: int = Field(default=256, description="CPU units of a task, 1024 are one vCPU (default 256).")
    memory: int = Field(default=512, description="Memory of a task in MiB (default 512).")
    architecture: Architecture = Field(
        default=Architecture.ARM64, description="Processor that the image is built for (default arm64)."
    )
    scaling: ScalingSettings = Field(default_factory=ScalingSettings, description="Task count (default 1 to 1).")
    spot: SpotSettings | None = Field(default=None, description="Use Fargate Spot as well (default no).")
    env: dict[str, str] = Field(default_factory=dict, description="Environment variables; no secrets (default none).")
    secrets: dict[str, SecretOrKeyArn] = Field(
        default_factory=dict,
        description="Environment variables from Secrets Manager: name to ARN, optionally with "
        ":json-key:stage:version (default none).",
    )
    sidecars: dict[str, SidecarSettings] = Field(
        default_factory=dict, description="Containers that run beside it in each task, by name (default none)."
    )
    egress: tuple[EgressSettings, ...] = Field(
        default=(),
        description="Ports outside of the stack that the tasks may connect to. Images, secrets and logs take port 443: "
        "it is open to everywhere unless an entry names it (default: 443 to everywhere).",
    )
    policies: tuple[PolicyArn, ...] = Field(
        default=(), description="Managed policies that the tasks' role has besides, by ARN (default none)."
    )
    statements: tuple[StatementSettings, ...] = Field(
        default=(), description="Statements of IAM that the tasks' role has besides (default none)."
    )
    exec_enabled: bool = Field(
        alias="exec", default=False, description="Allow `aws ecs execute-command` (default false)."
    )

    @property
    def secret_references(self) -> list[str]:
        """The secrets of the application and of what runs beside it."""
        sidecars = [reference for sidecar in self.sidecars.values() for reference in sidecar.secrets.values()]
        return [*self.secrets.values(), *sidecars]

    @property
    def ways_out(self) -> tuple[EgressSettings, ...]:
        """`egress`, and HTTPS to everywhere unless it says where to."""
        https_is_named = any(way.port == HTTPS_PORT for way in self.egress)
        return self.egress if https_is_named else (ANYWHERE_BY_HTTPS, *self.egress)

    @property
    def https_is_narrow(self) -> bool:
        """Whether HTTPS leads to some addresses only."""
        return not any(way.port == HTTPS_PORT and EVERYWHERE in way.cidrs for way in self.ways_out)

    @property
    def image_to_run(self) -> str | None:
        """The image that the stack does not build itself; None where nobody has named one."""
        return self.image


class ModelAccess(StrEnum):
    """Which signed-in users see the models of the gateway."""

    EVERYONE = "everyone"
    GRANTED = "granted"


class WebuiSettings(AppSettings):
    """Open WebUI."""

    image: Image | None = Field(
        default=WEBUI_IMAGE,
        description=f"Container image with tag or digest; may hold {{account}} and {{region}} (default {WEBUI_IMAGE}).",
    )
    cpu: int = Field(default=1024, description="CPU units of a task, 1024 are one vCPU (default 1024).")
    memory: int = Field(default=4096, description="Memory of a task in MiB (default 4096).")
    scaling: WebuiScaling = Field(default_factory=WebuiScaling, description="Task count (default 1 to 5).")
    admin_email: Annotated[str, Check(formats.email_problem, "admin@example.com")] = Field(
        default="admin@example.com",
        description="Sign-in name of the first administrator (default admin@example.com).",
    )
    url: (
        Annotated[str, Check(formats.public_url_problem, "https://chat.example.com", meant=formats.meant_public_url)]
        | None
    ) = Field(
        default=None,
        description="Where people see it, when TLS ends in front of the load balancer (default: there).",
    )
    signup: bool = Field(default=False, description="Let anybody open an account (default false).")
    access: ModelAccess = Field(
        default=ModelAccess.EVERYONE,
        description="Who sees the models: everyone who is signed in, or those whom an administrator has granted a "
        "model (default everyone).",
    )
    default_role: DefaultRole = Field(
        default=DefaultRole.PENDING,
        description="Role of a new account: pending, until an administrator lets it in, or user (default pending).",
    )
    permissions: PermissionSettings = Field(
        default_factory=PermissionSettings, description="What ordinary users may do."
    )
    ldap: LdapSettings | None = Field(default=None, description="Sign-in with an LDAP directory (default none).")
    oidc: OidcSettings | None = Field(
        default=None, description="Sign-in through OpenID Connect, as `sso` with three keys (default none)."
    )
    sso: SsoSettings | None = Field(default=None, description="Sign-in through an identity provider (default none).")
    storage: Storage = Field(
        default=Storage.EFS,
        description="Where uploaded files are kept: on the file system, or in an S3 bucket (default efs).",
    )
    bucket: BucketSettings | None = Field(
        default=None, description="Bucket that exists, for `storage: s3` (default: the stack makes one)."
    )
    persistent_config: bool = Field(
        default=False,
        description="Keep what administrators save in the admin panel: it then wins over `env` (default false).",
    )

    @property
    def sign_in(self) -> SsoSettings | None:
        """The identity provider that either key names."""
        if self.sso is not None or self.oidc is None:
            return self.sso
        return SsoSettings.model_validate(self.oidc.model_dump(by_alias=True))

    @property
    def user_pool(self) -> CognitoSettings | None:
        """The user pool that the stack makes."""
        return self.sso.cognito if self.sso is not None else None

    @property
    def makes_bucket(self) -> bool:
        """Whether the stack makes the bucket of the uploaded files."""
        return self.storage is Storage.S3 and self.bucket is None
