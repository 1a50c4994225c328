"""Who may connect: managed prefix lists looked up and counted, and IPv6 only where the subnets have it."""

from collections.abc import Collection

import pulumi
import pulumi_aws as aws

from aws_rules.cidrs import Kind, kind_of
from aws_rules.quotas import SECURITY_GROUP_RULES, prefix_list_rules
from components.network import GivenVpc
from components.support import lookup
from problems import Advice, Path, Problem, Remove, key_of
from problems.telling import told
from settings import SettingsError, StackSettings, stack_file

_CIDRS: Path = ("loadBalancer", "allowedCidrs")


def come_by_ipv6(settings: StackSettings, vpc: GivenVpc | None) -> bool:
    """Asks AWS for each prefix list; whether any client needs an IPv6 address of the load balancer.

    Raises SettingsError where the load balancer cannot have one; warns where its group takes too many rules.
    """
    allowed = settings.load_balancer.allowed_cidrs
    lists = {text: _look_up(text) for text in allowed if kind_of(text) is Kind.PREFIX_LIST}
    _count_rules(settings, lists.values())
    lists_of_6 = [text for text, found in lists.items() if found.address_family == "IPv6"]
    by_ipv6 = [text for text in allowed if kind_of(text) is Kind.IPV6 or text in lists_of_6]
    rule = settings.ipv6_obstacle or _without_ipv6(vpc)
    if by_ipv6 and rule:
        paths: dict[str, Path] = {text: (*_CIDRS, allowed.index(text)) for text in by_ipv6}
        problems = [Problem(path=path, value=text, rule=rule, fix=Remove(path)) for text, path in paths.items()]
        raise SettingsError(problems, stack_file())
    return bool(by_ipv6)


def _without_ipv6(vpc: GivenVpc | None) -> str | None:
    """A load balancer has IPv6 addresses only where each of its subnets has a range (elbv2 SetIpAddressType)."""
    without = [subnet.id for subnet in vpc.public_subnets if not subnet.ipv6] if vpc else []
    return f"needs public subnets with IPv6, which {', '.join(without)} has not" if without else None


def _look_up(prefix_list: str) -> aws.ec2.GetManagedPrefixListResult:
    return lookup.look_up(
        f"{key_of(_CIDRS)} {prefix_list}",
        lambda: aws.ec2.get_managed_prefix_list(id=prefix_list),
        remedy=f"correct {key_of(_CIDRS)}, or allow ec2:DescribeManagedPrefixLists and ec2:GetManagedPrefixListEntries",
    )


def _count_rules(settings: StackSettings, lists: Collection[aws.ec2.GetManagedPrefixListResult]) -> None:
    balancer = settings.load_balancer
    ranges = len(balancer.allowed_cidrs) - len(lists)
    ports = 2 if balancer.https else 1
    rules = ports * (ranges + sum(prefix_list_rules(each.name, each.max_entries) for each in lists))
    if lists and rules > SECURITY_GROUP_RULES:
        rule = f"takes {rules} rules of a security group, which has {SECURITY_GROUP_RULES} by default: a prefix list "
        rule += "counts as many as it may have entries, for each port"
        fix = Advice(f"have the quota of rules per security group raised to {rules}, or name fewer")
        pulumi.warn(told(Problem(path=_CIDRS, rule=rule, fix=fix), stack_file()))
