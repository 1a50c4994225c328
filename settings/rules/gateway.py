"""Rules for the Bedrock gateway."""

from collections.abc import Iterator

from aws_rules import models as catalog
from aws_rules.model_ids import without_geography
from aws_rules.models import ACCESS_GATEWAY_EMBEDDINGS, LONGEST_INDEXED_VECTOR
from problems import Path, Problem, Set
from settings.gateway import GatewaySettings, Transport
from settings.load_balancer import Scheme
from settings.rules.parts import remove, set_to
from settings.stack import StackSettings

_LIST: Path = ("gateway", "models")
_DEFAULT: Path = ("gateway", "defaultModel")
_EMBEDDING: Path = ("gateway", "embeddingModel")
_TASK: Path = ("gateway", "taskModel")


def disabled(settings: StackSettings) -> Iterator[Problem]:
    """Settings of a gateway that does not run would have no effect."""
    gateway = settings.gateway
    for name, field in GatewaySettings.model_fields.items():
        if not gateway.enabled and name in gateway.model_fields_set - {"enabled"}:
            rule = "has no effect, since gateway.enabled is false"
            yield remove(("gateway", str(field.alias)), rule, ("gateway", "enabled"))


def usage_of_a_gateway(settings: StackSettings) -> Iterator[Problem]:
    """Tokens are estimated by the gateway's models."""
    if settings.usage is not None and not settings.gateway.enabled:
        rule = "has no effect, since gateway.enabled is false: no model of Bedrock is called"
        yield remove(("usage",), rule, ("gateway", "enabled"))


def models(settings: StackSettings) -> Iterator[Problem]:
    """The list names models, or is "*" alone."""
    listed = settings.gateway.models
    if not listed:
        yield set_to(_LIST, "*", 'must name at least one Bedrock model, or be "*" for all')
    for index, model in enumerate(listed):
        if model == "*" and len(listed) > 1:
            yield remove((*_LIST, index), 'must not stand in a list with others: "*" alone means all models')


def needed_models(settings: StackSettings) -> Iterator[Problem]:
    """The models that the stack itself names must be allowed by their very ids, or such calls fail.

    IAM allows a model itself and the model through an inference profile apart from each other.
    """
    gateway = settings.gateway
    allowed = gateway.allowed_models
    if not gateway.enabled or not allowed or list(allowed) == ["*"]:
        return
    added: list[str] = []
    named = ((_DEFAULT, gateway.default_model), (_EMBEDDING, gateway.embedding_model), (_TASK, gateway.task_model))
    for path, model in named:
        if model and model not in allowed and (path != _EMBEDDING or _is_served(gateway, model)):
            rule = "must be one of gateway.models, which is all that the gateway may call"
            same = [other for other in allowed if without_geography(other) == without_geography(model)]
            if same:
                rule += f": {same[0]} is another way to the same model, with a right of its own"
            to_add = added if model in added else [*added, model]
            allow = Set((*_LIST, len(allowed) + to_add.index(model)), model)
            other_id = same and path != _EMBEDDING
            added = added if other_id else to_add
            fix = (Set(path, same[0]), allow) if other_id else allow
            yield Problem(path=path, rule=rule, fix=fix, also=(_LIST,))


def embedding_model(settings: StackSettings) -> Iterator[Problem]:
    """Some engines know few embedding models, and the database can index vectors up to a length."""
    gateway, model = settings.gateway, settings.gateway.embedding_model
    if not gateway.enabled:
        return
    length, known = catalog.vector_length(model) or 0, gateway.runs.only_embeddings
    if not _is_served(gateway, model):
        plain = without_geography(model)
        served = plain if _is_served(gateway, plain) else ACCESS_GATEWAY_EMBEDDINGS[0]
        rule = "must be a model that makes embeddings"
        if known:
            rule = f"must be one of {', '.join(known)}: the gateway refuses every other id"
        yield set_to(_EMBEDDING, served, rule)
    elif length > LONGEST_INDEXED_VECTOR and settings.database.enabled:
        shorter = ACCESS_GATEWAY_EMBEDDINGS[0]
        rule = f"makes vectors of {length} numbers, and the database's index takes {LONGEST_INDEXED_VECTOR} (pgvector)"
        yield set_to(_EMBEDDING, shorter, rule, ("database", "enabled"))


def _is_served(gateway: GatewaySettings, model: str) -> bool:
    known = gateway.runs.only_embeddings
    return model in known if known else catalog.is_embedding(model)


def transport(settings: StackSettings) -> Iterator[Problem]:
    """The gateway has one static key: it is not published on the internet, nor on a load balancer that others share."""
    given = settings.load_balancer.listener_arn is not None
    if settings.gateway.enabled and given and settings.gateway.transport is Transport.LOAD_BALANCER:
        rule = "must be serviceConnect with loadBalancer.listenerArn: the gateway has no rule on a shared listener"
        yield set_to(("gateway", "transport"), "serviceConnect", rule, ("loadBalancer", "listenerArn"))
    public = settings.load_balancer.scheme is Scheme.INTERNET_FACING
    if settings.gateway.enabled and public and settings.gateway.transport is Transport.LOAD_BALANCER:
        rule = (
            "must be serviceConnect when loadBalancer.scheme is internet-facing: "
            "the gateway's one key would be all that guards Bedrock"
        )
        yield set_to(("gateway", "transport"), "serviceConnect", rule, ("loadBalancer", "scheme"))
