"""What a load balancer must be when people, and perhaps the internet, come in through it."""

from collections.abc import Iterator
from typing import Final

from .model import JudgedResource, Stack, advisory, is_true, mandatory
from .network import LOAD_BALANCER

LISTENER: Final = "aws:lb/listener:Listener"
LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"

_BEST_TLS: Final = ("ELBSecurityPolicy-TLS13-1-3-", "ELBSecurityPolicy-TLS13-1-2-Res-")


@mandatory(
    "load-balancer-hardened",
    "A load balancer drops invalid headers, mitigates desync and logs requests (ELB.4, ELB.5, ELB.12)",
    LOAD_BALANCER,
)
def hardened(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Invalid headers are dropped, and every request is logged."""
    if not is_true(resource.get("dropInvalidHeaderFields")):
        yield "dropInvalidHeaderFields is not true"
    if not is_true(resource.get("accessLogs", "enabled")):
        yield "accessLogs is not enabled"
    if resource.get("desyncMitigationMode") == "monitor":
        yield "desyncMitigationMode is monitor"


@mandatory(
    "tls-policy", "TLS 1.2 and 1.3 with forward secrecy (ELB.17): use ELBSecurityPolicy-TLS13-1-2-Res-2021-06", LISTENER
)
def tls(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """HTTPS with forward secrecy only."""
    policy = resource.get("sslPolicy")
    https = resource.get("protocol") == "HTTPS"
    if https and (policy is None or (isinstance(policy, str) and not policy.startswith(_BEST_TLS))):
        yield f"sslPolicy is {policy or 'the default, ELBSecurityPolicy-2016-08'}"


@mandatory(
    "internet-https",
    "The internet comes in by HTTPS only (ELB.1): set loadBalancer.domain or certificateArn",
    LISTENER,
    LISTENER_RULE,
    whole_stack=True,
)
def internet_https(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """From the internet nothing but HTTPS reaches an application."""
    own = resource.type == LISTENER
    listeners = [resource] if own else stack.behind(resource, "listenerArn", LISTENER)
    forwards = any(action.get("type") == "forward" for action in resource.items("defaultActions" if own else "actions"))
    plain = any(each.get("protocol") == "HTTP" and _faces_internet(each, stack) for each in listeners)
    if forwards and plain:
        yield "an internet-facing load balancer forwards plain HTTP"


@advisory(
    "web-firewall",
    "What the internet may reach stands behind AWS WAF (ELB.16): leave loadBalancer.waf on",
    LOAD_BALANCER,
    whole_stack=True,
)
def web_firewall(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """AWS WAF in front of what the internet may reach."""
    guarded = [a for a in stack.of_type(ASSOCIATION) if resource in stack.behind(a, "resourceArn", LOAD_BALANCER)]
    if not is_true(resource.get("internal")) and not guarded:
        yield "no web ACL is associated"


def _faces_internet(listener: JudgedResource, stack: Stack) -> bool:
    balancers = stack.behind(listener, "loadBalancerArn", LOAD_BALANCER)
    return any(not is_true(balancer.get("internal")) for balancer in balancers)
