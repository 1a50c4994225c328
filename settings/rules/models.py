"""Rules for the models that a stack names: what Bedrock still serves, and where an answer may be computed."""

from collections.abc import Iterator

from aws_rules import model_ids, residency
from aws_rules import models as catalog
from problems import Advice, Fix, Path, Problem, Set
from settings.clock import today
from settings.rules.parts import NEWER_MODEL, advise, named_models, page, remove, settings_of_models
from settings.stack import StackSettings

_MODELS: Path = ("gateway", "models")
_RESIDENCY: Path = ("gateway", "residency")


def ended_models(settings: StackSettings) -> Iterator[Problem]:
    """After its end of life calls of a model fail, and users see an error instead of an answer."""
    for path, model_id in named_models(settings):
        model = catalog.find(model_id)
        if model and model.end_of_life and model.end_of_life <= today():
            rule = f"has reached its end of life on Amazon Bedrock ({model.end_of_life}): every call of it fails"
            yield advise(path, f"{rule} ({page(model)})", NEWER_MODEL)


def unserved_models(settings: StackSettings) -> Iterator[Problem]:
    """No gateway can call a model that neither chats nor makes embeddings of text."""
    for path, model_id in named_models(settings):
        model = catalog.find(model_id)
        if model and model.unserved:
            yield advise(path, f"is {model.unserved}, which the gateway cannot call", "name a model for chats")


def chat_and_embedding_models(settings: StackSettings) -> Iterator[Problem]:
    """Each in the place of the other fails at every call."""
    gateway = settings.gateway
    for path, model_id in named_models(settings):
        if path[-1] in {"defaultModel", "taskModel"} and catalog.is_embedding(model_id):
            yield advise(path, "makes embeddings and cannot chat", "name a model for chats")
    if gateway.enabled and gateway.allowed_models and all(map(catalog.is_embedding, gateway.allowed_models)):
        yield advise(_MODELS, "must name a model that can chat beside those for embeddings", "add one")


def names_for_people(settings: StackSettings) -> Iterator[Problem]:
    """Who chooses a model by its name must know which; nobody chooses one for embeddings."""
    seen: dict[str, Path] = {}
    for above, model in settings_of_models(settings):
        path = (*above, "name")
        if catalog.is_embedding(model.id):
            for key in sorted({"name", "description"} & model.model_fields_set):
                yield remove((*above, key), "is for models that people choose, and this one makes embeddings")
        elif model.name and model.name in seen:
            yield advise(path, "is the name of another model too", "name each differently", seen[model.name])
        elif model.name:
            seen[model.name] = path


def outside_residency(settings: StackSettings) -> Iterator[Problem]:
    """An inference profile of another geography, or of the whole world, takes what people write there."""
    kept = settings.gateway.residency
    if kept is None:
        return
    for path, model_id in named_models(settings):
        if residency.leaves(model_id, kept):
            named = model_ids.geography(model_id)
            rule = f"must not leave {kept} (gateway.residency): "
            rule += f"{named}. leads to other regions" if named else "an ARN does not tell where it leads"
            yield Problem(path=path, rule=rule, fix=_within(path, model_id, kept), also=(_RESIDENCY,))


def _within(path: Path, model_id: str, kept: str) -> Fix:
    """The same model by a profile that stays, else by its own id, where the table knows such a way."""
    own, model = model_ids.without_geography(model_id), catalog.find(model_id)
    staying = sorted(model.geographies & residency.GEOGRAPHIES[kept]) if model else []
    if staying:
        return Set(path, f"{staying[0]}.{own}")
    if model and model.regions:
        return Set(path, own)
    return Advice(
        "name a model that is offered there: aws bedrock list-foundation-models --by-inference-type ON_DEMAND"
    )
