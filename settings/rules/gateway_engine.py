"""Rules for what the gateway's engine can do, and for calling Bedrock elsewhere."""

from collections.abc import Iterator

from aws_rules import models
from aws_rules.models import Api
from gateway_engines import ENGINES, EngineName
from problems import Fix, Path, Problem, Remove, Set, Steps
from settings.gateway import ModelSettings
from settings.rules.parts import images, settings_of_models
from settings.stack import GATEWAY, StackSettings

_ENGINE: Path = ("gateway", "engine")
_LIST: Path = ("gateway", "models")
_IMAGE: Path = ("gateway", "image")
_PROFILES: Path = ("gateway", "profiles")
_GUARDRAIL: Path = ("gateway", "guardrail")
_MEMORY: Path = ("gateway", "memory")
_WORKERS: Path = ("gateway", "workers")

_OF_SOME_ENGINES = {
    "guardrail": "guardrail",
    "profiles": "profiles",
    "promptCaching": "prompt_caching",
    "userMetadata": "user_metadata",
}
"""Keys below `gateway` that not every engine knows, and their fields."""


def settings_of_another_engine(settings: StackSettings) -> Iterator[Problem]:
    """An engine that does not know a setting would leave it out without a word."""
    gateway = settings.gateway
    for key, field in _OF_SOME_ENGINES.items() if gateway.enabled else ():
        if getattr(gateway, field) and key not in gateway.runs.settings:
            path: Path = ("gateway", key)
            others = [name for name, engine in ENGINES.items() if key in engine.settings]
            rule = f"needs gateway.engine {' or '.join(others)}: {gateway.runs.title} knows no such setting"
            yield Problem(path=path, rule=rule, fix=(_switch_to(others[0], settings), Remove(path)), also=(_ENGINE,))


def nothing_to_profile(settings: StackSettings) -> Iterator[Problem]:
    """A profile is made of a model that is named, and called in the stack's own account."""
    gateway = settings.gateway
    if gateway.enabled and gateway.profiles and "profiles" in gateway.runs.settings and not gateway.profiled_models:
        rule = "has no effect: of gateway.models none is called by Converse, as the gateway's own role, and by its id"
        yield Problem(path=_PROFILES, rule=rule, fix=Remove(_PROFILES), also=(_LIST, ("gateway", "assumeRole")))


def places_of_another_engine(settings: StackSettings) -> Iterator[Problem]:
    """An engine that calls all models in one place would call this one there too."""
    engine = settings.gateway.runs
    others = [name for name, other in ENGINES.items() if other.calls_apart]
    for path, model in settings_of_models(settings) if not engine.calls_apart else ():
        for key in _places(model):
            rule = f"needs gateway.engine {' or '.join(others)}: {engine.title} calls all models in one place"
            own = (*path, key)
            yield Problem(path=own, rule=rule, fix=(_switch_to(others[0], settings), Remove(own)), also=(_ENGINE,))


def _places(model: ModelSettings) -> list[str]:
    """The keys by which a model is called apart from the others."""
    return [*(["region"] if model.region else []), *(["assumeRole"] if model.assume_role else [])]


def image_of_another_engine(settings: StackSettings) -> Iterator[Problem]:
    """The program of one engine does not start in the image of another."""
    gateway = settings.gateway
    for path, _, image in images(settings) if gateway.enabled and gateway.image else ():
        name = image.repository.rpartition("/")[2]
        if path[0] != GATEWAY or gateway.runs.repository in name:
            continue
        for other, engine in ENGINES.items():
            if engine.repository in name:
                rule = f"is an image of {engine.title}, and gateway.engine is {gateway.engine}"
                mended = Remove(path) if gateway.runs.image else Set(path, gateway.runs.example_image)
                yield Problem(path=path, rule=rule, fix=(mended, _switch_to(other, settings)), also=(_ENGINE,))


def all_models(settings: StackSettings) -> Iterator[Problem]:
    """Some engines offer only what they are told."""
    gateway = settings.gateway
    if gateway.enabled and gateway.models == ("*",) and not gateway.runs.lists_all:
        rule = f"must name the models: {gateway.runs.title} offers only those that it is told of"
        yield Problem(path=_LIST, rule=rule, fix=Steps(tuple(_listed(settings))), also=(_ENGINE,))


