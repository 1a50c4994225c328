"""A listener that exists already: its load balancer, and places among its rules that nobody else has."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pulumi
import pulumi_aws as aws

from aws_rules.listener_rules import ListenerRule, next_slot
from components.load_balancer import SharedLoadBalancer
from components.support import lookup
from problems import Advice, Path, Problem, Remove, Set, key_of
from problems.telling import told
from settings import CLIENT_TIMEOUT_SECONDS, GivenNetwork, SettingsError, StackSettings, stack_file
from settings.routes import planned_rules

RULE = "rule"
"""What a service's rule is called, after the service."""

_LISTENER: Path = ("loadBalancer", "listenerArn")
_PLAIN: Path = ("loadBalancer", "plainHttp")
_REMEDY = f"correct {key_of(_LISTENER)}, or allow elasticloadbalancing:Describe* and ec2:DescribeSubnets"
_NO_RULE = re.compile("empty result|couldn't find resource|not found", re.IGNORECASE)
"""What the AWS provider says of a rule that does not exist."""


@dataclass(frozen=True, kw_only=True)
class GivenLoadBalancer:
    """The load balancer of a given listener, in place of `SharedLoadBalancer`: others have rules on it too."""

    arn: str
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    url: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    security_group_ids: tuple[str, ...]
    subnet_cidrs: tuple[str, ...]
    """Where its requests come from."""
    https: bool
    internal: bool
    idle_timeout: int
    """Seconds."""
    priorities: Mapping[str, int]
    """Of the rule of each service: free, or its own already."""


Balancer = SharedLoadBalancer | GivenLoadBalancer


def look_up_listener(settings: StackSettings) -> GivenLoadBalancer | None:
    """The listener that the config names. Raises SettingsError for one that the stack cannot stand behind."""
    arn, network = settings.load_balancer.listener_arn, settings.network
    if arn is None or not isinstance(network, GivenNetwork):
        return None
    listener = _ask(arn, lambda: aws.lb.get_listener(arn=arn))
    balancer = _ask(arn, lambda: aws.lb.get_load_balancer(arn=listener.load_balancer_arn))
    if problems := list(_problems(settings, network, listener, balancer)):
        raise SettingsError(problems, stack_file())
    for doubt in _doubts(settings, balancer):
        pulumi.warn(told(doubt, stack_file()))
    https = listener.protocol == "HTTPS"
    port = "" if listener.port == (443 if https else 80) else f":{listener.port}"
    return GivenLoadBalancer(
        arn=balancer.arn,
        arn_suffix=pulumi.Output.from_input(balancer.arn_suffix),
        dns_name=pulumi.Output.from_input(balancer.dns_name),
        url=pulumi.Output.from_input(f"{listener.protocol.lower()}://{settings.load_balancer.domain}{port}"),
        listener_arn=pulumi.Output.from_input(arn),
        security_group_ids=tuple(sorted(balancer.security_groups)),
        subnet_cidrs=tuple(_ask(arn, partial(_cidr, subnet_id)) for subnet_id in sorted(balancer.subnets)),
        https=https,
        internal=balancer.internal,
        idle_timeout=balancer.idle_timeout,
        priorities=_priorities(planned_rules(settings), lambda rule, at: _is_taken(settings, arn, rule, at)),
    )


def _priorities(rules: Iterable[ListenerRule], is_taken: Callable[[ListenerRule, int], bool]) -> dict[str, int]:
    """The planned priority of each service, or the next one in its band that nobody else has."""
    chosen: dict[str, int] = {}
    for rule in rules:
        priority = rule.priority
        while priority in chosen.values() or is_taken(rule, priority):
            priority = next_slot(priority)
        chosen[rule.service] = priority
    return chosen


def _is_taken(settings: StackSettings, listener_arn: str, rule: ListenerRule, priority: int) -> bool:
    """Whether somebody else's rule stands there; that of an earlier deployment is known by its tags."""

    def tags() -> Mapping[str, str] | None:
        try:
            return aws.lb.get_listener_rule(listener_arn=listener_arn, priority=priority).tags
        except Exception as error:
            if _NO_RULE.search(str(error)):
                return None
            raise

    found = _ask(listener_arn, tags)
    name = f"{settings.name_prefix}-{rule.service}-{RULE}"
    own = {"Project": pulumi.get_project(), "Environment": pulumi.get_stack(), "Name": name}
    return found is not None and not own.items() <= found.items()


def _problems(
    settings: StackSettings,
    network: GivenNetwork,
    listener: aws.lb.GetListenerResult,
    balancer: aws.lb.GetLoadBalancerResult,
) -> Iterator[Problem]:
    other = Advice("name a listener of another load balancer"), Remove(_LISTENER)
    if balancer.vpc_id != network.vpc_id:
        rule = f"must be a listener in {network.vpc_id} (network.vpcId): its load balancer is in {balancer.vpc_id}"
        yield Problem(path=_LISTENER, value=listener.arn, rule=rule, fix=other)
    plain = settings.load_balancer.plain_http
    if listener.protocol == "HTTPS" and plain:
        rule = "cannot be true: the listener speaks HTTPS"
        yield Problem(path=_PLAIN, value="true", rule=rule, fix=Remove(_PLAIN))
    elif listener.protocol != "HTTPS" and not balancer.internal:
        rule = "must be an HTTPS listener: its load balancer faces the internet, and this one speaks HTTP"
        yield Problem(path=_LISTENER, value=listener.arn, rule=rule, fix=other)
    elif listener.protocol != "HTTPS" and not plain:
        rule = "must be an HTTPS listener, unless loadBalancer.plainHttp says that HTTP inside the VPC is meant"
        yield Problem(path=_LISTENER, value=listener.arn, rule=rule, fix=(*other, Set(_PLAIN, True)))


def _doubts(settings: StackSettings, balancer: aws.lb.GetLoadBalancerResult) -> Iterator[Problem]:
    if balancer.idle_timeout < CLIENT_TIMEOUT_SECONDS:
        rule = f"should have a load balancer that waits {CLIENT_TIMEOUT_SECONDS} seconds for a silent answer: this one "
        rule += f"hangs up after {balancer.idle_timeout}, and a model that thinks for longer ends in 504"
        longer = f"--attributes Key=idle_timeout.timeout_seconds,Value={CLIENT_TIMEOUT_SECONDS}"
        command = f"aws elbv2 modify-load-balancer-attributes --load-balancer-arn {balancer.arn} {longer}"
        yield Problem(path=_LISTENER, rule=rule, fix=Advice(f"have its owner raise that: {command}"))
    if settings.webui.signup and not balancer.internal:
        path: Path = ("webui", "signup")
        rule = "should be false: the listener's load balancer faces the internet, and everybody could use Bedrock"
        yield Problem(path=path, value="true", rule=rule, fix=Set(path, False))


def _cidr(subnet_id: str) -> str:
    return aws.ec2.get_subnet(id=subnet_id).cidr_block


def _ask(arn: str, ask: Callable[[], lookup.Answer]) -> lookup.Answer:
    return lookup.look_up(f"{key_of(_LISTENER)} {arn}", ask, remedy=_REMEDY)
