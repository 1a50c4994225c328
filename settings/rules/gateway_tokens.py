"""Rules for people's own tokens at the gateway."""

from collections.abc import Iterator

from problems import Path, Problem, Set, Steps
from settings.gateway import Transport
from settings.rules.parts import own_domain, remove
from settings.stack import StackSettings

TOKENS: Path = ("gateway", "tokens")
_CLAIMS: Path = (*TOKENS, "claims")
_MOST = 10
"""Claims, and values of each (elbv2 JwtValidationActionConfig)."""
_BY_DEFAULT = frozenset({"exp", "iat", "iss", "nbf"})


def needs_a_rule(settings: StackSettings) -> Iterator[Problem]:
    """Tokens are checked on an HTTPS listener of the stack's own, on the way to the gateway."""
    if settings.gateway.tokens is None:
        return
    if settings.load_balancer.listener_arn is not None:
        rule = "cannot stand beside loadBalancer.listenerArn: others could lead requests past the check"
        yield remove(TOKENS, rule, ("loadBalancer", "listenerArn"))
    elif settings.gateway_transport is Transport.SERVICE_CONNECT:
        rule = "needs gateway.transport: loadBalancer: clients do not reach the gateway otherwise"
        yield remove(TOKENS, rule, ("gateway", "transport"), ("loadBalancer", "scheme"))
    elif not settings.load_balancer.https:
        rule = "needs HTTPS: a load balancer checks tokens on an HTTPS listener only"
        yield Problem(path=TOKENS, rule=rule, fix=own_domain(settings), also=(("loadBalancer", "domain"),))


def claims(settings: StackSettings) -> Iterator[Problem]:
    """An issuer signs tokens for many: without a claim of its own the gateway would take all of them."""
    tokens = settings.gateway.tokens
    if tokens is None:
        return
    if not tokens.claims:
        rule = "must name who the tokens are for: the issuer signs those of other applications too"
        fix = Steps((Set((*_CLAIMS, 0, "name"), "aud"), Set((*_CLAIMS, 0, "values", 0), "chat")))
        yield Problem(path=_CLAIMS, rule=rule, fix=fix)
    if len(tokens.claims) > _MOST:
        yield remove((*_CLAIMS, _MOST), f"is more than the {_MOST} claims that Elastic Load Balancing checks")
    for index, claim in enumerate(tokens.claims):
        if claim.name in _BY_DEFAULT:
            yield remove((*_CLAIMS, index), "is checked in any case: exp, iat, iss and nbf are")
        if not 1 <= len(claim.values) <= _MOST:
            path = (*_CLAIMS, index, "values")
            yield Problem(path=path, rule=f"must have 1 to {_MOST} values", fix=Set((*path, 0), "chat"))
