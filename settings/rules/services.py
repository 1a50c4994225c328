"""Rules for the further services: their names and their place behind the shared load balancer."""

from collections.abc import Iterator

from aws_rules.listener_rules import MAX_RULES, RoutingError, RoutingProblem
from aws_rules.names import service_name_problem
from problems import Advice, Path, Problem, Remove
from settings.apps import Transport
from settings.routes import planned_rules
from settings.stack import GATEWAY, WEBUI, StackSettings

RESERVED_NAMES = frozenset(
    {WEBUI, GATEWAY, "network", "encryption-key", "cluster", "load-balancer", "file-system", "data-tier"}
    | {"secrets", "alarm-topic", "observability", "exports"}
)
"""Logical names that the stack's own parts have."""


def names(settings: StackSettings) -> Iterator[Problem]:
    """A service's name becomes part of AWS names and must not be that of another part of the stack."""
    for name in settings.services:
        path = ("services", name)
        rule = service_name_problem(name)
        if name in RESERVED_NAMES:
            rule = "must have another name: this one belongs to a part of the stack"
        if rule:
            yield Problem(path=path, rule=rule, fix=Advice("rename the service in Pulumi.<stack>.yaml"))


def routes(settings: StackSettings) -> Iterator[Problem]:
    """The listener rules can be planned: none is refused, shadowed or ambiguous, and they fit the quota."""
    routed = sum(service.routed for service in settings.services.values())
    own = _own_rules(settings)
    if routed + own > MAX_RULES:
        yield Problem(
            path=("services",),
            rule=f"must have at most {MAX_RULES - own} services with paths or hosts, not {routed}: "
            f"a load balancer takes {MAX_RULES} rules",
            fix=Advice("move some services to a stack with a load balancer of its own"),
        )
    elif not any(names(settings)):
        try:
            planned_rules(settings)
        except RoutingError as error:
            yield from (_finding(settings, problem) for problem in error.problems)


def unrouted(settings: StackSettings) -> Iterator[Problem]:
    """A health check path belongs to a target group, which a background worker does not have."""
    for name, service in settings.services.items():
        if not service.routed and "health_path" in service.model_fields_set:
            path: Path = ("services", name, "healthPath")
            also = (("services", name, "paths"), ("services", name, "hosts"))
            rule = "has no effect without paths or hosts: no load balancer checks this service"
            yield Problem(path=path, rule=rule, fix=Remove(path), also=also)


def _own_rules(settings: StackSettings) -> int:
    """Rules that the WebUI and the gateway take; with HTTPS the gateway has one on port 80 as well, or more."""
    if not settings.gateway.enabled or settings.gateway_transport is Transport.SERVICE_CONNECT:
        return 1
    return 3 if settings.load_balancer.https else 2


def _finding(settings: StackSettings, problem: RoutingProblem) -> Problem:
    """The planner's verdict at the value it is about, or at the whole list when it is about several."""
    service = settings.services.get(problem.service)
    if service is None:
        rule = f"{problem.value} of {problem.service} {problem.rule}"
        return Problem(path=("services",), rule=rule, fix=Advice(problem.fix))
    path: Path = ("services", problem.service)
    if problem.field in {"paths", "hosts"}:
        values = getattr(service, problem.field)
        path = (*path, problem.field)
        if problem.value in values:
            last = len(values) - 1 - values[::-1].index(problem.value)
            path = (*path, last)
    return Problem(path=path, rule=problem.rule, fix=Advice(problem.fix))
