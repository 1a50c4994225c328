"""Rules for the further services: their names and their place behind the shared load balancer."""

from collections.abc import Iterator

from aws_rules.listener_rules import MAX_RULES, RoutingError, RoutingProblem
from aws_rules.names import service_name_problem
from problems import Path, Problem
from settings.gateway import Transport
from settings.routes import planned_rules
from settings.rules.parts import advise, remove, services, set_to
from settings.stack import GATEWAY, WEBUI, StackSettings

RESERVED_NAMES = frozenset(
    {WEBUI, GATEWAY, "network", "encryption-key", "cluster", "load-balancer", "file-system", "data-tier"}
    | {"secrets", "uploads", "user-pool", "alarm-topic", "observability", "budget", "backups", "profiles", "exports"}
)
"""Logical names that the stack's own parts have."""


def names(settings: StackSettings) -> Iterator[Problem]:
    """A service's name becomes part of AWS names and must not be that of another part of the stack."""
    for path, name, _ in services(settings):
        rule = service_name_problem(name)
        if name in RESERVED_NAMES:
            rule = "must have another name: this one belongs to a part of the stack"
        if rule:
            yield advise(path, rule, "rename the service in Pulumi.<stack>.yaml")


def routes(settings: StackSettings) -> Iterator[Problem]:
    """The listener rules can be planned: none is refused, shadowed or ambiguous, and they fit the quota."""
    routed = sum(service.routed for service in settings.further_services.values())
    most = MAX_RULES - _own_rules(settings)
    if routed > most:
        rule = f"must have at most {most} services with paths or hosts, not {routed}: "
        rule += f"a load balancer takes {MAX_RULES} rules"
        yield advise(("services",), rule, "move some services to a stack with a load balancer of its own")
    elif not any(names(settings)):
        try:
            planned_rules(settings)
        except RoutingError as error:
            yield from (_problem(settings, problem) for problem in error.problems)


def ports(settings: StackSettings) -> Iterator[Problem]:
    """Requests are sent to a port; a background worker may have none."""
    for path, _, service in services(settings):
        if service.called and service.port is None:
            rule = "is required with paths, hosts or internal: requests are sent there"
            yield set_to((*path, "port"), 8080, rule, (*path, "paths"), (*path, "hosts"), (*path, "internal"))


def unrouted(settings: StackSettings) -> Iterator[Problem]:
    """A health check path belongs to a target group, which a background worker does not have."""
    for path, _, service in services(settings):
        if not service.routed and "health_path" in service.model_fields_set:
            rule = "has no effect without paths or hosts: no load balancer checks this service"
            yield remove((*path, "healthPath"), rule, (*path, "paths"), (*path, "hosts"))


def _own_rules(settings: StackSettings) -> int:
    """Rules that the WebUI and the gateway take; with HTTPS the gateway has one on port 80 as well, or more."""
    if not settings.gateway.enabled or settings.gateway_transport is Transport.SERVICE_CONNECT:
        return 1
    return 3 if settings.load_balancer.https else 2


def _problem(settings: StackSettings, routing: RoutingProblem) -> Problem:
    """The planner's verdict at the value it is about, or at the whole list when it is about several."""
    service = settings.further_services.get(routing.service)
    if service is None:
        return advise(("services",), f"{routing.value} of {routing.service} {routing.rule}", routing.fix)
    path: Path = settings.path_of(routing.service)
    if routing.field in {"paths", "hosts"}:
        values = getattr(service, routing.field)
        path = (*path, routing.field)
        if routing.value in values:
            path = (*path, len(values) - 1 - values[::-1].index(routing.value))
    return advise(path, routing.rule, routing.fix)
