"""The models of Amazon Bedrock: how each is called, what it takes, where it is offered and how long.

The facts are rows of models.toml, dated, with their sources; `make models` renews them from Bedrock's own lists.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from aws_rules.model_ids import geography, without_geography

TABLE: Final = Path(__file__).with_name("models.toml")

LONGEST_INDEXED_VECTOR: Final = 2000
"""Numbers in a vector that pgvector's HNSW index takes (pgvector README, "HNSW")."""

ACCESS_GATEWAY_EMBEDDINGS: Final = (
    "amazon.titan-embed-text-v2:0",
    "amazon.titan-embed-text-v1",
    "cohere.embed-english-v3",
    "cohere.embed-multilingual-v3",
    "amazon.nova-2-multimodal-embeddings-v1:0",
)
"""What the Access Gateway makes embeddings with, by these very ids, not by inference profiles.

aws-samples/bedrock-access-gateway, src/api/models/bedrock.py, SUPPORTED_BEDROCK_EMBEDDING_MODELS.
"""


_WITHOUT_MANTLE: Final = frozenset(
    {"ap-east-2", "ap-northeast-2", "ap-northeast-3", "ca-central-1", "ca-west-1", "eu-central-2", "eu-south-2"}
    | {"eu-west-3", "us-west-1"}
)
"""Bedrock user guide, "Regional availability by endpoints"; those of its rows that were read."""


def has_mantle(region: str) -> bool:
    """Whether bedrock-mantle may be in the region: only where it surely is not, the answer is no."""
    return region not in _WITHOUT_MANTLE


class Api(StrEnum):
    """An API of Amazon Bedrock by which a gateway calls models."""

    CONVERSE = "converse"
    """`Converse` and `ConverseStream` of bedrock-runtime."""
    OPENAI_RUNTIME = "openai-runtime"
    """OpenAI's Chat Completions at `bedrock-runtime.<region>.amazonaws.com/openai/v1`."""
    OPENAI_MANTLE = "openai-mantle"
    """OpenAI's APIs at `bedrock-mantle.<region>.api.aws`, which takes no inference profiles."""
    INVOKE_MODEL = "invoke-model"
    """`InvokeModel` of bedrock-runtime, with the body that the model's maker defines."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """One row of the table."""

    apis: tuple[Api, ...]
    """How its own id is called, the best first; none when no gateway serves it."""
    profile_apis: tuple[Api, ...]
    """How its inference profiles are called, the best first."""
    unserved: str
    """What it is instead, when no gateway serves it."""
    modes: frozenset[str]
    """Of `chat`, `tools`, `images` (as input) and `embeddings`."""
    vector_length: int | None
    """Numbers in a vector, by default; of embedding models only."""
    geographies: frozenset[str]
    """The prefixes of its system-defined inference profiles."""
    regions: frozenset[str] | None
    """Where its own id is served; None when the sources do not say."""
    legacy: date | None
    """When AWS made it Legacy, from which day new customers cannot begin with it."""
    end_of_life: date | None
    """From which day calls fail; None while AWS has announced none."""
    source: str
    """The page of the Amazon Bedrock user guide that gives these dates."""


def _model(row: Mapping[str, Any]) -> Model:
    apis = tuple(Api(api) for api in row["apis"])
    for_profiles = tuple(api for api in apis if api is not Api.OPENAI_MANTLE)
    return Model(
        apis=apis,
        profile_apis=tuple(Api(api) for api in row.get("profile_apis", for_profiles)),
        unserved=row.get("unserved", ""),
        modes=frozenset(row.get("modes", ())),
        vector_length=row.get("vector"),
        geographies=frozenset(row.get("geographies", ())),
        regions=frozenset(row["regions"]) if "regions" in row else None,
        legacy=row.get("legacy"),
        end_of_life=row.get("end"),
        source=row.get("source", ""),
    )


_FILE: Final = tomllib.loads(TABLE.read_text())

RENEWED: Final[date] = _FILE["renewed"]
"""The day on which the table was last brought up to date."""

MODELS: Final[Mapping[str, Model]] = {model_id: _model(row) for model_id, row in _FILE["models"].items()}
"""Every model that the table knows, by the model's own id."""


def find(model_id: str) -> Model | None:
    """The model behind an id or a system-defined inference profile.

    None for those that the table does not know, and for an application profile, whose ARN does not tell its model.
    """
    return MODELS.get(without_geography(model_id))


def apis(model_id: str) -> tuple[Api, ...]:
    """How an id may be called, the best first.

    Converse is assumed for a model that the table does not know. It is a fact for application inference profiles: the
    OpenAI APIs refuse them (Bedrock user guide, "Application inference profiles").
    """
    model = find(model_id)
    if model is None:
        return (Api.CONVERSE,)
    return model.profile_apis if geography(model_id) else model.apis


def api(model_id: str, served: Collection[Api]) -> Api | None:
    """The API by which a gateway that speaks `served` calls an id; None when it cannot call the model."""
    return next((possible for possible in apis(model_id) if possible in served), None)


def is_embedding(model_id: str) -> bool:
    """Whether the id is known to make embeddings instead of chatting."""
    return Api.INVOKE_MODEL in apis(model_id)


def vector_length(model_id: str) -> int | None:
    """Numbers in a vector of an embedding model; None for every other, and for what the table does not know."""
    model = find(model_id)
    return model.vector_length if model else None


def texts_per_request(model_id: str) -> int:
    """Texts that one call of an embedding model takes: Amazon's one, Cohere's 96.

    Bedrock user guide, "Cohere Embed v3" and "Amazon Titan Text Embeddings". Of others one is sure.
    """
    return 96 if without_geography(model_id).startswith("cohere.embed-") else 1
