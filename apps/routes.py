"""Who gets which requests: the routing plan of the stack as the components' listener rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

from apps import open_webui
from apps.given_listener import RULE, Balancer, GivenLoadBalancer
from aws_rules.listener_rules import ListenerRule
from components.ecs_app_service.route import Authentication, IdentityProvider, Route, TokenCheck, TokenClaim, UserPool
from components.load_balancer import SharedLoadBalancer
from components.support.secret_values import read_secret
from containers.gateway_tokens import VALIDATED
from settings import GATEWAY, WEBUI, StackSettings
from settings.routes import plain_http_rules, planned_rules


@dataclass(frozen=True, kw_only=True)
class RoutingTable:
    """The listener rules of each service behind the load balancer."""

    rules: Mapping[str, Sequence[Route]]
    ports: Sequence[int]
    """The container ports that the load balancer sends requests to."""

    def rules_of(self, service: str) -> Sequence[Route]:
        """The service's rules; none for one that the load balancer does not reach."""
        return self.rules.get(service, ())


def plan(settings: StackSettings, balancer: Balancer, vpc_cidrs: Sequence[str]) -> RoutingTable:
    """The rules that the settings ask for, on this load balancer's listeners."""
    rules: defaultdict[str, list[Route]] = defaultdict(list)
    planned = planned_rules(settings)
    if isinstance(balancer, GivenLoadBalancer):
        planned = tuple(replace(rule, priority=balancer.priorities[rule.service]) for rule in planned)
    for rule in planned:
        rules[rule.service].append(_first_listeners(settings, rule, balancer.listener_arn))
    if isinstance(balancer, SharedLoadBalancer):
        for rule in plain_http_rules(settings, planned, vpc_cidrs):
            rules[rule.service].append(_route(f"http-rule-{rule.priority}", rule, balancer.http_listener_arn))
    further = {name: service.port for name, service in settings.further_services.items() if service.port}
    ports = {WEBUI: open_webui.PORT, GATEWAY: settings.gateway.port, **further}
    return RoutingTable(rules=rules, ports=[ports[name] for name in rules])


def _first_listeners(settings: StackSettings, rule: ListenerRule, listener_arn: pulumi.Input[str]) -> Route:
    """A rule on the listener that people use, with what the load balancer does before it forwards a request."""
    if rule.service == WEBUI:
        if rule.authorization:
            return _route(f"{RULE}-api-keys", rule, listener_arn)
        return replace(_route(RULE, rule, listener_arn), authentication=_authentication(settings))
    if rule.authorization and (tokens := settings.gateway.tokens):
        claims = [TokenClaim(name=one.name, values=one.values, format=one.format.value) for one in tokens.claims]
        check = TokenCheck(issuer=tokens.issuer, jwks_url=tokens.jwks_url, claims=claims, prefix=VALIDATED)
        return replace(_route(f"{RULE}-tokens", rule, listener_arn), token_check=check)
    return _route(RULE, rule, listener_arn)


def _route(name: str, planned: ListenerRule, listener_arn: pulumi.Input[str]) -> Route:
    return Route(
        name=name,
        listener_arn=listener_arn,
        priority=planned.priority,
        paths=planned.paths,
        hosts=planned.hosts,
        source_cidrs=planned.source_cidrs,
        authorization=planned.authorization,
    )


def _authentication(settings: StackSettings) -> Authentication | None:
    chosen = settings.load_balancer.authenticate
    if chosen is None:
        return None
    pool, oidc = chosen.cognito, chosen.oidc
    return Authentication(
        user_pool=UserPool(arn=pool.user_pool_arn, client_id=pool.client_id, domain=pool.domain) if pool else None,
        provider=IdentityProvider(
            issuer=oidc.issuer,
            authorization_endpoint=oidc.authorization_endpoint,
            token_endpoint=oidc.token_endpoint,
            user_info_endpoint=oidc.user_info_endpoint,
            client_id=oidc.client_id,
            client_secret=read_secret(oidc.client_secret_arn),
        )
        if oidc
        else None,
        session_hours=chosen.session_hours,
    )
