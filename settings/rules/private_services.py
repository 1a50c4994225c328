"""Rules for services that have a private name: who may call them."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from problems import Fix, Path, Problem, Remove, Set, key_of
from settings.rules.parts import services, set_to
from settings.services import ServiceSettings
from settings.stack import WEBUI, StackSettings


def clients_of_nothing(settings: StackSettings) -> Iterator[Problem]:
    """Callers of a service that has no name for them."""
    for path, _, service in services(settings):
        if "clients" in service.model_fields_set and not service.internal:
            internal: Path = (*path, "internal")
            rule = f"has no effect unless {key_of(internal)} is true"
            yield Problem(path=(*path, "clients"), rule=rule, fix=Set(internal, True), also=(internal,))


def clients(settings: StackSettings) -> Iterator[Problem]:
    """Each client is another app of the stack, named once."""
    for path, name, service in _internal(settings):
        others = sorted(settings.apps.keys() - {name})
        if not service.clients:
            yield set_to((*path, 0), WEBUI, "must name a client: nobody else reaches an internal service")
        for index, client in enumerate(service.clients):
            if client not in others:
                rule = f"must be another app of this stack: {', '.join(others)}"
                also: tuple[Path, ...] = (("gateway", "enabled"), ("services",), ("companions",))
                yield Problem(path=(*path, index), rule=rule, fix=_without(path, service, index), also=also)


def circles(settings: StackSettings) -> Iterator[Problem]:
    """A task knows the private names that exist when it starts: of two that call each other one starts too soon."""
    internal = {name: (path, service) for path, name, service in _internal(settings)}
    callers = {name: internal.keys() & {*service.clients} - {name} for name, (_, service) in internal.items()}
    try:
        TopologicalSorter(callers).prepare()
    except CycleError as error:
        caller, called, *more = error.args[1]
        path, service = internal[called]
        rule = f"must not close a circle of calls ({' -> '.join([caller, called, *more])}): "
        rule += "a task knows only the private names that exist when it starts"
        index = service.clients.index(caller)
        also = tuple(internal[name][0] for name in {called, *more})
        yield Problem(path=(*path, index), rule=rule, fix=_without(path, service, index), also=also)


def _internal(settings: StackSettings) -> Iterator[tuple[Path, str, ServiceSettings]]:
    """The internal services, each with the path of its clients."""
    for path, name, service in services(settings):
        if service.internal:
            yield (*path, "clients"), name, service


def _without(path: Path, service: ServiceSettings, index: int) -> Fix:
    """The list without one client; the last one left gives way to Open WebUI."""
    return Remove((*path, index)) if len(service.clients) > 1 else Set((*path, index), WEBUI)
