"""What a load balancer refuses in the conditions of one listener rule, and how problems are reported."""

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_rules import path_patterns

# ELB user guide, "Quotas for your Application Load Balancers". Its "three match evaluations per condition" is
# not enforced: the API refuses the sixth value of a rule, however the values are spread over the conditions
# ("A rule can only have '5' condition values"); cfn-lint's schema allows five paths in one condition as well.
MAX_CONDITION_VALUES = 5
MAX_WILDCARDS = 5
MAX_VALUE_LENGTH = 128  # elbv2 PathPatternConfig and HostHeaderConfig

# elbv2 RuleCondition, member Values
_PATH_CHARACTERS = frozenset(string.ascii_letters + string.digits + "_-.$/~\"'@:+&" + path_patterns.WILDCARDS)
_HOST_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-." + path_patterns.WILDCARDS)


@dataclass(frozen=True)
class RoutingProblem:
    """Why a route cannot be planned: `value` in `field` of `service` breaks `rule`; `fix` says what helps."""

    service: str
    field: str
    value: str
    rule: str
    fix: str

    def __str__(self) -> str:
        return f"{self.service}.{self.field}: {self.value!r} {self.rule}; {self.fix}"


class RoutingError(ValueError):
    """Carries every problem of a set of routes."""

    def __init__(self, problems: Sequence[RoutingProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def condition_problems(service: str, paths: Sequence[str], hosts: Sequence[str]) -> Iterator[RoutingProblem]:
    """Quotas and syntax of the path-pattern and host-header conditions of one rule."""
    values = (*paths, *(host.lower() for host in hosts))
    shown = ", ".join(values)
    if len(values) > MAX_CONDITION_VALUES:
        rule = f"are {len(values)} paths and hosts, a rule takes {MAX_CONDITION_VALUES}"
        yield RoutingProblem(service, "paths", shown, rule, "combine them with a wildcard")
    wildcards = sum(shown.count(wildcard) for wildcard in path_patterns.WILDCARDS)
    if wildcards > MAX_WILDCARDS:
        rule = f"hold {wildcards} wildcards, a rule takes {MAX_WILDCARDS}"
        yield RoutingProblem(service, "paths", shown, rule, "use fewer or simpler patterns")
    for path in paths:
        if rule := _path_fault(path):
            yield RoutingProblem(service, "paths", path, rule, "write it like /reports or /reports/*")
    for host in hosts:
        if rule := _host_fault(host):
            yield RoutingProblem(service, "hosts", host, rule, "write it like app.example.com")


def _path_fault(path: str) -> str:
    if not path.startswith("/"):
        return "does not start with /"
    return _text_fault(path, _PATH_CHARACTERS)


def _host_fault(host: str) -> str:
    name, _, top_level = host.rpartition(".")
    if not (name and top_level.isascii() and top_level.isalpha()):
        return "has no dot that only letters follow"
    return _text_fault(host, _HOST_CHARACTERS)


def _text_fault(value: str, allowed: frozenset[str]) -> str:
    if len(value) > MAX_VALUE_LENGTH:
        return f"is longer than {MAX_VALUE_LENGTH} characters"
    illegal = "".join(sorted(set(value) - allowed))
    return f"contains {illegal!r}, which a load balancer does not accept" if illegal else ""
