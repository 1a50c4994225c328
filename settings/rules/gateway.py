"""Rules for the Bedrock gateway."""

from collections.abc import Iterator

from aws_rules.bedrock import without_geography
from aws_rules.embedding_models import LONGEST_INDEXED_VECTOR, VECTOR_LENGTHS
from problems import Path, Problem, Remove, Set
from settings.apps import GatewaySettings, Transport
from settings.load_balancer import Scheme
from settings.stack import StackSettings

_LIST: Path = ("gateway", "models")
_DEFAULT: Path = ("gateway", "defaultModel")
_EMBEDDING: Path = ("gateway", "embeddingModel")


def disabled(settings: StackSettings) -> Iterator[Problem]:
    """Settings of a gateway that does not run would have no effect."""
    gateway = settings.gateway
    if gateway.enabled:
        return
    for name, field in GatewaySettings.model_fields.items():
        if name in gateway.model_fields_set - {"enabled"}:
            key = ("gateway", str(field.alias))
            rule = "has no effect, since gateway.enabled is false"
            yield Problem(path=key, rule=rule, fix=Remove(key), also=(("gateway", "enabled"),))


def models(settings: StackSettings) -> Iterator[Problem]:
    """The list names each model once, or is "*" alone."""
    given = settings.gateway.models
    if not given:
        rule = 'must name at least one Bedrock model, or be "*" for all'
        yield Problem(path=_LIST, rule=rule, fix=Set(_LIST, "*"))
    for index, model in enumerate(given):
        here = (*_LIST, index)
        if model == "*" and len(given) > 1:
            rule = 'must not stand in a list with others: "*" alone means all models'
            yield Problem(path=here, rule=rule, fix=Remove(here))
        elif model in given[:index]:
            yield Problem(path=here, rule="is listed twice", fix=Remove(here))


def needed_models(settings: StackSettings) -> Iterator[Problem]:
    """The two models that the gateway answers for other names must be allowed by their very ids, or such calls fail.

    IAM allows a model itself and the model through an inference profile apart from each other.
    """
    gateway = settings.gateway
    allowed = gateway.allowed_models
    if not gateway.enabled or not allowed or "*" in allowed:
        return
    for path, model in ((_DEFAULT, gateway.default_model), (_EMBEDDING, gateway.embedding_model)):
        if model not in allowed and (path == _DEFAULT or model in VECTOR_LENGTHS):
            rule = "must be one of gateway.models, which is all that the gateway may call"
            same = [listed for listed in allowed if without_geography(listed) == without_geography(model)]
            if same:
                rule += f": {same[0]} is another way to the same model, with a right of its own"
            listed = Set((*_LIST, len(gateway.models)), model)
            fix = (Set(path, same[0]), listed) if same and path == _DEFAULT else listed
            yield Problem(path=path, rule=rule, fix=fix, also=(_LIST,))


def embedding_model(settings: StackSettings) -> Iterator[Problem]:
    """The gateway serves few embedding models, and the database can index vectors up to a length."""
    model = settings.gateway.embedding_model
    if not settings.gateway.enabled:
        return
    length = VECTOR_LENGTHS.get(model)
    if length is None:
        plain = without_geography(model)
        known = plain if plain in VECTOR_LENGTHS else next(iter(VECTOR_LENGTHS))
        rule = f"must be one of {', '.join(VECTOR_LENGTHS)}: the gateway refuses every other id"
        yield Problem(path=_EMBEDDING, rule=rule, fix=Set(_EMBEDDING, known))
    elif length > LONGEST_INDEXED_VECTOR and settings.database.enabled:
        shorter = next(known for known, its in VECTOR_LENGTHS.items() if its <= LONGEST_INDEXED_VECTOR)
        rule = f"makes vectors of {length} numbers, and the database's index takes {LONGEST_INDEXED_VECTOR} (pgvector)"
        fix = Set(_EMBEDDING, shorter)
        yield Problem(path=_EMBEDDING, rule=rule, fix=fix, also=(("database", "enabled"),))


def transport(settings: StackSettings) -> Iterator[Problem]:
    """The gateway has one static key: it is not published on the internet."""
    public = settings.load_balancer.scheme is Scheme.INTERNET_FACING
    if settings.gateway.enabled and public and settings.gateway.transport is Transport.LOAD_BALANCER:
        key = ("gateway", "transport")
        yield Problem(
            path=key,
            rule="must be serviceConnect when loadBalancer.scheme is internet-facing: "
            "the gateway's one key would be all that guards Bedrock",
            fix=Set(key, "serviceConnect"),
            also=(("loadBalancer", "scheme"),),
        )
