"""What a load balancer does with planned rules, by the ELB user guide and not by the planner."""

import ipaddress
from collections.abc import Iterable

from aws_rules.listener_rules import ListenerRule
from tests.program.requests_to_listeners import matches


def service_of(rules: Iterable[ListenerRule], host: str, path: str, source: str = "10.0.1.2") -> str | None:
    """The service to which a request is forwarded; None when the default action answers."""
    address = ipaddress.ip_address(source)
    for rule in sorted(rules, key=lambda rule: rule.priority):
        if (
            (not rule.paths or any(matches(pattern, path) for pattern in rule.paths))
            and (not rule.hosts or any(matches(pattern.lower(), host.lower()) for pattern in rule.hosts))
            and (not rule.source_cidrs or any(address in ipaddress.ip_network(cidr) for cidr in rule.source_cidrs))
        ):
            return rule.service
    return None