def models_of_another_engine(settings: StackSettings) -> Iterator[Problem]:
    """Each model is called by one of Bedrock's APIs, and not every engine speaks all of them."""
    gateway = settings.gateway
    for index, model in enumerate(gateway.allowed_models if gateway.enabled else ()):
        others = [name for name, engine in ENGINES.items() if models.api(model, engine.apis)]
        if others and model not in gateway.apis and models.find(model):
            path: Path = (*_LIST, index)
            rule = f"needs gateway.engine {' or '.join(others)}: {gateway.runs.title} does not speak "
            rule += f"the API of Bedrock that has it ({', '.join(models.apis(model))})"
            yield Problem(path=path, rule=rule, fix=(Remove(path), _switch_to(others[0], settings)), also=(_ENGINE,))


def unguarded_models(settings: StackSettings) -> Iterator[Problem]:
    """Guardrails belong to bedrock-runtime: a request elsewhere would not go through them."""
    gateway = settings.gateway
    for index, model in enumerate(gateway.models if gateway.enabled and gateway.guardrail else ()):
        if gateway.apis.get(model) is Api.OPENAI_MANTLE:
            path: Path = (*_LIST, index)
            rule = "cannot stand beside gateway.guardrail: Bedrock serves it at bedrock-mantle, which has no guardrails"
            yield Problem(path=path, rule=rule, fix=(Remove(path), Remove(_GUARDRAIL)), also=(_GUARDRAIL,))


def guardrail_elsewhere(settings: StackSettings) -> Iterator[Problem]:
    """A guardrail is one region's and one account's: a model that is called elsewhere would not find it."""
    for path, model in settings_of_models(settings) if settings.gateway.guardrail else ():
        for key in _places(model) if not models.is_embedding(model.id) else ():
            rule = "cannot stand beside gateway.guardrail, which is in the gateway's own region and account"
            fix = (Remove((*path, key)), Remove(_GUARDRAIL))
            yield Problem(path=(*path, key), rule=rule, fix=fix, also=(_GUARDRAIL,))


def memory(settings: StackSettings) -> Iterator[Problem]:
    """Processes that do not even fit at rest are killed before they answer."""
    gateway = settings.gateway
    needed = gateway.processes * gateway.runs.memory_at_rest
    if gateway.enabled and needed > gateway.memory:
        rule = f"must hold {gateway.processes} processes of {gateway.runs.title}, which take {needed} MiB at rest"
        fits = max(1, gateway.memory // gateway.runs.worker_memory)
        yield Problem(path=_MEMORY, rule=rule, fix=Set(_WORKERS, fits), also=(_WORKERS, _ENGINE))


def bedrock_elsewhere_from_a_closed_network(settings: StackSettings) -> Iterator[Problem]:
    """Interface endpoints lead to the services of their own region."""
    named: list[tuple[Path, str | None]] = [((GATEWAY,), settings.gateway.region if settings.gateway.enabled else None)]
    named += [(path, model.region) for path, model in settings_of_models(settings)]
    for above, region in named if settings.network.closed else ():
        if region:
            path = (*above, "region")
            rule = "needs a way out: the interface endpoints of a closed network lead to the stack's own region"
            fix = (Remove(path), Set(("network", "natGateways"), "single"))
            yield Problem(path=path, rule=rule, fix=fix, also=(("network", "natGateways"),))


def _switch_to(name: EngineName, settings: StackSettings) -> Fix:
    """The other engine, with what it cannot do without."""
    gateway, engine = settings.gateway, ENGINES[name]
    steps: list[Fix] = [Set(_ENGINE, name.value)]
    if gateway.build is None:
        if engine.image is None:
            steps.append(Set(_IMAGE, engine.example_image))
        elif gateway.image:
            steps.append(Remove(_IMAGE))
    if gateway.models == ("*",) and not engine.lists_all:
        steps += _listed(settings)
    return Steps(tuple(steps))


def _listed(settings: StackSettings) -> Iterator[Fix]:
    """The models that a stack needs at least, in place of all."""
    gateway = settings.gateway
    if "listed" in gateway.model_fields_set:
        yield Remove(_LIST)
    for index, model in enumerate((gateway.default_model, gateway.embedding_model)):
        yield Set((*_LIST, index), model)
