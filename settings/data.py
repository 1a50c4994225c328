"""Where state lives and who is told: the `database`, `cache`, `fileSystem` and `alarms` maps."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from aws_rules import arns, database, elasticache
from settings import formats
from settings.types import Check, Port, SecretOrKeyArn, Section, between


def _half_steps(value: float) -> str | None:
    return None if value * 2 == int(value * 2) else "must be a multiple of 0.5 (Aurora capacity units)"


Snapshot = Annotated[str, Check(database.snapshot_problem, "webui-bedrock-before-upgrade")]
SecurityGroupId = Annotated[str, Check(arns.security_group_id_problem, "sg-0123456789abcdef0")]
HalfStep = Check(_half_steps, 0.5, (("multipleOf", 0.5),))


class Authentication(StrEnum):
    """How Open WebUI logs in to the database."""

    PASSWORD = "password"  # noqa: S105  (a way to log in, no password)
    IAM = "iam"


class DatabaseSettings(Section):
    """Aurora PostgreSQL Serverless v2 for Open WebUI, or a PostgreSQL that exists already."""

    enabled: bool = Field(
        default=True, description="Create database and cache; without them one task keeps a SQLite file (default true)."
    )
    min_capacity: Annotated[float, between(0, 256, "Aurora capacity units", example=0.5), HalfStep] = Field(
        default=0.5,
        description="Smallest size, in Aurora capacity units of 2 GiB, steps of 0.5; 0 pauses the database while "
        "schedules stop Open WebUI (default 0.5).",
    )
    seconds_until_auto_pause: (
        Annotated[int, between(300, 86_400, "Aurora SecondsUntilAutoPause", example=600)] | None
    ) = Field(
        default=None,
        description="Seconds without a connection after which a database of `minCapacity: 0` pauses (default 300).",
    )
    max_capacity: Annotated[float, between(1, 256, "Aurora capacity units"), HalfStep] = Field(
        default=4, description="Largest size, in Aurora capacity units, 1 to 256, steps of 0.5 (default 4)."
    )
    instances: Annotated[int, between(1, 16, "one writer and up to 15 readers")] = Field(
        default=1, description="Database instances: one writer, the rest readers (default 1)."
    )
    backup_days: Annotated[int, between(1, database.MOST_BACKUP_DAYS, "days Aurora keeps backups", example=7)] = Field(
        default=7, description="Days that automatic backups are kept (default 7)."
    )
    snapshot_identifier: Snapshot | None = Field(
        default=None, description="Snapshot that the database is restored from when it is created (default none)."
    )
    final_snapshot: bool = Field(
        default=True, description="Take a snapshot before the database is deleted, whatever deletes it (default true)."
    )
    upgrade_snapshot: bool = Field(
        default=True,
        description="Take a snapshot before `pulumi up` gives Open WebUI another image, and deploy none without it "
        "(default true).",
    )
    authentication: Authentication = Field(
        default=Authentication.PASSWORD,
        description="How Open WebUI logs in: with a password, or with tokens of IAM (default password).",
    )
    url_secret_arn: SecretOrKeyArn | None = Field(
        default=None,
        description="Secrets Manager ARN of the URL of a PostgreSQL that exists, which takes the place of Aurora, "
        "optionally with :json-key:stage:version (default none).",
    )
    port: Port | None = Field(default=None, description="TCP port of that PostgreSQL (default 5432).")
    security_group_id: SecurityGroupId | None = Field(
        default=None,
        description="Security group of that PostgreSQL, which then lets Open WebUI in; without one `webui.egress` "
        "opens the way (default none).",
    )

    @property
    def given(self) -> bool:
        """Whether it exists already, and the stack makes none."""
        return self.url_secret_arn is not None

    @property
    def given_port(self) -> int:
        """Where a given one answers."""
        return self.port or 5432

    @property
    def made(self) -> bool:
        """Whether the stack makes an Aurora cluster."""
        return self.enabled and not self.given


class CacheSettings(Section):
    """Valkey for Open WebUI, or a Redis or Valkey that exists already; it comes with the database."""

    node_type: Annotated[str, Check(elasticache.node_type_problem, "cache.t4g.micro")] = Field(
        default="cache.t4g.micro", description="ElastiCache node type (default cache.t4g.micro)."
    )
    nodes: Annotated[int, between(1, 6, "one primary and up to five replicas")] = Field(
        default=1, description="Nodes: one primary, the rest replicas; 2 or more fail over (default 1)."
    )
    url_secret_arn: SecretOrKeyArn | None = Field(
        default=None,
        description="Secrets Manager ARN of the URL of a Redis or Valkey that exists, which takes the place of "
        "ElastiCache, optionally with :json-key:stage:version (default none).",
    )
    port: Port | None = Field(default=None, description="TCP port of that Redis or Valkey (default 6379).")
    security_group_id: SecurityGroupId | None = Field(
        default=None,
        description="Security group of that Redis or Valkey, which then lets Open WebUI in; without one "
        "`webui.egress` opens the way (default none).",
    )

    @property
    def given(self) -> bool:
        """Whether it exists already, and the stack makes none."""
        return self.url_secret_arn is not None

    @property
    def given_port(self) -> int:
        """Where a given one answers."""
        return self.port or 6379


class Throughput(StrEnum):
    """How EFS throughput is bought."""

    ELASTIC = "elastic"
    BURSTING = "bursting"


class FileSystemSettings(Section):
    """The EFS file system that services share."""

    encrypted: bool = Field(
        default=True,
        description="Encryption at rest (default true); false only for one taken over from CloudFormation.",
    )
    kms_key_arn: Annotated[str, Check(arns.kms_key_problem, arns.EXAMPLE_KMS_KEY)] | None = Field(
        default=None,
        description="KMS key of a file system taken over from CloudFormation (default: the stack's own key).",
    )
    throughput: Throughput = Field(default=Throughput.ELASTIC, description="How throughput is paid (default elastic).")
    path: Annotated[str, Check(formats.webui_folder_problem, "/webui")] = Field(
        default="/webui", description="Directory of Open WebUI on the file system (default /webui)."
    )


class AlarmsSettings(Section):
    """Who is told about alarms, and where normal ends."""

    emails: tuple[Annotated[str, Check(formats.email_problem, "ops@example.com")], ...] = Field(
        default=(), description="E-mail addresses that get the alarms; each confirms once (default none)."
    )
    topic_arn: Annotated[str, Check(arns.topic_problem, arns.EXAMPLE_TOPIC)] | None = Field(
        default=None, description="SNS topic that exists and gets the alarms (default: one of the stack's own)."
    )
    p95_seconds: Annotated[float, between(0.1, 900, "seconds; no request lasts longer")] = Field(
        default=10, description="Seconds that 95 % of the requests of a service stay under (default 10; gateway 60)."
    )
    cpu_percent: Annotated[int, between(1, 100, "percent of what the tasks reserve")] = Field(
        default=90, description="Average CPU of a service, in percent, that is too much (default 90)."
    )
    memory_percent: Annotated[int, between(1, 100, "percent of what the tasks reserve")] = Field(
        default=90, description="Average memory of a service, in percent, that is too much (default 90)."
    )
