"""What the gateway may say: the `gateway` map."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from aws_rules import arns, model_ids, models, regions
from aws_rules.models import Api
from gateway_engines import ENGINES, Engine, EngineName
from settings import formats
from settings.apps import AppSettings, SecretArn
from settings.gateway_tokens import TokensSettings
from settings.guardrail import GuardrailSettings
from settings.scaling import GatewayScaling
from settings.types import Check, Port, Section, between

SMALL_MODEL = "amazon.nova-micro-v1:0"
"""For what needs few words; Open WebUI passes over it where the gateway does not list it."""

ModelId = Annotated[str, Check(model_ids.model_id_problem, "amazon.nova-pro-v1:0", meant=model_ids.meant_model_id)]


class Residency(StrEnum):
    """Where answers may be computed."""

    US = "us"
    EU = "eu"
    APAC = "apac"
    REGION = "region"


class Transport(StrEnum):
    """How Open WebUI reaches the gateway."""

    LOAD_BALANCER = "loadBalancer"
    SERVICE_CONNECT = "serviceConnect"


def _listed_model_problem(model: str) -> str | None:
    return None if model == "*" else model_ids.model_id_problem(model)


ListedModel = Annotated[str, Check(_listed_model_problem, "amazon.nova-pro-v1:0", meant=model_ids.meant_model_id)]


Region = Annotated[str, Check(regions.problem, "eu-central-1", meant=regions.meant)]
RoleArn = Annotated[str, Check(arns.role_problem, arns.EXAMPLE_ROLE)]


class ModelSettings(Section):
    """A model with the name that people see, or a place of its own."""

    id: ModelId = Field(description="Id of the model or inference profile.")
    name: Annotated[str, Check(formats.text_problem, "Nova Pro")] | None = Field(
        default=None, description="Name that people see (default: the id)."
    )
    description: Annotated[str, Check(formats.text_problem, "For long texts")] | None = Field(
        default=None, description="What people read below the name (default none)."
    )
    region: Region | None = Field(
        default=None, description="Region in which this model is called; litellm only (default: the gateway's)."
    )
    assume_role: RoleArn | None = Field(
        default=None,
        description="ARN of the IAM role as which this model is called; litellm only (default: the gateway's).",
    )


MODEL_SHAPES: Mapping[str, Any] = {"text": str, "map": ModelSettings}


def _model_shape(raw: Any) -> str:
    return "map" if isinstance(raw, Mapping | ModelSettings) else "text"


ModelEntry = Annotated[
    Annotated[ListedModel, Tag("text")] | Annotated[ModelSettings, Tag("map")], Discriminator(_model_shape)
]


def _model_list(raw: Any) -> Any:
    if raw == "*":
        return ("*",)
    return tuple(raw) if isinstance(raw, list) else raw


class GatewaySettings(AppSettings):
    """The gateway between Open WebUI and Amazon Bedrock."""

    engine: EngineName = Field(
        default=EngineName.ACCESS_GATEWAY,
        description="The program that is the gateway (default bedrock-access-gateway).",
    )
    cpu: int = Field(default=512, description="CPU units of a task, 1024 are one vCPU (default 512).")
    memory: int = Field(default=1024, description="Memory of a task in MiB (default 1024).")
    scaling: GatewayScaling = Field(default_factory=GatewayScaling, description="Task count (default 1 to 3).")
    enabled: bool = Field(default=True, description="Run the gateway (default true).")
    port: Port = Field(default=8080, description="TCP port of the container (default 8080).")
    listed: Annotated[
        tuple[ModelEntry, ...],
        BeforeValidator(_model_list, json_schema_input_type=tuple[ModelEntry, ...] | Literal["*"]),
    ] = Field(
        alias="models",
        default=("*",),
        description='Bedrock models that the gateway may call, by id or as maps with a name for people, or "*" '
        'for all (default "*").',
    )
    default_model: ModelId = Field(
        default="amazon.nova-pro-v1:0", description="Chat model (default amazon.nova-pro-v1:0)."
    )
    embedding_model: ModelId = Field(
        default="amazon.titan-embed-text-v2:0",
        description="Embedding model (default amazon.titan-embed-text-v2:0).",
    )
    task_model: ModelId | None = Field(
        default=None,
        description="Model that writes titles, tags and follow-up questions (default: amazon.nova-micro-v1:0 where "
        "`models` allows it, else the chat's own).",
    )
    residency: Residency | None = Field(
        default=None,
        description="Where answers may be computed: a geography, or region, where Bedrock is called (default: wherever "
        "`models` lead).",
    )
    transport: Transport | None = Field(
        default=None,
        description="How Open WebUI reaches the gateway (default: loadBalancer when that is internal).",
    )
    workers: Annotated[int, between(1, 64, "processes in a task", example=4)] | None = Field(
        default=None,
        description="Gateway processes in a task (default: as many as `memory` holds; of bedrock-access-gateway, where "
        "each serves one stream at a time, 6 in 1024 MiB, of litellm 2).",
    )
    region: Region | None = Field(
        default=None, description="Region in which Bedrock is called (default: the stack's own)."
    )
    assume_role: RoleArn | None = Field(
        default=None,
        description="ARN of the IAM role as which Bedrock is called, of another account for example (default: the "
        "gateway's own).",
    )
    guardrail: GuardrailSettings | None = Field(
        default=None, description="Guardrail of Bedrock for every chat; litellm only (default none)."
    )
    prompt_caching: bool = Field(
        default=False, description="Let Bedrock cache system prompts of Claude and Nova (default false)."
    )
    user_metadata: bool = Field(
        default=False,
        description="Tell Bedrock with each chat the address of the user, for its invocation log; litellm only "
        "(default false).",
    )
    profiles: bool = Field(
        default=False,
        description="Call each chat model through an application inference profile of the stack's own, by whose tags "
        "AWS tells what it costs; litellm only (default false).",
    )
    tokens: TokensSettings | None = Field(
        default=None,
        description="Take people's own tokens too, which the load balancer checks (default none: the key alone).",
    )
    api_key_secret_arn: SecretArn | None = Field(
        default=None,
        description='Secrets Manager ARN of a JSON secret with the key "api_key" (default: generated).',
    )

    @property
    def models(self) -> tuple[str, ...]:
        """The ids of the list, or `*` alone."""
        return tuple(entry.id if isinstance(entry, ModelSettings) else entry for entry in self.listed)

    @property
    def model_settings(self) -> dict[str, ModelSettings]:
        """What is said of single models, by id."""
        return {entry.id: entry for entry in self.listed if isinstance(entry, ModelSettings)}

    @property
    def has_names(self) -> bool:
        """Whether people see anything but the ids."""
        return any(model.name or model.description for model in self.model_settings.values())

    def region_of(self, model: str, region: str) -> str:
        """Where a model is called, in a stack of `region`."""
        own = self.model_settings.get(model)
        return (own and own.region) or self.region or region

    def role_of(self, model: str) -> str | None:
        """As whom; None is the gateway's own task role."""
        own = self.model_settings.get(model)
        return (own and own.assume_role) or self.assume_role

    @property
    def roles(self) -> tuple[str, ...]:
        """All that the gateway calls models as, beside its own task role."""
        named = (self.assume_role, *(self.role_of(model) for model in self.allowed_models))
        return tuple(dict.fromkeys(role for role in named if role))

    @property
    def processes(self) -> int:
        """The workers of a task: as many as named, or as fit into four fifths of its memory."""
        return self.workers or max(1, self.memory * 4 // 5 // self.runs.worker_memory)

    @property
    def image_to_run(self) -> str | None:
        """The configured image, or upstream's where there is one."""
        return self.image or self.runs.image

    @property
    def runs(self) -> Engine:
        """What is known of the engine."""
        return ENGINES[self.engine]

    @property
    def small_model(self) -> str | None:
        """The model for titles, tags and follow-up questions; None leaves them to the chat's own."""
        is_allowed = not self.allowed_models or SMALL_MODEL in self.allowed_models
        return self.task_model or (SMALL_MODEL if is_allowed else None)

    @property
    def allowed_models(self) -> tuple[str, ...]:
        """The model ids that may be called; empty means all."""
        return () if self.models == ("*",) else self.models

    @property
    def calls_elsewhere(self) -> bool:
        """Whether Bedrock is called in another region or account, which has its metrics then."""
        return bool(self.region or self.assume_role)

    @property
    def profiled_models(self) -> tuple[str, ...]:
        """The listed models that are called through a profile of the stack's own."""
        called = self.apis.items() if self.profiles and self.enabled else ()
        return tuple(
            model
            for model, api in called
            if api is Api.CONVERSE and not model_ids.is_application_profile(model) and self.role_of(model) is None
        )

    @property
    def apis(self) -> dict[str, Api]:
        """The listed models that the engine serves, and by which of Bedrock's APIs it calls each."""
        found = {model: models.api(model, self.runs.apis) for model in self.allowed_models}
        return {model: api for model, api in found.items() if api is not None}
