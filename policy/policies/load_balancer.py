"""What a load balancer must be when people, and perhaps the internet, come in through it."""

from collections.abc import Iterator
from typing import Final

from .model import JudgedResource, Level, Rule, Stack, is_true
from .network import LOAD_BALANCER

LISTENER: Final = "aws:lb/listener:Listener"
LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"

_BEST_TLS: Final = ("ELBSecurityPolicy-TLS13-1-3-", "ELBSecurityPolicy-TLS13-1-2-Res-")


def hardened(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Invalid headers are dropped, and every request is logged."""
    if resource.type != LOAD_BALANCER:
        return
    if not is_true(resource.get("dropInvalidHeaderFields")):
        yield "dropInvalidHeaderFields is not true"
    if not is_true(resource.get("accessLogs", "enabled")):
        yield "accessLogs is not enabled"
    if resource.get("desyncMitigationMode") == "monitor":
        yield "desyncMitigationMode is monitor"


def tls(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """HTTPS with forward secrecy only."""
    policy = resource.get("sslPolicy")
    if resource.type != LISTENER or resource.get("protocol") != "HTTPS":
        return
    if policy is None or (isinstance(policy, str) and not policy.startswith(_BEST_TLS)):
        yield f"sslPolicy is {policy or 'the default, ELBSecurityPolicy-2016-08'}"


def internet_https(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """From the internet nothing but HTTPS reaches an application."""
    if resource.type == LISTENER:
        listener, actions = resource, list(resource.items("defaultActions"))
    elif resource.type == LISTENER_RULE:
        listeners = stack.behind(resource, "listenerArn", LISTENER)
        if not listeners:
            return
        listener, actions = listeners[0], list(resource.items("actions"))
    else:
        return
    if listener.get("protocol") == "HTTP" and _faces_internet(listener, stack):
        forwards = [action for action in actions if action.get("type") == "forward"]
        if forwards:
            yield "an internet-facing load balancer forwards plain HTTP"


def web_firewall(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """AWS WAF in front of what the internet may reach."""
    if resource.type != LOAD_BALANCER or is_true(resource.get("internal")):
        return
    guarded = [a for a in stack.of_type(ASSOCIATION) if resource in stack.behind(a, "resourceArn", LOAD_BALANCER)]
    if not guarded:
        yield "no web ACL is associated"


def _faces_internet(listener: JudgedResource, stack: Stack) -> bool:
    balancers = stack.behind(listener, "loadBalancerArn", LOAD_BALANCER)
    return any(not is_true(balancer.get("internal")) for balancer in balancers)


RULES: Final = (
    Rule(
        id="load-balancer-hardened",
        level=Level.MANDATORY,
        check=hardened,
        text="A load balancer drops invalid headers, mitigates desync and logs requests (ELB.4, ELB.5, ELB.12)",
    ),
    Rule(
        id="tls-policy",
        level=Level.MANDATORY,
        check=tls,
        text="TLS 1.2 and 1.3 with forward secrecy (ELB.17): use ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    ),
    Rule(
        id="internet-https",
        level=Level.MANDATORY,
        whole_stack=True,
        check=internet_https,
        text="The internet comes in by HTTPS only (ELB.1): set loadBalancer.domain or certificateArn",
    ),
    Rule(
        id="web-firewall",
        level=Level.ADVISORY,
        whole_stack=True,
        check=web_firewall,
        text="What the internet may reach stands behind AWS WAF (ELB.16): leave loadBalancer.waf on",
    ),
)
