"""Who gets which requests: the routing plan of the stack as the components' listener rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pulumi

from apps import bedrock_gateway, open_webui
from aws_rules import listener_rules
from components.load_balancer import SharedLoadBalancer
from components.service_args import Rule
from settings import StackSettings, Transport
from settings.routes import planned_rules


def plan_rules(
    settings: StackSettings, balancer: SharedLoadBalancer, vpc_cidrs: Sequence[str]
) -> Mapping[str, list[Rule]]:
    """The listener rules of each service, by its name; a service without rules is not behind the load balancer."""
    rules: defaultdict[str, list[Rule]] = defaultdict(list)
    for planned in planned_rules(settings):
        rules[planned.service].append(_rule("rule", planned, balancer.listener_arn))
    if balancer.https and settings.gateway.enabled and settings.gateway_transport is Transport.LOAD_BALANCER:
        # Open WebUI calls the load balancer by its own name, which no certificate can hold.
        for planned in listener_rules.gateway_plain_http_rules(vpc_cidrs):
            rules[bedrock_gateway.NAME].append(
                _rule(f"http-rule-{planned.priority}", planned, balancer.http_listener_arn)
            )
    return rules


def routed_ports(settings: StackSettings, rules: Mapping[str, Sequence[Rule]]) -> list[int]:
    """The container ports of the services behind the load balancer."""
    further = {name: service.port for name, service in settings.services.items()}
    ports = {open_webui.NAME: open_webui.PORT, bedrock_gateway.NAME: settings.gateway.port, **further}
    return [ports[name] for name in rules]


def _rule(name: str, planned: listener_rules.ListenerRule, listener_arn: pulumi.Input[str]) -> Rule:
    return Rule(
        name=name,
        listener_arn=listener_arn,
        priority=planned.priority,
        paths=planned.paths,
        hosts=planned.hosts,
        source_cidrs=planned.source_cidrs,
    )
