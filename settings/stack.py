"""`StackSettings`: everything that a stack's configuration says."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from aws_rules import arns, iam_names, names
from settings import companions
from settings.apps import AppSettings, WebuiSettings
from settings.backup import BackupSettings
from settings.companions import CompanionSettings
from settings.data import AlarmsSettings, CacheSettings, DatabaseSettings, FileSystemSettings
from settings.gateway import GatewaySettings, Transport
from settings.load_balancer import LoadBalancerSettings, Scheme
from settings.money import BudgetSettings, LimitsSettings
from settings.network import CreatedNetwork, Network
from settings.outward import ProxySettings
from settings.providers import ProviderSettings
from settings.services import PrivateName, ServiceSettings
from settings.sidecars import TelemetrySettings
from settings.types import Check, SecretOrParameterArn, Section
from settings.usage import UsageSettings

WEBUI = "webui"
GATEWAY = "gateway"
"""The applications that the program itself knows: in logical names, AWS names, outputs and commands."""


class StackSettings(Section):
    """The whole configuration of a stack; each top-level key is one entry of `Pulumi.<stack>.yaml`."""

    name_prefix: Annotated[str, Check(names.name_prefix_problem, "webui-bedrock")] = Field(
        default="webui-bedrock", description="Start of every name that people type (default webui-bedrock)."
    )
    tags: dict[str, str] = Field(
        default_factory=dict,
        description="Tags of every resource, beside Project and Environment (default none).",
    )
    permissions_boundary: Annotated[str, Check(iam_names.policy_problem, iam_names.EXAMPLE_BOUNDARY)] | None = Field(
        default=None, description="Managed policy that bounds every role of the stack, by ARN (default none)."
    )
    role_path: Annotated[str, Check(iam_names.path_problem, "/team/")] | None = Field(
        default=None, description="IAM path of every role of the stack (default /)."
    )
    protect: bool = Field(
        default=False, description="Guard data and load balancer against deletion; stricter rules (default false)."
    )
    kms_key_arn: Annotated[str, Check(arns.kms_key_problem, arns.EXAMPLE_KMS_KEY)] | None = Field(
        default=None, description="KMS key that exists and encrypts all that is kept (default: one of the stack's own)."
    )
    network: Network = Field(
        default_factory=CreatedNetwork, description="The VPC: created, or given by its ids (default: created)."
    )
    load_balancer: LoadBalancerSettings = Field(
        default_factory=LoadBalancerSettings, description="Who may reach the applications (default: the VPC)."
    )
    webui: WebuiSettings = Field(default_factory=WebuiSettings, description="Open WebUI.")
    gateway: GatewaySettings = Field(
        default_factory=GatewaySettings, description="Bedrock gateway; needs an image, a build or enabled: false."
    )
    services: dict[str, ServiceSettings] = Field(
        default_factory=dict, description="Further services by name (default none)."
    )
    providers: dict[str, ProviderSettings] = Field(
        default_factory=dict, description="Sources of models beside the gateway, by name (default none)."
    )
    companions: dict[str, CompanionSettings] = Field(
        default_factory=dict,
        description="What runs beside Open WebUI and is set up in it: docling, mcpo, pipelines, playwright, searxng, "
        "tika; each takes the keys of a service (default none).",
        json_schema_extra={"propertyNames": {"enum": [*companions.presets()]}},
    )
    database: DatabaseSettings = Field(
        default_factory=DatabaseSettings, description="Aurora PostgreSQL for Open WebUI."
    )
    cache: CacheSettings = Field(default_factory=CacheSettings, description="Valkey for Open WebUI.")
    file_system: FileSystemSettings = Field(
        default_factory=FileSystemSettings, description="The shared EFS file system."
    )
    backup: BackupSettings | None = Field(
        default=None,
        description="AWS Backup for database, file system and bucket of uploads, in a vault of its own (default none).",
    )
    alarms: AlarmsSettings = Field(default_factory=AlarmsSettings, description="Who is told about alarms.")
    budget: BudgetSettings | None = Field(
        default=None, description="What a month may cost, and who hears of it (default none)."
    )
    limits: LimitsSettings | None = Field(
        default=None, description="What each user and group may ask of models in a day (default any number)."
    )
    proxy: ProxySettings | None = Field(default=None, description="HTTP proxy of the company (default none).")
    root_certificates: SecretOrParameterArn | None = Field(
        default=None,
        description="ARN of certificates (PEM) that all tasks trust besides: a Systems Manager parameter, or a secret, "
        "optionally with :json-key:stage:version (default none).",
    )
    telemetry: TelemetrySettings = Field(
        default_factory=TelemetrySettings, description="Traces, metrics and logs by OpenTelemetry (default off)."
    )
    usage: UsageSettings | None = Field(
        default=None, description="How much people write, for the plan's estimate of tokens (default: not estimated)."
    )
    verify_services: bool = Field(
        default=False,
        description="Let plain `pulumi up` fail while a service does not run what was deployed; `make up` looks by "
        "itself (default false).",
    )
    cloud_formation_exports: bool = Field(
        default=False, description="Publish the export names of the old CloudFormation template (default false)."
    )

    @property
    def apps(self) -> dict[str, AppSettings]:
        """Everything that runs as an ECS service, by name; each after those that it calls."""
        gateway: dict[str, AppSettings] = {GATEWAY: self.gateway} if self.gateway.enabled else {}
        every = {**gateway, WEBUI: self.webui, **self.further_services}
        return {name: every[name] for name in _after_those_they_call(every, self.private_names) if name in every}

    @cached_property
    def further_services(self) -> dict[str, ServiceSettings]:
        """What runs beside Open WebUI and the gateway, by name: the companions as services, and `services`."""
        known = {name: one for name, one in self.companions.items() if name in companions.presets()}
        return {**{name: companions.service_of(name, one) for name, one in known.items()}, **self.services}

    @cached_property
    def companion_variables(self) -> dict[str, dict[str, str]]:
        """Open WebUI's variables for each companion."""
        known = {name: one for name, one in self.companions.items() if name in companions.presets()}
        return {name: companions.variables_of(name, one) for name, one in known.items()}

    def path_of(self, name: str) -> tuple[str, str]:
        """Where a further service stands in the stack's file."""
        return ("services" if name in self.services else "companions", name)

    def in_effect(self) -> dict[str, Any]:
        """Every key with its value as it is written, given or by default."""
        whole = self.model_dump(mode="json", by_alias=True)
        full = {name: self.further_services[name] for name in self.companion_variables}
        dumped = {name: service.model_dump(mode="json", by_alias=True) for name, service in full.items()}
        return {**whole, "companions": {**whole["companions"], **dumped}}

    @property
    def private_names(self) -> dict[str, PrivateName]:
        """What tasks call as `http://<name>:<port>`: internal services, and the gateway by Service Connect."""
        internal = {
            name: PrivateName(port=service.port, clients=service.clients)
            for name, service in self.further_services.items()
            if service.internal and service.port is not None
        }
        if self.gateway.enabled and self.gateway_transport is Transport.SERVICE_CONNECT:
            internal[GATEWAY] = PrivateName(port=self.gateway.port, clients=(WEBUI,))
        return internal

    @property
    def ipv6_obstacle(self) -> str | None:
        """Why no client can come by IPv6, as far as config tells."""
        if self.load_balancer.scheme is Scheme.INTERNAL:
            return "must be IPv4 while loadBalancer.scheme is internal: such a load balancer has no IPv6 address"
        if isinstance(self.network, CreatedNetwork):
            return "needs a VPC that exists (network.vpcId) with IPv6 in its public subnets: a stack's own has none"
        return None

    @property
    def https(self) -> bool:
        """Whether browsers speak HTTPS, with the load balancer or with what stands in front of it."""
        return self.webui.url is not None or self.load_balancer.https

    @property
    def address(self) -> str | None:
        """Where browsers see Open WebUI, if they speak HTTPS; the load balancer's own name is not known before."""
        domain = self.load_balancer.domain
        return self.webui.url or (f"https://{domain}" if self.https and domain else None)

    @property
    def gateway_transport(self) -> Transport:
        """The explicit `gateway.transport`, else the load balancer as long as it is the stack's and internal."""
        if self.gateway.transport is not None:
            return self.gateway.transport
        internal = self.load_balancer.scheme is Scheme.INTERNAL and self.load_balancer.listener_arn is None
        return Transport.LOAD_BALANCER if internal else Transport.SERVICE_CONNECT

    @property
    def gateway_requests_per_task(self) -> int:
        """Requests per gateway task and minute to hold, counted by the load balancer or by Service Connect."""
        gateway = self.gateway
        return gateway.scaling.requests_per_task or gateway.runs.requests_per_worker * gateway.processes


def _after_those_they_call(apps: Iterable[str], names: Mapping[str, PrivateName]) -> Iterator[str]:
    """The apps in their order, but each after its servers; in a circle, which rules refuse, in any order."""
    seen: set[str] = set()

    def visit(app: str) -> Iterator[str]:
        if app not in seen:
            seen.add(app)
            for server, name in names.items():
                if app in name.clients:
                    yield from visit(server)
            yield app

    for app in apps:
        yield from visit(app)
