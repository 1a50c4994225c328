"""Managed prefix lists that may connect: there, of IPv4, and counted against the quota of a security group."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from aws_rules.cidrs import Kind, kind_of
from aws_rules.quotas import SECURITY_GROUP_RULES, prefix_list_rules
from components.support import lookup
from problems import Advice, Path, Problem, Remove, key_of
from problems.telling import told
from settings import SettingsError, StackSettings, stack_file

_CIDRS: Path = ("loadBalancer", "allowedCidrs")


def check(settings: StackSettings) -> None:
    """Asks AWS for each list. Raises SettingsError for one of IPv6; warns where the group takes too many rules."""
    balancer = settings.load_balancer
    lists = {
        (*_CIDRS, index): addresses
        for index, addresses in enumerate(balancer.allowed_cidrs)
        if kind_of(addresses) is Kind.PREFIX_LIST
    }
    found = {path: _look_up(prefix_list) for path, prefix_list in lists.items()}
    if problems := list(_of_other_family(found)):
        raise SettingsError(problems, stack_file())
    ranges = len(balancer.allowed_cidrs) - len(found)
    ports = 2 if balancer.https else 1
    rules = ports * (ranges + sum(prefix_list_rules(each.name, each.max_entries) for each in found.values()))
    if found and rules > SECURITY_GROUP_RULES:
        rule = f"takes {rules} rules of a security group, which has {SECURITY_GROUP_RULES} by default: a prefix list "
        rule += "counts as many as it may have entries, for each port"
        fix = Advice(f"have the quota of rules per security group raised to {rules}, or name fewer")
        pulumi.warn(told(Problem(path=_CIDRS, rule=rule, fix=fix), stack_file()))


def _look_up(prefix_list: str) -> aws.ec2.GetManagedPrefixListResult:
    return lookup.look_up(
        f"{key_of(_CIDRS)} {prefix_list}",
        lambda: aws.ec2.get_managed_prefix_list(id=prefix_list),
        remedy=f"correct {key_of(_CIDRS)}, or allow ec2:DescribeManagedPrefixLists and ec2:GetManagedPrefixListEntries",
    )


def _of_other_family(found: Mapping[Path, aws.ec2.GetManagedPrefixListResult]) -> list[Problem]:
    rule = "must be a prefix list of IPv4: the load balancer has no IPv6 address that its clients could connect to"
    return [
        Problem(path=path, value=each.id, rule=rule, fix=Remove(path))
        for path, each in found.items()
        if each.address_family != "IPv4"
    ]
