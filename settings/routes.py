"""Which requests each service of the stack is to get."""

from collections.abc import Sequence
from dataclasses import replace

from aws_rules.listener_rules import (
    ListenerRule,
    ServiceRoute,
    api_key_rule,
    gateway_plain_http_rules,
    plan,
    tokens_rule,
)
from aws_rules.open_webui_paths import GATEWAY_PATHS
from settings.gateway import Transport
from settings.stack import GATEWAY, WEBUI, StackSettings


def planned_rules(settings: StackSettings) -> tuple[ListenerRule, ...]:
    """The listener rules in the order in which the load balancer evaluates them; raises RoutingError."""
    domain = settings.load_balancer.domain
    planned = plan(_routes(settings), webui_hosts=() if domain is None else (domain,))
    authenticate = settings.load_balancer.authenticate
    by_key = [api_key_rule(WEBUI)] if authenticate and authenticate.api_keys else []
    tokens = [tokens_rule(GATEWAY)] if settings.gateway.enabled and settings.gateway.tokens else []
    return tuple(sorted((*planned, *by_key, *tokens), key=lambda rule: rule.priority))


def plain_http_rules(
    settings: StackSettings, planned: Sequence[ListenerRule], vpc_cidrs: Sequence[str]
) -> tuple[ListenerRule, ...]:
    """With HTTPS, the rules of port 80 by which Open WebUI still reaches the gateway.

    It calls the load balancer by its own name, which no certificate can hold.
    """
    behind = any(rule.service == GATEWAY for rule in planned)
    return gateway_plain_http_rules(vpc_cidrs) if settings.load_balancer.https and behind else ()


def hosts_of_services(settings: StackSettings) -> tuple[str, ...]:
    """The host names that further services answer under, each once and without Open WebUI's own."""
    named = {host for service in settings.further_services.values() for host in service.hosts}
    return tuple(sorted(named - {settings.load_balancer.domain}))


def _routes(settings: StackSettings) -> list[ServiceRoute]:
    """Open WebUI gets what no other service asks for; a gateway on the internet has no rule.

    On a listener that others have rules on, each is for the domain or for hosts of its own.
    """
    routes = [ServiceRoute(service=WEBUI, catch_all=True)]
    if settings.gateway.enabled and settings.gateway_transport is Transport.LOAD_BALANCER:
        routes.append(ServiceRoute(service=GATEWAY, paths=GATEWAY_PATHS))
    further = (
        ServiceRoute(service=name, paths=service.paths, hosts=service.hosts)
        for name, service in settings.further_services.items()
        if service.routed
    )
    domain = settings.load_balancer.domain
    if settings.load_balancer.listener_arn is None or domain is None:
        return [*routes, *further]
    return [
        replace(route, hosts=route.hosts or (domain,), slot=f"{domain} {route.service}")
        for route in (*routes, *further)
    ]
