"""What is known of a program that can be the gateway, and what a stack tells it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from aws_rules.models import Api

PROCESSES: Final = "UVICORN_WORKERS"
"""The variable that tells an engine how many processes to run (containers/gateway_serve.py)."""


class EngineName(StrEnum):
    """The programs that can be the gateway."""

    ACCESS_GATEWAY = "bedrock-access-gateway"
    LITELLM = "litellm"


@dataclass(frozen=True, kw_only=True)
class Model:
    """One model as the gateway is to call it."""

    id: str
    """A model id, an inference profile's id or the ARN of an application inference profile."""
    api: Api
    region: str
    """Where Bedrock is called."""
    role_arn: str | None = None
    """As whom; None is the gateway's own task role."""
    profile_arn: str | None = None
    """The application inference profile by which it is called; None is the model itself."""


@dataclass(frozen=True, kw_only=True)
class Guardrail:
    """A guardrail of Amazon Bedrock that every request goes through."""

    id: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """One stack's gateway."""

    port: int
    processes: int
    keep_alive: str
    """Seconds that an idle connection stays open: longer than the load balancer's."""
    client_timeout: int
    """Seconds that Open WebUI waits for an answer."""
    region: str
    """Where Bedrock is called."""
    role_arn: str | None = None
    """As whom; None is the gateway's own task role."""
    models: tuple[Model, ...] = ()
    """What may be called; none means everything that the role may call."""
    shown: str | None = None
    """What the gateway answers when it is asked for its models, as JSON; None leaves that to the engine."""
    default_model: str
    embedding_model: str
    application_profiles: bool = True
    """Whether the account's application inference profiles may be offered."""
    geographic_profiles: bool = True
    """Whether inference profiles that lead to other regions may be offered."""
    guardrail: Guardrail | None = None
    prompt_caching: bool = False
    user_metadata: bool = False
    """Whether each request tells Bedrock the address of the user."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A program that speaks OpenAI's API at `/api/v1` and calls Amazon Bedrock."""

    title: str
    """Its name for people."""
    image: str | None
    """The image that runs when the stack names none; None where upstream publishes none."""
    example_image: str
    """What to name as `gateway.image`."""
    repository: str
    """How the repository of its images is called upstream."""
    program: str
    """The program of containers/ that the container runs."""
    has_entry_point: bool
    """Whether the image has an entry point, which would take the command as its arguments."""
    user: str
    health_path: str
    """Answers 200 without a key and without asking Bedrock."""
    key_variable: str
    """The variable that holds the gateway's key."""
    origins_variable: str | None
    """The variable for the one origin whose pages may call it; None where no browser can call it."""
    needs_scratch: bool
    """Whether it writes files."""
    memory_at_rest: int
    """MiB of a process that answers nothing, measured."""
    worker_memory: int
    """MiB to plan a process with."""
    requests_per_worker: int
    """Requests a minute that a process is to be given before a further task starts."""
    apis: frozenset[Api]
    calls_apart: bool
    """Whether it can call each model in a region, and as a role, of the model's own."""
    answers_per_process: int | None
    """How many answers a process gives at once, while others wait; None where nobody waits for another's answer."""
    lists_all: bool
    """Whether it can offer every model that Bedrock lists, without being told them."""
    only_embeddings: tuple[str, ...] = ()
    """The embedding models that it knows, by id; none where it knows all of the table."""
    settings: frozenset[str] = frozenset()
    """Of the keys below `gateway` that not every engine knows, those that this one does."""
    environment: Callable[[Run], Mapping[str, str]]
    own: frozenset[str]
    """Of the variables that it is given, those that `gateway.env` may not name: they must agree with the stack."""
    models_variable: str | None = None
    """The variable that says how each model is called; None where the engine calls what it lists."""
    forbidden: Mapping[str, str] = field(default_factory=dict)
    """Variables that would undo what the program does, and the rule that says why."""
